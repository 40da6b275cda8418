/** What one event matches, for rules that the detector runs and for those that it does not. */

import type { ContentObject, DetectionRule, Origin, RuleTest } from '@signalwright/model';
import { expect, test } from 'vitest';
import { runContentTests } from './content-tests.ts';
import { whatIsNotRun } from './not-run.ts';
import { query, rule, ruleCase } from './testing/build.ts';

const NOWHERE = { file: 'x.yaml', start: { line: 1, col: 1 }, end: { line: 1, col: 2 } };
const ORIGIN: Origin = {
  file: 'x.yaml',
  rangeOf: () => NOWHERE,
  keyRangeOf: () => NOWHERE,
  rangeInScalar: () => NOWHERE,
};

function outcomesOf(object: DetectionRule, ...tests: readonly RuleTest[]): readonly unknown[] {
  const authored: ContentObject = {
    kind: 'detection-rule',
    address: 'detection-rule/rule',
    object,
    sample: { service: 'shop' },
    tests,
    origin: ORIGIN,
  };
  return runContentTests([authored])[0]?.outcomes ?? [];
}

function matching(event: object, ...matches: string[]): RuleTest {
  return { kind: 'match', name: 'matches', event: event as Record<string, unknown>, matches };
}

const PLAYED: RuleTest = { kind: 'stream', name: 'plays', events: [], signals: [] };
const PASSED = { name: 'matches', passed: true, differences: [] };

const LEARNS: Partial<DetectionRule> = {
  type: 'log_detection',
  method: {
    kind: 'new_value',
    forgetAfterMs: 86_400_000,
    learningMethod: 'duration',
    learningDurationMs: 0,
    learningThreshold: 0,
  },
  queries: [query({ query: '@evt.name:login', aggregation: { kind: 'new_value', fields: ['@usr.id'] } })],
  cases: [{ name: '', severity: 'low', notifications: [], actions: [] }],
};

test('a learning rule is shown one event, and plays none', () => {
  expect(
    outcomesOf(rule(LEARNS), matching({ '@evt.name': 'login' }, 'a'), matching({}, 'a'), PLAYED),
  ).toMatchObject([
    PASSED,
    { passed: false, differences: [{ note: '"a" does not match the event.' }] },
    { name: 'plays', passed: false, differences: [], notRun: 'The method new_value is not run here.' },
  ]);
});

test('a third party rule matches by its cases, of events that a root query selects', () => {
  const thirdParty = rule({
    type: 'log_detection',
    method: {
      kind: 'third_party',
      rootQueries: [
        { query: 'source:guardduty', groupBy: [] },
        { query: 'source:sophos', groupBy: [] },
      ],
      cases: [
        { name: 'high', query: '@severity:>6', severity: 'high', notifications: [] },
        { name: '', query: '*', severity: 'low', notifications: [] },
      ],
      defaultNotifications: [],
    },
    queries: [],
    cases: [],
  });
  const outcomes = outcomesOf(
    thirdParty,
    matching({ source: 'guardduty', '@severity': 8 }, 'high', 'b'),
    matching({ source: 'sophos', '@severity': 1 }, 'b'),
    matching({ source: 'okta', '@severity': 8 }),
  );
  expect(outcomes).toEqual([PASSED, PASSED, PASSED]);
});

test('filters come before the queries, what is laid over a rule of Datadog as well', () => {
  const tuned = rule({
    queries: [query({ query: '@a:1', customQueryExtension: '-@b:2' }), query({ query: '@a:1 OR @c:3' })],
    filters: [
      { action: 'require', query: 'service:shop' },
      { action: 'suppress', query: '@d:4 OR @d:5' },
    ],
    cases: [ruleCase('a > 0')],
  });
  const outcomes = outcomesOf(
    tuned,
    matching({ '@a': 1 }, 'a', 'b'),
    matching({ '@a': 1, '@b': 2 }, 'b'),
    matching({ '@c': 3, '@d': 5 }),
    matching({ '@c': 3, service: 'other' }),
  );
  expect(outcomes).toEqual([PASSED, PASSED, PASSED, PASSED]);
});

test.each<readonly [Partial<DetectionRule>, readonly string[]]>([
  [{}, []],
  [{ type: 'log_detection', queries: [query({ dataSource: 'spans' })] }, []],
  [{ queries: [query({ dataSource: 'app_sec_spans' })] }, []],
  [LEARNS, ['new_value', 'queries.0.new_value']],
  [{ type: 'log_detection', queries: [query({ dataSource: 'audit' })] }, ['queries.0.dataSource']],
  [{ queries: [query(), query({ name: 'b', dataSource: 'logs' })] }, ['queries.1.dataSource']],
  [{ type: 'cloud_configuration', queries: [] }, ['type']],
  [{ groupSignalsBy: ['service'] }, ['groupSignalsBy']],
  [{ schedule: { rrule: 'FREQ=DAILY' } }, ['schedulingOptions']],
  [
    {
      referenceTables: [
        { tableName: 't', columnName: 'c', logFieldPath: '@a', ruleQueryName: 'a', checkPresence: true },
      ],
    },
    ['referenceTables'],
  ],
])('%j is not run because of %j', (part, places) => {
  expect(whatIsNotRun(rule(part)).map(({ path }) => path.join('.'))).toEqual(places);
});
