/**
 * One line of a journal: `{"atMs":…,"body":…,"hash":…,"prevHash":…,"seq":…}` in canonical JSON.
 * `hash` is the SHA-256 of the canonical JSON of the four other members, `prevHash` the hash of the
 * record before, so that nothing can be changed, taken out, put in or moved without a trace.
 */

import { canonicalJson } from './canonical-json.ts';
import { sha256Hex } from './sha256.ts';

/** The hash before the first record. */
export const GENESIS_HASH = '0'.repeat(64);
/** A longer line is refused, in writing and in reading. Chosen; larger payloads belong in files of their own. */
export const RECORD_MAX_BYTES = 4 * 1024 * 1024;

/** A recorded body with its place in the chain. */
export interface JournalRecord {
  /** Counts from 0, which is the header. */
  readonly seq: number;
  /** The writer's clock, Unix time in milliseconds. */
  readonly atMs: number;
  readonly prevHash: string;
  readonly hash: string;
  /** Plain data. */
  readonly body: unknown;
}

/** Where a chain ends: publish it elsewhere, and a cut-off tail shows too. */
export interface JournalHead {
  readonly seq: number;
  readonly hash: string;
}

/** The head of an empty chain. */
export const EMPTY_HEAD: JournalHead = { seq: -1, hash: GENESIS_HASH };

/** `57:<hash>`, as people and pipelines carry it. */
export function spellHead({ seq, hash }: JournalHead): string {
  return `${seq}:${hash}`;
}

/** @returns undefined when the text is not what `spellHead` writes */
export function parseHead(text: string): JournalHead | undefined {
  const [, seq = '', hash = ''] = /^(0|[1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  return hash === '' ? undefined : { seq: Number(seq), hash };
}

/** A line ready to be written, and the head it makes. */
export interface EncodedRecord {
  readonly head: JournalHead;
  /** Without its line feed. */
  readonly line: string;
}

/**
 * Builds the line after `head`.
 *
 * @param bodyJson the body in canonical JSON
 */
export function encodeRecord(head: JournalHead, bodyJson: string, atMs: number): EncodedRecord {
  const seq = head.seq + 1;
  const hash = sha256Hex(contentText(seq, atMs, head.hash, bodyJson));
  return { head: { seq, hash }, line: lineText(seq, atMs, head.hash, hash, bodyJson) };
}

export type DecodedRecord =
  | { readonly ok: true; readonly record: JournalRecord }
  | { readonly ok: false; readonly reason: string };

/** Reads one line and checks that it is the one record that can follow `head`. */
export function decodeRecord(line: string, head: JournalHead): DecodedRecord {
  const record = parseRecord(line);
  if (record === undefined) return { ok: false, reason: 'it is not a journal record' };
  if (record.seq !== head.seq + 1) {
    return { ok: false, reason: `its number is ${record.seq} where ${head.seq + 1} must stand` };
  }
  if (record.prevHash !== head.hash) return { ok: false, reason: 'it does not follow the record before' };
  const { seq, atMs, prevHash, hash } = record;
  const bodyJson = canonicalBody(record.body);
  // The line must also be the canonical spelling: otherwise two files could tell the same story.
  const fits =
    bodyJson !== undefined &&
    sha256Hex(contentText(seq, atMs, prevHash, bodyJson)) === hash &&
    lineText(seq, atMs, prevHash, hash, bodyJson) === line;
  return fits ? { ok: true, record } : { ok: false, reason: 'its content does not fit its hash' };
}

/** Members in the order of canonical JSON. */
function contentText(seq: number, atMs: number, prevHash: string, bodyJson: string): string {
  return `{"atMs":${atMs},"body":${bodyJson},"prevHash":${JSON.stringify(prevHash)},"seq":${seq}}`;
}

function lineText(seq: number, atMs: number, prevHash: string, hash: string, bodyJson: string): string {
  const hashes = `"hash":${JSON.stringify(hash)},"prevHash":${JSON.stringify(prevHash)}`;
  return `{"atMs":${atMs},"body":${bodyJson},${hashes},"seq":${seq}}`;
}

/** Undefined for data nested deeper than any record was written. */
function canonicalBody(body: unknown): string | undefined {
  try {
    return canonicalJson(body);
  } catch {
    return undefined;
  }
}

function parseRecord(line: string): JournalRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is JournalRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { seq, atMs, prevHash, hash } = value as Readonly<Record<string, unknown>>;
  return (
    Object.keys(value).length === 5 &&
    'body' in value &&
    Number.isSafeInteger(seq) &&
    Number.isSafeInteger(atMs) &&
    typeof prevHash === 'string' &&
    typeof hash === 'string'
  );
}
