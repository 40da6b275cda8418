/** One comment for each pull request: created once, then updated in place. */

import type { GitHub } from './create-github.ts';
import { createOnce, NO_REPEAT } from './create-once.ts';
import { statusOf } from './github-refusal.ts';
import type { PullName } from './repository-name.ts';

export interface CommentRequest {
  readonly pull: PullName;
  /** First line of the body; see `commentMarker`. */
  readonly marker: string;
  /** Without the marker. */
  readonly text: string;
  /** Who we are. */
  readonly login: string;
}

export type CommentEnd = 'created' | 'updated' | 'unchanged';

const PAGE_SIZE = 100;
/** 10,000 comments: GitHub locks conversations long before. */
const MAX_PAGES = 100;

interface OwnComment {
  readonly id: number;
  readonly body: string;
}

export async function upsertComment(github: GitHub, request: CommentRequest): Promise<CommentEnd> {
  const body = `${request.marker}\n${request.text}`;
  const [oldest] = await findOwn(github, request);
  if (oldest !== undefined) return updateIfNeeded(github, request, oldest, body);
  const created = await createOnce(github, {
    create: () => createComment(github, request, body),
    find: async () => (await findOwn(github, request))[0],
  });
  // Another run may have been first in the meantime: the older comment stays.
  const [first] = await findOwn(github, request);
  if (first === undefined || first.id === created.id) return 'created';
  await deleteIfThere(github, request, created.id);
  return updateIfNeeded(github, request, first, body);
}

async function createComment(github: GitHub, request: CommentRequest, body: string): Promise<OwnComment> {
  const { data } = await github.octokit.rest.issues.createComment({
    ...nameOf(request),
    issue_number: request.pull.number,
    body,
    request: NO_REPEAT,
  });
  return { id: data.id, body };
}

async function deleteIfThere({ octokit }: GitHub, request: CommentRequest, id: number): Promise<void> {
  try {
    await octokit.rest.issues.deleteComment({ ...nameOf(request), comment_id: id });
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}

async function updateIfNeeded(
  { octokit }: GitHub,
  request: CommentRequest,
  comment: OwnComment,
  body: string,
): Promise<CommentEnd> {
  // GitHub may store line ends its own way.
  if (comment.body.replaceAll('\r\n', '\n').trimEnd() === body.trimEnd()) return 'unchanged';
  await octokit.rest.issues.updateComment({ ...nameOf(request), comment_id: comment.id, body });
  return 'updated';
}

/** Ours, the oldest first: of our login, and starting with the marker. Who copies the marker is not us. */
async function findOwn({ octokit }: GitHub, request: CommentRequest): Promise<readonly OwnComment[]> {
  const { marker, login, pull } = request;
  const found: OwnComment[] = [];
  let pages = 0;
  const parameters = { ...nameOf(request), issue_number: pull.number, per_page: PAGE_SIZE };
  for await (const { data } of octokit.paginate.iterator(octokit.rest.issues.listComments, parameters)) {
    for (const { id, user, body = '' } of data) {
      if (user?.login === login && body.startsWith(marker)) found.push({ id, body });
    }
    pages += 1;
    if (pages >= MAX_PAGES) break;
  }
  return found.toSorted((a, b) => a.id - b.id);
}

function nameOf({ pull }: CommentRequest): { readonly owner: string; readonly repo: string } {
  return { owner: pull.owner, repo: pull.repo };
}
