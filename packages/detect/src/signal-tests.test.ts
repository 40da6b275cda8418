/** Tests of suppressions, notification rules and views, on the examples of the written form. */

import { expect, test } from 'vitest';
import {
  BARE_WORKFLOW,
  VIEW_DEFAULTS,
  type ContentObject,
  type NotificationRule,
  type NotificationTarget,
  type NotificationTestSubject,
  type Origin,
  type SavedView,
  type TestFinding,
  type TestSignal,
} from '@signalwright/model';
import { runContentTests } from './content-tests.ts';
import { compileNotificationRule, routeSignal } from './route-signal.ts';
import { compileView, runNotificationTest, runSuppressionTest, runViewTest } from './signal-tests.ts';
import { compileSuppression } from './suppression.ts';
import { testSignal } from './test-signal.ts';
import { query, rule, ruleCase } from './testing/build.ts';

const STUFFING = rule({
  id: 'credential-stuffing',
  name: 'Credential stuffing',
  tags: ['team:identity'],
  queries: [query({ groupBy: ['service', '@http.client_ip'] })],
  cases: [
    ruleCase('a > 9', { name: 'takeover', severity: 'critical', notifications: ['@pagerduty-x'] }),
    ruleCase('a > 5', { name: 'stuffing', severity: 'high' }),
  ],
});
const RULES = new Map([
  ['credential-stuffing', rule(STUFFING)],
  ['other', rule({ id: 'other' })],
]);

const NOTIFICATION: NotificationRule = {
  kind: 'notification-rule',
  id: 'urgent-attacks',
  name: 'Urgent attacks in production',
  enabled: true,
  selectors: {
    source: 'security_signals',
    ruleTypes: ['application_security'],
    severities: ['critical', 'high'],
    query: 'env:prod -service:honeypot-*',
  },
  targets: [
    { kind: 'handle', handle: '@slack-appsec' },
    { kind: 'workflow', workflowId: 'block-attacker', inputs: { duration: '1h' } },
  ],
};

const PENTEST = {
  kind: 'suppression' as const,
  id: 'pentest',
  name: 'Penetration test',
  enabled: true,
  reason: 'SEC-1412',
  tags: [],
  rules: { kind: 'ids' as const, ids: ['credential-stuffing'] },
  startsAtMs: Date.UTC(2026, 10, 2, 8),
  expiresAtMs: Date.UTC(2026, 10, 28, 18),
  suppressSignals: 'env:staging\n@http.client_ip:(198.51.100.10 OR 198.51.100.11)',
  excludeEvents: '@http.user_agent:pentest/*',
};

const VIEW: SavedView = {
  kind: 'saved-view',
  id: 'unassigned-urgent',
  name: 'Unassigned',
  teams: [],
  ...VIEW_DEFAULTS,
  query: 'status:(high OR critical)\n@workflow.triage.state:open\n@workflow.triage.assignee.name:Unassigned',
};

const signal = (part: Partial<TestSignal> = {}, fields: TestSignal['fields'] = {}): TestSignal => ({
  rule: 'credential-stuffing',
  fields: { service: 'shop', env: 'prod', ...fields },
  ...part,
});

function ok<T extends { readonly ok: boolean }>(result: T): Extract<T, { ok: true }> {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result as Extract<T, { ok: true }>;
}

function about(input: TestSignal): NotificationTestSubject {
  return { kind: 'signal', signal: input };
}

type RouteRow = [what: string, signal: TestSignal, targets: readonly string[]];
const BOTH = ['@slack-appsec', 'workflow/block-attacker'];

test.each<RouteRow>([
  ['a high attack in production', signal({ severity: 'high' }), BOTH],
  ['a medium one', signal({ severity: 'medium' }), []],
  ['the honeypot', signal({ severity: 'critical' }, { service: 'honeypot-eu' }), []],
  ['staging', signal({ severity: 'high' }, { env: 'staging' }), []],
])('%s tells %j', (_what, input, targets) => {
  const notification = ok(compileNotificationRule(NOTIFICATION)).rule;
  expect(runNotificationTest(notification, { name: 't', about: about(input), targets }, RULES).passed).toBe(
    true,
  );
  const wrong = targets.length === 0 ? BOTH : [];
  const outcome = runNotificationTest(
    notification,
    { name: 't', about: about(input), targets: wrong },
    RULES,
  );
  expect(outcome.differences).toEqual([
    { path: 'targets', expected: [...wrong].toSorted(), actual: [...targets].toSorted() },
  ]);
});

type SelectorRow = [
  what: string,
  selectors: Partial<NotificationRule['selectors']>,
  enabled: boolean,
  told: boolean,
];

test.each<SelectorRow>([
  ['empty selectors mean any', {}, true, true],
  ['within a list one suffices', { severities: ['low', 'high'] }, true, true],
  ['all selectors must hold: severity', { severities: ['low'], query: '*' }, true, false],
  ['all selectors must hold: rule type', { ruleTypes: ['log_detection'], severities: ['high'] }, true, false],
  ['all selectors must hold: query', { severities: ['high'], query: 'service:api' }, true, false],
  [
    'a query over the signal',
    { query: '@workflow.rule.id:credential-stuffing status:high @usr.id:dana' },
    true,
    true,
  ],
  ['a rule that is not enabled tells nobody', {}, false, false],
])('%s', (_what, part, enabled, told) => {
  const selectors = {
    source: 'security_signals' as const,
    ruleTypes: [],
    severities: [],
    query: '',
    ...part,
  };
  const notification = ok(compileNotificationRule({ ...NOTIFICATION, enabled, selectors })).rule;
  const subject = testSignal(signal({ severity: 'high' }, { '@usr.id': 'dana' }), STUFFING);
  expect(routeSignal(subject, [notification])).toEqual(
    told ? [{ ruleId: 'urgent-attacks', targets: NOTIFICATION.targets }] : [],
  );
});

test('each notification rule that a signal concerns is told of, in their order', () => {
  const any = { source: 'security_signals' as const, ruleTypes: [], severities: [], query: '' };
  const notifications = ['b', 'a'].map(
    (id) => ok(compileNotificationRule({ ...NOTIFICATION, id, selectors: any })).rule,
  );
  expect(routeSignal(testSignal(signal(), STUFFING), notifications).map(({ ruleId }) => ruleId)).toEqual([
    'b',
    'a',
  ]);
});

const NOVEMBER_10 = Date.UTC(2026, 10, 10, 12);
const TESTER = { env: 'staging', '@http.client_ip': '198.51.100.10' };

const FINDINGS: NotificationRule = {
  ...NOTIFICATION,
  selectors: {
    source: 'security_findings',
    ruleTypes: ['misconfiguration'],
    severities: ['critical', 'unknown'],
    query: 'env:prod @cloud.region:eu-*',
  },
};
const FINDING = { env: 'prod', '@cloud.region': 'eu-west-1' };

type FindingRow = [what: string, finding: TestFinding, isTold: boolean];

const FINDING_ROWS: readonly FindingRow[] = [
  ['all selectors hold', { type: 'misconfiguration', severity: 'critical', fields: FINDING }, true],
  ['its severity is unknown', { type: 'misconfiguration', severity: 'unknown', fields: FINDING }, true],
  ['another severity', { type: 'misconfiguration', severity: 'high', fields: FINDING }, false],
  ['another type', { type: 'attack_path', severity: 'critical', fields: FINDING }, false],
  ['another tag', { type: 'misconfiguration', severity: 'critical', fields: { env: 'dev' } }, false],
];

test.each(FINDING_ROWS)('a rule over findings, %s', (_what, finding, isTold) => {
  const compiledRule = ok(compileNotificationRule(FINDINGS)).rule;
  const subject = { name: 't', about: { kind: 'finding' as const, finding } };
  const [right, wrong] = isTold ? [BOTH, []] : [[], BOTH];
  expect(runNotificationTest(compiledRule, { ...subject, targets: right }, RULES).passed).toBe(true);
  expect(runNotificationTest(compiledRule, { ...subject, targets: wrong }, RULES).passed).toBe(false);
});

test('a rule over findings is told of no signal, and one over signals of no finding', () => {
  const any = { ruleTypes: [], severities: [], query: '' };
  const [findings, signals] = (['security_findings', 'security_signals'] as const).map(
    (source) => ok(compileNotificationRule({ ...NOTIFICATION, selectors: { source, ...any } })).rule,
  );
  if (findings === undefined || signals === undefined) throw new Error('two rules were compiled');
  expect(routeSignal(testSignal({ fields: {} }, undefined), [findings])).toEqual([]);
  const finding = { type: 'misconfiguration', severity: 'critical', fields: {} } as const;
  const told = { name: 't', about: { kind: 'finding', finding }, targets: [] } as const;
  expect(runNotificationTest(signals, told, RULES).passed).toBe(true);
});

type HideRow = [what: string, atMs: number, signal: TestSignal, hidden: boolean, note?: string];

test.each<HideRow>([
  ['the testers on staging', NOVEMBER_10, signal({}, TESTER), true, 'One of its queries matches the signal.'],
  [
    'the testers on production',
    NOVEMBER_10,
    signal({}, { ...TESTER, env: 'prod' }),
    false,
    'Neither of its queries matches the signal.',
  ],
  [
    'an hour after the end',
    PENTEST.expiresAtMs + 3_600_000,
    signal({}, TESTER),
    false,
    'It has expired at that time.',
  ],
  ['the instant of the end', PENTEST.expiresAtMs, signal({}, TESTER), false, 'It has expired at that time.'],
  [
    'before the start',
    PENTEST.startsAtMs - 1,
    signal({}, TESTER),
    false,
    'It is not yet in force at that time.',
  ],
  ['the instant of the start', PENTEST.startsAtMs, signal({}, TESTER), true],
  [
    'another rule',
    NOVEMBER_10,
    signal({ rule: 'other' }, TESTER),
    false,
    'It does not apply to the rule "other".',
  ],
  ['no rule: the first it applies to', NOVEMBER_10, { fields: TESTER }, true],
  ['an event that it excludes', NOVEMBER_10, signal({}, { '@http.user_agent': 'pentest/2' }), true],
])('a suppression and %s', (_what, atMs, input, hidden, note) => {
  const pentest = ok(compileSuppression(PENTEST)).suppression;
  expect(runSuppressionTest(pentest, { name: 't', atMs, signal: input, hidden }, RULES).passed).toBe(true);
  const outcome = runSuppressionTest(pentest, { name: 't', atMs, signal: input, hidden: !hidden }, RULES);
  expect(outcome.differences).toMatchObject([{ path: 'hidden', expected: !hidden, actual: hidden }]);
  if (note !== undefined) expect(outcome.differences[0]?.note).toBe(note);
});

type ViewRow = [what: string, signal: TestSignal, shown: boolean];

test.each<ViewRow>([
  ['an open high signal that nobody took', signal({ severity: 'high', state: 'open' }), true],
  ['one that somebody took', signal({ severity: 'high', state: 'open', assignee: 'dana' }), false],
  ['one under review', signal({ severity: 'high', state: 'under_review' }), false],
  ['a low one', signal({ severity: 'low' }), false],
])('a view and %s', (_what, input, shown) => {
  const view = ok(compileView(VIEW)).view;
  expect(runViewTest(view, { name: 't', signal: input, shown }, RULES).passed).toBe(true);
  expect(runViewTest(view, { name: 't', signal: input, shown: !shown }, RULES).differences).toEqual([
    { path: 'shown', expected: !shown, actual: shown },
  ]);
});

test('a test that names an unknown rule fails with the name', () => {
  const input = signal({ rule: 'gone' });
  const expected = [{ path: 'signal.rule', expected: 'the id of a rule of the workspace', actual: 'gone' }];
  const view = ok(compileView(VIEW)).view;
  const notification = ok(compileNotificationRule(NOTIFICATION)).rule;
  const pentest = ok(compileSuppression(PENTEST)).suppression;
  expect(runViewTest(view, { name: 't', signal: input, shown: true }, RULES).differences).toEqual(expected);
  expect(
    runNotificationTest(notification, { name: 't', about: about(input), targets: [] }, RULES).differences,
  ).toEqual(expected);
  const hidden = { name: 't', atMs: NOVEMBER_10, signal: input, hidden: false };
  expect(runSuppressionTest(pentest, hidden, RULES).differences).toEqual(expected);
});

test('what a test does not give is filled from the rule', () => {
  const filled = testSignal(
    signal({ severity: 'high' }, { '@http.client_ip': '203.0.113.7', team: 'blue' }),
    STUFFING,
  );
  expect(filled).toMatchObject({
    rule: { id: 'credential-stuffing', type: 'application_security' },
    caseName: 'stuffing',
    severity: 'high',
    title: 'Credential stuffing - stuffing',
    group: { service: 'shop', '@http.client_ip': '203.0.113.7' },
    entities: [{ role: 'attacker', path: '@http.client_ip', value: '203.0.113.7' }],
    tags: ['team:identity', 'service:shop', 'env:prod', 'team:blue'],
    triage: { state: 'open', assignee: { id: -1, name: 'Unassigned' } },
  });
  expect(testSignal(signal(), STUFFING)).toMatchObject({
    severity: 'critical',
    notifications: ['@pagerduty-x'],
  });
  expect(testSignal({ fields: {} }, undefined)).toMatchObject({
    severity: 'medium',
    rule: { type: 'application_security' },
  });
});

const nowhere = { file: '', start: { line: 1, col: 1 }, end: { line: 1, col: 1 } };
const origin: Origin = {
  file: 'x.yaml',
  rangeOf: () => nowhere,
  keyRangeOf: () => nowhere,
  rangeInScalar: () => nowhere,
};

test('tests of all kinds but workflows run together, and see the rules of the workspace', () => {
  const objects: readonly ContentObject[] = [
    {
      kind: 'saved-view',
      address: 'saved-view/unassigned-urgent',
      object: VIEW,
      origin,
      tests: [{ name: 'shown', signal: signal({ severity: 'high' }), shown: true }],
    },
    {
      kind: 'suppression',
      address: 'suppression/pentest',
      object: PENTEST,
      origin,
      tests: [{ name: 'hidden', atMs: NOVEMBER_10, signal: signal({}, TESTER), hidden: true }],
    },
    {
      kind: 'notification-rule',
      address: 'notification-rule/urgent-attacks',
      object: NOTIFICATION,
      origin,
      tests: [{ name: 'told', about: about(signal({ severity: 'high' })), targets: BOTH }],
    },
    {
      kind: 'workflow',
      address: 'workflow/w',
      object: {
        kind: 'workflow',
        ...BARE_WORKFLOW,
        id: 'w',
        name: 'w',
        triggers: [],
        steps: [],
      },
      origin,
      tests: [],
      sample: { fields: {} },
    },
    {
      kind: 'detection-rule',
      address: 'detection-rule/credential-stuffing',
      object: STUFFING,
      origin,
      tests: [],
      sample: {},
    },
  ];
  expect(
    runContentTests(objects).map(({ address, outcomes }) => [
      address,
      outcomes.map((each) => [each.name, each.passed]),
    ]),
  ).toEqual([
    ['saved-view/unassigned-urgent', [['shown', true]]],
    ['suppression/pentest', [['hidden', true]]],
    ['notification-rule/urgent-attacks', [['told', true]]],
    ['detection-rule/credential-stuffing', []],
  ]);
});

test('an object that does not compile fails each of its tests, with what is wrong', () => {
  const tests = [{ kind: 'match' as const, name: 'm', event: {}, matches: [] }];
  const broken = rule({ id: 'broken', queries: [query({ query: '(' })] });
  const [result] = runContentTests([
    { kind: 'detection-rule', address: 'detection-rule/broken', object: broken, origin, tests, sample: {} },
  ]);
  expect(result?.outcomes).toMatchObject([
    {
      name: 'm',
      passed: false,
      differences: [{ path: 'queries.0.query', expected: 'an object that compiles' }],
    },
  ]);
});

test('targets are compared by name, each once', () => {
  const twice: readonly NotificationTarget[] = [
    ...NOTIFICATION.targets,
    { kind: 'handle', handle: '@slack-appsec' },
  ];
  const notification = ok(compileNotificationRule({ ...NOTIFICATION, targets: twice })).rule;
  const input = { name: 't', about: about(signal({ severity: 'high' })), targets: BOTH };
  expect(runNotificationTest(notification, input, RULES).passed).toBe(true);
});
