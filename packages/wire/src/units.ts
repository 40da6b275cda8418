/** Units of the API: whole seconds, and durations such as `10s`. Ours are milliseconds. */

import type { PayloadReader } from './payload-reader.ts';

/** @throws RangeError when it is not a whole number of seconds: the API holds no fractions, and rounding would lie. */
export function toSeconds(durationMs: number): number {
  const seconds = durationMs / 1_000;
  if (Number.isSafeInteger(seconds) && seconds >= 0) return seconds;
  throw new RangeError(`${durationMs} ms is not a whole number of seconds, which is all the API can hold.`);
}

/** 10000 gives `10s`, 1500 gives `1.5s` (the API writes durations as Protocol Buffers do). */
export function toDurationText(durationMs: number): string {
  return `${durationMs / 1_000}s`;
}

export function readDurationText(reader: PayloadReader, key: string): number {
  const text = reader.text(key);
  const match = /^(\d{1,12})(?:\.(\d{1,3}))?s$/.exec(text);
  if (match !== null) return Number(match[1]) * 1_000 + Number((match[2] ?? '').padEnd(3, '0'));
  reader.refuse(key, `Expected a duration in seconds such as "10s", found ${JSON.stringify(text)}.`);
  return 0;
}
