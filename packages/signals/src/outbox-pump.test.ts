import { describe, expect, test } from 'vitest';

import { MAX_DELIVERY_ATTEMPTS, OutboxPump, type Delivery } from './outbox-pump.ts';
import { addNotice, countNotices, noticesOf, removeOldNotices, type Notice } from './outbox.ts';
import { openTestStore, type TestStore } from './testing/sample-signal.ts';

function notice(handle: string, change: Partial<Notice> = {}): Notice {
  return {
    target: { kind: 'handle', handle },
    signalId: 's1',
    reason: 'opened',
    severity: 'high',
    source: 'notification-rule:n1',
    cause: ['signal:s1'],
    ...change,
  };
}

interface Sent {
  readonly handle: string;
  readonly key: string;
}

/** A pump whose receiver answers what the test says, and remembers what it got. */
function pumpOf(
  store: TestStore,
  answers: (handle: string, attempt: number) => Delivery,
): { pump: OutboxPump; sent: Sent[] } {
  const sent: Sent[] = [];
  const pump = new OutboxPump({
    db: store.db,
    nowMs: () => store.clock.nowMs,
    onError: (error) => {
      throw error;
    },
    deliver: (item) => {
      const { target } = item.notice;
      sent.push({ handle: target.handle, key: item.dedupeKey });
      return Promise.resolve(answers(target.handle, item.attempts));
    },
  });
  return { pump, sent };
}

const DONE: Delivery = { kind: 'done' };
const RETRY: Delivery = { kind: 'retry', reason: 'HTTP 503' };

test('each notice goes out once, oldest first', async () => {
  const store = openTestStore();
  for (const handle of ['@a', '@b', '@c']) addNotice(store.db, notice(handle), store.clock.nowMs);
  addNotice(store.db, notice('@a'), store.clock.nowMs);
  const { pump, sent } = pumpOf(store, () => DONE);
  await pump.drain();
  await pump.drain();
  expect(sent.map(({ handle }) => handle)).toEqual(['@a', '@b', '@c']);
  expect(countNotices(store.db)).toEqual({ pending: 0, done: 3, failed: 0 });
});

test('a failure is tried again later, with the same key, and the pauses grow', async () => {
  const store = openTestStore();
  addNotice(store.db, notice('@slow'), store.clock.nowMs);
  const { pump, sent } = pumpOf(store, (_handle, attempt) => (attempt < 3 ? RETRY : DONE));
  const pauses: number[] = [];
  for (let look = 0; look < 3; look += 1) {
    await pump.drain();
    const dueMs = noticesOf(store.db, 's1')[0]?.nextAttemptAtMs ?? 0;
    pauses.push(dueMs - store.clock.nowMs);
    store.clock.nowMs = dueMs - 1;
    await pump.drain();
    expect(sent).toHaveLength(look + 1);
    store.clock.nowMs = dueMs;
  }
  await pump.drain();
  expect(pauses).toEqual([1_000, 2_000, 4_000]);
  expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  expect(noticesOf(store.db, 's1')[0]).toMatchObject({ status: 'done', attempts: 4 });
});

test('a receiver that asks for more time gets it, up to a limit', async () => {
  const store = openTestStore();
  addNotice(store.db, notice('@a'), store.clock.nowMs);
  addNotice(store.db, notice('@b'), store.clock.nowMs);
  const afterMs = { '@a': 30_000, '@b': 9e15 } as Record<string, number>;
  const { pump } = pumpOf(store, (handle) => ({ ...RETRY, afterMs: afterMs[handle] ?? 0 }));
  await pump.drain();
  const waits = noticesOf(store.db, 's1').map((item) => item.nextAttemptAtMs - store.clock.nowMs);
  expect(waits).toEqual([30_000, 300_000]);
});

test('after the last attempt it has failed, and says why', async () => {
  const store = openTestStore();
  addNotice(store.db, notice('@down'), store.clock.nowMs);
  const { pump, sent } = pumpOf(store, () => RETRY);
  for (let look = 0; look < MAX_DELIVERY_ATTEMPTS + 3; look += 1) {
    await pump.drain();
    store.clock.nowMs += 600_000;
  }
  expect(sent).toHaveLength(MAX_DELIVERY_ATTEMPTS);
  expect(noticesOf(store.db, 's1')[0]).toMatchObject({
    status: 'failed',
    lastReason: `Given up after ${MAX_DELIVERY_ATTEMPTS} attempts: HTTP 503`,
  });
});

describe('a bad receiver', () => {
  test('that is unknown fails at once, without holding up the others', async () => {
    const store = openTestStore();
    addNotice(store.db, notice('@nobody'), store.clock.nowMs);
    addNotice(store.db, notice('@somebody'), store.clock.nowMs);
    const { pump } = pumpOf(store, (handle) =>
      handle === '@nobody' ? { kind: 'failed', reason: 'No connector has this handle.' } : DONE,
    );
    await pump.drain();
    expect(noticesOf(store.db, 's1').map((item) => [item.status, item.lastReason])).toEqual([
      ['failed', 'No connector has this handle.'],
      ['done', undefined],
    ]);
  });

  test('that throws is tried again', async () => {
    const store = openTestStore();
    addNotice(store.db, notice('@broken'), store.clock.nowMs);
    const { pump } = pumpOf(store, () => {
      throw new Error('socket hang up');
    });
    await pump.drain();
    expect(noticesOf(store.db, 's1')[0]).toMatchObject({ status: 'pending', lastReason: 'socket hang up' });
  });
});

test('a wake sends what is due and stopping waits for it', async () => {
  const store = openTestStore();
  addNotice(store.db, notice('@a'), store.clock.nowMs);
  const { pump, sent } = pumpOf(store, () => DONE);
  pump.wake();
  await pump.stop();
  expect(sent).toHaveLength(1);
  addNotice(store.db, notice('@b'), store.clock.nowMs);
  pump.wake();
  await pump.stop();
  expect(sent).toHaveLength(1);
});

describe('a receiver that hangs', () => {
  /** Deliveries to this handle end when the test says so. */
  function pumpWithHanging(store: TestStore, hanging: string) {
    const sent: string[] = [];
    let finish: () => void = () => undefined;
    const hung = new Promise<Delivery>((resolve) => (finish = () => resolve(DONE)));
    const pump = new OutboxPump({
      db: store.db,
      nowMs: () => store.clock.nowMs,
      onError: (error) => {
        throw error;
      },
      deliver: ({ notice: { target } }) => {
        sent.push(target.handle);
        return target.handle === hanging ? hung : Promise.resolve(DONE);
      },
    });
    return { pump, sent, finish };
  }
  const add = (store: TestStore, handle: string, count: number): void => {
    for (let index = 0; index < count; index += 1) {
      addNotice(store.db, notice(handle, { signalId: `s${index}` }), store.clock.nowMs);
    }
  };

  test('holds up nobody else, however many notices wait for it', async () => {
    const store = openTestStore();
    add(store, '@hangs', 40);
    add(store, '@quick', 20);
    const { pump, sent, finish } = pumpWithHanging(store, '@hangs');
    pump.wake();
    await expect.poll(() => countNotices(store.db).done).toBe(20);
    expect(sent.filter((handle) => handle === '@hangs')).toHaveLength(4);
    finish();
    await pump.drain();
    expect(countNotices(store.db)).toEqual({ pending: 0, done: 60, failed: 0 });
    expect(sent).toHaveLength(60);
  });

  test('does not keep the pump from what is added meanwhile', async () => {
    const store = openTestStore();
    add(store, '@hangs', 1);
    const { pump, finish } = pumpWithHanging(store, '@hangs');
    pump.wake();
    await new Promise((resolve) => setImmediate(resolve));
    add(store, '@quick', 1);
    pump.wake();
    await expect.poll(() => countNotices(store.db).done).toBe(1);
    finish();
    await pump.stop();
    expect(countNotices(store.db).done).toBe(2);
  });

  test('does not keep the pump from what becomes due meanwhile', async () => {
    const store = openTestStore();
    add(store, '@hangs', 1);
    addNotice(store.db, notice('@later'), store.clock.nowMs + 5_000);
    const { pump, finish } = pumpWithHanging(store, '@hangs');
    pump.wake();
    store.clock.nowMs += 5_000;
    await expect.poll(() => countNotices(store.db).done, { timeout: 10_000 }).toBe(1);
    finish();
    await pump.stop();
  });
});

describe('an outbox that cannot be written', () => {
  /** Outcomes of notices to this handle cannot be kept; `fix` ends that. */
  function breakOutbox(store: TestStore, handle: string): { fix: () => void } {
    const isOf = `OLD.body LIKE '%"handle":"${handle}"%'`;
    store.db.run(
      `CREATE TRIGGER full BEFORE UPDATE ON outbox WHEN ${isOf} BEGIN SELECT RAISE(ABORT, 'no room'); END`,
    );
    return { fix: () => void store.db.run('DROP TRIGGER full') };
  }

  test('is tried again after a pause, not at once: a receiver is not flooded', async () => {
    const store = openTestStore();
    addNotice(store.db, notice('@a'), store.clock.nowMs);
    const { fix } = breakOutbox(store, '@a');
    const errors: unknown[] = [];
    let sent = 0;
    const pump = new OutboxPump({
      db: store.db,
      nowMs: () => store.clock.nowMs,
      onError: (error) => errors.push(error),
      deliver: () => {
        sent += 1;
        return Promise.resolve(DONE);
      },
    });
    pump.wake();
    await expect.poll(() => errors.length).toBe(1);
    // Far more turns than a second delivery would need.
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(sent).toBe(1);
    fix();
    await pump.drain();
    expect(noticesOf(store.db, 's1')[0]?.status).toBe('done');
    await pump.stop();
  });

  test('waits for the deliveries beside it before it gives up, and stopping does too', async () => {
    const store = openTestStore();
    for (const handle of ['@broken', '@slow']) addNotice(store.db, notice(handle), store.clock.nowMs);
    breakOutbox(store, '@broken');
    let finish: () => void = () => undefined;
    const slow = new Promise<Delivery>((resolve) => (finish = () => resolve(DONE)));
    const pump = new OutboxPump({
      db: store.db,
      nowMs: () => store.clock.nowMs,
      onError: () => undefined,
      deliver: ({ notice: { target } }) => (target.handle === '@slow' ? slow : Promise.resolve(DONE)),
    });
    pump.wake();
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    const stopped = pump.stop();
    finish();
    await stopped;
    expect(noticesOf(store.db, 's1').map((item) => item.status)).toEqual(['pending', 'done']);
  });
});

test('settled notices are forgotten after their time, pending ones never', async () => {
  const store = openTestStore();
  addNotice(store.db, notice('@a'), store.clock.nowMs);
  await pumpOf(store, () => DONE).pump.drain();
  addNotice(store.db, notice('@b'), store.clock.nowMs);
  expect(removeOldNotices(store.db, store.clock.nowMs, 10)).toBe(0);
  expect(removeOldNotices(store.db, store.clock.nowMs + 1, 10)).toBe(1);
  expect(countNotices(store.db)).toEqual({ pending: 1, done: 0, failed: 0 });
});
