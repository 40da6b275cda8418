/** How the page writes points in time: exact in UTC for the record, in words for the eye. */

import { writeAge } from '@signalwright/model';

import { html, type Html } from './html.ts';

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
