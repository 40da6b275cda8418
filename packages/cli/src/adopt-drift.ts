/**
 * What somebody changed at the target becomes content: the files are edited in place, comments and order kept. The
 * edited content is checked and compiled before anything is written, and must say exactly what the target says.
 */

import {
  importPayloads,
  loadFromFiles,
  type ImportedObject,
  type ImportOptions,
  type Workspace,
} from '@signalwright/content';
import { addressOf } from '@signalwright/model';
import { desiredState, diffFields, type DriftedObject } from '@signalwright/sync';

export interface AdoptionInput {
  /** What was found, of which the objects named by `addresses` are adopted; all that can be when left out. */
  readonly objects: readonly DriftedObject[];
  readonly addresses?: readonly string[];
  readonly workspace: Workspace;
  /** Content as it stands, path to text. */
  readonly sources: ReadonlyMap<string, string>;
  readonly options: Pick<ImportOptions, 'manifest' | 'nowMs' | 'environment'>;
}

export interface Adoption {
  /** With the files to write; empty while something is refused. */
  readonly objects: readonly ImportedObject[];
  readonly refused: readonly RefusedAdoption[];
}

export interface RefusedAdoption {
  readonly address: string;
  /** A sentence. */
  readonly reason: string;
}

/** All or nothing: what is half adopted would read as if the rest had been decided against. */
export async function adoptDrift(input: AdoptionInput): Promise<Adoption> {
  const { chosen, refused } = choose(input);
  if (refused.length > 0) return { objects: [], refused };
  const sources = chosen.flatMap(({ kind, address, evidence: { remote } }) =>
    remote === undefined ? [] : [{ kind, payload: remote.payload, where: address }],
  );
  const imported = await importPayloads(input.sources, sources, input.options);
  const notImported = imported.refused.map(({ where, reason }) => ({ address: where, reason }));
  if (notImported.length > 0) return { objects: [], refused: notImported };
  const wrong = judge(chosen, imported.objects, input);
  return wrong.length > 0 ? { objects: [], refused: wrong } : { objects: imported.objects, refused: [] };
}

function choose({ objects, addresses }: AdoptionInput): {
  readonly chosen: readonly DriftedObject[];
  readonly refused: readonly RefusedAdoption[];
} {
  const byAddress = new Map<string, DriftedObject>(objects.map((object) => [object.address, object]));
  const wanted = addresses === undefined ? objects.filter(isEdited).map(({ address }) => address) : addresses;
  const refused: RefusedAdoption[] = [];
  const chosen = [...new Set(wanted)].flatMap((address) => {
    const object = byAddress.get(address);
    const reason = object === undefined ? 'It has not drifted.' : reasonAgainst(object);
    if (reason === undefined) return object ?? [];
    refused.push({ address, reason });
    return [];
  });
  return { chosen, refused };
}

function isEdited({ state }: DriftedObject): boolean {
  return state === 'changed' || state === 'unrecorded';
}

function reasonAgainst({ state, isPending, place }: DriftedObject): string | undefined {
  if (state === 'gone') return 'It is gone from the target: remove its file, or apply to have it again.';
  if (state === 'unmarked') return 'It no longer carries our mark: put the mark back at the target first.';
  if (state === 'doubled')
    return 'It is there more than once: which of them is meant is for a person to say.';
  if (place === undefined) return 'Its file has gone from content: put the file back first.';
  if (isPending)
    return 'Content has changed too since the last apply, and adopting would undo that: take it back first, or bring the change in by hand.';
  return undefined;
}

/** Whether the edited content, read as a whole, says what the target says, and says it in words of content. */
function judge(
  chosen: readonly DriftedObject[],
  objects: readonly ImportedObject[],
  { sources, workspace, options }: AdoptionInput,
): readonly RefusedAdoption[] {
  const edited = new Map(sources);
  for (const { files } of objects) for (const { file, text } of files) edited.set(file, text);
  const loaded = loadFromFiles(edited, { ...options, environment: workspace.environment });
  const error = loaded.diagnostics.find(({ severity }) => severity === 'error');
  if (loaded.workspace === undefined) {
    const reason =
      error === undefined ? 'The edited content has errors.' : `${error.message} (${error.code})`;
    return [{ address: error?.range.file ?? 'content', reason }];
  }
  const desired = desiredState(loaded.workspace, { stack: workspace.config.stack });
  const contentOf = new Map(desired.objects.map((object) => [object.address, object.content]));
  const keptOf = new Map(objects.map(({ kind, id, newlyKept }) => [addressOf(kind, id), newlyKept]));
  return chosen.flatMap(({ address, evidence: { now = {} } }) => {
    const reason = reasonOf(keptOf.get(address) ?? [], diffFields(now, contentOf.get(address) ?? {}));
    return reason === undefined ? [] : [{ address, reason }];
  });
}

function reasonOf(
  kept: readonly string[],
  differs: readonly { readonly path: string }[],
): string | undefined {
  const [first] = kept;
  if (first !== undefined) return `${kept.join(', ')} of it cannot be written in content.`;
  const fields = differs.map(({ path }) => path).join(', ');
  return differs.length > 0 ? `Content would still differ from the target in ${fields}.` : undefined;
}
