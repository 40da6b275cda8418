/** Sentences about when a threshold rule fires: cases, labels, joins, groups, windows (semantics of the rules API). */

import { expect, test } from 'vitest';
import type { DetectionRule, Event } from '@signalwright/model';
import type { SignalChange } from './change.ts';
import {
  MINUTE,
  SECOND,
  compiled,
  detectorOf,
  ingestAll,
  query,
  ruleCase,
  span,
  story,
} from './testing/build.ts';

const WINDOW_MS = 5 * MINUTE;

function changesOf(part: Partial<DetectionRule>, events: readonly Event[]): readonly SignalChange[] {
  return ingestAll(detectorOf([compiled(part)]), events);
}

const opened = (changes: readonly SignalChange[]) =>
  changes.flatMap((change) => (change.kind === 'opened' ? [change.signal] : []));

const login = (
  atMs: number,
  outcome: string,
  more: Record<string, unknown> = {},
  part: Partial<Event> = {},
) => span(atMs, { outcome, ...more }, part);

const FAILURES = query({ name: 'failures', query: '@outcome:failure' });
const SUCCESSES = query({ name: 'successes', query: '@outcome:success' });

test('cases are tried in order and the first true one decides', () => {
  const cases = [
    ruleCase('a > 2', { name: 'three', severity: 'low' }),
    ruleCase('a > 0', { name: 'one', severity: 'critical' }),
  ];
  const signals = opened(
    changesOf({ cases, keepAliveMs: 0, evaluationWindowMs: 0 }, [span(0), span(SECOND)]),
  );
  expect(signals.map((signal) => signal.caseName)).toEqual(['one', 'one']);
  const later = changesOf({ cases }, [span(0), span(1), span(2)]);
  expect(story(later)).toEqual(['opened critical', 'extended critical', 'extended critical']);
});

test('unnamed queries are a, b, c by position', () => {
  const queries = [query({ query: '@outcome:failure' }), query({ query: '@outcome:success' })];
  const cases = [ruleCase('a > 1 && b > 0')];
  expect(changesOf({ queries, cases }, [login(0, 'failure'), login(1, 'failure')])).toEqual([]);
  const [signal] = opened(
    changesOf({ queries, cases }, [login(0, 'failure'), login(1, 'failure'), login(2, 'success')]),
  );
  expect(signal?.eventsMatchedPerQuery).toEqual({ a: 2, b: 1 });
});

test('a query without events is worth 0, so its clause is false and the others are not', () => {
  const rule = {
    queries: [FAILURES, SUCCESSES],
    cases: [
      ruleCase('failures > 1 && successes > 0', { severity: 'high' }),
      ruleCase('failures > 1', { severity: 'low' }),
    ],
  };
  expect(story(changesOf(rule, [login(0, 'failure'), login(1, 'failure')]))).toEqual(['opened low']);
});

test('an event that matches two queries counts in both, and once in the signal', () => {
  const rule = { queries: [FAILURES, query({ name: 'all' })], cases: [ruleCase('failures > 0 && all > 1')] };
  const [signal] = opened(changesOf(rule, [login(0, 'success'), login(1, 'failure')]));
  expect(signal?.eventsMatchedPerQuery).toEqual({ failures: 1, all: 2 });
  expect(signal?.eventsMatched).toBe(2);
});

test('there is one signal for each combination of group values', () => {
  const groupBy = ['service', '@http.client_ip'];
  const from = (ip: string, service: string) => span(0, { http: { client_ip: ip } }, { service });
  const signals = opened(
    changesOf({ queries: [query({ groupBy })] }, [
      from('203.0.113.1', 'shop'),
      from('203.0.113.2', 'shop'),
      from('203.0.113.1', 'api'),
      from('203.0.113.1', 'shop'),
    ]),
  );
  expect(signals.map((signal) => signal.group)).toEqual([
    { service: 'shop', '@http.client_ip': '203.0.113.1' },
    { service: 'shop', '@http.client_ip': '203.0.113.2' },
    { service: 'api', '@http.client_ip': '203.0.113.1' },
  ]);
});

test('queries join on equal group values: failures of one user and a success of another make no case', () => {
  const rule = {
    queries: [
      { ...FAILURES, groupBy: ['@usr.id'] },
      { ...SUCCESSES, groupBy: ['@usr.id'] },
    ],
    cases: [ruleCase('failures > 0 && successes > 0')],
  };
  const user = (id: string) => ({ usr: { id } });
  expect(changesOf(rule, [login(0, 'failure', user('a')), login(1, 'success', user('b'))])).toEqual([]);
  expect(story(changesOf(rule, [login(0, 'failure', user('a')), login(1, 'success', user('a'))]))).toEqual([
    'opened medium',
  ]);
});

test('queries with groups of their own join position by position', () => {
  const rule = {
    queries: [
      query({ name: 'created', query: '@evt:create', groupBy: ['@response.snapshot'] }),
      query({ name: 'shared', query: '@evt:share', groupBy: ['@request.snapshot'] }),
    ],
    cases: [ruleCase('created > 0 && shared > 0')],
  };
  const created = span(0, { evt: 'create', response: { snapshot: 's-1' } });
  const shared = span(1, { evt: 'share', request: { snapshot: 's-1' } });
  const other = span(1, { evt: 'share', request: { snapshot: 's-2' } });
  expect(changesOf(rule, [created, other])).toEqual([]);
  const [signal] = opened(changesOf(rule, [created, shared]));
  expect(signal?.group).toEqual({ '@response.snapshot': 's-1' });
});

test('a signal names its group as the query does that had events', () => {
  const rule = {
    queries: [
      query({ name: 'old', query: '@evt:old', groupBy: ['@usr.id'] }),
      query({ name: 'new', query: '@evt:new', groupBy: ['@user.name'] }),
    ],
    cases: [ruleCase('old > 0 || new > 0')],
  };
  const [signal] = opened(changesOf(rule, [span(0, { evt: 'new', user: { name: 'dana' } })]));
  expect(signal?.group).toEqual({ '@user.name': 'dana' });
  expect(signal?.attributes).toMatchObject({ user: { name: 'dana' } });
});

test('the same groups in another order join by name', () => {
  const rule = {
    queries: [
      { ...FAILURES, groupBy: ['service', '@usr.id'] },
      { ...SUCCESSES, groupBy: ['@usr.id', 'service'] },
    ],
    cases: [ruleCase('failures > 0 && successes > 0')],
  };
  const part = { service: 'shop' };
  const events = [
    login(0, 'failure', { usr: { id: 'a' } }, part),
    login(1, 'success', { usr: { id: 'a' } }, part),
  ];
  expect(story(changesOf(rule, events))).toEqual(['opened medium']);
});

test.each([
  ['leaves the event out', false, []],
  ['is N/A where groups are optional', true, [{ service: 'shop', '@usr.id': 'N/A' }]],
])('a missing group value %s', (_what, optionalGroupBy, groups) => {
  const queries = [query({ groupBy: ['service', '@usr.id'], optionalGroupBy })];
  const signals = opened(changesOf({ queries }, [span(0, {}, { service: 'shop' })]));
  expect(signals.map((signal) => signal.group)).toEqual(groups);
});

test('an event whose group field is a list counts in the group of each value', () => {
  const signals = opened(
    changesOf({ queries: [query({ groupBy: ['@ip'] })] }, [span(0, { ip: ['x', 'y'] })]),
  );
  expect(signals.map((signal) => signal.group['@ip'])).toEqual(['x', 'y']);
});

test('several cardinality fields count distinct combinations', () => {
  const aggregation = { kind: 'cardinality' as const, fields: ['@usr.id', '@country'] };
  const rule = { queries: [query({ aggregation })], cases: [ruleCase('a > 2')] };
  const visit = (id: string, country: string) => span(0, { usr: { id }, country });
  expect(changesOf(rule, [visit('a', 'DE'), visit('a', 'FR'), visit('a', 'DE')])).toEqual([]);
  expect(story(changesOf(rule, [visit('a', 'DE'), visit('a', 'FR'), visit('b', 'DE')]))).toEqual([
    'opened medium',
  ]);
});

test('values cannot be shifted between cardinality fields', () => {
  const aggregation = { kind: 'cardinality' as const, fields: ['@x', '@y'] };
  const rule = { queries: [query({ aggregation })], cases: [ruleCase('a > 1')] };
  expect(story(changesOf(rule, [span(0, { x: 'a', y: 'bc' }), span(0, { x: 'ab', y: 'c' })]))).toEqual([
    'opened medium',
  ]);
});

test('an event without the measured field does not count for that query, and does for the others', () => {
  const rule = {
    queries: [
      query({ name: 'bytes', aggregation: { kind: 'sum', field: '@bytes' } }),
      query({ name: 'all' }),
    ],
    cases: [ruleCase('bytes > 100 || all > 1')],
  };
  const [signal] = opened(changesOf(rule, [span(0, { bytes: 60 }), span(1)]));
  expect(signal?.eventsMatchedPerQuery).toEqual({ bytes: 1, all: 2 });
});

type WindowRow = [what: string, gapMs: number, fires: boolean];

test.each<WindowRow>([
  ['just inside the window', WINDOW_MS - 1, true],
  ['exactly one window apart', WINDOW_MS, false],
  ['beyond the window', WINDOW_MS + 1, false],
])('two events %s', (_what, gapMs, fires) => {
  const rule = { cases: [ruleCase('a > 1')], evaluationWindowMs: WINDOW_MS };
  expect(changesOf(rule, [span(0), span(gapMs)]).length > 0).toBe(fires);
});

test('the window slides: it is not cut into fixed pieces', () => {
  const rule = { cases: [ruleCase('a > 2')], evaluationWindowMs: WINDOW_MS };
  const events = [span(4 * MINUTE), span(5 * MINUTE), span(6 * MINUTE)];
  expect(story(changesOf(rule, events))).toEqual(['opened medium']);
});

type LateRow = [what: string, lateMs: number, fires: boolean];

test.each<LateRow>([
  ['inside the newest window counts', 10 * MINUTE - WINDOW_MS + 1, true],
  ['at the edge of the newest window is too late', 10 * MINUTE - WINDOW_MS, false],
  ['long before it is too late', 0, false],
])('a late event %s', (_what, lateMs, fires) => {
  const rule = { cases: [ruleCase('a > 1')], evaluationWindowMs: WINDOW_MS };
  const detector = detectorOf([compiled(rule)]);
  expect(ingestAll(detector, [span(10 * MINUTE), span(lateMs)]).length > 0).toBe(fires);
  expect(detector.stats().rules[0]?.lateEvents).toBe(fires ? 0 : 1);
});

test('a late event does not move time back: first and last seen are those of the events', () => {
  const rule = { cases: [ruleCase('a > 1')] };
  const events = [span(3 * MINUTE), span(MINUTE)];
  const [signal] = opened(changesOf(rule, events));
  expect(signal?.firstSeenMs).toBe(events[1]?.tsMs);
  expect(signal?.lastSeenMs).toBe(events[0]?.tsMs);
});

test('one group never moves the window of another', () => {
  const rule = { queries: [query({ groupBy: ['@g'] })], cases: [ruleCase('a > 1')] };
  const events = [span(0, { g: 'x' }), span(60 * MINUTE, { g: 'y' }), span(MINUTE, { g: 'x' })];
  expect(opened(changesOf(rule, events)).map((signal) => signal.group['@g'])).toEqual(['x']);
});

test('a window of 0 looks at each event alone, at one instant too', () => {
  const alone = { evaluationWindowMs: 0, keepAliveMs: 0, cases: [ruleCase('a > 1')] };
  expect(changesOf(alone, [span(0), span(0), span(1)])).toEqual([]);
  const both = {
    ...alone,
    queries: [FAILURES, query({ name: 'all' })],
    cases: [ruleCase('failures > 0 && all > 0')],
  };
  expect(changesOf(both, [login(0, 'success'), login(1, 'failure')])).toHaveLength(1);
});

test('a sum falls again when what was large leaves the window', () => {
  const rule = {
    queries: [query({ aggregation: { kind: 'sum', field: '@bytes' } })],
    cases: [ruleCase('a > 100')],
    keepAliveMs: WINDOW_MS,
    evaluationWindowMs: WINDOW_MS,
  };
  const changes = changesOf(rule, [
    span(0, { bytes: 101 }),
    span(WINDOW_MS, { bytes: 50 }),
    span(WINDOW_MS + 1, { bytes: 50 }),
  ]);
  expect(story(changes)).toEqual(['opened medium', 'closed keep_alive']);
});

test('decimal thresholds work as written', () => {
  const rule = {
    queries: [query({ aggregation: { kind: 'max', field: '@score' } })],
    cases: [ruleCase('a > 0.995')],
  };
  expect(changesOf(rule, [span(0, { score: 0.995 })])).toEqual([]);
  expect(changesOf(rule, [span(0, { score: 0.996 })])).toHaveLength(1);
});
