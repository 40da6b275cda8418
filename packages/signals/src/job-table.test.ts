import { afterEach, beforeEach, expect, test } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { UNTOUCHED_TRIAGE, type Actor, type Signal } from '@signalwright/model';
import { openDatabase, type Database } from '@signalwright/store';

import {
  MAX_JOBS,
  MAX_KEPT_RESULTS,
  createJob,
  listJobs,
  moveJob,
  readJob,
  readJobResult,
  writeJobResults,
} from './job-table.ts';
import { searchJobResults } from './job-result-search.ts';
import { SIGNALS_MIGRATIONS } from './schema.ts';
import { MAX_SCANNED_SIGNALS } from './signal-walk.ts';
import { sampleSignal } from './testing/sample-signal.ts';

const SOMEBODY: Actor = { kind: 'user', id: 'u', name: 'U', permissions: new Set(), cause: [] };

let folder: string;
let db: Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jobs-'));
  db = openDatabase(join(folder, 'org.db'), { migrations: SIGNALS_MIGRATIONS });
});

afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

function ended(id: string, atMs: number): void {
  const job = createJob(db, SOMEBODY, { id, definition: {}, signalOutput: false }, atMs);
  if (job !== undefined) moveJob(db, job, 'completed', atMs);
}

const result = (id: string): Signal => ({ id, createdAtMs: 1 }) as unknown as Signal;

test('the oldest job that has ended makes room, one that waits never does', async () => {
  await db.write(() => {
    createJob(db, SOMEBODY, { id: 'waits', definition: {}, signalOutput: false }, 0);
    for (let index = 1; index < MAX_JOBS; index += 1) ended(`job-${index}`, index);
    ended('last', MAX_JOBS);
  });
  expect(listJobs(db)).toHaveLength(MAX_JOBS);
  expect([readJob(db, 'waits')?.id, readJob(db, 'job-1'), readJob(db, 'last')?.id]).toEqual([
    'waits',
    undefined,
    'last',
  ]);
});

test('jobs that ended before make room for many results, with their own', async () => {
  const many = (id: string): readonly Signal[] =>
    Array.from({ length: MAX_KEPT_RESULTS / 2 }, (_, index) => result(`${id}-${index}`));
  await db.write(() => {
    for (const [index, id] of ['a', 'b'].entries()) {
      ended(id, index);
      writeJobResults(db, id, many(id));
    }
    createJob(db, SOMEBODY, { id: 'c', definition: {}, signalOutput: false }, 2);
    writeJobResults(db, 'c', [result('c-0')]);
  });
  expect([readJob(db, 'a'), readJobResult(db, 'a-0')]).toEqual([undefined, undefined]);
  expect([readJobResult(db, 'b-0')?.id, readJobResult(db, 'c-0')?.id]).toEqual(['b-0', 'c-0']);
});

test('a search that stops at its limit goes on from there', async () => {
  const found = (index: number): Signal => {
    const signal = sampleSignal({ id: `r-${index}`, title: index === 0 ? 'needle' : 'hay' });
    return { ...signal, version: 1, createdAtMs: index, triage: UNTOUCHED_TRIAGE };
  };
  await db.write(() => {
    ended('a', 0);
    const results = Array.from({ length: MAX_SCANNED_SIGNALS + 500 }, (_, index) => found(index));
    writeJobResults(db, 'a', results);
  });
  const first = searchJobResults(db, { query: '@title:needle' }, 'a');
  if (!first.ok || first.nextCursor === undefined) throw new Error('It did not stop.');
  expect(first.signals).toEqual([]);
  const second = searchJobResults(db, { query: '@title:needle', cursor: first.nextCursor }, 'a');
  expect(second).toMatchObject({ ok: true, signals: [{ id: 'r-0' }] });
  expect(second).not.toHaveProperty('nextCursor');
});
