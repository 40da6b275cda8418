/** The pull request as GitHub knows it: which commits to compare. Nothing of it is taken from an artefact. */

import { createHash } from 'node:crypto';
import { MAX_FILE_BYTES } from '@signalwright/content';
import { OBJECT_ID, selectContent, type ContentTree, type RawEntry } from '../git/tree-entry.ts';
import type { GitHub } from './create-github.ts';
import { GitHubRefusal, refusing } from './github-refusal.ts';
import type { PullName, RepositoryName } from './repository-name.ts';

export interface PullRequest {
  readonly headSha: string;
  /** Where the pull request parted from its base. */
  readonly baseSha: string;
  /** The head is in another repository, that of a stranger perhaps. */
  readonly isFork: boolean;
  readonly isOpen: boolean;
}

/** Of one review; who changes more files at once must fetch the head. */
const MAX_REMOTE_BLOBS = 1_000;
const BLOBS_AT_ONCE = 10;

/** @throws GitHubRefusal */
export async function readPullRequest(github: GitHub, pull: PullName): Promise<PullRequest> {
  const { owner, repo, number } = pull;
  const { rest } = github.octokit;
  return refusing(`Reading pull request ${owner}/${repo}#${number}`, async () => {
    const { data } = await rest.pulls.get({ owner, repo, pull_number: number });
    const { head, base } = data;
    requireId(head.sha);
    requireId(base.sha);
    const compared = await rest.repos.compareCommitsWithBasehead({
      owner,
      repo,
      basehead: `${base.sha}...${head.sha}`,
      per_page: 1,
    });
    const baseSha = compared.data.merge_base_commit.sha;
    requireId(baseSha);
    const isFork =
      head.repo === null || head.repo.full_name.toLowerCase() !== `${owner}/${repo}`.toLowerCase();
    return { headSha: head.sha, baseSha, isFork, isOpen: data.state === 'open' };
  });
}

/** The content files of a commit that the local repository does not have. @throws GitHubRefusal */
export async function readRemoteTree(
  github: GitHub,
  { owner, repo }: RepositoryName,
  commit: string,
  prefix: string,
): Promise<ContentTree> {
  const { data } = await refusing(`Listing the files of ${commit}`, () =>
    github.octokit.rest.git.getTree({ owner, repo, tree_sha: commit, recursive: '1' }),
  );
  if (data.truncated) {
    throw new GitHubRefusal(
      'GitHub does not list all files of the commit. Fetch it (fetch-depth: 0), so that it is read from git.',
    );
  }
  const entries = data.tree.map(({ mode = '', sha = '', size = 0, path = '' }): RawEntry => {
    return { mode, blob: sha, bytes: size, path };
  });
  return selectContent(entries, prefix);
}

/** Bytes of blobs, each checked against its id. @throws GitHubRefusal */
export async function readRemoteBlobs(
  github: GitHub,
  repository: RepositoryName,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  if (ids.length > MAX_REMOTE_BLOBS) {
    throw new GitHubRefusal(
      `${ids.length} files would have to be asked of GitHub one by one. Fetch the commit (fetch-depth: 0).`,
    );
  }
  const blobs = new Map<string, Uint8Array>();
  for (let at = 0; at < ids.length; at += BLOBS_AT_ONCE) {
    const some = ids.slice(at, at + BLOBS_AT_ONCE);
    const read = await Promise.all(some.map((id) => readBlob(github, repository, id)));
    some.forEach((id, index) => blobs.set(id, read[index] as Uint8Array));
  }
  return blobs;
}

async function readBlob(github: GitHub, { owner, repo }: RepositoryName, id: string): Promise<Uint8Array> {
  const { data } = await refusing(`Reading the file ${id}`, () =>
    github.octokit.rest.git.getBlob({ owner, repo, file_sha: id }),
  );
  const bytes = Buffer.from(data.content, 'base64');
  if (bytes.length > MAX_FILE_BYTES || blobId(bytes, id.length) !== id) {
    throw new GitHubRefusal(`GitHub gave other bytes for the file ${id} than its id says.`);
  }
  return bytes;
}

/** As git names a blob; the length of the id tells the hash. */
function blobId(bytes: Uint8Array, length: number): string {
  const hash = createHash(length === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

function requireId(sha: string): void {
  if (!OBJECT_ID.test(sha)) throw new GitHubRefusal('GitHub named a commit that is no commit id.');
}
