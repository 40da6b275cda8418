/**
 * Both sides of a pull request, wherever their objects are: in the local repository, else asked of GitHub one
 * by one. So a job of the default branch can review a stranger's commit without checking it out.
 * Source: reliability T01 and T02: what came with the change is data, and is never run.
 */

import type { Repository } from './git/repository.ts';
import type { ContentTree } from './git/tree-entry.ts';
import type { GitHub } from './github/create-github.ts';
import { readPullRequest, readRemoteBlobs, readRemoteTree, type PullRequest } from './github/pull-request.ts';
import type { PullName } from './github/repository-name.ts';
import { readRevision, type RevisionFiles } from './read-revision.ts';

export interface PullSides {
  readonly pull: PullRequest;
  readonly base: RevisionFiles;
  readonly head: RevisionFiles;
}

/** @throws GitHubRefusal, GitRefusal */
export async function readPullSides(
  github: GitHub,
  name: PullName,
  repository: Repository,
): Promise<PullSides> {
  const pull = await readPullRequest(github, name);
  const treeOf = async (commit: string): Promise<ContentTree> =>
    (await repository.hasCommit(commit))
      ? repository.contentTree(commit)
      : readRemoteTree(github, name, commit, repository.prefix);
  const sources = [repository.readBlobs, (ids: readonly string[]) => readRemoteBlobs(github, name, ids)];
  const base = await readRevision(await treeOf(pull.baseSha), sources);
  const head = await readRevision(await treeOf(pull.headSha), sources);
  return { pull, base, head };
}
