/**
 * How many events stand in a sliding window, and which of them no signal has counted yet: an event counts
 * for one signal, once, at the first firing that has it in its window.
 */

import { TimedQueue, type QueueSpec } from './timed-queue.ts';

export class EventTally {
  /** Not yet counted by a signal. */
  readonly #fresh: TimedQueue;
  /** Already counted; made when a signal first fires. */
  #counted: TimedQueue | undefined;
  readonly #spec: QueueSpec;
  #freshTotal = 0;
  #countedTotal = 0;

  constructor(windowMs: number) {
    this.#spec = { windowMs, combine: plus };
    this.#fresh = new TimedQueue(this.#spec);
  }

  get total(): number {
    return this.#freshTotal + this.#countedTotal;
  }

  get freshTotal(): number {
    return this.#freshTotal;
  }

  /** Undefined when every event was counted. */
  get earliestFreshMs(): number | undefined {
    return this.#fresh.earliestMs;
  }

  /** Entries held, for the account of memory. */
  get entries(): number {
    return this.#fresh.size + (this.#counted?.size ?? 0);
  }

  get isCoarse(): boolean {
    return this.#fresh.isCoarse || this.#counted?.isCoarse === true;
  }

  add(atMs: number): void {
    this.#fresh.add(atMs, 1);
    this.#freshTotal += 1;
  }

  forgetThrough(edgeMs: number): void {
    this.#freshTotal -= this.#fresh.forgetThrough(edgeMs);
    if (this.#counted !== undefined) this.#countedTotal -= this.#counted.forgetThrough(edgeMs);
  }

  /** Marks the fresh ones as counted by a signal. */
  count(): void {
    if (this.#freshTotal === 0) return;
    const counted = (this.#counted ??= new TimedQueue(this.#spec));
    this.#fresh.forEach((atMs, events) => {
      counted.add(atMs, events);
    });
    this.#countedTotal += this.#freshTotal;
    this.#fresh.clear();
    this.#freshTotal = 0;
  }

  clear(): void {
    this.#fresh.clear();
    this.#counted?.clear();
    this.#freshTotal = 0;
    this.#countedTotal = 0;
  }
}

function plus(older: number, newer: number): number {
  return older + newer;
}
