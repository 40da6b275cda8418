import { type Retention } from '@signalwright/model';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { verifyAudit } from '@signalwright/signals';
import { openDatabase, type Database } from '@signalwright/store';

import { loginFailure, loginRule, openTestOrg, START_MS, type TestOrg } from '../testing/test-org.ts';
import { examineOrg } from './examine-org.ts';
import { ORG_DATABASES } from './org-files.ts';
import { MAX_STEP_MS, REST_MS, SWEEP_EVERY_MS, Sweeper, TELL_EVERY_MS } from './sweeper.ts';

const DAY_MS = 24 * 60 * 60_000;
const RETENTION: Retention = {
  eventsMs: 2 * DAY_MS,
  signalsMs: 10 * DAY_MS,
  auditMs: 20 * DAY_MS,
  runsMs: 5 * DAY_MS,
};
const ADDRESS = '203.0.113.7';

let own: TestOrg;
let db: Database;

async function open(retention: Retention): Promise<void> {
  own = await openTestOrg({ retention });
  const [orgDatabase] = ORG_DATABASES;
  db = openDatabase(`${own.dataDir}/org.db`, {
    migrations: orgDatabase?.migrations ?? [],
    asItIs: true,
  });
}

beforeEach(() => open(RETENTION));

afterEach(async () => {
  db.close();
  await own.close();
});

/** Moves the clock in steps that it is believed, and lets the org do what it does meanwhile. */
async function live(ms: number): Promise<void> {
  const end = own.clock.nowMs + ms;
  while (own.clock.nowMs < end) {
    own.clock.nowMs = Math.min(end, own.clock.nowMs + MAX_STEP_MS / 2);
    for (let turn = 0; turn < 12; turn += 1) await own.org.pass();
  }
}

async function openSignal(ip: string): Promise<string> {
  for (let index = 0; index < 6; index += 1) {
    await own.org.pipeline.ingest([loginFailure(`${ip}/${index}`, own.clock.nowMs + index, ip)], []);
  }
  await own.org.settle();
  const { body } = await own.call('GET', `/api/v2/security_monitoring/signals?filter[query]=${ip}`);
  return (body as { data: { id: string }[] }).data[0]?.id ?? '';
}

async function archive(id: string): Promise<void> {
  const body = { data: { attributes: { state: 'archived', archive_reason: 'none' } } };
  const answered = await own.call('PATCH', `/api/v2/security_monitoring/signals/${id}/state`, body);
  expect([answered.status, answered.text.slice(0, 200)]).toEqual([200, expect.anything()]);
}

function count(table: string): number {
  return db.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0;
}

function entries(action: string): readonly { readonly after: Record<string, unknown> }[] {
  return db
    .all<{ after: string }>('SELECT after FROM audit WHERE action = ? ORDER BY seq', [action])
    .map(({ after }) => ({ after: JSON.parse(after) as Record<string, unknown> }));
}

test('what is older than it is kept goes, with all that stands about it; open signals stay', async () => {
  await own.call('POST', '/api/v2/security_monitoring/rules', loginRule());
  const [archived, open] = [await openSignal(ADDRESS), await openSignal('203.0.113.99')];
  await own.call('POST', `/api/signalwright/signals/${archived}/comments`, {
    data: { attributes: { text: `seen ${ADDRESS}` } },
  });
  await archive(archived);
  expect([count('events'), count('signals'), count('comments')]).toEqual([12, 2, 1]);

  await live(2 * DAY_MS);
  await live(DAY_MS / 2);
  expect([count('events'), count('signals')]).toEqual([0, 2]);

  await live(8 * DAY_MS);
  expect(own.org.findSignal(archived)).toBeUndefined();
  expect(own.org.findSignal(open)?.triage.state).toBe('open');
  expect([count('signals'), count('comments')]).toEqual([1, 0]);
  for (const table of ['signals', 'signal_events', 'comments', 'events']) {
    expect(JSON.stringify(db.all(`SELECT * FROM ${table}`))).not.toContain(`${ADDRESS}"`);
  }
  const removed = entries('retention.remove').map(({ after }) => after['removed']);
  expect(removed).toEqual([{ events: 12 }, { signals: 1 }]);
  const search = await own.call('GET', '/api/v2/security_monitoring/signals');
  expect((search.body as { data: { id: string }[] }).data.map(({ id }) => id)).toEqual([open]);
});

test('a signal is kept from when it was archived, not from when it opened', async () => {
  await own.call('POST', '/api/v2/security_monitoring/rules', loginRule());
  const id = await openSignal(ADDRESS);
  await live(9 * DAY_MS);
  await archive(id);
  await live(9 * DAY_MS);
  expect(own.org.findSignal(id)).toBeDefined();
  await live(2 * DAY_MS);
  expect(own.org.findSignal(id)).toBeUndefined();
});

describe('the audit trail', () => {
  test('loses its oldest entries, says so first, and holds', async () => {
    await own.call('POST', '/api/v2/security_monitoring/rules', loginRule());
    await live(15 * DAY_MS);
    await own.call('POST', '/api/v2/security_monitoring/rules', loginRule({ name: 'Other' }));
    const before = count('audit');
    await live(6 * DAY_MS);
    expect(count('audit')).toBeLessThan(before + 1);
    const told = entries('retention.remove').at(-1)?.after ?? {};
    expect(told['removed']).toEqual({ audit: told['auditUpTo'] });
    expect(db.get('SELECT min(seq) AS seq FROM audit')).toEqual({ seq: Number(told['auditUpTo']) + 1 });
    expect(verifyAudit(db)).toMatchObject({ ok: true, entries: count('audit') });
  });

  test('does not hold when somebody else removes its beginning', async () => {
    await own.call('POST', '/api/v2/security_monitoring/rules', loginRule());
    await own.call('POST', '/api/v2/security_monitoring/rules', loginRule({ name: 'Other' }));
    const hash = db.get<{ hash: string }>('SELECT hash FROM audit WHERE seq = 1')?.hash ?? '';
    db.run('DELETE FROM audit WHERE seq = 1');
    db.run('INSERT INTO audit_start (seq, hash) VALUES (1, ?)', [hash]);
    expect(verifyAudit(db)).toEqual({ ok: false, firstBadSeq: 2 });
  });
});

test('what goes within an hour is one entry', async () => {
  for (let round = 0; round < 4; round += 1) {
    await own.org.pipeline.ingest([loginFailure(`e${round}`, own.clock.nowMs)], []);
    own.clock.nowMs += SWEEP_EVERY_MS;
  }
  await live(2 * DAY_MS - 4 * SWEEP_EVERY_MS);
  for (let round = 0; round < 12; round += 1) {
    own.clock.nowMs += SWEEP_EVERY_MS;
    for (let turn = 0; turn < 12; turn += 1) await own.org.pass();
  }
  expect(count('events')).toBe(0);
  const counts = entries('retention.remove').map(
    ({ after }) => (after['removed'] as { events: number }).events,
  );
  expect(counts.reduce((sum, each) => sum + each, 0)).toBe(4);
  expect(counts.length).toBeLessThanOrEqual(1 + (4 * SWEEP_EVERY_MS) / TELL_EVERY_MS + 1);
});

test('a clock that jumps ahead removes nothing for an hour, and nothing at all when it is put back', async () => {
  await own.org.pipeline.ingest([loginFailure('e', START_MS)], []);
  await own.org.pass();
  own.clock.nowMs = START_MS + 3_650 * DAY_MS;
  for (let turn = 0; turn < 20; turn += 1) await own.org.pass();
  expect(count('events')).toBe(1);
  const warned = own.log.filter(({ level }) => level === 'warning').map(({ message }) => message);
  expect(warned).toContainEqual(expect.stringContaining('clock went ahead'));
  own.clock.nowMs = START_MS + DAY_MS;
  await live(REST_MS * 2);
  expect(count('events')).toBe(1);
  own.clock.nowMs = START_MS + 3_650 * DAY_MS;
  await own.org.pass();
  await live(REST_MS + SWEEP_EVERY_MS);
  expect(count('events')).toBe(0);
});

test('kept for good, nothing but events goes', async () => {
  db.close();
  await own.close();
  await open({ eventsMs: undefined, signalsMs: undefined, auditMs: undefined, runsMs: undefined });
  await own.call('POST', '/api/v2/security_monitoring/rules', loginRule());
  await archive(await openSignal(ADDRESS));
  await live(100 * DAY_MS);
  expect([count('events'), count('signals')]).toEqual([6, 1]);
  expect(count('outbox')).toBe(0);
});

test('a change of how long what is kept is audited, and the same again is not', async () => {
  own = await own.restart();
  expect(entries('retention.change')).toEqual([]);
  own = await own.restart({ retention: { ...RETENTION, signalsMs: undefined } });
  const [change, ...others] = entries('retention.change');
  expect(others).toEqual([]);
  expect(change?.after).toMatchObject({ events: 2 * DAY_MS, runs: 5 * DAY_MS });
  expect(change?.after).not.toHaveProperty('signals');
});

test('doctor warns of what should be gone', async () => {
  await own.org.pipeline.ingest([loginFailure('e', START_MS)], []);
  const [finding] = examineOrg(own.dataDir, START_MS + 4 * DAY_MS).filter(
    ({ check }) => check === 'retention',
  );
  expect(finding).toMatchObject({ verdict: 'warning', message: expect.stringContaining('should be gone') });
});

test('doctor says what is kept and until when', async () => {
  await own.call('POST', '/api/v2/security_monitoring/rules', loginRule());
  await archive(await openSignal(ADDRESS));
  const said = examineOrg(own.dataDir, own.clock.nowMs)
    .filter(({ check }) => check === 'retention')
    .map(({ message }) => message);
  expect(said).toMatchInlineSnapshot(`
    [
      "Events (the newest 500000 at most): 6, kept for 2d, the oldest until 2026-11-24T10:00Z.",
      "Archived signals: 1, kept for 10d, the oldest until 2026-12-02T10:00Z.",
      "Historical jobs that ended: 0, kept for 10d.",
      "Notices that were sent or given up: 1, kept for 30d, the oldest until 2026-12-22T10:00Z.",
      "Entries of the audit trail: 5, kept for 20d, the oldest until 2026-12-12T10:00Z.",
      "Runs that ended: 0, kept for 5d.",
    ]
  `);
});

test('runs are removed by their own time, a few at once, until none is left that is too old', async () => {
  const asked: (readonly number[])[] = [];
  const left = [500, 500, 3];
  const sweeper = new Sweeper({
    context: { db, nowMs: () => own.clock.nowMs },
    retention: RETENTION,
    removeRuns: async (beforeMs, limit) => {
      asked.push([beforeMs, limit]);
      return left.shift() ?? 0;
    },
    log: () => {},
  });
  while (await sweeper.turn());
  expect(asked).toEqual(Array.from({ length: 3 }, () => [START_MS - 5 * DAY_MS, 500]));
  expect(entries('retention.remove').map(({ after }) => after['removed'])).toEqual([{ runs: 1_003 }]);
});
