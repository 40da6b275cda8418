/** One side of a comparison: the working tree, or a commit of the repository around it. */

import { loadFromFiles } from '@signalwright/content';
import type { Repository, ReviewSide, RevisionFiles } from '@signalwright/review';
import { loadContent, type ContentChoice } from './load-content.ts';
import type { World } from './world.ts';

export async function workingTreeSide(
  root: string,
  world: Pick<World, 'nowMs'>,
  choice: ContentChoice,
): Promise<ReviewSide> {
  return { name: 'working tree', loaded: await loadContent(root, world, choice), skipped: [] };
}

/** @param choice a commit that does not have the environment yet is read for its default one */
export async function commitSide(
  repository: Repository,
  commit: string,
  choice: ContentChoice,
): Promise<ReviewSide> {
  const { readRevision } = await import('@signalwright/review');
  const files = await readRevision(await repository.contentTree(commit), [repository.readBlobs]);
  return filesSide(files, commit, choice);
}

/** @param nowMs for what expires; left out for what is only compared with: it was right in its time */
export async function filesSide(
  { files, skipped }: RevisionFiles,
  commit: string,
  { env, everyEnvironment = false }: ContentChoice,
  nowMs?: number,
): Promise<ReviewSide> {
  const { BUILT_IN_MANIFEST } = await import('@signalwright/workflow');
  return {
    name: shortId(commit),
    loaded: loadFromFiles(files, { manifest: BUILT_IN_MANIFEST, nowMs, environment: env, everyEnvironment }),
    skipped,
  };
}

/** Long enough to be one commit in any repository. */
function shortId(commit: string): string {
  return commit.slice(0, 12);
}
