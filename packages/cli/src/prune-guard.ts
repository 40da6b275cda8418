/**
 * Whether what has gone from content may be removed at the target. A file that cannot be seen is not a file that was
 * deleted: objects are removed only from a commit that continues the history of the last apply, and only when no
 * other file of the repository holds them.
 * Source: reliability T16.
 */

import { CONFIG_FILE } from '@signalwright/content';
import { parseAddress, type Address, type Environment } from '@signalwright/model';
import { readRevision } from '@signalwright/review';
import type { PrunePolicy, SyncHistory } from '@signalwright/sync';
import type { CommittedContent, Provenance } from './provenance.ts';

export interface PruneQuestion {
  readonly environment: Pick<Environment, 'prune'>;
  /** `--prune` was said. */
  readonly asked: boolean;
  readonly provenance: Provenance;
  readonly history: SyncHistory;
  /** Addresses of content. */
  readonly wanted: ReadonlySet<Address>;
  readonly nowMs: number;
}

export async function prunePolicy(question: PruneQuestion): Promise<PrunePolicy> {
  const { nowMs, history, wanted, provenance } = question;
  const gone = [...history.lastApplied.keys()].filter((address) => !wanted.has(address));
  const refusal = refusalByConfig(question) ?? (await refusalByHistory(question));
  if (refusal !== undefined) return { nowMs, refusal };
  if (gone.length === 0 || provenance.git.kind !== 'committed') return { nowMs };
  return { nowMs, elsewhere: await findElsewhere(provenance.git, gone) };
}

function refusalByConfig({ environment: { prune }, asked }: PruneQuestion): string | undefined {
  if (prune === 'always' || (prune === 'confirm' && asked)) return undefined;
  return prune === 'confirm'
    ? 'Say --prune to have it removed.'
    : `Nothing is removed: prune is off for this environment in ${CONFIG_FILE}. With prune: confirm there, --prune removes it.`;
}

async function refusalByHistory({
  provenance: { git },
  history,
}: PruneQuestion): Promise<string | undefined> {
  if (git.kind === 'uncommitted') {
    return `Nothing is removed: content is not exactly one commit, since ${git.reason}.`;
  }
  const { lastCommit } = history;
  if (lastCommit === undefined) {
    return 'Nothing is removed yet: no apply of a commit is on record. After one it can be.';
  }
  if (await continuesHistory(git, history)) return undefined;
  return `Nothing is removed: commit ${lastCommit.slice(0, SHORT)} was applied before, and is not in the history of ${git.commit.slice(0, SHORT)} (another branch, or a shallow clone). If the history was rewritten: apply --accept-history.`;
}

/** Whether what was applied before is in the history of this commit; one that was named may lie in that history. */
export async function continuesHistory(
  { commit, repository, isPast = false }: CommittedContent,
  { lastCommit }: SyncHistory,
): Promise<boolean> {
  if (lastCommit === undefined) return true;
  const base = await repository.mergeBase(lastCommit, commit);
  return base === lastCommit || (isPast && base === commit);
}

const SHORT = 12;

/** Files beside the content that hold an object which has gone from it. */
async function findElsewhere(
  { commit, repository }: CommittedContent,
  gone: readonly Address[],
): Promise<ReadonlyMap<Address, string>> {
  const { files } = await readRevision(await repository.otherYaml(commit), [repository.readBlobs]);
  const elsewhere = new Map<Address, string>();
  for (const [path, text] of files) {
    const said = new Set(text.split(/\r?\n/).map(plainLine));
    for (const address of gone) {
      const { kind, id } = parseAddress(address) ?? {};
      if (said.has(`kind: ${kind}`) && said.has(`id: ${id}`)) elsewhere.set(address, path);
    }
  }
  return elsewhere;
}

/** Of `id: "x"  # why`, what is said. */
function plainLine(line: string): string {
  return line
    .replace(/\s+#.*$/, '')
    .replaceAll(/["']/g, '')
    .trim()
    .replace(/:\s+/, ': ');
}
