/**
 * Lines of the log that somebody outside can cause: counted, and told a few a minute. Whoever can send one such event
 * can send many, and the log must not fill up with them.
 */

import type { Log, LogEntry } from './log.ts';

/** Chosen: enough to see what it is; the others are counted. */
export const LINES_A_MINUTE = 10;
const MINUTE_MS = 60_000;

export class BoundedLog {
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

  /** Lines since the start, told or not. */
  get count(): number {
    return this.#count;
  }

  tell(entry: LogEntry): void {
    this.#count += 1;
    this.turn();
    if (this.#toldThisMinute >= LINES_A_MINUTE) {
      this.#untold += 1;
      return;
    }
    this.#toldThisMinute += 1;
    this.#log(entry);
  }

  /** A new minute begins with how many lines the last one had beyond those told; called as time passes, too. */
  turn(): void {
    const minute = Math.floor(this.#nowMs() / MINUTE_MS);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#toldThisMinute = 0;
    if (this.#untold > 0) {
      const message = 'Lines like those before were only counted.';
      this.#log({ level: 'warning', message, lines: this.#untold });
    }
    this.#untold = 0;
  }
}
