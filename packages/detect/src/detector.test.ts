import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventDocument, type DataSource, type DetectionRule, type Event } from '@signalwright/model';
import { compileMatcher, parseQuery, type Query } from '@signalwright/query';
import type { SignalChange } from './change.ts';
import type { CompiledRule } from './compile-rule.ts';
import { createDetector, MAX_AHEAD_MS, type DetectorMistake } from './detector.ts';
import { QueryIndex } from './query-index.ts';
import {
  MINUTE,
  SECOND,
  T0,
  compiled,
  detectorOf,
  ingestAll,
  query,
  ruleCase,
  span,
  story,
  suppression,
} from './testing/build.ts';

type GateRow = [type: DetectionRule['type'], source: DataSource];

test.each<GateRow>([
  ['application_security', 'spans'],
  ['api_security', 'spans'],
  ['log_detection', 'logs'],
  ['workload_security', 'logs'],
  ['workload_activity', 'logs'],
])('a rule of type %s sees %s alone', (type, source) => {
  for (const dataSource of ['logs', 'spans'] as const) {
    const changes = detectorOf([compiled({ type })]).ingest(span(0, {}, { dataSource }));
    expect(changes).toHaveLength(dataSource === source ? 1 : 0);
  }
});

test('a rule that is not enabled does nothing', () => {
  expect(detectorOf([compiled({ enabled: false })]).ingest(span(0))).toEqual([]);
});

test('an event whose time is no time is left out and counted', () => {
  const detector = detectorOf([compiled()]);
  const times = [Number.NaN, Infinity, -Infinity, 1e300, 8.64e15 + 1];
  for (const tsMs of times) expect(detector.ingest({ ...span(0), tsMs })).toEqual([]);
  expect(detector.stats()).toMatchObject({ events: 5, invalidEvents: 5 });
});

test('an event from the future counts as happening now, so that it cannot make later ones too late', () => {
  const rule = compiled({ cases: [ruleCase('a > 1')], evaluationWindowMs: MINUTE });
  const detector = detectorOf([rule]);
  detector.advance(T0);
  expect(detector.ingest(span(60 * MINUTE))).toEqual([]);
  expect(detector.stats().futureEvents).toBe(1);
  expect(story(detector.ingest(span(SECOND)))).toEqual(['opened medium']);
  detector.ingest(span(MAX_AHEAD_MS));
  expect(detector.stats().futureEvents).toBe(1);
});

test('time never goes back', () => {
  const detector = detectorOf([compiled()]);
  detector.ingest(span(0));
  expect(story(detector.advance(T0 + 120 * MINUTE))).toEqual(['closed keep_alive']);
  expect(detector.advance(T0)).toEqual([]);
  expect(story(detector.ingest(span(120 * MINUTE)))).toEqual(['opened medium']);
  expect(detector.advance(T0 + 60 * MINUTE)).toEqual([]);
});

test.each([
  [0, []],
  [20 * MINUTE, ['opened medium']],
])('events 10 minutes late, with %d ms of delay allowed, give %j', (allowedDelayMs, expected) => {
  const rule = compiled({ cases: [ruleCase('a > 1')] });
  const detector = createDetector({ rules: [rule], suppressions: [], limits: { allowedDelayMs } });
  detector.ingest(span(0));
  detector.advance(T0 + 10 * MINUTE);
  expect(story(detector.ingest(span(SECOND)))).toEqual(expected);
});

test('quiet groups are forgotten as time passes', () => {
  const rule = compiled({ queries: [query({ groupBy: ['@g'] })], cases: [ruleCase('a > 1')] });
  const detector = detectorOf([rule]);
  for (let index = 0; index < 100; index += 1) detector.ingest(span(0, { g: String(index) }));
  expect(detector.stats().rules[0]?.groups).toBe(100);
  detector.advance(T0 + 5 * MINUTE + 1);
  expect(detector.stats()).toMatchObject({ heldBytes: 0 });
  expect(detector.stats().rules[0]).toMatchObject({ groups: 0, evictedGroups: 0, highCardinality: false });
});

test('the allowed delay is over to the millisecond', () => {
  const detector = detectorOf([compiled({ keepAliveMs: 5 * MINUTE })], [], { allowedDelayMs: MINUTE });
  detector.ingest(span(0));
  expect(detector.advance(T0 + 6 * MINUTE)).toEqual([]);
  expect(story(detector.advance(T0 + 6 * MINUTE + 1))).toEqual(['closed keep_alive']);
});

test('changes of one event come in the order of the rules', () => {
  const rules = ['c', 'a', 'b'].map((id) => compiled({ id }));
  const changes = detectorOf(rules).ingest(span(0));
  expect(changes.map((change) => change.kind === 'opened' && change.signal.rule.id)).toEqual(['c', 'a', 'b']);
});

describe('a mistake of ours that one event brings up', () => {
  /** Stands for whatever a rule cannot cope with: it is met by those who read `@trap` and by nobody else. */
  const trapped = (): Event =>
    span(0, Object.defineProperty({}, 'trap', { get: springTrap }), { id: 'hostile' });
  const springTrap = (): never => {
    throw new RangeError('too deep');
  };
  const sound = compiled({ id: 'sound' });
  const rows: [where: string, rule: CompiledRule][] = [
    ['in a query', compiled({ id: 'broken', queries: [query({ query: '@trap.n:>5' })] })],
    ['in a group', compiled({ id: 'broken', queries: [query({ groupBy: ['@trap.n'] })] })],
  ];

  test.each(rows)('%s costs the rule this event, and nobody else anything', (_where, broken) => {
    const mistakes: DetectorMistake[] = [];
    const onMistake = (mistake: DetectorMistake): void => void mistakes.push(mistake);
    const detector = createDetector({ rules: [broken, sound], suppressions: [], onMistake });
    expect(story(detector.ingest(trapped()))).toEqual(['opened medium']);
    expect(mistakes).toEqual([{ error: new RangeError('too deep'), eventId: 'hostile', ruleId: 'broken' }]);
  });

  test.each(rows)('%s is thrown where nobody listens', (_where, broken) => {
    expect(() => detectorOf([broken]).ingest(trapped())).toThrow('too deep');
  });
});

test('with other rules, those that did not change keep their windows and signals', () => {
  const steady = { id: 'steady', cases: [ruleCase('a > 1')] };
  const changing = { id: 'changing', cases: [ruleCase('a > 1')] };
  const first = detectorOf([compiled(steady), compiled(changing)]);
  first.ingest(span(0));
  const second = first.withRules({
    rules: [compiled(steady), compiled({ ...changing, cases: [ruleCase('a >= 2')] }, 2)],
    suppressions: [],
  });
  const opened = second.ingest(span(SECOND));
  expect(opened.map((change) => change.kind === 'opened' && change.signal.rule.id)).toEqual(['steady']);
  expect(second.stats().events).toBe(2);
});

test('a signal of a rule that is gone ends by keep-alive, and its memory is given back', () => {
  const first = detectorOf([compiled({ id: 'gone' })]);
  first.ingest(span(0));
  const second = first.withRules({ rules: [], suppressions: [] });
  expect(second.ingest(span(SECOND))).toEqual([]);
  expect(story(second.advance(T0 + 60 * MINUTE + 1))).toEqual(['closed keep_alive']);
  expect(second.advance(T0 + 180 * MINUTE)).toEqual([]);
  expect(second.stats().heldBytes).toBe(0);
});

test('a rule that is gone and has no open signal gives its memory back at once', () => {
  const first = detectorOf([compiled({ id: 'gone', cases: [ruleCase('a > 1')] })]);
  first.ingest(span(0));
  expect(first.stats().heldBytes).toBeGreaterThan(0);
  expect(first.withRules({ rules: [], suppressions: [] }).stats().heldBytes).toBe(0);
});

test('other suppressions take hold of rules that go on', () => {
  const first = detectorOf([compiled({ keepAliveMs: 5 * MINUTE })]);
  first.ingest(span(0));
  const second = first.withRules({
    rules: [compiled({ keepAliveMs: 5 * MINUTE })],
    suppressions: [suppression({ suppressSignals: '*' })],
  });
  expect(story(second.ingest(span(10 * MINUTE)))).toEqual(['closed keep_alive', 'suppressed medium']);
});

const RULES = [
  compiled({
    id: 'count',
    queries: [query({ groupBy: ['@g'] })],
    cases: [ruleCase('a > 3', { severity: 'high' }), ruleCase('a > 1', { severity: 'low' })],
    evaluationWindowMs: MINUTE,
    keepAliveMs: 2 * MINUTE,
    maxSignalDurationMs: 10 * MINUTE,
  }),
  compiled({
    id: 'distinct',
    queries: [query({ groupBy: ['@g'], aggregation: { kind: 'cardinality', fields: ['@user'] } })],
    cases: [ruleCase('a > 2')],
    evaluationWindowMs: MINUTE,
    keepAliveMs: 2 * MINUTE,
    maxSignalDurationMs: 10 * MINUTE,
  }),
];

const events = fc
  .array(
    fc.record({
      stepMs: fc.integer({ min: -20 * SECOND, max: 60 * SECOND }),
      group: fc.constantFrom('x', 'y', 'z'),
      user: fc.constantFrom('a', 'b', 'c', 'd'),
    }),
    { maxLength: 80 },
  )
  .map((steps) => {
    let atMs = 0;
    return steps.map(({ stepMs, group, user }) => {
      atMs += stepMs;
      return span(atMs, { g: group, user });
    });
  });

test('the same events give the same changes', () => {
  fc.assert(
    fc.property(events, (all) => {
      expect(ingestAll(detectorOf(RULES), all)).toEqual(ingestAll(detectorOf(RULES), all));
    }),
  );
});

test('groups do not hear of each other: each tells the same, however their events are interleaved', () => {
  const interleaved = events.chain((all) => fc.tuple(fc.constant(all), fc.infiniteStream(fc.nat(2))));
  const byGroup = (changes: readonly SignalChange[]) => {
    const owners = new Map<string, string>();
    const told = new Map<string, SignalChange[]>();
    for (const change of changes) {
      if (change.kind !== 'closed') owners.set(change.signal.id, String(change.signal.group['@g']));
      const group = owners.get(change.kind === 'closed' ? change.signalId : change.signal.id) ?? '';
      told.set(group, [...(told.get(group) ?? []), change]);
    }
    return new Map([...told].toSorted(([a], [b]) => a.localeCompare(b)));
  };
  fc.assert(
    fc.property(interleaved, ([all, choices]) => {
      const queues = ['x', 'y', 'z'].map((group) => all.filter((event) => event.attributes['g'] === group));
      const mixed: Event[] = [];
      while (mixed.length < all.length) {
        const next =
          queues[choices.next().value as number]?.shift() ??
          queues.find((queue) => queue.length > 0)?.shift();
        if (next !== undefined) mixed.push(next);
      }
      expect(byGroup(ingestAll(detectorOf(RULES), mixed))).toEqual(
        byGroup(ingestAll(detectorOf(RULES), all)),
      );
    }),
  );
});

test('no event makes it throw, whatever its attributes, tags and texts hold', () => {
  const hostile = fc.oneof(
    fc.jsonValue({ maxDepth: 6 }),
    fc.constantFrom<unknown>(
      '__proto__',
      '{{@x}}',
      '\ud800',
      '\u0000',
      'x'.repeat(5_000),
      1e308,
      -0,
      Number.NaN,
    ),
  );
  const name = fc.constantFrom(
    'g',
    'user',
    'bytes',
    'http',
    'client_ip',
    '__proto__',
    'constructor',
    'toString',
    '',
  );
  const rules = [
    ...RULES,
    compiled({
      id: 'all',
      name: '{{@g}} {{service}}',
      message: '{{@user}} {{env.name}} {{#if @http.client_ip}}x{{/if}} {{events_matched_per_query.a}}',
      queries: [
        query({ groupBy: ['@http.client_ip', 'team'], optionalGroupBy: true }),
        query({
          aggregation: { kind: 'max', field: '@bytes' },
          groupBy: ['@g', '@user'],
          optionalGroupBy: true,
        }),
      ],
    }),
  ];
  const event = fc.record({
    atMs: fc.oneof(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e300),
    ),
    attributes: fc.dictionary(name, fc.oneof(hostile, fc.dictionary(name, hostile)), { maxKeys: 5 }),
    tags: fc.array(fc.oneof(fc.string(), fc.constantFrom('team:x', ':', 'team:', '__proto__:x')), {
      maxLength: 4,
    }),
    service: fc.string(),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (all) => {
      const detector = detectorOf(rules);
      for (const { atMs, attributes, tags, service } of all) {
        for (const change of detector.ingest(span(atMs, attributes, { tags, service }))) {
          if (change.kind !== 'closed') expect(change.signal.title.length).toBeGreaterThan(0);
        }
      }
      detector.advance(1e15);
      expect(detector.stats().rules.map((stats) => stats.openSignals)).toEqual([0, 0, 0]);
      expect(Object.keys(Object.prototype)).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

const leaf = fc.constantFrom(
  '@a:1',
  '@a:2',
  '@b:x',
  '@b:x*',
  '@a:>1',
  '-@a:1',
  '-@b:x',
  'service:shop',
  'service:(shop OR api)',
  'team:blue',
  'tags:urgent',
  'hello',
  '*:x',
  '@b:*',
  '*',
  '-*:*',
  'status:ok',
  '@c.d:y',
);
const text = fc.letrec<{ node: string; leaf: string }>((tie) => ({
  leaf,
  node: fc.oneof(
    { maxDepth: 3 },
    tie('leaf'),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a} AND ${b})`),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a} OR ${b})`),
  ),
})).node;

function parsed(source: string): Query {
  const result = parseQuery(source);
  if (!result.ok) throw new Error(source);
  return result.query;
}

test('the index leaves out no query that matches', () => {
  const document = fc
    .record({
      attributes: fc.record(
        {
          a: fc.constantFrom(1, '1', 2, '2', [1, 2], 3),
          b: fc.constantFrom('x', 'xy', ['x', 'z'], true),
          c: fc.constantFrom({ d: 'y' }, [{ d: 'y' }, { d: 'n' }]),
          'c.d': fc.constantFrom('y'),
        },
        { requiredKeys: [] },
      ),
      service: fc.constantFrom('shop', 'api', undefined),
      tags: fc.subarray(['team:blue', 'urgent', 'status:ok', 'service:shop']),
      message: fc.constantFrom('', 'hello world'),
    })
    .map(({ attributes, service, tags, message }) =>
      eventDocument(span(0, attributes, { tags, message, ...(service !== undefined && { service }) })),
    );
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 12 }),
      fc.array(document, { minLength: 1 }),
      (sources, all) => {
        const queries = sources.map(parsed);
        const index = new QueryIndex(queries);
        for (const each of all) {
          const candidates = new Set(index.candidates(each));
          queries.forEach((source, position) => {
            if (compileMatcher(source)(each))
              expect([sources[position], candidates.has(position)]).toEqual([sources[position], true]);
          });
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('of a thousand rules on as many services an event runs one query', () => {
  const rules = Array.from({ length: 1_000 }, (_, index) =>
    compiled({ id: `r${index}`, queries: [query({ query: `@http.status_code:500 service:s${index}` })] }),
  );
  const detector = detectorOf(rules);
  expect(detector.ingest(span(0, { http: { status_code: 500 } }, { service: 's77' }))).toHaveLength(1);
  expect(detector.stats().matcherRuns).toBe(1);
  // The service alone is not enough to run it again.
  detector.ingest(span(1, { http: { status_code: 200 } }, { service: 's77' }));
  expect(detector.stats().matcherRuns).toBe(1);
});
