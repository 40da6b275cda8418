import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { SignalChange } from '@signalwright/detect';
import type { DetectedSignal, Severity } from '@signalwright/model';

import { readAudit } from './audit.ts';
import { readDenylist } from './denylist.ts';
import { noticesOf } from './outbox.ts';
import { recordBatch, type DetectionBatch } from './record.ts';
import { START_MS, openTestStore, sampleSignal, type TestStore } from './testing/sample-signal.ts';
import { readSignal, rebuildSignal } from './signal-table.ts';

function record(
  store: TestStore,
  changes: readonly SignalChange[],
  more: Partial<DetectionBatch> = {},
): ReturnType<typeof recordBatch> {
  return store.db.transaction(() =>
    recordBatch(store.context, { changes, cause: [], route: () => [], ...more }),
  );
}

const opened = (signal = sampleSignal()): SignalChange => ({ kind: 'opened', signal });
const HANDLE = { kind: 'handle', handle: '@webhook-siem' } as const;
const ROUTE = () => [{ target: HANDLE, source: 'notification-rule:n1' }];

describe('saying the same thing twice', () => {
  test('opens one signal, writes one audit entry, sends one notice', () => {
    const store = openTestStore();
    const first = record(store, [opened()], { route: ROUTE });
    const second = record(store, [opened()], { route: ROUTE });
    expect([first.opened.length, first.notices]).toEqual([1, 1]);
    expect([second.opened.length, second.notices]).toEqual([0, 0]);
    expect(readAudit(store.db).map((entry) => entry.action)).toEqual(['signal.open']);
    expect(noticesOf(store.db, sampleSignal().id)).toHaveLength(1);
  });

  test('an extension of a signal that was never stored opens it', () => {
    const store = openTestStore();
    expect(record(store, [{ kind: 'extended', signal: sampleSignal() }]).opened).toHaveLength(1);
  });

  test('an older picture takes nothing back', () => {
    const store = openTestStore();
    record(store, [opened(sampleSignal({ eventsMatched: 90, lastSeenMs: START_MS + 5_000 }))]);
    record(store, [{ kind: 'extended', signal: sampleSignal({ eventsMatched: 40 }) }]);
    expect(readSignal(store.db, sampleSignal().id)).toMatchObject({
      eventsMatched: 90,
      lastSeenMs: START_MS + 5_000,
    });
  });
});

describe('notices', () => {
  const raise = (severity: Severity, eventsMatched: number): SignalChange => ({
    kind: 'raised',
    previousSeverity: 'high',
    signal: sampleSignal({ severity, eventsMatched }),
  });

  test('go out when a signal opens and when its severity goes up, not when it grows', () => {
    const store = openTestStore();
    record(store, [opened()], { route: ROUTE });
    record(store, [{ kind: 'extended', signal: sampleSignal({ eventsMatched: 31 }) }], { route: ROUTE });
    record(store, [raise('critical', 32)], { route: ROUTE });
    record(store, [raise('critical', 33)], { route: ROUTE });
    const notices = noticesOf(store.db, sampleSignal().id).map((item) => item.notice);
    expect(notices.map((notice) => [notice.reason, notice.severity])).toEqual([
      ['opened', 'high'],
      ['raised', 'critical'],
    ]);
    expect(notices[0]?.cause).toEqual([`signal:${sampleSignal().id}`]);
  });

  test('of several rules to one target are one', () => {
    const store = openTestStore();
    const route = (): ReturnType<DetectionBatch['route']> => [
      { target: HANDLE, source: 'notification-rule:n1' },
      { target: HANDLE, source: 'detection-rule:r1' },
    ];
    expect(record(store, [opened()], { route }).notices).toBe(1);
  });

  test('keep what led to them', () => {
    const store = openTestStore();
    record(store, [opened()], { route: ROUTE, cause: ['signal:a', 'run:b'] });
    expect(noticesOf(store.db, sampleSignal().id)[0]?.notice.cause).toEqual([
      'signal:a',
      'run:b',
      `signal:${sampleSignal().id}`,
    ]);
  });
});

describe('automated blocking', () => {
  const blocking = (change: Partial<DetectedSignal> = {}): DetectedSignal =>
    sampleSignal({ actions: [{ kind: 'block_ip', durationMs: 900_000 }], ...change });
  const attacker = (value: string): DetectedSignal['entities'][number] => ({
    role: 'attacker',
    path: '@http.client_ip',
    value,
  });

  test('blocks the attackers of the signal for the time that the case says, in the same transaction', () => {
    const store = openTestStore();
    const result = record(store, [opened(blocking())]);
    expect(result.blocked).toEqual(['203.0.113.7']);
    expect(readDenylist(store.db, START_MS)).toMatchObject([
      { kind: 'ip', value: '203.0.113.7', expiresAtMs: START_MS + 900_000, createdBy: blocking().rule.name },
    ]);
    expect(readAudit(store.db).map((entry) => entry.action)).toEqual(['signal.open', 'denylist.block']);
    expect(readAudit(store.db)[1]?.cause).toEqual([`signal:${blocking().id}`]);
  });

  test('reaches attackers that join later, and does not renew the others', () => {
    const store = openTestStore();
    record(store, [opened(blocking())]);
    store.clock.nowMs += 60_000;
    const grown = blocking({
      eventsMatched: 31,
      entities: [attacker('203.0.113.7'), attacker('203.0.113.8')],
    });
    expect(record(store, [{ kind: 'extended', signal: grown }]).blocked).toEqual(['203.0.113.8']);
  });

  test('says what it did not block', () => {
    const store = openTestStore();
    const entities = [attacker('10.0.0.1'), attacker('N/A'), attacker('203.0.113.7')];
    const result = record(store, [opened(blocking({ entities }))]);
    expect(result.refusedBlocks).toEqual(['10.0.0.1: never_block', 'N/A: not_an_address']);
    expect(result.blocked).toEqual(['203.0.113.7']);
  });

  test('blocks users where the case says so', () => {
    const store = openTestStore();
    const signal = sampleSignal({
      actions: [{ kind: 'block_user' }],
      entities: [{ role: 'victim', path: '@usr.id', value: 'user-7' }],
    });
    record(store, [opened(signal)]);
    expect(readDenylist(store.db, START_MS)).toMatchObject([{ kind: 'user', value: 'user-7' }]);
  });
});

test('a signal that cannot be written leaves nothing behind, and the others go on', () => {
  const store = openTestStore();
  const bad = sampleSignal({ id: 'bad', actions: [{ kind: 'block_ip', durationMs: 900_000 }] });
  const good = sampleSignal({ id: 'good' });
  const route = (signal: { readonly id: string }): ReturnType<DetectionBatch['route']> => {
    if (signal.id === 'bad') throw new RangeError('too deep');
    return ROUTE();
  };
  const result = record(store, [opened(bad), opened(good)], { route });
  expect(result.failed).toEqual([{ signalId: 'bad', error: new RangeError('too deep') }]);
  expect(result).toMatchObject({ opened: [{ id: 'good' }], notices: 1, blocked: [] });
  expect(readSignal(store.db, 'bad')).toBeUndefined();
  expect(readDenylist(store.db, START_MS)).toEqual([]);
  expect(readAudit(store.db).map((entry) => entry.subject)).toEqual(['signal:good']);
  // What was not written is made up for by the next picture.
  expect(record(store, [{ kind: 'extended', signal: bad }]).opened).toMatchObject([{ id: 'bad' }]);
});

test('a suppressed signal is remembered and is no signal', () => {
  const store = openTestStore();
  const change: SignalChange = { kind: 'suppressed', signal: sampleSignal(), suppressionId: 's1' };
  expect(record(store, [change]).suppressed).toBe(1);
  expect(record(store, [change]).suppressed).toBe(0);
  expect(readSignal(store.db, sampleSignal().id)).toBeUndefined();
});

const picture = fc.record({
  eventsMatched: fc.integer({ min: 1, max: 20 }),
  lastSeenMs: fc.integer({ min: START_MS, max: START_MS + 20 }),
  firstSeenMs: fc.integer({ min: START_MS - 20, max: START_MS - 10 }),
  severity: fc.constantFrom<Severity>('low', 'medium', 'high', 'critical'),
  env: fc.constantFrom('prod', 'staging'),
});

test('in whatever order pictures arrive, the row is the fold of the events, and a replay changes nothing', () => {
  fc.assert(
    fc.property(fc.array(picture, { minLength: 1, maxLength: 12 }), (pictures) => {
      const store = openTestStore();
      const changes = pictures.map((change): SignalChange => ({
        kind: 'extended',
        signal: sampleSignal(change),
      }));
      for (const change of changes) record(store, [change]);
      const { id } = sampleSignal();
      const signal = readSignal(store.db, id);
      expect(rebuildSignal(store.db, id)).toEqual(signal);
      for (const change of changes) record(store, [change]);
      expect(readSignal(store.db, id)).toMatchObject({
        eventsMatched: Math.max(...pictures.map((each) => each.eventsMatched)),
        lastSeenMs: Math.max(...pictures.map((each) => each.lastSeenMs)),
        severity: signal?.severity,
      });
      store.db.close();
    }),
    { numRuns: 200 },
  );
});

test('a long attack leaves a short history', () => {
  const store = openTestStore();
  record(store, [opened()]);
  for (let events = 31; events < 531; events += 1) {
    record(store, [
      { kind: 'extended', signal: sampleSignal({ eventsMatched: events, lastSeenMs: START_MS + events }) },
    ]);
  }
  const rows = store.db.get<{ n: number }>('SELECT count(*) AS n FROM signal_events');
  expect(rows?.n).toBe(2);
  expect(rebuildSignal(store.db, sampleSignal().id)).toEqual(readSignal(store.db, sampleSignal().id));
});
