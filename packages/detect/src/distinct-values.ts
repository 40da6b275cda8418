/**
 * Which values were seen in a sliding window, each with the newest time it was seen. Memory grows with
 * distinct values, not with events, and ends at MAX_DISTINCT_VALUES: beyond it the value unseen for
 * longest is forgotten.
 */

/** Chosen: no rule of the 500 real ones asks for more than 1,000. */
export const MAX_DISTINCT_VALUES = 10_000;
const SLACK = 32;

/** What an empty window holds; never written to. */
const NO_TIMES: number[] = [];
const NO_KEYS: string[] = [];

export class DistinctValues {
  readonly #newestMs = new Map<string, number>();
  /** By time, oldest first. An entry whose value was seen again later is stale and skipped. */
  #times: number[] = NO_TIMES;
  #keys: string[] = NO_KEYS;
  #head = 0;
  #keyChars = 0;
  #isFull = false;

  get size(): number {
    return this.#newestMs.size;
  }

  /** True once a value was forgotten for want of room; until the window is empty again. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Characters of all keys, for the account of memory. */
  get keyChars(): number {
    return this.#keyChars;
  }

  add(atMs: number, key: string): void {
    const seenMs = this.#newestMs.get(key);
    if (seenMs !== undefined && seenMs >= atMs) return;
    if (seenMs === undefined) this.#keyChars += key.length;
    this.#newestMs.set(key, atMs);
    this.#enqueue(atMs, key);
    if (this.#newestMs.size > MAX_DISTINCT_VALUES) {
      this.#isFull = true;
      while (this.#newestMs.size > MAX_DISTINCT_VALUES) this.#dropHead();
    }
    if (this.#times.length > 2 * this.#newestMs.size + SLACK) this.#compact();
  }

  /** Drops values last seen at `edgeMs` or before. */
  forgetThrough(edgeMs: number): void {
    while (this.#head < this.#times.length && (this.#times[this.#head] ?? 0) <= edgeMs) this.#dropHead();
    if (this.#newestMs.size === 0) this.clear();
  }

  clear(): void {
    this.#newestMs.clear();
    this.#times = NO_TIMES;
    this.#keys = NO_KEYS;
    this.#head = 0;
    this.#keyChars = 0;
    this.#isFull = false;
  }

  #enqueue(atMs: number, key: string): void {
    let index = this.#times.length;
    if (index === 0) {
      this.#times = [atMs];
      this.#keys = [key];
      return;
    }
    if (index > this.#head && (this.#times[index - 1] ?? 0) > atMs) {
      let low = this.#head;
      while (low < index) {
        const middle = (low + index) >>> 1;
        if ((this.#times[middle] ?? 0) <= atMs) low = middle + 1;
        else index = middle;
      }
      this.#times.splice(index, 0, atMs);
      this.#keys.splice(index, 0, key);
      return;
    }
    this.#times.push(atMs);
    this.#keys.push(key);
  }

  #dropHead(): void {
    const key = this.#keys[this.#head] ?? '';
    if (this.#newestMs.get(key) === this.#times[this.#head]) {
      this.#newestMs.delete(key);
      this.#keyChars -= key.length;
    }
    this.#head += 1;
  }

  #compact(): void {
    const times: number[] = [];
    const keys: string[] = [];
    for (let index = this.#head; index < this.#times.length; index += 1) {
      const atMs = this.#times[index] ?? 0;
      const key = this.#keys[index] ?? '';
      if (this.#newestMs.get(key) !== atMs) continue;
      times.push(atMs);
      keys.push(key);
    }
    this.#times = times;
    this.#keys = keys;
    this.#head = 0;
  }
}
