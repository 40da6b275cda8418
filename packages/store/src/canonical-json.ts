/**
 * JSON with one spelling per value, so that a digest of it means something: RFC 8785 (JCS).
 * One difference: a lone surrogate, which RFC 8785 refuses, is written as its `\udXXX` escape, because
 * recorded data comes from outside and must never make recording fail.
 */

import { createHash } from 'node:crypto';

/** Deeper data is refused. Chosen: far beyond what any of our kinds or events nests. */
export const CANONICAL_DEPTH_MAX = 128;

/**
 * The canonical text of plain data: objects with sorted keys, no spaces. Properties that are undefined
 * are left out, as in `JSON.stringify`.
 *
 * @throws TypeError for what JSON cannot hold (functions, bigint, NaN, dates, maps, cycles)
 */
export function canonicalJson(value: unknown): string {
  let text = '';
  write(value, 0, (piece) => {
    text += piece;
  });
  return text;
}

/** SHA-256 of the canonical text, which is never in memory as a whole: a plan of an organisation is tens of megabytes. */
export function canonicalDigest(value: unknown): string {
  const hash = createHash('sha256');
  let text = '';
  write(value, 0, (piece) => {
    text += piece;
    if (text.length < DIGEST_CHUNK_CHARACTERS) return;
    hash.update(text);
    text = '';
  });
  return hash.update(text).digest('hex');
}

const DIGEST_CHUNK_CHARACTERS = 64 * 1024;

/** Takes the text piece by piece; none ends within a character. */
type Take = (piece: string) => void;

function write(value: unknown, depth: number, take: Take): void {
  if (depth > CANONICAL_DEPTH_MAX) throw new TypeError(`Data nests deeper than ${CANONICAL_DEPTH_MAX}.`);
  if (typeof value === 'string' || typeof value === 'boolean' || value === null)
    return take(JSON.stringify(value));
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON spelling.`);
    return take(JSON.stringify(value));
  }
  if (Array.isArray(value)) return writeArray(value, depth, take);
  if (typeof value !== 'object' || !isPlain(value)) {
    throw new TypeError(`A ${Object.prototype.toString.call(value)} has no JSON spelling.`);
  }
  return writeObject(value as Readonly<Record<string, unknown>>, depth, take);
}

function writeArray(items: readonly unknown[], depth: number, take: Take): void {
  take('[');
  for (let index = 0; index < items.length; index += 1) {
    if (index > 0) take(',');
    write(items[index], depth + 1, take);
  }
  take(']');
}

function writeObject(value: Readonly<Record<string, unknown>>, depth: number, take: Take): void {
  let before = '{';
  // The default order compares UTF-16 code units, which is the order of RFC 8785.
  for (const key of Object.keys(value).toSorted()) {
    const item = value[key];
    if (item === undefined) continue;
    take(`${before}${JSON.stringify(key)}:`);
    write(item, depth + 1, take);
    before = ',';
  }
  take(before === '{' ? '{}' : '}');
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
