/**
 * Sends what the outbox holds: oldest first, a few at a time, with growing pauses after a failure. A slow delivery
 * takes one of the places and holds up nobody else.
 */

import type { Database } from '@signalwright/store';

import {
  dueNotices,
  nextDueMs,
  settleNotice,
  targetKey,
  type OutboxItem,
  type Settlement,
} from './outbox.ts';

/** Chosen: 8 attempts over about a quarter of an hour; then the notice has failed and says why. */
export const MAX_DELIVERY_ATTEMPTS = 8;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5 * 60_000;
/** Chosen: deliveries under way at once, and of these to one receiver: one that hangs must not hold up the others. */
const AT_A_TIME = 8;
const AT_A_TIME_TO_ONE = 4;
/** How long deliveries under way may keep the pump from looking for what has become due meanwhile. */
const LOOK_AGAIN_MS = 1_000;
/** Before the next look at an outbox that could not be read or written: what went out meanwhile goes out again. */
const FAILURE_PAUSE_MS = 10_000;
/** `setTimeout` takes no more; also a net under clocks that jump. */
const LONGEST_SLEEP_MS = 60_000;

export type Delivery =
  | { readonly kind: 'done'; readonly reason?: string }
  /** Never to be tried again: an unknown handle, a refusal. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs?: number };

export interface OutboxPumpOptions {
  readonly db: Database;
  /** Unix time in milliseconds. */
  readonly nowMs: () => number;
  /** Sends one notice. A throw counts as `retry`. */
  readonly deliver: (item: OutboxItem) => Promise<Delivery>;
  /** Told when the outbox itself cannot be read or written; it is looked at again a little later. */
  readonly onError: (error: unknown) => void;
}

export class OutboxPump {
  readonly #options: OutboxPumpOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  /** Ends the wait for deliveries under way: there may be something to send beside them. */
  #lookAgain: () => void = () => undefined;
  #isStopped = false;

  constructor(options: OutboxPumpOptions) {
    this.#options = options;
  }

  /** Something was added: look now, and again when the next notice is due. */
  wake(): void {
    if (this.#isStopped) return;
    if (this.#running !== undefined) {
      this.#lookAgain();
      return;
    }
    clearTimeout(this.#timer);
    this.#start().catch((error: unknown) => this.#options.onError(error));
  }

  /** Sends everything that is due by now; resolves when nothing due is left. */
  async drain(): Promise<void> {
    // A notice under way still counts as pending: two looks at once would send it twice.
    while (this.#running !== undefined) await this.#running;
    if (!this.#isStopped) await this.#start();
  }

  /** Whether something waits whose time has come. */
  isDue(): boolean {
    const dueMs = nextDueMs(this.#options.db);
    return dueMs !== undefined && dueMs <= this.#options.nowMs();
  }

  /** Waits for deliveries under way; what is still pending stays in the outbox. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    // Whoever started it is told of its failure.
    await this.#running?.catch(() => undefined);
  }

  #start(): Promise<void> {
    this.#running = this.#sendDue()
      .then(() => this.#sleepUntilDue())
      .catch((error: unknown) => {
        this.#sleep(FAILURE_PAUSE_MS);
        throw error;
      })
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  /** @throws what the outbox threw first, once the deliveries beside it have ended */
  async #sendDue(): Promise<void> {
    const underWay = new Map<OutboxItem, Promise<void>>();
    const failures: unknown[] = [];
    for (;;) {
      const mayStart = !this.#isStopped && failures.length === 0;
      const items = mayStart ? this.#nextItems([...underWay.keys()]) : [];
      for (const item of items) {
        const attempt = this.#attempt(item)
          .catch((error: unknown) => void failures.push(error))
          .finally(() => underWay.delete(item));
        underWay.set(item, attempt);
      }
      // Beside them there may be room for notices to other receivers.
      if (items.length > 0) continue;
      if (underWay.size === 0) break;
      await this.#untilOneEnds([...underWay.values()]);
    }
    if (failures.length > 0) throw failures[0];
  }

  #nextItems(underWay: readonly OutboxItem[]): readonly OutboxItem[] {
    const perTarget = new Map<string, number>();
    const isRoomFor = ({ notice }: OutboxItem): boolean => {
      const key = targetKey(notice);
      perTarget.set(key, (perTarget.get(key) ?? 0) + 1);
      return (perTarget.get(key) ?? 0) <= AT_A_TIME_TO_ONE;
    };
    underWay.forEach(isRoomFor);
    const busy = [...perTarget].filter(([, count]) => count >= AT_A_TIME_TO_ONE);
    const except = { ids: underWay.map(({ id }) => id), targets: busy.map(([key]) => key) };
    const { db, nowMs } = this.#options;
    return dueNotices(db, nowMs(), AT_A_TIME - underWay.length, except).filter(isRoomFor);
  }

  async #untilOneEnds(attempts: readonly Promise<void>[]): Promise<void> {
    const again = new Promise<void>((resolve) => (this.#lookAgain = resolve));
    const timer = setTimeout(this.#lookAgain, LOOK_AGAIN_MS);
    timer.unref();
    await Promise.race([...attempts, again]);
    clearTimeout(timer);
  }

  async #attempt(item: OutboxItem): Promise<void> {
    const { db, nowMs, deliver } = this.#options;
    let delivery: Delivery;
    try {
      delivery = await deliver(item);
    } catch (error) {
      delivery = { kind: 'retry', reason: error instanceof Error ? error.message : String(error) };
    }
    await db.write(() => settleNotice(db, item.id, settlementOf(item, delivery, nowMs()), nowMs()));
  }

  #sleepUntilDue(): void {
    const dueMs = nextDueMs(this.#options.db);
    if (dueMs !== undefined) this.#sleep(Math.max(dueMs - this.#options.nowMs(), 0));
  }

  #sleep(waitMs: number): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), Math.min(waitMs, LONGEST_SLEEP_MS));
    // A pending retry alone must not keep the process alive.
    this.#timer.unref();
  }
}

function settlementOf(item: OutboxItem, delivery: Delivery, nowMs: number): Settlement {
  if (delivery.kind !== 'retry') return delivery;
  if (item.attempts + 1 >= MAX_DELIVERY_ATTEMPTS) {
    const reason = `Given up after ${MAX_DELIVERY_ATTEMPTS} attempts: ${delivery.reason}`;
    return { kind: 'failed', reason };
  }
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** item.attempts, LONGEST_PAUSE_MS);
  const afterMs = Math.min(Math.max(delivery.afterMs ?? 0, pauseMs), LONGEST_PAUSE_MS);
  return { kind: 'retry', reason: delivery.reason, nextAttemptAtMs: nowMs + afterMs };
}
