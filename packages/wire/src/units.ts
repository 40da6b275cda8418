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

/** Seconds as the service writes them (`10s`, `1.5s`), or with the units that people use (`1h30m`). */
export function readDurationText(reader: PayloadReader, key: string): number {
  const text = reader.text(key);
  const durationMs = parseDurationText(text);
  if (durationMs !== undefined) return durationMs;
  reader.refuse(key, `Expected a duration in seconds such as "10s", found ${JSON.stringify(text)}.`);
  return 0;
}

/** The one spelling of a duration that `text` is another spelling of; anything else as it is. */
export function canonicalDurationText(text: unknown): unknown {
  const durationMs = typeof text === 'string' ? parseDurationText(text) : undefined;
  return durationMs === undefined ? text : toDurationText(durationMs);
}

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** @returns undefined for other texts, and for what is not a whole number of milliseconds */
function parseDurationText(text: string): number | undefined {
  if (!/^(?:\d{1,12}(?:\.\d{1,9})?(?:ms|h|m|s))+$/.test(text)) return undefined;
  let durationMs = 0;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(/(\d+)(?:\.(\d+))?(ms|h|m|s)/g)) {
    const scaled = Number(`${whole}${fraction}`) * (UNIT_MS[unit] ?? 0);
    durationMs += scaled / 10 ** fraction.length;
  }
  return Number.isSafeInteger(durationMs) ? durationMs : undefined;
}
