/** Repositories that nobody wrote: rules of every type and method, what refers to them, and two environments. */

import { stringify } from 'yaml';
import type { SeededRandom } from '../../harness/seeded-random.ts';
import { pick } from '../roundtrip/mutate.ts';

/** Text by path. */
export type Files = ReadonlyMap<string, string>;

type Written = Readonly<Record<string, unknown>>;

const MAX_RULES = 24;
const MIN_RULES = 14;
const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
const WINDOWS = ['1m', '5m', '10m', '15m', '30m', '1h'] as const;
const HANDLES = ['@slack-security', '@webhook-siem', '@pagerduty-oncall', '@security@example.test'] as const;
/** Texts that are easily spoiled on their way through YAML, JSON and HTTP. */
const TEXTS = [
  'Look at {{@usr.id}} first.',
  '  spaces around  ',
  'two\n\nparagraphs, and\n- a list\n  with a tail\n',
  'quotes \' and " and \\ and # and : and %',
  'naïve café ☕ 攻撃',
  'yes',
  '2026-11-28',
  '~',
] as const;

/** Everything of one repository, `signalwright.yaml` among it. */
export function generateContent(random: SeededRandom): Files {
  const rules = Array.from({ length: MIN_RULES + random.below(MAX_RULES - MIN_RULES) }, (_, n) =>
    generateRule(n, random),
  );
  const workflows = Array.from({ length: 1 + random.below(3) }, (_, n) => generateWorkflow(n, random));
  const suppressions = Array.from({ length: 1 + random.below(4) }, (_, n) => generateSuppression(n, random));
  const notices = Array.from({ length: 2 + random.below(4) }, (_, n) =>
    generateNotice(n, workflows.length, random),
  );
  return new Map([
    ['signalwright.yaml', stringify(projectConfig(rules.length, random))],
    ...rules.map((rule) => fileOf('rules/detection', rule)),
    ...suppressions.map((rule) => fileOf('rules/suppression', rule)),
    ...notices.map((rule) => fileOf('rules/notification', rule)),
    ...workflows.map((rule) => fileOf('workflows', rule)),
  ]);
}

function fileOf(folder: string, object: Written): readonly [string, string] {
  return [`${folder}/${String(object['id'])}.yaml`, stringify(object)];
}

function projectConfig(rules: number, random: SeededRandom): Written {
  const overridden = `detection-rule/rule-${random.below(rules)}`;
  return {
    stack: 'acme',
    environments: {
      local: { target: 'embedded', variables: { CHANNEL: 'test', LIMIT: 3 } },
      prod: {
        target: 'embedded',
        variables: { CHANNEL: 'security', LIMIT: 3 + random.below(40) },
        overrides: {
          [overridden]: { enabled: false, message: pick(TEXTS, random), tags: ['env:prod'] },
          'notification-rule/notice-0': { targets: ['@pagerduty-oncall'] },
        },
      },
    },
  };
}

function some<T>(values: readonly T[], random: SeededRandom): T[] {
  return values.filter(() => random.below(2) === 0);
}

function atLeastOne<T>(values: readonly T[], random: SeededRandom): readonly T[] {
  const found = some(values, random);
  return found.length > 0 ? found : [pick(values, random)];
}

type Shape = (n: number, random: SeededRandom) => Written;

/**
 * Each method, and each type that the API can create: rules of infrastructure are tuned alone. A rule refers to those
 * before it.
 */
const SHAPES: readonly Shape[] = [
  (n, random) => ({ type: 'application_security', ...threshold(n, random) }),
  (n, random) => ({ type: 'log_detection', ...threshold(n, random) }),
  (n, random) => ({
    type: 'log_detection',
    queries: [
      { name: 'ips', query: `source:shop @n:${n}`, cardinality: ['@network.client.ip'] },
      { name: 'bytes', query: `source:shop -@n:${n}`, sum: '@bytes' },
      { name: 'most', query: `source:shop`, max: '@bytes', dataSource: 'logs' },
    ],
    cases: [
      { condition: `ips > ${n} && bytes > 1000`, severity: 'high', notifications: some(HANDLES, random) },
    ],
    filters: [{ suppress: 'env:staging' }, { require: 'service:shop' }],
  }),
  (n, random) => ({
    type: 'log_detection',
    queries: [{ query: `source:cloudtrail @n:${n}`, new_value: ['@usr.id'], groupBy: ['@usr.org'] }],
    new_value: pick([{}, { forgetAfter: '7d' }, { learningDuration: '1d' }], random),
    cases: [{ severity: pick(SEVERITIES, random) }],
  }),
  (n, random) => ({
    type: 'log_detection',
    groupBy: ['service'],
    queries: [{ name: 'errors', query: `status:error @n:${n}` }],
    anomaly_detection: pick([{}, { learningDuration: '1d', bucketDuration: '5m' }], random),
    cases: [{ condition: 'errors > 10', severity: pick(SEVERITIES, random) }],
  }),
  (n, random) => ({
    type: 'log_detection',
    queries: [{ query: `@evt.name:login @n:${n}`, geo_data: '@network.client.geoip', groupBy: ['@usr.id'] }],
    impossible_travel: pick([{}, { baselineUserLocations: true }], random),
    cases: [{ severity: pick(SEVERITIES, random) }],
  }),
  (n, random) => ({
    type: 'log_detection',
    third_party: {
      rootQueries: [{ query: `source:guard @n:${n}`, groupBy: ['@host'] }],
      cases: [{ query: '@severity:high', severity: 'high', notifications: some(HANDLES, random) }],
      defaultSeverity: pick(SEVERITIES, random),
      signalTitleTemplate: 'Guard: {{@title}}',
    },
  }),
  (n, random) => ({
    type: 'log_detection',
    groupBy: ['@usr.id'],
    queries: [
      { name: 'first', query: `@evt.name:login @n:${n}` },
      { name: 'second', query: '@evt.name:delete' },
    ],
    sequence_detection: {
      steps: [
        { name: 'in', condition: 'first > 0', evaluationWindow: pick(WINDOWS, random) },
        { name: 'out', condition: `second > ${n}` },
      ],
      stepTransitions: [{ parent: 'in', child: 'out', evaluationWindow: '15m' }],
    },
    cases: [{ condition: 'out > 0', severity: 'critical' }],
  }),
  (n, random) => ({
    type: 'signal_correlation',
    queries: [
      { name: 'one', rule: `rule-${random.below(n)}`, correlatedByFields: ['service'] },
      { name: 'two', rule: 'rule-1' },
    ],
    cases: [{ condition: 'one > 0 && two > 0', severity: pick(SEVERITIES, random) }],
  }),
  (n) => ({
    type: 'workload_security',
    queries: [{ name: 'a', query: `@process.executable.name:sh${n}` }],
    cases: [{ condition: 'a > 0', severity: 'low' }],
  }),
  (n, random) => ({
    type: 'cloud_configuration',
    complianceRuleOptions: {
      resourceType: 'aws_s3_bucket',
      regoRule: { policy: `package datadog\n\n# ${n}\nresults := []\n`, resourceTypes: ['aws_s3_bucket'] },
      ...pick([{}, { complexRule: false }], random),
    },
    complianceSignalOptions: { userActivationStatus: true, userGroupByFields: ['@account_id'] },
    cases: [{ severity: pick(SEVERITIES, random), notifications: some(HANDLES, random) }],
  }),
  (n, random) => ({ type: 'api_security', ...threshold(n, random) }),
  (n, random) => ({
    type: 'log_detection',
    ...threshold(n, random),
    schedulingOptions: { rrule: 'FREQ=HOURLY;INTERVAL=2;', start: '2026-07-14T12:00:00', timezone: 'UTC' },
  }),
];

function threshold(n: number, random: SeededRandom): Written {
  return {
    groupBy: atLeastOne(['service', '@usr.id', '@http.client_ip'], random),
    ...(random.below(3) === 0 && { hasOptionalGroupByFields: true }),
    queries: [{ name: 'failures', query: `@evt.outcome:failure @n:${n}` }],
    evaluationWindow: pick(WINDOWS, random),
    cases: [
      { name: 'many', condition: `failures > ${100 + random.below(100)}`, severity: 'high' },
      {
        name: 'some',
        condition: 'failures > ${var.LIMIT}',
        severity: 'low',
        notifications: some(HANDLES, random),
      },
    ],
  };
}

function generateRule(n: number, random: SeededRandom): Written {
  const shape = SHAPES[n % SHAPES.length] as Shape;
  return {
    kind: 'detection-rule',
    id: `rule-${n}`,
    name: `Rule ${n} ${pick(['', '[sw:12345678]', '☕', '{{service}}'], random)}`.trim(),
    ...shape(n, random),
    ...(random.below(4) === 0 && { enabled: false }),
    ...(random.below(2) === 0 && { owner: pick(['security', 'platform'], random) }),
    tags: some(['security:attack', 'tactic:ta0001-initial-access', 'source:shop', 'z:1', 'a:2'], random),
    ...(random.below(4) === 0 && { hasExtendedTitle: true }),
    message: pick(TEXTS, random),
  };
}

function generateWorkflow(n: number, random: SeededRandom): Written {
  return {
    kind: 'workflow',
    id: `flow-${n}`,
    name: `Flow ${n}`,
    description: pick(TEXTS, random).trim(),
    ...(random.below(2) === 0 && { owner: 'security' }),
    ...(random.below(2) === 0 && { tags: ['z:1', 'a:2'] }),
    triggers: { security: {} },
    inputs: { level: { type: 'number', default: random.below(9) } },
    steps: [
      {
        id: 'review',
        action: 'signalwright.signal.update',
        with: { signal: '{{ Source.securitySignal.id }}', state: 'under_review' },
      },
      ...(random.below(2) === 0
        ? [
            {
              id: 'close',
              action: 'signalwright.signal.update',
              with: {
                signal: '{{ Source.securitySignal.id }}',
                state: 'archived',
                archiveReason: 'testing_or_maintenance',
              },
            },
          ]
        : []),
    ],
  };
}

function generateSuppression(n: number, random: SeededRandom): Written {
  return {
    kind: 'suppression',
    id: `quiet-${n}`,
    name: `Quiet ${n}`,
    ...(random.below(3) === 0 && { enabled: false }),
    ...(random.below(2) === 0 && { owner: 'security' }),
    reason: `Agreed: ${pick(TEXTS, random).trim()}`,
    ...(random.below(2) === 0
      ? { rules: atLeastOne(['rule-0', 'rule-1', 'rule-3'], random) }
      : { ruleQuery: 'type:log_detection source:shop' }),
    expires: pick(['never', '2027-11-28T18:00:00Z', '2027-11-28T18:00:00+02:00'], random),
    ...(random.below(2) === 0 ? { suppressSignals: 'env:staging' } : { excludeEvents: `@n:${n}` }),
  };
}

function generateNotice(n: number, workflows: number, random: SeededRandom): Written {
  const isFinding = n % 2 === 1;
  const flow = { workflow: `flow-${random.below(workflows)}`, with: { level: random.below(9) } };
  return {
    kind: 'notification-rule',
    id: `notice-${n}`,
    name: `Notice ${n}`,
    ...(random.below(4) === 0 && { enabled: false }),
    ...(random.below(2) === 0 && { owner: 'security' }),
    selectors: isFinding
      ? {
          source: 'security_findings',
          ruleTypes: ['misconfiguration', 'attack_path'],
          severities: ['critical', 'high'],
        }
      : {
          ruleTypes: atLeastOne(['log_detection', 'application_security', 'signal_correlation'], random),
          severities: atLeastOne(SEVERITIES, random),
          ...(random.below(2) === 0 && { query: 'service:shop' }),
        },
    targets: [...atLeastOne(HANDLES, random), '@slack-team-${var.CHANNEL}', ...(isFinding ? [] : [flow])],
    ...(isFinding && random.below(2) === 0 && { timeAggregation: '1h' }),
  };
}
