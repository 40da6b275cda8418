import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';

import { SEVERITIES, type DetectedSignal, type Signal } from '@signalwright/model';

import { MAX_FACET_VALUES } from './facet.ts';
import {
  START_MS,
  openTestStore,
  sampleActor,
  sampleSignal,
  type TestStore,
} from './testing/sample-signal.ts';
import { searchSignals, type SignalSearch } from './search.ts';
import { recordDetection } from './signal-table.ts';

let store: TestStore;

/** 25 signals, one a minute, the last two in the same millisecond. */
beforeAll(async () => {
  store = openTestStore();
  for (let index = 0; index < 25; index += 1) {
    const change: Partial<DetectedSignal> = {
      id: `s${String(index).padStart(2, '0')}`,
      severity: SEVERITIES[index % 5] ?? 'info',
      services: index % 2 === 0 ? ['shop'] : ['shop', 'billing api'],
      env: index < 5 ? 'staging' : 'prod',
      tags: [`env:${index < 5 ? 'staging' : 'prod'}`],
    };
    recordDetection(store.db, sampleSignal(change), START_MS + Math.min(index, 23) * 60_000);
  }
  await store.commands.setState(sampleActor(), { signalId: 's03', state: 'archived' });
});

function idsOf(search: SignalSearch): readonly string[] | string {
  const result = searchSignals(store.index, search);
  return result.ok ? result.signals.map((signal) => signal.id) : result.refusal.reason;
}

type Row = [query: string, search: Partial<SignalSearch>, expected: readonly string[] | string];

const rows: Row[] = [
  ['', { limit: 3 }, ['s24', 's23', 's22']],
  ['*', { limit: 2, sort: 'timestamp' }, ['s00', 's01']],
  ['status:critical', {}, ['s24', 's19', 's14', 's09', 's04']],
  ['status:(high OR critical) env:staging', {}, ['s04', 's03']],
  ['@workflow.triage.state:archived', {}, ['s03']],
  ['-@workflow.triage.state:open', {}, ['s03']],
  ['service:"billing api" env:staging', {}, ['s03', 's01']],
  ['CIDR(@http.client_ip, 203.0.113.0/24) env:staging status:info', {}, ['s00']],
  ['@workflow.rule.type:"Application Security"', { limit: 1 }, ['s24']],
  ['nothing-like-this', {}, []],
  ['', { fromMs: START_MS + 60_000, toMs: START_MS + 120_000 }, ['s02', 's01']],
  ['', { fromMs: START_MS + 120_000, toMs: START_MS + 60_000 }, []],
  ['status:(high', {}, 'bad_query'],
  ['', { limit: 0 }, 'bad_limit'],
  ['', { limit: 1_001 }, 'bad_limit'],
  ['', { limit: 1.5 }, 'bad_limit'],
  ['', { cursor: 'nonsense' }, 'bad_cursor'],
  ['', { cursor: Buffer.from('[1,2]').toString('base64url') }, 'bad_cursor'],
  ['', { cursor: 'A'.repeat(10_000) }, 'bad_cursor'],
];

test.each(rows)('%s with %j gives %j', (query, search, expected) => {
  expect(idsOf({ query, ...search })).toEqual(expected);
});

test.each(['timestamp', '-timestamp'] as const)(
  'pages by %s hold every signal once, whatever their size',
  (sort) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), (limit) => {
        const seen: string[] = [];
        let cursor: string | undefined;
        for (;;) {
          const page = searchSignals(store.index, {
            query: '',
            sort,
            limit,
            ...(cursor !== undefined && { cursor }),
          });
          if (!page.ok) throw new Error(page.refusal.reason);
          seen.push(...page.signals.map((signal: Signal) => signal.id));
          cursor = page.nextCursor;
          if (cursor === undefined) break;
        }
        const all = Array.from({ length: 25 }, (_, index) => `s${String(index).padStart(2, '0')}`);
        expect(seen).toEqual(sort === 'timestamp' ? all : all.toReversed());
      }),
      { numRuns: 30 },
    );
  },
);

test('a signal that opens while somebody turns pages does not shift them', () => {
  const own = openTestStore();
  for (const id of ['a', 'b', 'c']) recordDetection(own.db, sampleSignal({ id }), START_MS);
  const first = searchSignals(own.index, { query: '', limit: 2 });
  if (!first.ok || first.nextCursor === undefined) throw new Error('no second page');
  recordDetection(own.db, sampleSignal({ id: 'd' }), START_MS + 1);
  const second = searchSignals(own.index, { query: '', limit: 2, cursor: first.nextCursor });
  expect(second.ok && second.signals.map((signal) => signal.id)).toEqual(['a']);
});

describe('facets', () => {
  test('count all matching signals, whatever the page shows', () => {
    const result = searchSignals(store.index, { query: 'env:staging', limit: 1, count: true });
    if (!result.ok || result.counts === undefined) throw new Error('no counts');
    expect(result.counts.total).toBe(5);
    expect(result.counts.isComplete).toBe(true);
    const [severity, state, service, env] = result.counts.facets;
    expect(severity?.values.map(({ value, count }) => [value, count])).toEqual([
      ['critical', 1],
      ['high', 1],
      ['medium', 1],
      ['low', 1],
      ['info', 1],
    ]);
    expect(state?.values.map(({ value, count }) => [value, count])).toEqual([
      ['open', 4],
      ['under_review', 0],
      ['archived', 1],
    ]);
    expect(service?.values.map(({ value, count }) => [value, count])).toEqual([
      ['shop', 5],
      ['billing api', 2],
    ]);
    expect(env?.values).toEqual([{ value: 'staging', count: 5, term: 'env:staging' }]);
  });

  test('give a term for each value that finds exactly as many signals as they counted', () => {
    const result = searchSignals(store.index, { query: '', count: true });
    if (!result.ok || result.counts === undefined) throw new Error('no counts');
    for (const value of result.counts.facets.flatMap((facet) => facet.values)) {
      expect(idsOf({ query: value.term, limit: 100 })).toHaveLength(value.count);
    }
  });

  test('hold for values that an attacker chose', () => {
    const hostile = ['a" OR *:*', 'x\\', '*', '-shop', 'OR', '(', ':', '@usr.id:*', 'tab\there', '<b>'];
    const own = openTestStore();
    hostile.forEach((service, index) => {
      recordDetection(own.db, sampleSignal({ id: `h${index}`, services: [service] }), START_MS);
    });
    const result = searchSignals(own.index, { query: '', count: true });
    if (!result.ok || result.counts === undefined) throw new Error('no counts');
    const services = result.counts.facets.find((facet) => facet.field === 'service')?.values ?? [];
    expect(services).toHaveLength(hostile.length);
    for (const { value, term } of services) {
      const found = searchSignals(own.index, { query: term, limit: 100 });
      expect(found.ok ? found.signals.map((signal) => signal.services) : found.refusal).toEqual([[value]]);
    }
  });

  test('show the most frequent values only', () => {
    const own = openTestStore();
    for (let index = 0; index < 50; index += 1) {
      recordDetection(own.db, sampleSignal({ id: `m${index}`, services: [`service-${index}`] }), START_MS);
    }
    const result = searchSignals(own.index, { query: '', count: true });
    const services = result.ok && result.counts?.facets.find((facet) => facet.field === 'service');
    expect(services && services.values).toHaveLength(MAX_FACET_VALUES);
  });
});
