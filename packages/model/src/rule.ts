/**
 * Detection rule, normal form: every default filled in, durations in milliseconds.
 * Source: Datadog "Custom Detection Rules" and the security monitoring rules API.
 */

import type { Severity } from './severity.ts';
import type { UnknownFields } from './unknown-fields.ts';

/** Rule types of the API with the names that `@workflow.rule.type` of a signal shows. */
export const RULE_TYPE_NAMES = {
  application_security: 'Application Security',
  api_security: 'API Security',
  log_detection: 'Log Detection',
  workload_security: 'Workload Security',
  workload_activity: 'Workload Activity',
  signal_correlation: 'Signal Correlation',
  cloud_configuration: 'Cloud Configuration',
  infrastructure_configuration: 'Infrastructure Configuration',
} as const;

export type RuleType = keyof typeof RULE_TYPE_NAMES;

/** Rule types whose threshold rules this version can author, compile and run. */
export const AUTHORED_RULE_TYPES = [
  'application_security',
  'api_security',
  'log_detection',
  'workload_security',
  'workload_activity',
] as const satisfies readonly RuleType[];

export type AuthoredRuleType = (typeof AUTHORED_RULE_TYPES)[number];

/** Wire values of all three windows, in seconds. Source: enums of the rules API. */
export const WINDOW_SECONDS = [
  0, 60, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
] as const;

/** Frozen: a default never changes within a schema major version. */
export const RULE_DEFAULTS = {
  evaluationWindowMs: 5 * 60_000,
  keepAliveMs: 60 * 60_000,
  maxSignalDurationMs: 24 * 60 * 60_000,
} as const;

/** Stated for historical jobs; equal caps for live rules are chosen. */
export const MAX_RULE_QUERIES = 10;
export const MAX_RULE_CASES = 10;

export interface DetectionRule {
  readonly kind: 'detection-rule';
  readonly id: string;
  readonly name: string;
  readonly type: AuthoredRuleType;
  readonly enabled: boolean;
  /** As compiled: `owner` of the written form stands here as `team:<owner>`. Order means nothing. */
  readonly tags: readonly string[];
  /** Template, Markdown. */
  readonly message: string;
  readonly method: DetectionMethod;
  /** Positions are labels: the first unnamed query is `a`, the second `b`. */
  readonly queries: readonly RuleQuery[];
  /** The first case whose condition is true decides severity, name, notifications and actions. */
  readonly cases: readonly RuleCase[];
  /** Sliding, by event time. */
  readonly evaluationWindowMs: number;
  /** An open signal absorbs further firings that come within this time of the last one. */
  readonly keepAliveMs: number;
  /** Counted from first seen; the next firing after it opens a new signal. */
  readonly maxSignalDurationMs: number;
  /** One level down when the env starts with staging, test or dev. */
  readonly decreaseSeverityOutsideProduction: boolean;
  /** Group values stand in the titles of notifications. */
  readonly hasExtendedTitle: boolean;
  /** See `UnknownFields`; left out when there are none. */
  readonly unknownFields?: UnknownFields;
}

/** Further methods (new value, anomaly, sequence, …) join this union. */
export type DetectionMethod = { readonly kind: 'threshold' };

export interface RuleQuery {
  /** May be empty; then the position gives the label. */
  readonly name: string;
  readonly query: string;
  readonly aggregation: Aggregation;
  /** Paths as in queries: `@http.client_ip`, `service`. */
  readonly groupBy: readonly string[];
  /** A missing group value becomes the literal `N/A` instead of leaving the event out. */
  readonly optionalGroupBy: boolean;
}

export type Aggregation =
  | { readonly kind: 'count' }
  | { readonly kind: 'cardinality'; readonly fields: readonly string[] }
  | { readonly kind: 'sum'; readonly field: string }
  | { readonly kind: 'max'; readonly field: string };

export interface RuleCase {
  readonly name: string;
  readonly condition: string;
  readonly severity: Severity;
  /** Handles, each starting with `@`. */
  readonly notifications: readonly string[];
  readonly actions: readonly CaseAction[];
}

/** Source: case `actions` of the rules API. `durationMs` undefined blocks for ever (0 on the wire). */
export type CaseAction =
  | { readonly kind: 'block_ip'; readonly durationMs?: number }
  | { readonly kind: 'block_user'; readonly durationMs?: number }
  | { readonly kind: 'user_behavior'; readonly behavior: string }
  | { readonly kind: 'flag_ip'; readonly flag: 'SUSPICIOUS' | 'FLAGGED' };

/** The name a condition uses for the query at `position` (from 0): its own, else a, b, c, … */
export function queryLabel(query: { readonly name: string }, position: number): string {
  return query.name !== '' ? query.name : String.fromCharCode(97 + position);
}
