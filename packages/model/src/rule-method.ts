/**
 * How a detection rule decides, and the options of each way. Source: rules API, `options.detectionMethod` and the
 * `…Options` objects beside it. A part that is undefined is left to the service: it is not sent, and what stood
 * there before is reset, since `options` are replaced whole.
 */

import type { Severity } from './severity.ts';

export const DETECTION_METHODS = [
  'threshold',
  'new_value',
  'anomaly_detection',
  'impossible_travel',
  'hardcoded',
  'third_party',
  'anomaly_threshold',
  'sequence_detection',
] as const;

export type DetectionMethodName = (typeof DETECTION_METHODS)[number];

export type DetectionMethod =
  | { readonly kind: 'threshold' }
  | NewValueMethod
  | AnomalyDetectionMethod
  | ImpossibleTravelMethod
  /** An evaluator of Datadog's own; the one that is known is `log4shell`. */
  | { readonly kind: 'hardcoded'; readonly evaluator?: string }
  | ThirdPartyMethod
  /** In the API without any options or prose. */
  | { readonly kind: 'anomaly_threshold' }
  | SequenceMethod;

/** A signal for each value of the queries' fields that was not seen while learning. */
export interface NewValueMethod {
  readonly kind: 'new_value';
  /** How long an unseen value is remembered. */
  readonly forgetAfterMs: number;
  readonly learningMethod: LearningMethod;
  /** How long values are only learned; 0 starts with the second value. For `duration`. */
  readonly learningDurationMs: number;
  /** How often a value must be seen before new ones raise signals. For `threshold`. */
  readonly learningThreshold: number;
  /** Learns from what is stored already. */
  readonly instantaneousBaseline?: boolean;
  readonly instantaneousBaselineTimeoutMs?: number;
}

export const LEARNING_METHODS = ['duration', 'threshold'] as const;
export type LearningMethod = (typeof LEARNING_METHODS)[number];

/** Frozen: the most frequent values of published rules. */
export const NEW_VALUE_DEFAULTS = {
  forgetAfterMs: 28 * 86_400_000,
  learningMethod: 'duration',
  learningDurationMs: 7 * 86_400_000,
  learningThreshold: 0,
} as const;

/** A condition compares a score with its threshold, `a > 0.995`, not a count. */
export interface AnomalyDetectionMethod {
  readonly kind: 'anomaly_detection';
  /** Length of the buckets that are counted. */
  readonly bucketDurationMs?: number;
  readonly learningDurationMs?: number;
  /** 1 to 5: higher values need a higher deviation. */
  readonly detectionTolerance?: number;
  /** Count that applies while learning. */
  readonly learningPeriodBaseline?: number;
  readonly instantaneousBaseline?: boolean;
  readonly instantaneousBaselineTimeoutMs?: number;
}

export interface ImpossibleTravelMethod {
  readonly kind: 'impossible_travel';
  /** Learns the places of each user first, and lets them be. */
  readonly baselineUserLocations?: boolean;
  readonly baselineUserLocationsDurationMs?: number;
  readonly detectIpTransition?: boolean;
}

/** Passes on what another product found: root queries select its events, the first matching case grades each. */
export interface ThirdPartyMethod {
  readonly kind: 'third_party';
  readonly rootQueries: readonly RootQuery[];
  readonly cases: readonly ThirdPartyCase[];
  /** Of events that match no case. */
  readonly defaultSeverity?: Severity;
  readonly defaultNotifications: readonly string[];
  /** Template; without it the name of the case makes the title. */
  readonly signalTitleTemplate?: string;
}

export interface RootQuery {
  readonly query: string;
  /** One signal for each combination of values; none: one for each event. */
  readonly groupBy: readonly string[];
}

export interface ThirdPartyCase {
  readonly name: string;
  readonly query: string;
  readonly severity: Severity;
  readonly notifications: readonly string[];
  /** Laid over the severity of a rule that Datadog owns. */
  readonly customSeverity?: Severity;
}

export const MAX_SEQUENCE_STEPS = 10;
export const MAX_SEQUENCE_MS = 24 * 60 * 60_000;

/** Steps that come true one after the other; the rule's case names the last one. */
export interface SequenceMethod {
  readonly kind: 'sequence_detection';
  readonly steps: readonly SequenceStep[];
  readonly transitions: readonly SequenceTransition[];
}

export interface SequenceStep {
  readonly name: string;
  /** Over the labels of the rule's queries. */
  readonly condition: string;
  readonly evaluationWindowMs?: number;
}

export interface SequenceTransition {
  readonly parent: string;
  readonly child: string;
  /** How long after the parent the child may come true. */
  readonly evaluationWindowMs?: number;
}
