/** Everything that a review says, as one value: the comment, the check run and the terminal print the same. */

import {
  isFailed,
  type Address,
  type Diagnostic,
  type SourceRange,
  type TestOutcome,
} from '@signalwright/model';
import type { Plan } from '@signalwright/sync';
import { countAttention, type MeaningReport } from './meaning/report.ts';
import type { Phrase } from './phrase.ts';

export interface Review {
  readonly compared: Compared;
  readonly meaning: Meaning;
  /** Of the new side. */
  readonly diagnostics: readonly Diagnostic[];
  /** Of the new side, workflows included. */
  readonly tests: readonly ObjectTests[];
  readonly plan: ReviewPlan;
  /** Where each object of the new side is written, for findings without a place of their own. */
  readonly places: ReadonlyMap<Address, SourceRange>;
}

/** Commit ids or names, for people. */
export interface Compared {
  readonly base: string;
  readonly head: string;
}

export type Meaning =
  | { readonly kind: 'compared'; readonly report: MeaningReport; readonly remarks: readonly Phrase[] }
  /** One side does not load. */
  | { readonly kind: 'not-compared'; readonly why: Phrase };

export type ReviewPlan =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'none'; readonly why: Phrase };

/** `ContentTestResult` of `detect` is one; the tests of workflows come from their own runner. */
export interface ObjectTests {
  readonly address: Address;
  readonly outcomes: readonly TestOutcome[];
}

/** What a check run is told: `failure` must not be merged, `neutral` wants a person. */
export type Conclusion = 'success' | 'neutral' | 'failure';

export function concludeReview(review: Review): Conclusion {
  const { meaning, plan } = review;
  if (countErrors(review) > 0 || failedTests(review.tests).length > 0) return 'failure';
  if (meaning.kind === 'not-compared') return 'neutral';
  const isBlocked = plan.kind === 'plan' && plan.plan.blocked.length > 0;
  return countAttention(meaning.report) > 0 || isBlocked ? 'neutral' : 'success';
}

export function countErrors({ diagnostics }: Review): number {
  return diagnostics.filter(({ severity }) => severity === 'error').length;
}

export interface FailedTest {
  readonly address: Address;
  readonly outcome: TestOutcome;
}

export function failedTests(tests: readonly ObjectTests[]): readonly FailedTest[] {
  return tests.flatMap(({ address, outcomes }) =>
    outcomes.filter(isFailed).map((outcome) => ({ address, outcome })),
  );
}

export function countTests(tests: readonly ObjectTests[]): number {
  return tests.reduce(
    (sum, { outcomes }) => sum + outcomes.filter(({ notRun }) => notRun === undefined).length,
    0,
  );
}
