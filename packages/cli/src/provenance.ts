/** Which content a plan is made of: a digest of its files, and the commit, when they are exactly one commit. */

import { createHash } from 'node:crypto';
import { canonicalDigest, sha256Hex } from '@signalwright/store';
import type { Repository } from '@signalwright/review';
import { CommandFailure } from './failure.ts';
import type { World } from './world.ts';

export interface Provenance {
  readonly treeDigest: string;
  readonly git: CommittedContent | UncommittedContent;
}

export interface CommittedContent {
  readonly kind: 'committed';
  readonly commit: string;
  readonly repository: Repository;
  /** It was named, to go back to it; what lies in the folder may be later. */
  readonly isPast?: boolean;
}

export interface UncommittedContent {
  readonly kind: 'uncommitted';
  /** What is in the way, as the end of a sentence: `rules/x.yaml is not as it was committed`. */
  readonly reason: string;
}

/** @param sources text by path of every file that content was read from */
export async function readProvenance(
  root: string,
  sources: ReadonlyMap<string, string>,
  world: Pick<World, 'env'>,
): Promise<Provenance> {
  return { treeDigest: treeDigestOf(sources), git: await committedContent(root, sources, world) };
}

/** @param sources text by path */
export function treeDigestOf(sources: ReadonlyMap<string, string>): string {
  const parts = [...sources].map(([path, text]) => [path, sha256Hex(text)]);
  return canonicalDigest(parts.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)));
}

export function commitOf({ git }: Provenance): string | undefined {
  return git.kind === 'committed' ? git.commit : undefined;
}

async function committedContent(
  root: string,
  sources: ReadonlyMap<string, string>,
  { env }: Pick<World, 'env'>,
): Promise<CommittedContent | UncommittedContent> {
  const { GitRefusal, openRepository } = await import('@signalwright/review');
  try {
    const repository = await openRepository({ cwd: root, env });
    const commit = await repository.commitOf('HEAD');
    const { entries, skipped } = await repository.contentTree(commit);
    const [unread] = skipped;
    if (unread !== undefined) return uncommitted(`${unread} of ${commit} cannot be read`);
    const committed = new Map(entries.map(({ path, blob }) => [path, blob]));
    for (const [path, blob] of committed) {
      const text = sources.get(path);
      if (text === undefined) return uncommitted(`${path} is committed and not in the folder`);
      if (blobId(text, blob.length) !== blob) return uncommitted(`${path} is not as it was committed`);
    }
    for (const path of sources.keys()) {
      if (!committed.has(path)) return uncommitted(`${path} is not committed`);
    }
    return { kind: 'committed', commit, repository };
  } catch (error) {
    if (error instanceof GitRefusal) return uncommitted(lowerFirst(error.message));
    if (error instanceof CommandFailure) return uncommitted(lowerFirst(error.message));
    throw error;
  }
}

function uncommitted(reason: string): UncommittedContent {
  return { kind: 'uncommitted', reason: reason.replace(/\.$/, '') };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

const SHA1_DIGITS = 40;

/** The id that git gives a file: of its bytes behind a header. Source: git's own format of objects. */
function blobId(text: string, digits: number): string {
  const bytes = Buffer.from(text);
  const hash = createHash(digits === SHA1_DIGITS ? 'sha1' : 'sha256');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
