/** Random detection rules in normal form: every type, method, aggregation and optional part. */

import {
  PLAIN_RULE,
  QUERY_DATA_SOURCES,
  SEVERITIES,
  TYPE_DATA_SOURCE,
  WINDOW_SECONDS,
  type Aggregation,
  type CaseAction,
  type DetectionMethod,
  type DetectionRule,
  type RuleCase,
  type RuleQuery,
  type RuleType,
} from '@signalwright/model';
import fc from 'fast-check';
import { anyText, handle, id, name, plain, tags, text } from './scalar-arbitraries.ts';

const windowMs = fc.constantFrom(...WINDOW_SECONDS).map((seconds) => seconds * 1_000);
const secondsMs = fc.integer({ min: 1, max: 10_000_000 }).map((seconds) => seconds * 1_000);
/** Values of the specification's enums, in milliseconds. */
const oneOfMs = (unitMs: number, ...units: number[]): fc.Arbitrary<number> =>
  fc.constantFrom(...units).map((count) => count * unitMs);
const DAY_MS = 86_400_000;
const minutesMs = fc.integer({ min: 1, max: 60 }).map((minutes) => minutes * 60_000);
const path = fc.constantFrom('@http.client_ip', '@usr.id', 'service', 'env', '@a.b.c');
const severity = fc.constantFrom(...SEVERITIES);
const notifications = fc.array(handle, { maxLength: 3 });

/** Each of the parts may be missing. */
function optional<T>(parts: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(parts, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

const aggregation: fc.Arbitrary<Aggregation> = fc.oneof(
  fc.constantFrom({ kind: 'count' } as const, { kind: 'event_count' } as const, { kind: 'none' } as const),
  fc.record({
    kind: fc.constantFrom('cardinality' as const, 'new_value' as const),
    fields: fc.array(path, { minLength: 1, maxLength: 5 }),
  }),
  fc.record({ kind: fc.constantFrom('sum' as const, 'max' as const, 'geo_data' as const), field: path }),
);

const blockAction = fc
  .record(
    { kind: fc.constantFrom('block_ip' as const, 'block_user' as const), durationMs: secondsMs },
    { requiredKeys: ['kind'] },
  )
  .map((action): CaseAction => action);

const caseAction: fc.Arbitrary<CaseAction> = fc.oneof(
  blockAction,
  fc.record({ kind: fc.constant('user_behavior' as const), behavior: text }),
  fc.record({
    kind: fc.constant('flag_ip' as const),
    flag: fc.constantFrom('SUSPICIOUS' as const, 'FLAGGED' as const),
  }),
);

const ruleCase: fc.Arbitrary<RuleCase> = fc.record(
  {
    name: text,
    severity,
    notifications,
    actions: fc.array(caseAction, { maxLength: 3 }),
    condition: text.filter((condition) => condition !== 'a > 0'),
    customSeverity: severity,
  },
  { requiredKeys: ['name', 'severity', 'notifications', 'actions'] },
) as fc.Arbitrary<RuleCase>;

const baseline = { instantaneousBaseline: fc.boolean(), instantaneousBaselineTimeoutMs: minutesMs };
const stepWindow = { evaluationWindowMs: windowMs };

const method: fc.Arbitrary<DetectionMethod> = fc.oneof(
  fc.constantFrom({ kind: 'threshold' } as const, { kind: 'anomaly_threshold' } as const),
  fc
    .tuple(
      fc.record({
        forgetAfterMs: oneOfMs(DAY_MS, 1, 2, 7, 14, 21, 28),
        learningMethod: fc.constantFrom('duration' as const, 'threshold' as const),
        learningDurationMs: oneOfMs(DAY_MS, 0, 1, 7),
        learningThreshold: fc.integer({ min: 0, max: 1 }),
      }),
      optional(baseline),
    )
    .map(([known, more]) => ({ kind: 'new_value' as const, ...known, ...more })),
  optional({
    bucketDurationMs: oneOfMs(1_000, 300, 600, 900, 1_800, 3_600, 10_800),
    learningDurationMs: oneOfMs(3_600_000, 1, 6, 12, 24, 48, 168, 336),
    detectionTolerance: fc.integer({ min: 1, max: 5 }),
    learningPeriodBaseline: fc.nat(1_000),
    ...baseline,
  }).map((options) => ({ kind: 'anomaly_detection' as const, ...options })),
  optional({
    baselineUserLocations: fc.boolean(),
    baselineUserLocationsDurationMs: oneOfMs(DAY_MS, 1, 2, 7, 30),
    detectIpTransition: fc.boolean(),
  }).map((options) => ({ kind: 'impossible_travel' as const, ...options })),
  optional({ evaluator: fc.constant('log4shell') }).map((options) => ({
    kind: 'hardcoded' as const,
    ...options,
  })),
  fc
    .tuple(
      fc.record({
        rootQueries: fc.array(fc.record({ query: anyText, groupBy: fc.array(path, { maxLength: 2 }) }), {
          maxLength: 3,
        }),
        cases: fc.array(
          fc
            .tuple(
              fc.record({ name: text, query: anyText, severity, notifications }),
              optional({ customSeverity: severity }),
            )
            .map(([known, more]) => ({ ...known, ...more })),
          { maxLength: 3 },
        ),
        defaultNotifications: notifications,
      }),
      optional({ defaultSeverity: severity, signalTitleTemplate: text }),
    )
    .map(([known, more]) => ({ kind: 'third_party' as const, ...known, ...more })),
  fc
    .record({
      steps: fc.array(
        fc
          .tuple(fc.record({ name, condition: text }), optional(stepWindow))
          .map(([known, more]) => ({ ...known, ...more })),
        { maxLength: 4 },
      ),
      transitions: fc.array(
        fc
          .tuple(fc.record({ parent: name, child: name }), optional(stepWindow))
          .map(([known, more]) => ({ ...known, ...more })),
        { maxLength: 3 },
      ),
    })
    .map((options) => ({ kind: 'sequence_detection' as const, ...options })),
) as fc.Arbitrary<DetectionMethod>;

function standardQuery(type: RuleType): fc.Arbitrary<RuleQuery> {
  return fc
    .tuple(
      fc.record({
        name: text,
        query: anyText,
        aggregation,
        groupBy: fc.array(path, { maxLength: 3 }),
        optionalGroupBy: fc.boolean(),
      }),
      optional({
        dataSource: fc.constantFrom(
          ...QUERY_DATA_SOURCES.filter((source) => source !== TYPE_DATA_SOURCE[type]),
        ),
        index: name,
        indexes: fc.array(name, { maxLength: 2 }),
        customQueryExtension: anyText,
      }),
    )
    .map(([known, more]): RuleQuery => ({ ...known, ...more }) as RuleQuery);
}

const remoteId = fc.stringMatching(/^[a-z0-9]{3}-[a-z0-9]{3}-[a-z0-9]{3}$/);

const correlationQuery: fc.Arbitrary<RuleQuery> = fc
  .tuple(
    text,
    fc.oneof(
      fc.record({ kind: fc.constant('content' as const), id }),
      fc.record({ kind: fc.constant('remote' as const), ruleId: remoteId }),
      fc.record({ kind: fc.constant('default' as const), defaultRuleId: remoteId }),
    ),
    fc.array(path, { maxLength: 3 }),
    optional({ correlatedQueryIndex: fc.integer({ min: 0, max: 9 }) }),
  )
  .map(([label, rule, correlatedByFields, more]) => ({
    name: label,
    query: '',
    aggregation: { kind: 'event_count' as const },
    groupBy: [],
    optionalGroupBy: false,
    correlation: { rule, correlatedByFields, ...more } as NonNullable<RuleQuery['correlation']>,
  }));

const common = fc.record({
  kind: fc.constant('detection-rule' as const),
  id,
  name: anyText,
  enabled: fc.boolean(),
  tags,
  message: anyText,
  filters: fc.array(
    fc.record({ action: fc.constantFrom('require' as const, 'suppress' as const), query: anyText }),
    {
      maxLength: 2,
    },
  ),
  evaluationWindowMs: windowMs,
  keepAliveMs: windowMs,
  maxSignalDurationMs: windowMs,
  hasExtendedTitle: fc.boolean(),
});

const rare = optional({
  tunes: fc.record({ ruleId: remoteId, defaultTags: tags }),
  decreaseSeverityOutsideProduction: fc.boolean(),
  customName: anyText,
  customMessage: anyText,
});

/** Only of rules over events. */
const eventParts = fc.record({
  groupSignalsBy: fc.array(path, { maxLength: 2 }),
  referenceTables: fc.array(
    fc.record({
      tableName: name,
      columnName: name,
      logFieldPath: path,
      ruleQueryName: text,
      checkPresence: fc.boolean(),
    }),
    { maxLength: 2 },
  ),
  calculatedFields: fc.array(fc.record({ name, expression: anyText }), { maxLength: 2 }),
});

const EVENT_TYPES = [
  'application_security',
  'api_security',
  'log_detection',
  'workload_security',
  'workload_activity',
] as const satisfies readonly RuleType[];

const eventRule = fc.constantFrom(...EVENT_TYPES).chain((type) =>
  fc
    .tuple(
      fc.record({
        type: fc.constant(type),
        method,
        queries: fc.array(standardQuery(type), { maxLength: 4 }),
        cases: fc.array(ruleCase, { maxLength: 4 }),
      }),
      eventParts,
      optional({ schedule: optional({ rrule: text, start: text, timezone: text }) }),
    )
    .map(([known, parts, more]) => ({ ...known, ...parts, ...more })),
);

const correlationRule = fc.record({
  type: fc.constant('signal_correlation' as const),
  method: fc.constant({ kind: 'threshold' as const }),
  queries: fc.array(correlationQuery, { minLength: 1, maxLength: 3 }),
  cases: fc.array(ruleCase, { maxLength: 4 }),
});

const framework = fc
  .tuple(
    fc.record({ framework: name, version: name, requirement: name, control: name }),
    optional({ message: text, isDefault: fc.boolean() }),
  )
  .map(([known, more]) => ({ ...known, ...more }));

const compliance = fc
  .tuple(
    fc.record({ resourceType: name }),
    optional({
      regoRule: fc.record({ policy: anyText, resourceTypes: fc.array(name, { maxLength: 3 }) }),
      complexRule: fc.boolean(),
      complianceFrameworks: fc.array(framework, { maxLength: 2 }),
      validationQuery: text,
      filter: text,
      descriptionSummary: text,
      remediationSummary: text,
      resourceAttributes: fc.array(text, { maxLength: 2 }),
      defaultSecurityInbox: fc.boolean(),
    }),
  )
  .map(([known, more]) => ({ ...known, ...more }));

const configurationRule = fc.record({
  type: fc.constantFrom('cloud_configuration' as const, 'infrastructure_configuration' as const),
  method: fc.constant({ kind: 'threshold' as const }),
  queries: fc.constant([]),
  cases: fc.array(fc.record({ name: fc.constant(''), severity, notifications, actions: fc.constant([]) }), {
    maxLength: 2,
  }),
  compliance,
  complianceSignals: optional({
    defaultActivationStatus: fc.boolean(),
    defaultGroupByFields: fc.array(path, { maxLength: 2 }),
    userActivationStatus: fc.boolean(),
    userGroupByFields: fc.array(path, { maxLength: 2 }),
  }),
});

export const detectionRule: fc.Arbitrary<DetectionRule> = fc
  .tuple(common, rare, fc.oneof({ arbitrary: eventRule, weight: 4 }, correlationRule, configurationRule))
  .map(([known, more, body]) => plain({ ...PLAIN_RULE, ...known, ...more, ...body } as DetectionRule));

/** Rules that can be created: nothing is laid over them. */
export const ownRule: fc.Arbitrary<DetectionRule> = detectionRule
  .filter(({ type }) => type !== 'infrastructure_configuration')
  .map((rule) => {
    const { tunes: _owned, customName: _name, customMessage: _message, ...own } = rule;
    return {
      ...own,
      cases: own.cases.map(({ customSeverity: _severity, ...each }) => each),
      ...(own.method.kind === 'third_party' && {
        method: {
          ...own.method,
          cases: own.method.cases.map(({ customSeverity: _severity, ...each }) => each),
        },
      }),
    };
  });
