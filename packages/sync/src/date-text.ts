/** Dates that others wrote, as text. */

/** Later than this is no date of ECMAScript. */
const MAX_DATE_MS = 8.64e15;

/** @param ms Unix time in milliseconds. @returns ISO 8601; what is no date, as it is */
export function dateText(ms: number): string {
  return Math.abs(ms) <= MAX_DATE_MS ? new Date(ms).toISOString() : `no date (${ms} ms)`;
}
