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
import { addressOf, type Address, type Payload } from '@signalwright/model';
import { desiredState, diffFields, mergeDrift, type DriftedObject } from '@signalwright/sync';
import { normalisePayload } from '@signalwright/wire';

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

/** An object to adopt, as the target has it with what content has changed since. */
interface Chosen {
  readonly object: DriftedObject;
  readonly payload: Payload;
}

/** All or nothing: what is half adopted would read as if the rest had been decided against. */
export async function adoptDrift(input: AdoptionInput): Promise<Adoption> {
  const { chosen, refused } = choose(input);
  if (refused.length > 0) return { objects: [], refused };
  const sources = chosen.map(({ object: { kind, address }, payload }) => ({ kind, payload, where: address }));
  const imported = await importPayloads(input.sources, sources, input.options);
  const notImported = imported.refused.map(({ where, reason }) => ({ address: where, reason }));
  if (notImported.length > 0) return { objects: [], refused: notImported };
  const wrong = judge(chosen, imported.objects, input);
  return wrong.length > 0 ? { objects: [], refused: wrong } : { objects: imported.objects, refused: [] };
}

function choose({ objects, addresses, workspace }: AdoptionInput): {
  readonly chosen: readonly Chosen[];
  readonly refused: readonly RefusedAdoption[];
} {
  const byAddress = new Map<string, DriftedObject>(objects.map((object) => [object.address, object]));
  const wanted = addresses === undefined ? objects.filter(isEdited).map(({ address }) => address) : addresses;
  const content = contentOf(workspace, workspace.config.stack);
  const refused: RefusedAdoption[] = [];
  const chosen = [...new Set(wanted)].flatMap((address): readonly Chosen[] => {
    const object = byAddress.get(address);
    const found =
      object === undefined ? 'It has not drifted.' : chooseOne(object, content.get(object.address) ?? {});
    if (typeof found !== 'string') return [found];
    refused.push({ address, reason: found });
    return [];
  });
  return { chosen, refused };
}

/** @returns a sentence when it cannot be adopted */
function chooseOne(object: DriftedObject, wanted: Payload): Chosen | string {
  const reason = reasonAgainst(object);
  if (reason !== undefined) return reason;
  const { remote } = object.evidence;
  if (remote === undefined) return 'What is there is not known.';
  if (!object.isPending) return { object, payload: remote.payload };
  const merged = mergeDrift(object, wanted);
  if (merged === undefined)
    return 'Content has changed too since the last apply, and nothing tells which change is whose: take the change of content back first, or bring this one in by hand.';
  if (!merged.ok)
    return `Content has changed ${merged.fields.join(', ')} too since the last apply, and adopting would undo that: take it back first, or bring the change in by hand.`;
  return { object, payload: merged.payload };
}

function isEdited({ state }: DriftedObject): boolean {
  return state === 'changed' || state === 'unrecorded';
}

function reasonAgainst({ state, place }: DriftedObject): string | undefined {
  if (state === 'gone') return 'It is gone from the target: remove its file, or apply to have it again.';
  if (state === 'unmarked') return 'It no longer carries our mark: put the mark back at the target first.';
  if (state === 'doubled')
    return 'It is there more than once: which of them is meant is for a person to say.';
  if (place === undefined) return 'Its file has gone from content: put the file back first.';
  return undefined;
}

/** Whether the edited content, read as a whole, says what was chosen, and says it in words of content. */
function judge(
  chosen: readonly Chosen[],
  objects: readonly ImportedObject[],
  { sources, workspace, options }: AdoptionInput,
): readonly RefusedAdoption[] {
  const edited = new Map(sources);
  for (const { files } of objects) for (const { file, text } of files) edited.set(file, text);
  const loaded = loadFromFiles(edited, { ...options, environment: workspace.environment });
  const error = loaded.diagnostics.find(({ severity }) => severity === 'error');
  if (loaded.workspace === undefined) {
    if (error === undefined) return [{ address: 'content', reason: 'The edited content has errors.' }];
    const advice = error.code.startsWith('test/')
      ? ' A test says what is there no longer: change the test first, so that it holds for both.'
      : '';
    return [{ address: error.range.file, reason: `${error.message} (${error.code})${advice}` }];
  }
  const edit = contentOf(loaded.workspace, workspace.config.stack);
  const keptOf = new Map(objects.map(({ kind, id, newlyKept }) => [addressOf(kind, id), newlyKept]));
  return chosen.flatMap(({ object: { address, kind }, payload }) => {
    const differs = diffFields(normalisePayload(kind, payload), edit.get(address) ?? {});
    const reason = reasonOf(keptOf.get(address) ?? [], differs);
    return reason === undefined ? [] : [{ address, reason }];
  });
}

/** Normal form of each object. */
function contentOf(workspace: Workspace, stack: string): ReadonlyMap<Address, Payload> {
  return new Map(
    desiredState(workspace, { stack }).objects.map(({ address, content }) => [address, content]),
  );
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
