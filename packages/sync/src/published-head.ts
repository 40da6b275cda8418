/**
 * The head of a journal, kept where who writes the journal does not write: one line of canonical JSON each, many of
 * them in one note.
 * Source: reliability T25.
 */

import { canonicalJson, type JournalHead } from '@signalwright/store';

export interface PublishedHead {
  readonly stack: string;
  readonly environment: string;
  /** Hash of the first record: which journal, where several machines apply to one environment. */
  readonly journal: string;
  readonly head: JournalHead;
  /** When it was published, by the clock of who did. */
  readonly atMs: number;
}

const VERSION = 1;

export function printPublishedHead({ head, ...others }: PublishedHead): string {
  return `${canonicalJson({ ...others, ...head, version: VERSION })}\n`;
}

export interface PublishedHeads {
  readonly heads: readonly PublishedHead[];
  /** Lines that are no heads. */
  readonly unread: number;
}

/** Reads what others may have written beside our lines. */
export function parsePublishedHeads(text: string): PublishedHeads {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const heads = lines.flatMap((line) => parseLine(line) ?? []);
  return { heads, unread: lines.length - heads.length };
}

const HASH = /^[0-9a-f]{64}$/;

function parseLine(line: string): PublishedHead | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, stack, environment, journal, seq, hash, atMs } = value as Record<string, unknown>;
  const isHead =
    version === VERSION &&
    typeof stack === 'string' &&
    typeof environment === 'string' &&
    isHash(journal) &&
    isHash(hash) &&
    isCount(seq) &&
    isCount(atMs);
  return isHead ? { stack, environment, journal, head: { seq, hash }, atMs } : undefined;
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && HASH.test(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
