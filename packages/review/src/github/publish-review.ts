/** Puts a review where its readers are: one comment, one check run. */

import { renderComment, reviewTitle } from '../comment/render-comment.ts';
import { reviewAnnotations } from '../check/annotations.ts';
import { concludeReview, type Review } from '../review.ts';
import { commentMarker } from './comment-marker.ts';
import type { GitHub } from './create-github.ts';
import { asRefusal, isForbidden, refusing } from './github-refusal.ts';
import { readOwnLogin } from './own-login.ts';
import type { PullName } from './repository-name.ts';
import { upsertComment, type CommentEnd } from './upsert-comment.ts';
import { writeCheckRun, type CheckEnd } from './write-check-run.ts';

export interface PublishRequest {
  readonly pull: PullName;
  /** As GitHub said it, never as an artefact says. */
  readonly headSha: string;
  readonly review: Review;
  /** Folder of the content in the repository: empty, or with a `/` at its end. */
  readonly prefix: string;
  /** Tells our comments from those of other workflows of the same bot. */
  readonly markerKey?: string | undefined;
}

export interface PublishResult {
  readonly comment: CommentEnd | 'refused';
  readonly check: CheckEnd | 'refused';
  /** Why something was refused, one sentence each. */
  readonly refusals: readonly string[];
}

/** Source: check runs API. */
const MAX_SUMMARY_CHARS = 65_000;
const MAX_TITLE_CHARS = 250;

/**
 * Idempotent: the same review again changes nothing. What the token may not do is told in the result, so that
 * the caller can still print the review.
 *
 * @throws GitHubRefusal when GitHub cannot be reached or keeps failing
 */
export async function publishReview(github: GitHub, request: PublishRequest): Promise<PublishResult> {
  const { pull, review, headSha, prefix } = request;
  const refusals: string[] = [];
  const attempt = async <T>(doing: string, work: () => Promise<T>): Promise<T | 'refused'> => {
    try {
      return await work();
    } catch (error) {
      if (!isForbidden(error)) throw asRefusal(error, doing) ?? error;
      refusals.push(asRefusal(error, doing)?.message ?? doing);
      return 'refused';
    }
  };
  const login = await refusing('Asking whose token this is', () => readOwnLogin(github));
  const comment = await attempt('Writing the comment', () =>
    upsertComment(github, {
      pull,
      marker: commentMarker(pull, request.markerKey),
      text: renderComment(review),
      login,
    }),
  );
  const check = await attempt('Writing the check run', () =>
    writeCheckRun(github, {
      repository: { owner: pull.owner, repo: pull.repo },
      headSha,
      conclusion: concludeReview(review),
      title: reviewTitle(review).slice(0, MAX_TITLE_CHARS),
      summary: renderComment(review, MAX_SUMMARY_CHARS),
      annotations: reviewAnnotations(review, prefix),
    }),
  );
  return { comment, check, refusals };
}
