/** Who changed an object and when, in words. */

import type { Attribution } from './attribute-drift.ts';
import { dateText } from './date-text.ts';
import { countOf } from './paint.ts';

/** `by ada@example.com at 2026-11-28T08:00:00.000Z, in 2 versions`; names are data. */
export function attributionText({ who, atMs, versions, unknown }: Attribution): string {
  const by = who === undefined ? 'by whom is not known' : `by ${who}`;
  const at = atMs === undefined ? '' : ` at ${dateText(atMs)}`;
  const steps = versions === undefined || versions < 2 ? '' : `, in ${countOf(versions, 'version')}`;
  return `${by}${at}${steps}${unknown === undefined ? '' : `. ${unknown}`}`;
}
