/** One side of a comparison: the working tree, or a commit of the repository around it. */

import { loadFromFiles } from '@signalwright/content';
import type { Repository, ReviewSide, RevisionFiles } from '@signalwright/review';
import { loadContent } from './load-content.ts';

export async function workingTreeSide(root: string): Promise<ReviewSide> {
  return { name: 'working tree', loaded: await loadContent(root), skipped: [] };
}

export async function commitSide(repository: Repository, commit: string): Promise<ReviewSide> {
  const { readRevision } = await import('@signalwright/review');
  const files = await readRevision(await repository.contentTree(commit), [repository.readBlobs]);
  return filesSide(files, commit);
}

export async function filesSide({ files, skipped }: RevisionFiles, commit: string): Promise<ReviewSide> {
  const { BUILT_IN_MANIFEST } = await import('@signalwright/workflow');
  return { name: shortId(commit), loaded: loadFromFiles(files, { manifest: BUILT_IN_MANIFEST }), skipped };
}

/** Long enough to be one commit in any repository. */
function shortId(commit: string): string {
  return commit.slice(0, 12);
}
