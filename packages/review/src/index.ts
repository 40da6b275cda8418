/** What a change of content means, said in a terminal, a comment and a check run. */

export { MAX_COMMENT_CHARS } from './comment/fit.ts';
export { renderDriftPage } from './comment/drift-page.ts';
export { renderPlanPage } from './comment/plan-page.ts';
export { renderComment } from './comment/render-comment.ts';
export { gitIdentity, type GitIdentity } from './git/identity.ts';
export { NOTES_REF, appendNote, readNote, readNotes } from './git/notes.ts';
export { openLeaseRef, type LeasePlace } from './git/lease-ref.ts';
export { GitRefusal, openRepository, type Repository } from './git/repository.ts';
export { isRevisionName, parseRevisionRange, type RevisionRange } from './git/revision-name.ts';
export { type GitOptions } from './git/run-git.ts';
export { type ContentTree, type TreeEntry } from './git/tree-entry.ts';
export { createGitHub, type GitHub, type GitHubOptions } from './github/create-github.ts';
export { GitHubRefusal } from './github/github-refusal.ts';
export { publishReview, type PublishRequest, type PublishResult } from './github/publish-review.ts';
export { type PullRequest } from './github/pull-request.ts';
export { parseRepositoryName, type PullName, type RepositoryName } from './github/repository-name.ts';
export { type CommentEnd } from './github/upsert-comment.ts';
export { type CheckEnd } from './github/write-check-run.ts';
export { makeReview, type ReviewInput, type ReviewSide } from './make-review.ts';
export { meaningDocument } from './meaning-document.ts';
export { type ClauseDifference } from './meaning/compare-clauses.ts';
export { compareWorkspaces } from './meaning/compare-workspaces.ts';
export { type Objects, type Side } from './meaning/objects.ts';
export {
  countAttention,
  isEmptyReport,
  type ChangeSymbol,
  type MeaningReport,
  type Note,
  type ObjectChange,
  type QueryChange,
  type QueryUse,
  type Weight,
} from './meaning/report.ts';
export { type Witness, type WitnessLine } from './meaning/witness.ts';
export { plainText, type Datum, type Phrase } from './phrase.ts';
export { readReviewPlan } from './read-plan.ts';
export { readPullSides, type PullSides } from './read-pull-sides.ts';
export { readRevision, type BlobSource, type RevisionFiles } from './read-revision.ts';
export { renderMeaning, type TextStyles } from './render-meaning.ts';
export {
  concludeReview,
  type Compared,
  type Conclusion,
  type Meaning,
  type ObjectTests,
  type Review,
  type ReviewPlan,
} from './review.ts';
