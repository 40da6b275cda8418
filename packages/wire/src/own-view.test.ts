import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  LOGS_VIEW_DEFAULTS,
  VIEW_DEFAULTS,
  VIEW_DISPLAYS,
  type SavedView,
  type ViewTime,
} from '@signalwright/model';

import { decodeView, encodeView } from './own-view.ts';

const path = fc.constantFrom('severity', 'service', '@http.client_ip', 'env');
const order = fc.constantFrom('ascending' as const, 'descending' as const);
const ms = fc.integer({ min: 1, max: 1e12 });

const time: fc.Arbitrary<ViewTime> = fc.oneof(
  fc.record({ kind: fc.constantFrom('past' as const, 'live' as const), pastMs: ms }),
  fc.tuple(ms, ms).map(([fromMs, length]) => ({ kind: 'fixed' as const, fromMs, toMs: fromMs + length })),
);

const view: fc.Arbitrary<SavedView> = fc.record(
  {
    kind: fc.constant('saved-view' as const),
    id: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
    name: fc.string({ minLength: 1 }).filter((name) => name.trim() !== ''),
    teams: fc.array(fc.string(), { maxLength: 3 }),
    time,
    query: fc.string(),
    columns: fc.array(path, { maxLength: 4 }),
    sort: fc.record({ by: path, order }),
    analytics: fc.record({
      compute: fc.oneof(
        fc.constant({ kind: 'count' as const }),
        fc.record({ kind: fc.constant('cardinality' as const), field: path }),
      ),
      groupBy: fc.array(
        fc.record({
          path,
          limit: fc.integer({ min: 0, max: 100 }),
          order: fc.constantFrom('top' as const, 'bottom' as const),
        }),
        { maxLength: 3 },
      ),
      show: fc.constantFrom(...VIEW_DISPLAYS),
    }),
    timeline: fc.boolean(),
    facets: fc.array(fc.record({ path, open: fc.boolean() }), { maxLength: 4 }),
    aggregateByRule: fc.boolean(),
    logs: fc.record({ dateColumn: fc.boolean(), messageColumn: fc.boolean(), messageDisplay: fc.string() }),
  },
  {
    requiredKeys: [
      'kind',
      'id',
      'name',
      'teams',
      'time',
      'query',
      'columns',
      'sort',
      'timeline',
      'facets',
      'aggregateByRule',
    ],
  },
);

test('a view comes back as it was sent', () => {
  fc.assert(
    fc.property(view, (sent) => {
      const attributes = JSON.parse(JSON.stringify(encodeView(sent))) as Readonly<Record<string, unknown>>;
      expect(decodeView(attributes, 'another-id')).toEqual({ ok: true, value: sent });
    }),
  );
});

test('what is left out has the default of the Explorer, or of the Logs Explorer', () => {
  expect(decodeView({ name: 'All' }, 'view-1')).toEqual({
    ok: true,
    value: { ...VIEW_DEFAULTS, kind: 'saved-view', id: 'view-1', name: 'All', teams: [], query: '' },
  });
  const { columns, facets, logs } = LOGS_VIEW_DEFAULTS;
  expect(decodeView({ name: 'Logs', logs: {} }, 'view-2')).toMatchObject({
    value: { columns, facets, logs },
  });
});

test.each([
  [{ name: '' }, 'name'],
  [{ name: ' ' }, 'name'],
  [{ name: 'A', colour: 'red' }, 'colour'],
  [{ name: 'A', time: { kind: 'soon', past_ms: 1 } }, 'time.kind'],
  [{ name: 'A', time: { kind: 'fixed', from_ms: 2, to_ms: 2 } }, 'time.to_ms'],
  [{ name: 'A', sort: { by: 'created', order: 'up' } }, 'sort.order'],
  [{ name: 'A', facets: [{ path: 7 }] }, 'facets[0].path'],
  [{ name: 'A', analytics: { compute: { kind: 'cardinality' } } }, 'analytics.compute.field'],
])('%j is refused with its place', (fields, place) => {
  expect(decodeView(fields, 'view')).toMatchObject({ ok: false, problems: [{ path: place }] });
});
