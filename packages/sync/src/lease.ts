/**
 * One apply at a time, across machines: a record that is swapped only for the one that was read, in a place that all
 * of them reach. No two clocks are ever compared: a holder renews within its own time, and who wants the lease takes
 * it over only after it has seen the same record for as long as a lease lasts.
 * Source: reliability T17 and T34.
 */

import type { ApiClock } from '@signalwright/wire';

/** Where the record is. */
export interface LeaseStore {
  /** Undefined where there is none. */
  read(): Promise<StoredLease | undefined>;
  /** Puts the record there if the one that was read is still there. @returns its version; undefined when it is not */
  swap(expected: StoredLease | undefined, record: LeaseRecord): Promise<string | undefined>;
}

export interface StoredLease {
  /** Changes with every swap. */
  readonly version: string;
  readonly record: LeaseRecord;
}

export interface LeaseRecord {
  /** Fencing token: one more with every holder. */
  readonly token: number;
  /** For people. */
  readonly holder: string;
  /** Of this holder alone: without it two whose names and numbers are the same would both find their record there. */
  readonly nonce: string;
  /** Counts renewals, so that each is another record. */
  readonly renewal: number;
  readonly released: boolean;
}

export interface LeaseOptions {
  readonly holder: string;
  /** Random, and used once. */
  readonly nonce: string;
  /** Never goes back: what `performance.now` is made of. */
  readonly clock: ApiClock;
  /** How long a lease lasts without being renewed. @default LEASE_MS */
  readonly leaseMs?: number;
  readonly onWait?: (holder: string) => void;
}

/** Chosen: an apply that was killed keeps others waiting so long. */
export const LEASE_MS = 120_000;
/** Renewed after this share of it. */
const RENEW_SHARE = 1 / 4;
/** Nothing is written after this share of it: a call may take the rest. */
const SAFE_SHARE = 1 / 2;
const LOOK_EVERY_MS = 5_000;

export class LeaseBusy extends Error {
  readonly kind = 'busy';
}

export class LeaseLost extends Error {}

export interface Lease {
  readonly token: number;
  /**
   * To be called before each write; renews when it is time. Where the place cannot be reached the lease still holds for
   * a while, and each write tries again.
   *
   * @throws LeaseLost when somebody else has it, or may have it
   */
  hold(): Promise<void>;
  /** @returns why it could not be given back: then it ends by itself after its time */
  release(): Promise<string | undefined>;
}

/** @throws LeaseBusy when its holder is alive */
export async function takeLease(store: LeaseStore, options: LeaseOptions): Promise<Lease> {
  const { clock, holder, nonce, leaseMs = LEASE_MS } = options;
  let seen = await store.read();
  let seenSinceMs = clock.nowMs();
  let isTold = false;
  while (seen !== undefined && !seen.record.released && clock.nowMs() - seenSinceMs < leaseMs) {
    if (!isTold) options.onWait?.(seen.record.holder);
    isTold = true;
    await clock.sleep(LOOK_EVERY_MS);
    const now = await store.read();
    if (now?.version === seen.version) continue;
    if (now !== undefined && !now.record.released) throw busy(now.record);
    seen = now;
    seenSinceMs = clock.nowMs();
  }
  const record: LeaseRecord = {
    token: (seen?.record.token ?? 0) + 1,
    holder,
    nonce,
    renewal: 0,
    released: false,
  };
  // Counted from before the swap: the record may have been there since.
  const sinceMs = clock.nowMs();
  const version = await store.swap(seen, record);
  if (version === undefined) throw busy((await store.read())?.record);
  return new HeldLease(store, { version, record }, { clock, leaseMs, sinceMs });
}

function busy(record: LeaseRecord | undefined): LeaseBusy {
  return new LeaseBusy(`Somebody else is applying${record === undefined ? '' : `: ${record.holder}`}.`);
}

class HeldLease implements Lease {
  readonly #store: LeaseStore;
  readonly #clock: ApiClock;
  readonly #leaseMs: number;
  #stored: StoredLease;
  #sinceMs: number;
  /** Of one that is under way: who writes side by side waits for the same. */
  #renewal: Promise<void> | undefined;
  /** Why the last renewal failed. */
  #problem: string | undefined;

  constructor(
    store: LeaseStore,
    stored: StoredLease,
    time: { readonly clock: ApiClock; readonly leaseMs: number; readonly sinceMs: number },
  ) {
    this.#store = store;
    this.#stored = stored;
    this.#clock = time.clock;
    this.#leaseMs = time.leaseMs;
    this.#sinceMs = time.sinceMs;
  }

  get token(): number {
    return this.#stored.record.token;
  }

  async hold(): Promise<void> {
    if (this.#age() >= this.#leaseMs * RENEW_SHARE) {
      this.#renewal ??= this.#tryRenewing().finally(() => {
        this.#renewal = undefined;
      });
      await this.#renewal;
    }
    if (this.#age() < this.#leaseMs * SAFE_SHARE) return;
    const reason = this.#problem ?? 'It took too long.';
    throw new LeaseLost(`The lease could not be renewed, and somebody else may have it: ${reason}`);
  }

  async #tryRenewing(): Promise<void> {
    try {
      await this.#renew(false);
      this.#problem = undefined;
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      this.#problem = messageOf(error);
    }
  }

  async release(): Promise<string | undefined> {
    try {
      await this.#renewal;
      await this.#renew(true);
      return undefined;
    } catch (error) {
      // Who took it over has it now.
      return error instanceof LeaseLost ? undefined : messageOf(error);
    }
  }

  async #renew(released: boolean): Promise<void> {
    const sinceMs = this.#clock.nowMs();
    const { record } = this.#stored;
    const next = { ...record, renewal: record.renewal + 1, released };
    const version = await this.#store.swap(this.#stored, next);
    if (version === undefined) throw new LeaseLost('Somebody else has taken the lease over.');
    this.#stored = { version, record: next };
    this.#sinceMs = sinceMs;
  }

  #age(): number {
    return this.#clock.nowMs() - this.#sinceMs;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
