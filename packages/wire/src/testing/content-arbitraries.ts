/** Random content in normal form, for the laws of this room. */

import {
  AUTHORED_RULE_TYPES,
  RULE_TYPE_NAMES,
  SEVERITIES,
  WINDOW_SECONDS,
  type Aggregation,
  type CaseAction,
  type DetectionRule,
  type Event,
  type NotificationRule,
  type NotificationTarget,
  type RuleType,
  type Suppression,
} from '@signalwright/model';
import fc from 'fast-check';

/** As JSON gives it: ordinary prototypes, no undefined, no negative zero. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

export const id = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
export const text = fc.string({ maxLength: 30 });
export const anyText = fc.string({ unit: 'binary', maxLength: 30 });
export const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,12}$/);
/** Tags are a set, and none of them may pose as an owner's. */
export const tags = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}(:[a-z0-9./-]{1,12})?$/), { maxLength: 4 });
const windowMs = fc.constantFrom(...WINDOW_SECONDS).map((seconds) => seconds * 1_000);
const secondsMs = fc.integer({ min: 1, max: 10_000_000 }).map((seconds) => seconds * 1_000);
const path = fc.constantFrom('@http.client_ip', '@usr.id', 'service', 'env', '@a.b.c');
const handle = fc.stringMatching(/^@(slack|webhook|pagerduty)-[a-z0-9-]{1,12}$/);

const aggregation: fc.Arbitrary<Aggregation> = fc.oneof(
  fc.constant({ kind: 'count' } as const),
  fc.record({
    kind: fc.constant('cardinality' as const),
    fields: fc.array(path, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constantFrom('sum' as const, 'max' as const), field: path }),
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

export const detectionRule: fc.Arbitrary<DetectionRule> = fc
  .record({
    kind: fc.constant('detection-rule'),
    id,
    name: anyText,
    type: fc.constantFrom(...AUTHORED_RULE_TYPES),
    enabled: fc.boolean(),
    tags,
    message: anyText,
    method: fc.constant({ kind: 'threshold' }),
    queries: fc.array(
      fc.record({
        name: text,
        query: anyText,
        aggregation,
        groupBy: fc.array(path, { maxLength: 3 }),
        optionalGroupBy: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    cases: fc.array(
      fc.record({
        name: text,
        condition: text,
        severity: fc.constantFrom(...SEVERITIES),
        notifications: fc.array(handle, { maxLength: 3 }),
        actions: fc.array(caseAction, { maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    evaluationWindowMs: windowMs,
    keepAliveMs: windowMs,
    maxSignalDurationMs: windowMs,
    decreaseSeverityOutsideProduction: fc.boolean(),
    hasExtendedTitle: fc.boolean(),
  })
  .map(plain);

export const suppression: fc.Arbitrary<Suppression> = fc
  .record(
    {
      kind: fc.constant('suppression' as const),
      id,
      name: anyText,
      enabled: fc.boolean(),
      reason: anyText,
      tags,
      rules: fc.oneof(
        fc.record({ kind: fc.constant('ids' as const), ids: fc.array(id, { minLength: 1, maxLength: 4 }) }),
        fc.record({
          kind: fc.constant('query' as const),
          query: anyText.filter((query) => !query.startsWith('signalwright:')),
        }),
      ),
      startsAtMs: fc.nat(),
      expiresAtMs: fc.nat(),
      suppressSignals: anyText,
      excludeEvents: anyText,
    },
    {
      requiredKeys: [
        'kind',
        'id',
        'name',
        'enabled',
        'reason',
        'tags',
        'rules',
        'suppressSignals',
        'excludeEvents',
      ],
    },
  )
  .map((value): Suppression => plain(value));

const inputValue = fc.oneof(
  anyText,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
  fc.boolean(),
);

const target: fc.Arbitrary<NotificationTarget> = fc.oneof(
  fc.record({ kind: fc.constant('handle' as const), handle }),
  fc.record({
    kind: fc.constant('workflow' as const),
    workflowId: id,
    inputs: fc.dictionary(name, inputValue, { maxKeys: 4 }),
  }),
);

export const notificationRule: fc.Arbitrary<NotificationRule> = fc
  .record({
    kind: fc.constant('notification-rule'),
    id,
    name: anyText,
    enabled: fc.boolean(),
    selectors: fc.record({
      source: fc.constant('security_signals' as const),
      ruleTypes: fc.uniqueArray(fc.constantFrom(...(Object.keys(RULE_TYPE_NAMES) as RuleType[])), {
        maxLength: 3,
      }),
      severities: fc.uniqueArray(fc.constantFrom(...SEVERITIES), { maxLength: 3 }),
      query: anyText,
    }),
    targets: fc.array(target, { minLength: 1, maxLength: 4 }),
  })
  .map(plain);

export const json = fc.jsonValue({ maxDepth: 2 }).filter((value) => !Object.is(value, -0));

const attributes = fc.dictionary(fc.string({ maxLength: 8 }), json, { maxKeys: 4 });

export const spanEvent: fc.Arbitrary<Event> = fc
  .record(
    {
      id: fc.stringMatching(/^[a-z0-9]{1,16}$/),
      tsMs: fc.integer({ min: 1e11, max: 1.8e12 }),
      dataSource: fc.constant('spans' as const),
      source: name,
      service: name,
      env: name,
      host: name,
      tags: fc.array(fc.stringMatching(/^[a-df-z]{1,6}:[a-z]{1,6}$/), { maxLength: 3 }),
      attributes,
      message: anyText,
    },
    { requiredKeys: ['id', 'tsMs', 'dataSource', 'tags', 'attributes', 'message'] },
  )
  .map((event): Event => plain(event));
