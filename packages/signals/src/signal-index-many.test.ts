/** What a dozen signals cannot show: lists of rows, runs along a column, and what happens while the columns are built. */

import { setImmediate } from 'node:timers/promises';

import { describe, expect, test } from 'vitest';

import { SEVERITIES, UNTOUCHED_TRIAGE } from '@signalwright/model';
import type { Database } from '@signalwright/store';

import { searchSignals } from './search.ts';
import { appendSignalEvent, readSignal, recordDetection } from './signal-table.ts';
import { MAX_SCANNED_SIGNALS } from './signal-walk.ts';
import { columnSearch, plainScan } from './testing/plain-scan.ts';
import { START_MS, openTestStore, sampleSignal } from './testing/sample-signal.ts';

const SIGNALS = 3_000;
/** A page of the newest thousand is compared, and the number of all. */
const SHOWN = 1_000;

const QUERIES: readonly string[] = [
  '',
  '@http.client_ip:198.18.0.7',
  '@http.client_ip:(198.18.0.7 OR 198.18.0.9) status:high',
  '@http.client_ip:198.18.* -status:low',
  '-@http.client_ip:198.18.0.7',
  '@usr.id:3',
  '-@usr.id:3 service:shop-1',
  '@workflow.triage.state:archived service:shop-2',
  '-@workflow.triage.state:archived',
  '@workflow.triage.incidentIds:7',
  '@late.comer:here',
  '-@late.comer:here status:critical',
  '@http.client_ip:nowhere',
  ...[3, 5, 9, 77, 130, 201].map((n) => `@http.client_ip:198.18.1.${n}`),
  'service:shop-3 (status:high OR @usr.id:5)',
];

describe('with thousands of signals the columns find what reading every signal finds', () => {
  test('whatever is changed, deleted and added between searches', () => {
    const { db, index } = openTestStore();
    const next = numbers(7);
    db.transaction(() => {
      for (let at = 0; at < SIGNALS; at += 1) detect(db, at, next);
    });
    for (let round = 0; round < 5; round += 1) {
      for (const query of QUERIES) compare(db, index, query);
      // More than so many changes, and the lists of rows are made anew.
      db.transaction(() => {
        for (let step = 0; step < (round % 2 === 0 ? 60 : 1_500); step += 1) change(db, next);
      });
    }
  }, 60_000);

  test('when one of them is the first to have an attribute', () => {
    const { db, index } = openTestStore();
    const next = numbers(5);
    db.transaction(() => {
      for (let at = 0; at < SIGNALS; at += 1) detect(db, at, next);
    });
    compare(db, index, '-@first:*');
    // The newest has the first row, since columns are built from it on.
    const newest = sampleSignal({
      id: `s${SIGNALS - 1}`,
      attributes: { first: 1 },
      eventsMatched: 2_000_000,
    });
    recordDetection(db, newest, START_MS);
    compare(db, index, '@first:1');
    compare(db, index, '-@first:1');
    compare(db, index, '-@first:*');
  });

  test('when one comes late that is older than most', () => {
    const { db, index } = openTestStore();
    const next = numbers(3);
    db.transaction(() => {
      for (let at = 0; at < SIGNALS; at += 1) detect(db, at, next);
    });
    for (const query of QUERIES) compare(db, index, query);
    recordDetection(db, sampleSignal({ id: 'late' }), START_MS + 10);
    for (const query of QUERIES) compare(db, index, query);
  });

  test('while they are built, of the time that is said to be in', async () => {
    const { db, index } = openTestStore();
    const next = numbers(11);
    db.transaction(() => {
      for (let at = 0; at < SIGNALS; at += 1) detect(db, at, next);
    });
    let isBuilt = false;
    const building = index.reached().then(() => {
      isBuilt = true;
    });
    const recentMs = START_MS + SIGNALS - 300;
    let turns = 0;
    for (; !isBuilt; turns += 1) {
      db.transaction(() => {
        for (let step = 0; step < 20; step += 1) change(db, next);
      });
      await setImmediate();
      await index.reached(recentMs);
      const query = QUERIES[turns % QUERIES.length] ?? '';
      compare(db, index, `timestamp:>=${recentMs} ${query}`, recentMs);
    }
    await building;
    // The recent ones were answered long before all were in.
    expect(turns).toBeGreaterThan(5);
    for (const query of QUERIES) compare(db, index, query);
  }, 60_000);

  test('when the one who asks does not wait', () => {
    const { db, index } = openTestStore();
    const next = numbers(13);
    db.transaction(() => {
      for (let at = 0; at < SIGNALS; at += 1) detect(db, at, next);
    });
    void index.reached();
    for (const query of QUERIES) compare(db, index, query);
  });
});

test('a search that meets its limit at the end of a block has a cursor that goes on', () => {
  const { db, index } = openTestStore();
  // Blocks end after 256, 1,280 and then each 4,096 signals, and those of another service need no reading.
  const known = 1_280 + 12 * 4_096 - MAX_SCANNED_SIGNALS;
  db.transaction(() => {
    for (let at = 0; at <= MAX_SCANNED_SIGNALS + known; at += 1) {
      const id = `s${at}`;
      const createdAtMs = START_MS - at;
      const services = [at < known ? 'known' : 'shop'];
      const title = at === MAX_SCANNED_SIGNALS + known ? 'the oldest of them' : 'another';
      const body = JSON.stringify({
        ...UNTOUCHED,
        ...sampleSignal({ id, title, services, tags: [] }),
        createdAtMs,
      });
      db.run('INSERT INTO signals (id, created_at_ms, body) VALUES (?, ?, ?)', [id, createdAtMs, body]);
    }
  });
  const query = 'service:shop *:oldest';
  const first = searchSignals(index, { query });
  expect(first).toMatchObject({ ok: true, signals: [], nextCursor: expect.any(String) });
  const cursor = first.ok ? (first.nextCursor ?? '') : '';
  expect(searchSignals(index, { query, cursor })).toMatchObject({
    signals: [{ title: 'the oldest of them' }],
  });
}, 60_000);

const UNTOUCHED = { version: 1, triage: UNTOUCHED_TRIAGE };

function compare(
  db: Database,
  index: ReturnType<typeof openTestStore>['index'],
  query: string,
  fromMs?: number,
): void {
  const ids = plainScan(db, query);
  expect({ query, ...columnSearch(index, query, fromMs) }).toEqual({
    query,
    ids: ids.slice(0, SHOWN),
    total: ids.length,
  });
}

type Numbers = (below: number) => number;

function detect(db: Database, at: number, next: Numbers): void {
  const ip = `198.18.${next(3)}.${next(250)}`;
  const signal = sampleSignal({
    id: `s${at}`,
    severity: SEVERITIES[next(SEVERITIES.length)] ?? 'info',
    services: [`shop-${next(5)}`],
    attributes: {
      http: { client_ip: next(20) === 0 ? [ip, '198.18.0.7'] : ip },
      usr: { id: next(40) },
      ...(next(900) === 0 && { late: { comer: 'here' } }),
    },
    eventsMatched: 1 + next(1_000_000),
  });
  recordDetection(db, signal, START_MS + (next(50) === 0 ? next(SIGNALS) : at));
}

function change(db: Database, next: Numbers): void {
  const at = next(SIGNALS + 200);
  const before = readSignal(db, `s${at}`);
  const kind = next(10);
  if (before === undefined || kind < 2) detect(db, at, next);
  else if (kind === 2) db.run('DELETE FROM signals WHERE id = ?', [before.id]);
  else if (kind === 3) {
    appendSignalEvent(
      db,
      before,
      { kind: 'incidents', atMs: START_MS, incidentIds: [7, next(9)] },
      before.id,
    );
  } else {
    const state = next(2) === 0 ? 'archived' : 'open';
    const by = { id: 1, uuid: 'u', name: 'Ada' };
    appendSignalEvent(db, before, { kind: 'state', atMs: START_MS, state, by }, before.id);
  }
}

/** Always the same ones for a seed. */
function numbers(seed: number): Numbers {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
