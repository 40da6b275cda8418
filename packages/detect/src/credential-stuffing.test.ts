import { expect, test } from 'vitest';
import type { ContentObject, RuleTest, TestEvents, TestFields } from '@signalwright/model';
import { runContentTests } from './content-tests.ts';
import { runRuleTest } from './rule-test.ts';
import { MINUTE, SECOND, compiled, query, rule, ruleCase } from './testing/build.ts';

/** The rule that the documentation of the written form shows, with all of its tests. */
const FAILURE = '@appsec.security_activity:business_logic.users.login.failure';
const SUCCESS = 'business_logic.users.login.success';
const groupBy = ['service', 'env', '@http.client_ip'];

const STUFFING = rule({
  id: 'credential-stuffing',
  name: 'Credential stuffing from one address',
  tags: ['team:team-identity', 'security:attack'],
  queries: [
    query({ name: 'failures', query: FAILURE, groupBy }),
    query({
      name: 'accounts',
      query: FAILURE,
      aggregation: { kind: 'cardinality', fields: ['@usr.id'] },
      groupBy,
    }),
    query({
      name: 'successes',
      query: `@appsec.security_activity:${SUCCESS}\n-@usr.id:healthcheck-*`,
      groupBy,
    }),
  ],
  cases: [
    ruleCase('failures > 25 && accounts > 10 && successes > 0', { name: 'takeover', severity: 'critical' }),
    ruleCase('failures > 25 && accounts > 10', { name: 'stuffing', severity: 'high' }),
    ruleCase('failures > 25', { name: 'hammering', severity: 'low' }),
  ],
  message: '{{@http.client_ip}} failed {{events_matched_per_query.failures}} logins on {{service}}.',
});

const SAMPLE: TestFields = {
  service: 'shop',
  env: 'prod',
  '@http.client_ip': '203.0.113.7',
  '@appsec.security_activity': 'business_logic.users.login.failure',
};

const thirty: TestEvents = { repeat: 30, everyMs: 8 * SECOND, atMs: 0, fields: { '@usr.id': 'user-{n}' } };

const tests: readonly Extract<RuleTest, { kind: 'stream' }>[] = [
  {
    kind: 'stream',
    name: '30 accounts in 4 minutes is stuffing',
    events: [thirty],
    signals: [{ case: 'stuffing', severity: 'high', group: { '@http.client_ip': '203.0.113.7' } }],
  },
  {
    kind: 'stream',
    name: 'one login that succeeds afterwards raises it to critical',
    events: [
      thirty,
      {
        repeat: 1,
        everyMs: 0,
        atMs: 4 * MINUTE,
        fields: { '@usr.id': 'user-9', '@appsec.security_activity': SUCCESS },
      },
    ],
    signals: [{ case: 'takeover', severity: 'critical', was: ['high'] }],
  },
  {
    kind: 'stream',
    name: 'one person with a forgotten password is only hammering',
    events: [{ ...thirty, fields: { '@usr.id': 'user-1' } }],
    signals: [{ case: 'hammering', severity: 'low' }],
  },
  { kind: 'stream', name: '25 is not more than 25', events: [{ ...thirty, repeat: 25 }], signals: [] },
  {
    kind: 'stream',
    name: 'the same 30, too slow for the window',
    events: [{ ...thirty, everyMs: 15 * SECOND }],
    signals: [],
  },
  {
    kind: 'stream',
    name: "a thousand addresses with one failure each are another rule's job",
    events: [
      {
        repeat: 1_000,
        everyMs: 100,
        atMs: 0,
        fields: { '@http.client_ip': '198.18.{n/256}.{n%256}', '@usr.id': 'user-1' },
      },
    ],
    signals: [],
  },
];

const authored: ContentObject = {
  kind: 'detection-rule',
  address: 'detection-rule/credential-stuffing',
  object: STUFFING,
  tests,
  sample: SAMPLE,
  origin: {
    file: 'rules/detection/credential-stuffing.yaml',
    rangeOf: () => nowhere,
    keyRangeOf: () => nowhere,
    rangeInScalar: () => nowhere,
  },
};
const nowhere = { file: '', start: { line: 1, col: 1 }, end: { line: 1, col: 1 } };

test.each(tests)('$name', (ruleTest) => {
  const outcome = runRuleTest(compiled(STUFFING), SAMPLE, ruleTest);
  expect(outcome.differences).toEqual([]);
  expect(outcome.passed).toBe(true);
});

test('the tests of a file run together, in written order', () => {
  const [result] = runContentTests([authored]);
  expect(result?.address).toBe('detection-rule/credential-stuffing');
  expect(result?.outcomes.map((outcome) => [outcome.name, outcome.passed])).toEqual(
    tests.map(({ name }) => [name, true]),
  );
});

test('a signal that did not come is explained by how near the rule came, and when', () => {
  const [, , , tooFew] = tests;
  const outcome = runRuleTest(compiled(STUFFING), SAMPLE, {
    ...(tooFew as (typeof tests)[number]),
    signals: [{ case: 'stuffing' }],
  });
  expect(outcome.passed).toBe(false);
  expect(outcome.differences).toEqual([
    {
      path: 'signals[0]',
      expected: { case: 'stuffing' },
      actual: 'no signal',
      note:
        'Most in one group: failures reached 25 at +192s for service=shop, env=prod, @http.client_ip=203.0.113.7; ' +
        'accounts reached 25 at +192s for service=shop, env=prod, @http.client_ip=203.0.113.7.',
    },
  ]);
});

test('a signal that was not expected is described with its times', () => {
  const [first] = tests;
  const outcome = runRuleTest(compiled(STUFFING), SAMPLE, {
    ...(first as (typeof tests)[number]),
    signals: [],
  });
  expect(outcome.differences).toEqual([
    {
      path: 'signals[0]',
      expected: 'no signal',
      actual:
        'high "stuffing" for service=shop, env=prod, @http.client_ip=203.0.113.7, fired at +200s, first seen +0s, last seen +232s, 30 events',
    },
  ]);
});

test('the timeline tells when each case fired, with the values of the queries', () => {
  const [, raised] = tests;
  const outcome = runRuleTest(compiled(STUFFING), SAMPLE, raised as (typeof tests)[number]);
  const group = 'for service=shop, env=prod, @http.client_ip=203.0.113.7';
  expect(outcome.timeline?.map((entry) => entry.text)).toEqual([
    `+200s opened high "stuffing" ${group} (failures 26, accounts 26, successes 0)`,
    `+240s raised from high to critical "takeover" ${group} (failures 30, accounts 30, successes 1)`,
    `+3840s ended critical "takeover" ${group} with 31 events (keep_alive)`,
  ]);
});
