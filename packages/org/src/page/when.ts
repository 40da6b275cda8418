/** How the page writes points in time: exact in UTC for the record, in words for the eye. */

import { html, type Html } from './html.ts';

const UNITS = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1_000 },
] as const;

/** `3 min ago`; a time in the future says so, since it means that a clock is wrong. */
export function writeAge(atMs: number, nowMs: number): string {
  const ageMs = nowMs - atMs;
  const unit = UNITS.find(({ ms }) => Math.abs(ageMs) >= ms);
  if (unit === undefined) return 'just now';
  const amount = `${Math.floor(Math.abs(ageMs) / unit.ms)} ${unit.name}`;
  return ageMs < 0 ? `in ${amount}` : `${amount} ago`;
}

/** `2026-11-22 10:04:05 UTC`, or the number where it is no date at all. */
export function writeDate(atMs: number): string {
  const date = new Date(atMs);
  if (Number.isNaN(date.getTime())) return String(atMs);
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** The age, with the exact time under the pointer. */
export function renderWhen(atMs: number, nowMs: number): Html {
  const date = writeDate(atMs);
  return html`<time title="${date}">${writeAge(atMs, nowMs)}</time>`;
}
