import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { SEVERITIES, type Attributes, type DetectedSignal } from '@signalwright/model';
import { openDatabase, type Database } from '@signalwright/store';

import { UNKEPT } from './columns/cell.ts';
import { MAX_COLUMN_CELLS, MAX_COLUMN_CHARACTERS, DictionaryColumn } from './columns/dictionary-column.ts';
import { MAX_ATTRIBUTE_COLUMNS } from './columns/document-columns.ts';
import { MAX_DOCUMENT_PATHS } from './columns/attribute-tree.ts';
import { SIGNALS_MIGRATIONS } from './schema.ts';
import { searchSignals } from './search.ts';
import { appendSignalEvent, readSignal, recordDetection } from './signal-table.ts';
import { columnSearch, plainScan } from './testing/plain-scan.ts';
import { START_MS, openTestStore, sampleSignal } from './testing/sample-signal.ts';

/** 1 takes some seconds. A larger number in the environment looks longer. */
const SCALE = Number(process.env['SIGNALWRIGHT_RUNS_SCALE'] ?? '1');

/** Attributes in every spelling that a path can have. */
const ATTRIBUTES: readonly Attributes[] = [
  {},
  { http: { client_ip: '203.0.113.7', status_code: 500 } },
  { http: { client_ip: ['203.0.113.7', '198.51.100.1'], status_code: '500' } },
  { 'http.client_ip': '198.51.100.1' },
  { http: { status_code: 200 }, 'http.client_ip': '203.0.113.7' },
  { http: { client_ip: null }, 'http.client_ip': ['203.0.113.8', true] },
  { http: [{ client_ip: '203.0.113.9' }, { client_ip: '203.0.113.7' }], 'http.': 1 },
  { http: 'plain', usr: { id: 7, name: { first: 'Ada' } } },
  { usr: { id: '7' }, '': { '': 'empty keys' }, 'usr.name': 'Ada' },
  { usr: [{ id: 'a' }, ['b', [{ id: 'c' }]]], title: 'posing', workflow: { triage: { state: 'archived' } } },
  { __proto__x: 1, usr: { id: false, 'name.first': 'Eve', a: -0.5 } },
  { usr: { id: [] }, http: {}, big: 1e21, text: 'two words, here' },
  {
    'workflow.events_matched': 99,
    'workflow.triage.state': 'posing',
    'workflow.triage.incidentIds': 7,
    'a..b': 1,
    a: { '': { b: [2] } },
  },
  Object.fromEntries(Array.from({ length: MAX_ATTRIBUTE_COLUMNS + 9 }, (_, at) => [`k${at}`, at])),
  Object.fromEntries(Array.from({ length: MAX_DOCUMENT_PATHS + 9 }, (_, at) => [`many${at}`, { id: at }])),
];

const LEAVES: readonly string[] = [
  '*',
  '-*:*',
  ...['high', '(low OR info OR high)', '*i*', '[a TO m]', '*', '>info'].map((value) => `status:${value}`),
  ...['shop', '"billing api"', '*', 's?op', 'pay', '""'].map((value) => `service:${value}`),
  ...['prod', 'staging', '*', '(prod OR nothing)'].map((value) => `env:${value}`),
  'host:*',
  'host:web-1',
  'severity:high',
  'type:*',
  ...['sec*', '*', '"env:prod"', 'bare'].map((value) => `tags:${value}`),
  'team:red',
  'team:*',
  'bare:*',
  ...['203.0.113.7', '*', '203.*', '[198 TO 203.1]'].map((value) => `@http.client_ip:${value}`),
  'CIDR(@http.client_ip, 203.0.113.0/29)',
  ...['500', '>=500', '[200 TO 499]', '*'].map((value) => `@http.status_code:${value}`),
  '@http:*',
  '@http:plain',
  ...['7', 'a', '(a OR b OR c OR 7)', 'false', '*', '>6'].map((value) => `@usr.id:${value}`),
  '@usr.name:*',
  '@usr.name.first:(Ada OR Eve)',
  '@usr:*',
  '@k3:3',
  `@k${MAX_ATTRIBUTE_COLUMNS + 3}:*`,
  `@k${MAX_ATTRIBUTE_COLUMNS + 3}:<9999`,
  '@many3.id:3',
  `@many${MAX_DOCUMENT_PATHS + 3}.id:*`,
  `@many${MAX_DOCUMENT_PATHS + 3}:*`,
  '@nothing:here',
  '@title:posing',
  '@workflow.triage.state:(open OR archived)',
  '@workflow.triage.state:open',
  '@workflow.triage.assignee.name:*',
  '@workflow.triage.incidentIds:7',
  '@workflow.events_matched:>10',
  '@workflow.first_seen:*',
  '@workflow:*',
  '@a..b:2',
  '@a:*',
  '@workflow.rule.name:Credential*',
  '@entities:*203.0.113.7',
  `timestamp:>${START_MS + 3}`,
  'stuffing',
  'failed',
  '"30 logins"',
  'message:*',
  '*:ada',
  '*:words',
  '#calculated:1',
];

const query: fc.Arbitrary<string> = fc.letrec<{ query: string; leaf: string }>((tie) => ({
  leaf: fc.constantFrom(...LEAVES),
  query: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tie('leaf'),
    fc.tuple(tie('query'), tie('query')).map(([a, b]) => `(${a}) AND (${b})`),
    fc.tuple(tie('query'), tie('query')).map(([a, b]) => `(${a}) OR (${b})`),
    tie('query').map((a) => `-(${a})`),
  ),
})).query;

const change: fc.Arbitrary<Partial<DetectedSignal>> = fc.record(
  {
    severity: fc.constantFrom(...SEVERITIES),
    services: fc.constantFrom([], ['shop'], ['shop', 'billing api'], ['pay', 'pay']),
    env: fc.constantFrom('prod', 'staging'),
    host: fc.constantFrom('web-1', 'web-2'),
    tags: fc.constantFrom(
      [],
      ['env:prod', 'team:red', 'team:blue'],
      ['bare', 'env', 'host:web-1', 'team:red'],
      ['security:attack', 'service:pay', 'severity:high', 'bare:x'],
    ),
    attributes: fc.constantFrom(...ATTRIBUTES),
    message: fc.constantFrom('', '203.0.113.7 failed 30 logins on shop.', 'Ada: stuffing!'),
    eventsMatched: fc.integer({ min: 1, max: 40 }),
    lastSeenMs: fc.integer({ min: START_MS, max: START_MS + 5 }),
    entities: fc.constantFrom([], sampleSignal().entities),
  },
  { requiredKeys: [] },
);

type Step =
  | {
      readonly kind: 'detect';
      readonly id: string;
      readonly atMs: number;
      readonly change: Partial<DetectedSignal>;
    }
  | { readonly kind: 'triage'; readonly id: string; readonly incidentIds: readonly number[] }
  | { readonly kind: 'archive'; readonly id: string }
  | { readonly kind: 'delete'; readonly id: string }
  | { readonly kind: 'undone'; readonly id: string; readonly change: Partial<DetectedSignal> }
  | { readonly kind: 'search'; readonly query: string };

const id = fc.integer({ min: 0, max: 12 }).map((number) => `s${number}`);
const detect = fc.record({
  kind: fc.constant('detect' as const),
  id,
  atMs: fc.integer({ min: START_MS, max: START_MS + 6 }),
  change,
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: detect },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('search' as const), query }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('triage' as const),
      id,
      incidentIds: fc.constantFrom([], [7], [7, 8]),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('archive' as const, 'delete' as const), id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('undone' as const), id, change }) },
);

function take(db: Database, taken: Step): void {
  switch (taken.kind) {
    case 'detect':
      db.transaction(() => recordDetection(db, sampleSignal({ ...taken.change, id: taken.id }), taken.atMs));
      return;
    case 'triage':
    case 'archive': {
      const before = readSignal(db, taken.id);
      const atMs = START_MS;
      const by = { id: 1, uuid: 'u', name: 'Ada' };
      const event =
        taken.kind === 'triage'
          ? ({ kind: 'incidents', atMs, incidentIds: taken.incidentIds } as const)
          : ({ kind: 'state', atMs, state: 'archived', by } as const);
      if (before !== undefined) db.transaction(() => appendSignalEvent(db, before, event, taken.id));
      return;
    }
    case 'delete':
      db.run('DELETE FROM signals WHERE id = ?', [taken.id]);
      return;
    case 'undone':
      expect(() =>
        db.transaction(() => {
          recordDetection(db, sampleSignal({ ...taken.change, id: taken.id, eventsMatched: 99 }), START_MS);
          throw new Error('undone');
        }),
      ).toThrow('undone');
      return;
    case 'search':
      return;
  }
}

describe('the index', () => {
  test.each(LEAVES)('finds with %s what reading every signal finds', (text) => {
    const { db, index } = openTestStore();
    ATTRIBUTES.forEach((attributes, at) => {
      recordDetection(db, sampleSignal({ id: `s${at}`, attributes }), START_MS + at);
    });
    const ids = plainScan(db, text);
    expect(columnSearch(index, text)).toEqual({ ids, total: ids.length });
  });

  test('finds what reading every signal finds, whatever was written, undone or deleted between searches', () => {
    let found = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 4, maxLength: 25 }), query, (steps, last) => {
        const { db, index } = openTestStore();
        for (const taken of [...steps, { kind: 'search', query: last } as const]) {
          take(db, taken);
          if (taken.kind !== 'search') continue;
          const ids = plainScan(db, taken.query);
          expect(columnSearch(index, taken.query)).toEqual({ ids, total: ids.length });
          found += ids.length;
        }
        db.close();
      }),
      { numRuns: 120 * SCALE },
    );
    expect(found).toBeGreaterThan(100);
  });

  test('still sees a key that poses as triage once triage has changed', () => {
    const { db, index } = openTestStore();
    const attributes = { 'workflow.triage.incidentIds': 7 };
    recordDetection(db, sampleSignal({ id: 'posing', attributes }), START_MS);
    const text = '@workflow.triage.incidentIds:7';
    expect(columnSearch(index, text).ids).toEqual(plainScan(db, text));
    take(db, { kind: 'archive', id: 'posing' });
    expect(columnSearch(index, text).ids).toEqual(['posing']);
    expect(plainScan(db, text)).toEqual(['posing']);
  });

  test('is built again when it has missed more changes than the database remembers', () => {
    const { db, index } = openTestStore();
    recordDetection(db, sampleSignal({ id: 'first' }), START_MS);
    expect(columnSearch(index, '').ids).toEqual(['first']);
    db.transaction(() => {
      db.run('DELETE FROM signals');
      for (let at = 0; at < 10_500; at += 1) db.run("INSERT INTO signal_changes (signal_id) VALUES ('x')");
      recordDetection(db, sampleSignal({ id: 'second' }), START_MS);
    });
    const { n } = db.get<{ n: number }>('SELECT count(*) AS n FROM signal_changes') ?? { n: 0 };
    expect(n).toBeLessThanOrEqual(10_001);
    expect(columnSearch(index, '').ids).toEqual(['second']);
  });

  test('sees what another connection wrote', async () => {
    const { mkdtempSync, rmSync } = await import('node:fs');
    const { tmpdir } = await import('node:os');
    const { join } = await import('node:path');
    const folder = mkdtempSync(join(tmpdir(), 'signal-index-'));
    const own = openTestStore(join(folder, 'org.db'));
    const other = openDatabase(join(folder, 'org.db'), { migrations: SIGNALS_MIGRATIONS });
    expect(columnSearch(own.index, '').ids).toEqual([]);
    recordDetection(other, sampleSignal({ id: 'theirs' }), START_MS);
    expect(columnSearch(own.index, '').ids).toEqual(['theirs']);
    other.close();
    own.db.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is not asked inside a transaction, which may be undone', () => {
    const { db, index } = openTestStore();
    expect(() => db.transaction(() => searchSignals(index, { query: '' }))).toThrow(
      'outside of transactions',
    );
  });
});

describe('a column', () => {
  test('gives the numbers of values that no row has any longer out again', () => {
    const column = new DictionaryColumn();
    for (let at = 0; at < 1_000; at += 1) column.set(0, [`value ${at}`]);
    expect(column.cells.length).toBeLessThan(5);
    expect(column.cells[column.codes[0] as number]).toEqual(['value 999']);
  });

  test('keeps values apart that only look alike', () => {
    const column = new DictionaryColumn();
    const cells = [['1'], [1], [true], ['true'], ['[1]'], ['a', 'b'], ['a,b'], ['["a","b"]'], ['t1']];
    cells.forEach((cell, row) => column.set(row, cell));
    expect(cells.map((_, row) => column.cells[column.codes[row] as number])).toEqual(cells);
  });

  test('has a limit, and says which rows are beyond it', () => {
    const column = new DictionaryColumn();
    for (let row = 0; row <= MAX_COLUMN_CELLS; row += 1) column.set(row, [row]);
    expect(column.codes[MAX_COLUMN_CELLS - 1]).not.toBe(UNKEPT);
    expect(column.codes[MAX_COLUMN_CELLS]).toBe(UNKEPT);
    const long = new DictionaryColumn();
    long.set(0, ['x'.repeat(MAX_COLUMN_CHARACTERS + 1)]);
    expect(long.codes[0]).toBe(UNKEPT);
  });
});
