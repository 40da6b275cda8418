import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { SEVERITIES, signalDocument, type DetectedSignal, type Signal } from '@signalwright/model';
import { compileReader } from '@signalwright/query';

import { aggregateSignals } from './aggregate-search.ts';
import type { GroupBy } from './aggregate.ts';
import { countSignals } from './search.ts';
import { recordDetection } from './signal-table.ts';
import { START_MS, openTestStore, sampleSignal, type TestStore } from './testing/sample-signal.ts';

const FIELDS = [
  'status',
  'service',
  'env',
  'team',
  'tags',
  'timestamp',
  '@usr.id',
  '@workflow.triage.state',
  '@workflow.events_matched',
  '@nothing',
];

const change: fc.Arbitrary<Partial<DetectedSignal>> = fc.record({
  severity: fc.constantFrom(...SEVERITIES),
  services: fc.constantFrom([], ['shop'], ['shop', 'billing api'], ['pay']),
  tags: fc.constantFrom([], ['team:red', 'team:blue'], ['team:red', 'env:dev'], ['team']),
  attributes: fc.constantFrom({}, { usr: { id: 'a' } }, { usr: { id: ['a', 'b', 7] } }, { usr: { id: '7' } }),
  eventsMatched: fc.integer({ min: 1, max: 3 }),
});

function storeOf(changes: readonly Partial<DetectedSignal>[]): TestStore {
  const store = openTestStore();
  changes.forEach((each, at) => {
    const { env: _env, ...signal } = sampleSignal({ ...each, id: `s${at}` });
    recordDetection(store.db, signal, START_MS + at * 400);
  });
  return store;
}

/** By reading every signal. */
function plainCounts(store: TestStore, fields: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { body } of store.db.all<{ body: string }>('SELECT body FROM signals')) {
    const document = signalDocument(JSON.parse(body) as Signal);
    let groups: string[][] = [[]];
    for (const field of fields) {
      const values = new Set(compileReader(field)(document).map(String));
      groups = groups.flatMap((by) => [...values].map((value) => [...by, value]));
    }
    for (const by of groups) counts.set(JSON.stringify(by), (counts.get(JSON.stringify(by)) ?? 0) + 1);
  }
  return counts;
}

const byField = (field: string, more: Partial<GroupBy> = {}): GroupBy => ({
  field,
  limit: 1_000,
  order: 'desc',
  ...more,
});

test('groups are what reading every signal counts, and so are facets', () => {
  const groups = fc.uniqueArray(fc.constantFrom(...FIELDS), { maxLength: 3 });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 20 }), groups, (changes, fields) => {
      const store = storeOf(changes);
      const groupBy = fields.map((field) => byField(field));
      const result = aggregateSignals(store.index, { query: '' }, { groupBy, intervalMs: 1_000 });
      if (!result.ok) throw new Error(result.refusal.reason);
      const expected = plainCounts(store, fields);
      expect(new Map(result.buckets.map(({ by, count }) => [JSON.stringify(by), count]))).toEqual(expected);
      expect([result.total, result.isComplete]).toEqual([changes.length, true]);
      for (const { count, series } of result.buckets) {
        expect(series.reduce((sum, point) => sum + point.count, 0)).toBe(count);
      }
      for (const field of fields) {
        const counted = countSignals(store.index, { query: '' }, [{ title: field, field }]);
        const values = counted.ok ? counted.counts.facets.flatMap((facet) => facet.values) : [];
        const plain = plainCounts(store, [field]);
        expect(values.map(({ count }) => count)).toEqual(
          [...plain.values()].toSorted((a, b) => b - a).slice(0, 12),
        );
        for (const { value, count } of values) expect(plain.get(JSON.stringify([value]))).toBe(count);
      }
      store.db.close();
    }),
    { numRuns: 100 },
  );
});

describe('a top list', () => {
  const store = storeOf([
    ...Array.from({ length: 5 }, () => ({ severity: 'high', services: ['shop'] }) as const),
    ...Array.from({ length: 3 }, () => ({ severity: 'low', services: ['pay'] }) as const),
    ...Array.from({ length: 2 }, () => ({ severity: 'low', services: [], tags: [] }) as const),
    { severity: 'info', services: ['shop'] },
  ]);

  type Row = [what: string, groupBy: readonly GroupBy[], expected: readonly (readonly [string[], number])[]];

  const rows: Row[] = [
    ['nothing', [], [[[], 11]]],
    [
      'the two most frequent',
      [byField('status', { limit: 2 })],
      [
        [['high'], 5],
        [['low'], 5],
      ],
    ],
    ['the rarest', [byField('status', { limit: 1, order: 'asc' })], [[['info'], 1]]],
    [
      'a level below another',
      [byField('service', { limit: 1 }), byField('status')],
      [
        [['shop', 'high'], 5],
        [['shop', 'info'], 1],
      ],
    ],
    [
      'what stands for nothing',
      [byField('service', { missing: 'none' })],
      [
        [['shop'], 6],
        [['pay'], 3],
        [['none'], 2],
      ],
    ],
  ];

  test.each(rows)('of %s', (_what, groupBy, expected) => {
    const result = aggregateSignals(store.index, { query: '' }, { groupBy });
    expect(result.ok && result.buckets.map(({ by, count }) => [by, count])).toEqual(expected);
  });
});

test('a line has the points that have something, each at a multiple of its width', () => {
  const store = storeOf([{}, {}, {}, {}, {}, {}]);
  const result = aggregateSignals(store.index, { query: '' }, { groupBy: [], intervalMs: 1_000 });
  expect(result.ok && result.buckets).toEqual([
    {
      by: [],
      count: 6,
      series: [
        { atMs: START_MS, count: 3 },
        { atMs: START_MS + 1_000, count: 2 },
        { atMs: START_MS + 2_000, count: 1 },
      ],
    },
  ]);
});
