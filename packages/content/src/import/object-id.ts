/**
 * Ids of imported objects: kebab-case from their names, and the same in every run, whatever else is imported with them.
 */

import { createHash } from 'node:crypto';
import { isId } from '@signalwright/model';

const MAX_ID = 64;
const HASH_HEX = 8;

/** Letters of any script to ASCII. Loaded when somebody imports: nobody else needs its tables. */
export type ToAscii = (text: string) => string;

export async function loadToAscii(): Promise<ToAscii> {
  return (await import('any-ascii')).default;
}

/** `Credential stuffing (ñ)` gives `credential-stuffing-n`; empty when nothing of the text can stand in an id. */
export function slugOf(text: string, toAscii: ToAscii): string {
  const words = toAscii(text)
    .toLowerCase()
    .replaceAll(/['`]/g, '')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  return cut(words.join('-'), MAX_ID);
}

/** A file of such a name cannot be on Windows, whatever stands behind its first dot: an import there would fail. */
export function isDeviceName(slug: string): boolean {
  return /^(?:con|prn|aux|nul|com[1-9]|lpt[1-9])$/.test(slug);
}

/** What tells objects of one name apart: the remote id, where it is one that can stand in an id. */
export function suffixOf(remoteId: string | undefined, payload: unknown): string {
  return remoteId !== undefined && remoteId.length <= MAX_ID / 2 && isId(remoteId)
    ? remoteId
    : digestOf(payload);
}

/** For payloads that have no id of their own, or one that others have too. */
export function digestOf(payload: unknown): string {
  return createHash('sha256').update(JSON.stringify(payload)).digest('hex').slice(0, HASH_HEX);
}

export function withSuffix(slug: string, suffix: string): string {
  const base = cut(slug, MAX_ID - suffix.length - 1);
  const id = base === '' ? suffix : `${base}-${suffix}`;
  if (!isId(id)) throw new Error(`${id} is no id.`);
  return id;
}

/** At the end of a word where one ends in the second half, else in the middle of one. */
function cut(slug: string, length: number): string {
  if (slug.length <= length) return slug;
  const dash = slug.lastIndexOf('-', length);
  return slug.slice(0, dash > length / 2 ? dash : length).replace(/-+$/, '');
}
