import { expect, test } from 'vitest';
import type { ExpectedSignal, RuleTest, TestEvents, TestFields } from '@signalwright/model';
import { runRuleTest } from './rule-test.ts';
import { MAX_TEST_EVENTS, TEST_START_MS, eventOfFields, expandTestEvents } from './test-events.ts';
import { MINUTE, SECOND, compiled, query, ruleCase } from './testing/build.ts';

const RULE = compiled({
  name: 'Probe of {{service}}',
  queries: [
    query({ name: 'probes', query: '@probe:yes', groupBy: ['service', '@ip'] }),
    query({ name: 'hits', query: '@hit:yes', groupBy: ['service', '@ip'] }),
  ],
  cases: [
    ruleCase('probes > 1 && hits > 0', { name: 'hit', severity: 'critical' }),
    ruleCase('probes > 1', { name: 'probe', severity: 'low' }),
  ],
});
const SAMPLE: TestFields = { service: 'shop', '@ip': '203.0.113.7', '@probe': 'yes' };

const entry = (part: Partial<TestEvents> = {}): TestEvents => ({
  repeat: 1,
  everyMs: 0,
  atMs: 0,
  fields: {},
  ...part,
});
const stream = (events: readonly TestEvents[], signals: readonly ExpectedSignal[]): RuleTest => ({
  kind: 'stream',
  name: 'a test',
  events,
  signals,
});
const two = entry({ repeat: 2, everyMs: SECOND });
const hit = entry({ atMs: MINUTE, fields: { '@probe': null, '@hit': 'yes' } });

type Row = [what: string, expected: ExpectedSignal, path: string | undefined];

test.each<Row>([
  ['nothing written, nothing compared', {}, undefined],
  ['the last case', { case: 'hit' }, undefined],
  ['another case', { case: 'probe' }, 'signals[0].case'],
  ['another severity', { severity: 'low' }, 'signals[0].severity'],
  ['the way it took', { was: ['low'] }, undefined],
  ['another way', { was: [] }, 'signals[0].was'],
  ['part of the group', { group: { '@ip': '203.0.113.7' } }, undefined],
  ['another value of the group', { group: { service: 'api' } }, "signals[0].group['service']"],
  ['what is no group', { group: { '@other': 'x' } }, "signals[0].group['@other']"],
  ['the title', { title: 'Probe of shop - hit' }, undefined],
  ['another title', { title: 'Probe of shop' }, 'signals[0].title'],
  ['all events', { eventsMatched: 3 }, undefined],
  ['fewer events', { eventsMatched: 2 }, 'signals[0].eventsMatched'],
])('a signal is compared with %s', (_what, expected, path) => {
  const outcome = runRuleTest(RULE, SAMPLE, stream([two, hit], [expected]));
  expect(outcome.differences.map((difference) => difference.path)).toEqual(path === undefined ? [] : [path]);
  expect(outcome.passed).toBe(path === undefined);
});

test('the list of signals is complete and in the order of first seen', () => {
  const other = entry({ repeat: 2, everyMs: SECOND, atMs: 10 * SECOND, fields: { service: 'api' } });
  const both: readonly ExpectedSignal[] = [{ group: { service: 'shop' } }, { group: { service: 'api' } }];
  expect(runRuleTest(RULE, SAMPLE, stream([other, two], both)).passed).toBe(true);
  const short = runRuleTest(RULE, SAMPLE, stream([other, two], both.slice(0, 1)));
  expect(short.differences).toEqual([
    {
      path: 'signals[1]',
      expected: 'no signal',
      actual:
        'low "probe" for service=api, @ip=203.0.113.7, fired at +11s, first seen +10s, last seen +11s, 2 events',
    },
  ]);
});

test('a difference carries the signal it is about', () => {
  const [difference] = runRuleTest(RULE, SAMPLE, stream([two], [{ severity: 'high' }])).differences;
  expect(difference).toEqual({
    path: 'signals[0].severity',
    expected: 'high',
    actual: 'low',
    note: 'The signal: low "probe" for service=shop, @ip=203.0.113.7, fired at +1s, first seen +0s, last seen +1s, 2 events.',
  });
});

test('where no event matched, the test says so', () => {
  const [difference] = runRuleTest(
    RULE,
    SAMPLE,
    stream([entry({ fields: { '@probe': 'no' } })], [{}]),
  ).differences;
  expect(difference?.note).toBe('No event matched any query of the rule.');
});

test('severities it had before stand in order, oldest first', () => {
  const cases = (['high', 'medium', 'low'] as const).map((severity, index) =>
    ruleCase(`a > ${2 - index}`, { severity }),
  );
  const steps = compiled({ cases });
  const three = [entry({ repeat: 3, everyMs: SECOND })];
  expect(runRuleTest(steps, {}, stream(three, [{ severity: 'high', was: ['low', 'medium'] }])).passed).toBe(
    true,
  );
  expect(runRuleTest(steps, {}, stream(three, [{ was: ['medium', 'low'] }])).passed).toBe(false);
});

test('a rule that is not enabled is tested as if it were', () => {
  const off = { ...RULE, rule: { ...RULE.rule, enabled: false } };
  expect(runRuleTest(off, SAMPLE, stream([two], [{ case: 'probe' }])).passed).toBe(true);
});

test('a long quiet time between events ends one signal and starts another', () => {
  const later = entry({ repeat: 2, everyMs: SECOND, atMs: 24 * 60 * MINUTE });
  expect(
    runRuleTest(RULE, SAMPLE, stream([two, later], [{ eventsMatched: 2 }, { eventsMatched: 2 }])).passed,
  ).toBe(true);
});

test(`a test of more than ${MAX_TEST_EVENTS} events is refused`, () => {
  const [difference] = runRuleTest(
    RULE,
    SAMPLE,
    stream([entry({ repeat: MAX_TEST_EVENTS + 1 })], []),
  ).differences;
  expect(difference?.path).toBe('events');
});

const match = (event: TestFields, matches: readonly string[]): RuleTest => ({
  kind: 'match',
  name: 'm',
  event,
  matches,
});

test('which queries an event matches is a complete list, in any order', () => {
  expect(runRuleTest(RULE, SAMPLE, match({ '@hit': 'yes' }, ['hits', 'probes'])).passed).toBe(true);
  expect(runRuleTest(RULE, SAMPLE, match({ '@probe': 'no' }, [])).passed).toBe(true);
  expect(runRuleTest(RULE, SAMPLE, match({ '@hit': 'yes' }, ['probes', 'other'])).differences).toEqual([
    {
      path: 'matches',
      expected: ['probes', 'other'],
      actual: ['probes', 'hits'],
      note: '"other" does not match the event. "hits" matches it.',
    },
  ]);
});

test('fields become an event: reserved names, tags, nested attributes', () => {
  const fields: TestFields = {
    service: 'shop',
    env: 'prod',
    host: 'h',
    source: 'nginx',
    message: 'hello',
    team: 'blue',
    region: ['eu', 'us'],
    tags: ['urgent'],
    '@http.client_ip': '203.0.113.7',
    '@http.status_code': 405,
    '@usr.id': null,
    '@list': [1, 'two'],
  };
  const stamp = { id: 'e', tsMs: 1, dataSource: 'spans' as const };
  expect(eventOfFields(fields, stamp)).toEqual({
    ...stamp,
    service: 'shop',
    env: 'prod',
    host: 'h',
    source: 'nginx',
    message: 'hello',
    tags: ['team:blue', 'region:eu', 'region:us', 'urgent'],
    attributes: { http: { client_ip: '203.0.113.7', status_code: 405 }, list: [1, 'two'] },
  });
});

test('a field that reaches for a prototype changes nothing', () => {
  const event = eventOfFields(
    { '@__proto__.polluted': 1, '@constructor.prototype.polluted': 1, '@a.__proto__.polluted': 1 },
    { id: 'e', tsMs: 1, dataSource: 'spans' },
  );
  expect(event.attributes).toEqual({});
  expect('polluted' in {}).toBe(false);
});

type NumberRow = [text: unknown, first: unknown, fifth: unknown];

test.each<NumberRow>([
  ['user-{n}', 'user-0', 'user-4'],
  ['{n/2}.{n%2}', '0.0', '2.0'],
  ['{n/256}', '0', '0'],
  ['{n/0} {n%0}', '{n/0} {n%0}', '{n/0} {n%0}'],
  ['{m} {n } {{n}}', '{m} {n } {0}', '{m} {n } {4}'],
  [
    ['a{n}', { deep: '{n}' }],
    ['a0', { deep: '0' }],
    ['a4', { deep: '4' }],
  ],
  [7, 7, 7],
])('%j counts the repeats', (text, first, fifth) => {
  const entries = [entry({ repeat: 5, everyMs: 1, fields: { '@x': text } })];
  const events = [...expandTestEvents({}, entries, 'spans')];
  expect(events.map((event) => event.attributes['x']).filter((_, index) => index % 4 === 0)).toEqual([
    first,
    fifth,
  ]);
});

test('events come in order of time; those of one instant as they are written', () => {
  const events = [
    ...expandTestEvents(
      { '@x': 'sample' },
      [
        entry({ repeat: 2, everyMs: 10, fields: { '@x': 'a' } }),
        entry({ atMs: 10, fields: { '@x': 'b' } }),
        entry({ atMs: 5 }),
      ],
      'logs',
    ),
  ];
  expect(
    events.map((event) => [event.tsMs - TEST_START_MS, event.attributes['x'], event.dataSource]),
  ).toEqual([
    [0, 'a', 'logs'],
    [5, 'sample', 'logs'],
    [10, 'a', 'logs'],
    [10, 'b', 'logs'],
  ]);
});

test('a flood of signals is counted, and only its beginning is told one by one', () => {
  const flood = entry({ repeat: 2_000, everyMs: 1, fields: { '@ip': 'address {n/2}' } });
  const { differences } = runRuleTest(RULE, SAMPLE, stream([flood], []));
  expect(differences).toHaveLength(101);
  expect(differences[0]).toEqual({ path: 'signals', expected: '0 signals', actual: '1000 signals' });
});
