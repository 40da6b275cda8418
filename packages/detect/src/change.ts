/** What detection tells the world: one value for each thing that happened to a signal. */

import type { DetectedSignal, Severity } from '@signalwright/model';
import type { CloseReason } from './lifecycle.ts';

export type SignalChange =
  | { readonly kind: 'opened'; readonly signal: DetectedSignal }
  /** It absorbed further events. Told at most once a second of event time, and at the latest by `advance`. */
  | { readonly kind: 'extended'; readonly signal: DetectedSignal }
  | { readonly kind: 'raised'; readonly signal: DetectedSignal; readonly previousSeverity: Severity }
  /** No further event will be counted for it. Triage is another matter: it stays open there. */
  | {
      readonly kind: 'closed';
      readonly signalId: string;
      readonly reason: CloseReason;
      /** Event time from which on it absorbed nothing more. */
      readonly atMs: number;
    }
  /** It would have opened. `suppressionId` is the id written in the suppression's file. */
  | { readonly kind: 'suppressed'; readonly signal: DetectedSignal; readonly suppressionId: string };

/** One look at one group after an event: for tests and reviews that explain why a rule did or did not fire. */
export interface Evaluation {
  readonly ruleId: string;
  /** Path to value. */
  readonly group: Readonly<Record<string, string>>;
  readonly atMs: number;
  /** Value of each query by label. */
  readonly values: Readonly<Record<string, number>>;
  /** Position of the first true case; undefined when none was. */
  readonly caseIndex?: number;
}
