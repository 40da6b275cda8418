import { expect, test } from 'vitest';
import {
  LEASE_MS,
  LeaseBusy,
  LeaseLost,
  takeLease,
  type Lease,
  type LeaseStore,
  type StoredLease,
} from './lease.ts';

class MemoryStore implements LeaseStore {
  stored: StoredLease | undefined;
  #swaps = 0;

  read(): Promise<StoredLease | undefined> {
    return Promise.resolve(this.stored);
  }

  swap(expected: StoredLease | undefined, record: StoredLease['record']): Promise<string | undefined> {
    if (this.stored?.version !== expected?.version) return Promise.resolve(undefined);
    this.#swaps += 1;
    this.stored = { version: String(this.#swaps), record };
    return Promise.resolve(this.stored.version);
  }
}

function makeClock(): { nowMs: () => number; sleep: (ms: number) => Promise<void> } {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    sleep: (ms) => {
      nowMs += ms;
      return Promise.resolve();
    },
  };
}

const clock = makeClock();
const take = (store: LeaseStore, holder: string): Promise<Lease> =>
  takeLease(store, { holder, nonce: holder, clock });

test('a lease that was given back is there for the next, with a greater token', async () => {
  const store = new MemoryStore();
  const first = await take(store, 'a');
  await first.release();
  expect((await take(store, 'b')).token).toBe(first.token + 1);
});

test('a holder that is killed keeps others waiting as long as a lease lasts, and no longer', async () => {
  const store = new MemoryStore();
  await take(store, 'killed');
  const fromMs = clock.nowMs();
  expect((await take(store, 'next')).token).toBe(2);
  expect(clock.nowMs() - fromMs).toBe(LEASE_MS);
});

test('those who write side by side renew once, and none of them takes the other for somebody else', async () => {
  const store = new MemoryStore();
  const lease = await take(store, 'a');
  await clock.sleep(LEASE_MS / 3);
  await Promise.all([lease.hold(), lease.hold(), lease.hold()]);
  expect(store.stored?.record.renewal).toBe(1);
});

test('a holder that renews is left alone', async () => {
  const store = new MemoryStore();
  const first = await take(store, 'a');
  const renewing: LeaseStore = {
    read: async () => {
      await first.hold();
      return store.read();
    },
    swap: (expected, record) => store.swap(expected, record),
  };
  await expect(take(renewing, 'b')).rejects.toThrow(LeaseBusy);
  await expect(take(renewing, 'b')).rejects.toThrow('Somebody else is applying: a.');
});

test('a holder that slept past its time writes nothing more, and does not give back what others have', async () => {
  const store = new MemoryStore();
  const paused = await take(store, 'paused');
  const next = await take(store, 'next');
  await expect(paused.hold()).rejects.toThrow(LeaseLost);
  await paused.release();
  await next.hold();
  expect(store.stored?.record).toMatchObject({ holder: 'next', released: false });
});

test('of two that see the same end, one has it', async () => {
  const store = new MemoryStore();
  await take(store, 'killed');
  const ends = await Promise.allSettled([take(store, 'b'), take(store, 'c'), take(store, 'd')]);
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('a renewal that takes too long is no renewal', async () => {
  const store = new MemoryStore();
  const slow: LeaseStore = {
    read: () => store.read(),
    swap: async (expected, record) => {
      const version = await store.swap(expected, record);
      if (record.renewal > 0) await clock.sleep(LEASE_MS);
      return version;
    },
  };
  const lease = await take(slow, 'a');
  await clock.sleep(LEASE_MS / 4);
  await expect(lease.hold()).rejects.toThrow('took too long');
});

/** A place that cannot be reached while `isDown`. */
function shaky(store: LeaseStore): LeaseStore & { isDown: boolean } {
  const place = {
    isDown: false,
    read: () => store.read(),
    swap: (expected: StoredLease | undefined, record: StoredLease['record']) =>
      place.isDown ? Promise.reject(new Error('no route to the remote')) : store.swap(expected, record),
  };
  return place;
}

test('a place that is away for a moment ends nothing; one that stays away ends the writing in time', async () => {
  const place = shaky(new MemoryStore());
  const lease = await take(place, 'a');
  await clock.sleep(LEASE_MS / 4);
  place.isDown = true;
  await lease.hold();
  place.isDown = false;
  await lease.hold();
  await clock.sleep(LEASE_MS / 4);
  place.isDown = true;
  await lease.hold();
  await clock.sleep(LEASE_MS / 4);
  await expect(lease.hold()).rejects.toThrow(LeaseLost);
  await expect(lease.hold()).rejects.toThrow('no route to the remote');
  expect(await lease.release()).toBe('no route to the remote');
});

test('who waits for a holder is told once, on a clock that never stands still', async () => {
  const store = new MemoryStore();
  await take(store, 'killed');
  let nowMs = 0;
  const moving = {
    nowMs: () => (nowMs += 1),
    sleep: (ms: number) => {
      nowMs += ms;
      return Promise.resolve();
    },
  };
  const told: string[] = [];
  await takeLease(store, { holder: 'b', nonce: 'b', clock: moving, onWait: (holder) => told.push(holder) });
  expect(told).toEqual(['killed']);
});
