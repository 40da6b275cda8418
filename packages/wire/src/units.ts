/** Units of the API: whole seconds, and durations such as `10s`. Ours are milliseconds. */

import type { PayloadReader } from './payload-reader.ts';

/** @throws RangeError when it is not a whole number of seconds: the API holds no fractions, and rounding would lie. */
export function toSeconds(durationMs: number): number {
  const seconds = durationMs / 1_000;
  if (Number.isSafeInteger(seconds) && seconds >= 0) return seconds;
  throw new RangeError(`${durationMs} ms is not a whole number of seconds, which is all the API can hold.`);
}

/** What the API counts in other units than seconds. */
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** @throws RangeError when it is not a whole number of units, see toSeconds */
export function toUnits(durationMs: number, unitMs: number): number {
  const units = durationMs / unitMs;
  if (Number.isSafeInteger(units) && units >= 0) return units;
  throw new RangeError(`${durationMs} ms is not a whole number of units of ${unitMs} ms.`);
}

/** A whole number of units, in milliseconds; undefined when the field is absent. */
export function readUnits(reader: PayloadReader, key: string, unitMs: number): number | undefined {
  const units = reader.optionalCount(key);
  return units === undefined ? undefined : units * unitMs;
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
