/**
 * Our own mistakes that an event or a signal brought up, counted and told in the log. Whoever can send such an event
 * can send many: the log must not fill up with them.
 */

import type { Log } from './log.ts';

/** Chosen: enough to see what it is; the others are counted. */
export const MISTAKES_TOLD_A_MINUTE = 10;
const MINUTE_MS = 60_000;

export class MistakeLog {
  readonly #log: Log;
  readonly #nowMs: () => number;
  #count = 0;
  #minute = 0;
  #toldThisMinute = 0;
  #untold = 0;

  constructor(log: Log, nowMs: () => number) {
    this.#log = log;
    this.#nowMs = nowMs;
  }

  /** Since the start. */
  get count(): number {
    return this.#count;
  }

  /** @param message what is missing now: `An event was not stored.` */
  tell(message: string, ids: Readonly<Record<string, string>>, error: unknown): void {
    this.#count += 1;
    this.tellUntold();
    if (this.#toldThisMinute >= MISTAKES_TOLD_A_MINUTE) {
      this.#untold += 1;
      return;
    }
    this.#toldThisMinute += 1;
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#log({ level: 'error', message, ...ids, stack });
  }

  /** A new minute begins with how many were only counted in the last; called as time passes, too. */
  tellUntold(): void {
    const minute = Math.floor(this.#nowMs() / MINUTE_MS);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#toldThisMinute = 0;
    if (this.#untold > 0) {
      this.#log({ level: 'error', message: 'More mistakes were only counted.', count: this.#untold });
    }
    this.#untold = 0;
  }
}
