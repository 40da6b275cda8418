/**
 * Detection rule, normal form: every default filled in, durations in milliseconds.
 * Source: Datadog "Custom Detection Rules" and the security monitoring rules API.
 */

import type { ComplianceRule, ComplianceSignals } from './rule-compliance.ts';
import type { DetectionMethod, DetectionMethodName } from './rule-method.ts';
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

export const RULE_TYPES = Object.keys(RULE_TYPE_NAMES) as readonly RuleType[];

/** Rules of these types judge the state of resources, not events. */
export const CONFIGURATION_RULE_TYPES = ['cloud_configuration', 'infrastructure_configuration'] as const;

/** What a query may read. Source: rules API, `dataSource`; `app_sec_spans` is the old name of `spans`. */
export const QUERY_DATA_SOURCES = [
  'logs',
  'audit',
  'app_sec_spans',
  'spans',
  'security_runtime',
  'network',
  'events',
  'security_signals',
] as const;

export type QueryDataSource = (typeof QUERY_DATA_SOURCES)[number];

/** What the queries of a rule read that do not say it. */
export const TYPE_DATA_SOURCE = {
  application_security: 'spans',
  api_security: 'spans',
  log_detection: 'logs',
  workload_security: 'security_runtime',
  workload_activity: 'security_runtime',
  signal_correlation: 'security_signals',
  cloud_configuration: 'logs',
  infrastructure_configuration: 'logs',
} as const satisfies Record<RuleType, QueryDataSource>;

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

export interface RuleWindows {
  /** Sliding, by event time. */
  readonly evaluationWindowMs: number;
  /** An open signal absorbs further firings that come within this time of the last one. */
  readonly keepAliveMs: number;
  /** Counted from first seen; the next firing after it opens a new signal. */
  readonly maxSignalDurationMs: number;
}

/** The windows of cloud configuration rules: the service sets them, a create body cannot. */
const CLOUD_CONFIGURATION_WINDOWS: RuleWindows = {
  evaluationWindowMs: 2 * 60 * 60_000,
  keepAliveMs: 6 * 60 * 60_000,
  maxSignalDurationMs: 24 * 60 * 60_000,
};

/** Methods that look at one event at a time, or at windows of their own, have no evaluation window. */
const METHOD_WINDOW_MS: Partial<Record<DetectionMethodName, number>> = {
  new_value: 0,
  impossible_travel: 0,
  third_party: 0,
  sequence_detection: 0,
  anomaly_detection: 30 * 60_000,
};

/** The windows of a rule that does not write them. Frozen, as RULE_DEFAULTS. */
export function defaultWindows(type: RuleType, method: DetectionMethodName): RuleWindows {
  if (type === 'cloud_configuration') return CLOUD_CONFIGURATION_WINDOWS;
  const evaluationWindowMs = METHOD_WINDOW_MS[method] ?? RULE_DEFAULTS.evaluationWindowMs;
  return { ...RULE_DEFAULTS, evaluationWindowMs };
}

/** Stated for historical jobs; equal caps for live rules are chosen. */
export const MAX_RULE_QUERIES = 10;
export const MAX_RULE_CASES = 10;

/** At most so many fields have their new combinations told. */
export const MAX_NEW_VALUE_FIELDS = 5;
export const MAX_CORRELATED_FIELDS = 3;

export interface DetectionRule extends RuleWindows {
  readonly kind: 'detection-rule';
  readonly id: string;
  /** The rule that Datadog owns and this one tunes; undefined for rules of our own. */
  readonly tunes?: OwnedRule;
  readonly name: string;
  readonly type: RuleType;
  readonly enabled: boolean;
  /** As compiled: `owner` of the written form stands here as `team:<owner>`. Order means nothing. */
  readonly tags: readonly string[];
  /** Template, Markdown. */
  readonly message: string;
  readonly method: DetectionMethod;
  /**
   * Positions are labels: the first unnamed query is `a`, the second `b`. Empty where the service makes them from
   * other parts: of third party cases, and of the resource type of a cloud configuration rule.
   */
  readonly queries: readonly RuleQuery[];
  /** The first case whose condition is true decides severity, name, notifications and actions. */
  readonly cases: readonly RuleCase[];
  /** Events must match each `require` and no `suppress`, before anything is counted. */
  readonly filters: readonly RuleFilter[];
  /** Coarser signals than the queries' groups; a subset of their fields. Empty: as the queries group. */
  readonly groupSignalsBy: readonly string[];
  readonly referenceTables: readonly ReferenceTable[];
  /** Only of scheduled rules; queries name them `#name`. */
  readonly calculatedFields: readonly CalculatedField[];
  /** Runs at times over stored logs instead of live over incoming ones. */
  readonly schedule?: RuleSchedule;
  readonly compliance?: ComplianceRule;
  readonly complianceSignals?: ComplianceSignals;
  /** One level down when the env starts with staging, test or dev. Undefined is the service's default, false. */
  readonly decreaseSeverityOutsideProduction?: boolean;
  /** Group values stand in the titles of notifications. */
  readonly hasExtendedTitle: boolean;
  /** Laid over the name and message of a rule that Datadog owns. */
  readonly customName?: string;
  readonly customMessage?: string;
  /**
   * The remote object that it was imported from, while that carries no mark of ours. Undefined for what was never
   * imported.
   */
  readonly remoteId?: string;
  /** See `UnknownFields`; left out when there are none. */
  readonly unknownFields?: UnknownFields;
}

/** The parts of a rule that most rules leave empty. */
export const PLAIN_RULE = {
  filters: [],
  groupSignalsBy: [],
  referenceTables: [],
  calculatedFields: [],
} as const satisfies Partial<DetectionRule>;

/** A rule of Datadog or of a partner: it can be changed in a few places, and neither created nor deleted. */
export interface OwnedRule {
  /** Its remote id; the same in every organisation for newer rules. */
  readonly ruleId: string;
  /** Tags that cannot be taken away; they stand in the tags of the rule too. */
  readonly defaultTags: readonly string[];
}

export interface RuleQuery {
  /** May be empty; then the position gives the label. */
  readonly name: string;
  /** Empty matches everything, and is empty for queries over the signals of another rule. */
  readonly query: string;
  readonly aggregation: Aggregation;
  /** Paths as in queries: `@http.client_ip`, `service`. */
  readonly groupBy: readonly string[];
  /** A missing group value becomes the literal `N/A` instead of leaving the event out. */
  readonly optionalGroupBy: boolean;
  /** Undefined reads what the type reads, see TYPE_DATA_SOURCE. */
  readonly dataSource?: QueryDataSource;
  /** Of scheduled rules over logs. */
  readonly indexes?: readonly string[];
  /** The older, single form of `indexes`. */
  readonly index?: string;
  /** Joined to the query of a rule that Datadog owns. */
  readonly customQueryExtension?: string;
  /** Present in correlation rules: the query counts signals of another rule. */
  readonly correlation?: Correlation;
}

export interface Correlation {
  readonly rule: CorrelatedRule;
  /** At most MAX_CORRELATED_FIELDS: signals are joined on equal values. */
  readonly correlatedByFields: readonly string[];
  /** Which query of the other rule gives the values, from 0. */
  readonly correlatedQueryIndex?: number;
}

export type CorrelatedRule =
  /** Id of a detection rule of this workspace. */
  | { readonly kind: 'content'; readonly id: string }
  | { readonly kind: 'remote'; readonly ruleId: string }
  | { readonly kind: 'default'; readonly defaultRuleId: string };

export type Aggregation =
  | { readonly kind: 'count' }
  | { readonly kind: 'cardinality'; readonly fields: readonly string[] }
  | { readonly kind: 'sum'; readonly field: string }
  | { readonly kind: 'max'; readonly field: string }
  /** One to MAX_NEW_VALUE_FIELDS. */
  | { readonly kind: 'new_value'; readonly fields: readonly string[] }
  | { readonly kind: 'geo_data'; readonly field: string }
  /** Of correlation queries. */
  | { readonly kind: 'event_count' }
  /** Of third party rules. */
  | { readonly kind: 'none' };

export interface RuleFilter {
  readonly action: 'require' | 'suppress';
  readonly query: string;
}

export interface ReferenceTable {
  readonly tableName: string;
  readonly columnName: string;
  /** The field of the event whose value is looked up. */
  readonly logFieldPath: string;
  /** Label of a query of the rule. */
  readonly ruleQueryName: string;
  /** True keeps events whose value is in the table, false those whose value is not. */
  readonly checkPresence: boolean;
}

export interface CalculatedField {
  readonly name: string;
  readonly expression: string;
}

export interface RuleSchedule {
  /** RFC 5545 recurrence. */
  readonly rrule?: string;
  /** ISO 8601 without a zone. */
  readonly start?: string;
  /** Of the tz database. */
  readonly timezone?: string;
}

export interface RuleCase {
  readonly name: string;
  /** Undefined where the method decides by itself: new value, impossible travel, some anomaly rules. */
  readonly condition?: string;
  readonly severity: Severity;
  /** Handles, each starting with `@`. */
  readonly notifications: readonly string[];
  readonly actions: readonly CaseAction[];
  /** Laid over the severity of a rule that Datadog owns. */
  readonly customSeverity?: Severity;
}

/** Source: case `actions` of the rules API. `durationMs` undefined blocks for ever (0 on the wire). */
export type CaseAction =
  | { readonly kind: 'block_ip'; readonly durationMs?: number }
  | { readonly kind: 'block_user'; readonly durationMs?: number }
  | { readonly kind: 'user_behavior'; readonly behavior: string }
  | { readonly kind: 'flag_ip'; readonly flag: 'SUSPICIOUS' | 'FLAGGED' };

/**
 * The queries that one event may match, in the order of their labels: of a third party rule its cases, since the
 * service makes queries of them; none where signals or resources are looked at.
 */
export function eventQueries({ type, method, queries }: DetectionRule): readonly RuleQuery[] {
  if (type === 'signal_correlation' || type === 'cloud_configuration') return [];
  if (method.kind !== 'third_party') return queries;
  const plain = { aggregation: { kind: 'none' }, groupBy: [], optionalGroupBy: false } as const;
  return method.cases.map(({ name, query }) => ({ name, query, ...plain }));
}

/** The name a condition uses for the query at `position` (from 0): its own, else a, b, c, … */
export function queryLabel(query: { readonly name: string }, position: number): string {
  return query.name !== '' ? query.name : String.fromCharCode(97 + position);
}
