/**
 * Numbers by event time, oldest first, over one sliding window. Late entries are put where they belong.
 *
 * Memory is bounded whatever arrives: beyond MAX_WINDOW_INSTANTS distinct instants the queue merges
 * neighbours into COARSE_CELLS cells and stamps each with its newest time, so that an entry may stay at
 * most 1/512 of the window too long and none is lost. Chosen: counting slightly too much is the safe side.
 */

export const MAX_WINDOW_INSTANTS = 1_024;
const COARSE_CELLS = 512;
/** Below this many forgotten entries the arrays are not copied. */
const COMPACT_FROM = 32;

/** What an empty queue holds; never written to. */
const NONE: number[] = [];

export interface QueueSpec {
  readonly windowMs: number;
  /** How two entries of one instant (or cell) become one. */
  readonly combine: (older: number, newer: number) => number;
}

export class TimedQueue {
  readonly #spec: QueueSpec;
  #times: number[] = NONE;
  #values: number[] = NONE;
  #head = 0;
  /** 0 while every instant has its own entry. */
  #cellMs = 0;

  constructor(spec: QueueSpec) {
    this.#spec = spec;
  }

  get size(): number {
    return this.#times.length - this.#head;
  }

  /** True while times are rounded because too many instants arrived. */
  get isCoarse(): boolean {
    return this.#cellMs > 0;
  }

  /** Undefined when empty. */
  get earliestMs(): number | undefined {
    return this.#times[this.#head];
  }

  /** Undefined when empty. */
  get firstValue(): number | undefined {
    return this.#values[this.#head];
  }

  /** @returns true when the entry went to the end as one of its own */
  add(atMs: number, value: number): boolean {
    if (this.#times.length === 0) {
      // A literal holds one entry; the first push would reserve 17, in each of a million quiet groups.
      this.#times = [atMs];
      this.#values = [value];
      return true;
    }
    const index = this.#indexAfter(atMs);
    if (this.#mergeAt(index, atMs, value)) return false;
    const isNewest = index === this.#times.length;
    if (isNewest) {
      this.#times.push(atMs);
      this.#values.push(value);
    } else {
      this.#times.splice(index, 0, atMs);
      this.#values.splice(index, 0, value);
    }
    if (this.#cellMs === 0 && this.size > MAX_WINDOW_INSTANTS) this.#coarsen();
    return isNewest;
  }

  /** Drops entries at `edgeMs` and before. @returns the sum of their values */
  forgetThrough(edgeMs: number): number {
    let dropped = 0;
    while (this.#head < this.#times.length && (this.#times[this.#head] ?? 0) <= edgeMs) {
      dropped += this.#values[this.#head] ?? 0;
      this.#head += 1;
    }
    if (this.#head === this.#times.length) this.clear();
    else if (this.#head > COMPACT_FROM && this.#head * 2 > this.#times.length) this.#compact();
    return dropped;
  }

  clear(): void {
    this.#times = NONE;
    this.#values = NONE;
    this.#head = 0;
    this.#cellMs = 0;
  }

  /** Oldest first. */
  forEach(visit: (atMs: number, value: number) => void): void {
    for (let index = this.#head; index < this.#times.length; index += 1) {
      visit(this.#times[index] ?? 0, this.#values[index] ?? 0);
    }
  }

  /** True when an entry at `atMs` or after it has a value of at least `value`; for queues whose values fall. */
  hasLaterAtLeast(atMs: number, value: number): boolean {
    let index = this.#indexAfter(atMs);
    if (index > this.#head && this.#times[index - 1] === atMs) index -= 1;
    return index < this.#times.length && (this.#values[index] ?? 0) >= value;
  }

  /** Drops entries at `atMs` and before whose value is at most `value`; for queues whose values fall. */
  dropEarlierAtMost(atMs: number, value: number): void {
    const end = this.#indexAfter(atMs);
    let start = end;
    while (start > this.#head && (this.#values[start - 1] ?? 0) <= value) start -= 1;
    if (start === end) return;
    this.#times.splice(start, end - start);
    this.#values.splice(start, end - start);
  }

  /** Index of the first entry later than `atMs`; most events arrive in order, so the end is tried first. */
  #indexAfter(atMs: number): number {
    let high = this.#times.length;
    if (high === this.#head || (this.#times[high - 1] ?? 0) <= atMs) return high;
    let low = this.#head;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] ?? 0) <= atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #mergeAt(index: number, atMs: number, value: number): boolean {
    if (index > this.#head && this.#isTogether(this.#times[index - 1] ?? 0, atMs)) {
      this.#times[index - 1] = atMs;
      this.#values[index - 1] = this.#spec.combine(this.#values[index - 1] ?? 0, value);
      return true;
    }
    if (index < this.#times.length && this.#isTogether(this.#times[index] ?? 0, atMs)) {
      this.#values[index] = this.#spec.combine(value, this.#values[index] ?? 0);
      return true;
    }
    return false;
  }

  #isTogether(aMs: number, bMs: number): boolean {
    if (this.#cellMs === 0) return aMs === bMs;
    return Math.floor(aMs / this.#cellMs) === Math.floor(bMs / this.#cellMs);
  }

  #coarsen(): void {
    const times = this.#times;
    const values = this.#values;
    const head = this.#head;
    this.clear();
    this.#cellMs = Math.max(1, Math.ceil(this.#spec.windowMs / COARSE_CELLS));
    for (let index = head; index < times.length; index += 1) this.add(times[index] ?? 0, values[index] ?? 0);
  }

  #compact(): void {
    this.#times = this.#times.slice(this.#head);
    this.#values = this.#values.slice(this.#head);
    this.#head = 0;
  }
}
