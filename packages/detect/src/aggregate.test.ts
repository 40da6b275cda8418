import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Aggregation } from '@signalwright/model';
import type { Evaluation } from './change.ts';
import { createDetector } from './detector.ts';
import { MAX_DISTINCT_VALUES } from './distinct-values.ts';
import { MINUTE, SECOND, compiled, query, ruleCase, span } from './testing/build.ts';
import { MAX_WINDOW_INSTANTS } from './timed-queue.ts';

const WINDOW_MS = 5 * MINUTE;

interface Arrival {
  readonly atMs: number;
  readonly user: string;
  readonly bytes: number;
}

/** Values of the rule's queries after each event that counted. */
function run(
  aggregations: readonly Aggregation[],
  arrivals: readonly Arrival[],
  windowMs = WINDOW_MS,
): readonly (readonly number[])[] {
  const seen: (readonly number[])[] = [];
  const observe = (evaluation: Evaluation): void => void seen.push(Object.values(evaluation.values));
  const queries = aggregations.map((aggregation) => query({ aggregation }));
  const never = ruleCase('a > 1000000000000000');
  const rules = [compiled({ queries, cases: [never], evaluationWindowMs: windowMs })];
  const detector = createDetector({ rules, suppressions: [], observe });
  for (const { atMs, user, bytes } of arrivals) detector.ingest(span(atMs, { usr: { id: user }, bytes }));
  return seen;
}

const ALL: readonly Aggregation[] = [
  { kind: 'count' },
  { kind: 'cardinality', fields: ['@usr.id'] },
  { kind: 'cardinality', fields: ['@usr.id', '@bytes'] },
  { kind: 'sum', field: '@bytes' },
  { kind: 'max', field: '@bytes' },
];

/** The same by the definition: each time from all events that ever came. */
function recompute(arrivals: readonly Arrival[], windowMs = WINDOW_MS): readonly (readonly number[])[] {
  const values: (readonly number[])[] = [];
  let newestMs = Number.NEGATIVE_INFINITY;
  let counted: Arrival[] = [];
  for (const arrival of arrivals) {
    if (arrival.atMs <= newestMs - windowMs) continue;
    newestMs = Math.max(newestMs, arrival.atMs);
    counted = [...counted, arrival].filter((each) => each.atMs > newestMs - windowMs);
    const inTime = counted.toSorted((a, b) => a.atMs - b.atMs);
    values.push([
      inTime.length,
      new Set(inTime.map((each) => each.user)).size,
      new Set(inTime.map((each) => `${each.user} ${each.bytes}`)).size,
      inTime.reduce((sum, each) => sum + each.bytes, 0),
      Math.max(...inTime.map((each) => each.bytes)),
    ]);
  }
  return values;
}

/** Mostly forward in time, sometimes back, often at the same instant, around the edges of the window. */
const stream = fc
  .array(
    fc.record({
      stepMs: fc.oneof(
        fc.constantFrom(0, 0, 1, SECOND, WINDOW_MS - 1, WINDOW_MS, WINDOW_MS + 1, -1, -WINDOW_MS, -SECOND),
        fc.integer({ min: -WINDOW_MS, max: 2 * MINUTE }),
      ),
      user: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      bytes: fc.integer({ min: -1_000, max: 1_000 }),
    }),
    { maxLength: 120 },
  )
  .map((steps) => {
    let atMs = 0;
    return steps.map(({ stepMs, user, bytes }): Arrival => {
      atMs += stepMs;
      return { atMs, user, bytes };
    });
  });

test('window values are those of a recomputation from all events, late and out of order ones included', () => {
  fc.assert(
    fc.property(stream, (arrivals) => {
      expect(run(ALL, arrivals)).toEqual(recompute(arrivals));
    }),
    { numRuns: 300 },
  );
});

test('when the stream ends, its order has not mattered to what the newest window holds', () => {
  const shuffled = stream.chain((arrivals) =>
    fc.tuple(fc.constant(arrivals), fc.shuffledSubarray(arrivals, { minLength: arrivals.length })),
  );
  fc.assert(
    fc.property(shuffled, ([arrivals, other]) => {
      fc.pre(arrivals.length > 0);
      // A last event at the newest time shows the final window of both.
      const newestMs = Math.max(...arrivals.map((arrival) => arrival.atMs));
      const last: Arrival = { atMs: newestMs, user: 'z', bytes: 0 };
      expect(run(ALL, [...other, last]).at(-1)).toEqual(run(ALL, [...arrivals, last]).at(-1));
    }),
    { numRuns: 200 },
  );
});

test('sums of fractions are those of adding in order of time, to the last bit', () => {
  const fractions = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 60_000 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
    {
      maxLength: 80,
    },
  );
  fc.assert(
    fc.property(fractions, (steps) => {
      let atMs = 0;
      const arrivals = steps.map(([stepMs, bytes]): Arrival => {
        atMs += stepMs;
        return { atMs, user: 'a', bytes };
      });
      const sums = run([{ kind: 'sum', field: '@bytes' }], arrivals).map(([sum]) => sum);
      expect(sums).toEqual(recompute(arrivals).map((values) => values[3]));
    }),
  );
});

test('a huge number that leaves the window takes nothing else with it', () => {
  const [first, second, third] = run(
    [{ kind: 'sum', field: '@bytes' }],
    [
      { atMs: 0, user: 'a', bytes: 1e300 },
      { atMs: MINUTE, user: 'a', bytes: 7 },
      { atMs: WINDOW_MS, user: 'a', bytes: 1 },
    ],
  );
  expect(first).toEqual([Number.MAX_SAFE_INTEGER]);
  expect(second?.[0]).toBeGreaterThan(Number.MAX_SAFE_INTEGER - 1);
  expect(third).toEqual([8]);
});

test('numbers written as text are added, other text leaves the event out', () => {
  const values: unknown[] = ['12', '1e2', ' 5', '0x10', 'Infinity', true, '', Number.NaN];
  const seen: number[] = [];
  const rules = [
    compiled({
      queries: [query({ aggregation: { kind: 'sum', field: '@bytes' } })],
      cases: [ruleCase('a > 1000')],
    }),
  ];
  const observe = (evaluation: Evaluation): void => void seen.push(evaluation.values['a'] ?? -1);
  const detector = createDetector({ rules, suppressions: [], observe });
  values.forEach((bytes, index) => detector.ingest(span(index, { bytes })));
  expect(seen).toEqual([12, 112]);
});

test('an array adds each of its numbers and each of its values', () => {
  const rules = [
    compiled({
      queries: [
        query({ aggregation: { kind: 'sum', field: '@sizes' } }),
        query({ aggregation: { kind: 'max', field: '@sizes' } }),
        query({ aggregation: { kind: 'cardinality', fields: ['@sizes'] } }),
      ],
    }),
  ];
  let seen: Evaluation | undefined;
  const detector = createDetector({ rules, suppressions: [], observe: (evaluation) => (seen = evaluation) });
  detector.ingest(span(0, { sizes: [3, 4, 5] }));
  expect(seen?.values).toEqual({ a: 12, b: 5, c: 3 });
});

test(`beyond ${MAX_WINDOW_INSTANTS} instants times are rounded: counts stay within 1/512 of the window, and no event is lost`, () => {
  const everyMs = 50;
  const arrivals = Array.from({ length: 12_000 }, (_, index): Arrival => ({
    atMs: index * everyMs,
    user: 'a',
    bytes: 1,
  }));
  const counts = run([{ kind: 'count' }], arrivals).map(([count]) => count ?? 0);
  counts.forEach((count, index) => {
    const exact = Math.min(index + 1, WINDOW_MS / everyMs);
    expect(count).toBeGreaterThanOrEqual(exact);
    expect(count).toBeLessThanOrEqual(exact + Math.ceil(WINDOW_MS / 512 / everyMs) + 1);
  });
});

test('rounded sums and maxima err by one cell as well, and late events still find their place', () => {
  const everyMs = 100;
  const arrivals = Array.from({ length: 1_500 }, (_, index): Arrival => {
    const isLate = index % 7 === 3;
    return { atMs: index * everyMs - (isLate ? 30 * SECOND : 0), user: 'a', bytes: 1_500 - index };
  });
  const aggregations: readonly Aggregation[] = [
    { kind: 'sum', field: '@bytes' },
    { kind: 'max', field: '@bytes' },
  ];
  const rounded = run(aggregations, arrivals);
  const cells = Math.ceil(WINDOW_MS / 512);
  const wider = recompute(arrivals, WINDOW_MS + cells);
  recompute(arrivals).forEach((exact, index) => {
    expect(rounded[index]?.[0]).toBeGreaterThanOrEqual(exact[3] ?? 0);
    expect(rounded[index]?.[0]).toBeLessThanOrEqual(wider[index]?.[3] ?? 0);
    expect(rounded[index]?.[1]).toBeGreaterThanOrEqual(exact[4] ?? 0);
    expect(rounded[index]?.[1]).toBeLessThanOrEqual(wider[index]?.[4] ?? 0);
  });
});

test(`a cardinality ends at ${MAX_DISTINCT_VALUES} and forgets what it has not seen for longest`, () => {
  const arrivals = Array.from({ length: MAX_DISTINCT_VALUES + 500 }, (_, index): Arrival => ({
    atMs: index,
    user: `u${index}`,
    bytes: 1,
  }));
  const again: Arrival = { atMs: MAX_DISTINCT_VALUES + 600, user: 'u10400', bytes: 1 };
  const aggregations: readonly Aggregation[] = [
    { kind: 'count' },
    { kind: 'cardinality', fields: ['@usr.id'] },
  ];
  const sizes = run(aggregations, [...arrivals, again]).map(([, size]) => size);
  expect(Math.max(...sizes.map(Number))).toBe(MAX_DISTINCT_VALUES);
  expect(sizes.at(-1)).toBe(MAX_DISTINCT_VALUES);
});
