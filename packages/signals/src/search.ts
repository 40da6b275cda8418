/**
 * Search over signals with the one query language, newest or oldest first, page by page.
 * Source: `POST /api/v2/security_monitoring/signals/search` (sort by timestamp only, cursor, limit 10 to 1000).
 */

import { signalDocument, type Signal } from '@signalwright/model';
import { compileMatcher, parseQuery, type QueryError } from '@signalwright/query';
import { parseStored, type Database } from '@signalwright/store';

import { FacetCounter, type Facet } from './facet.ts';

export const DEFAULT_SEARCH_LIMIT = 10;
export const MAX_SEARCH_LIMIT = 1_000;

/** Chosen: signals that one search looks at; a search that stops here says so. */
export const MAX_SCANNED_SIGNALS = 50_000;

const PAGE = 500;

export interface SignalSearch {
  readonly query: string;
  /** Creation, Unix time in milliseconds, both ends inclusive. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly sort?: 'timestamp' | '-timestamp';
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
  readonly limit?: number;
  /** Also counts all matching signals and their facets, over all pages. */
  readonly count?: boolean;
}

export type SignalSearchResult =
  | {
      readonly ok: true;
      readonly signals: readonly Signal[];
      /** There only when another signal follows. */
      readonly nextCursor?: string;
      readonly counts?: SignalCounts;
    }
  | { readonly ok: false; readonly refusal: SearchRefusal };

export interface SignalCounts {
  readonly total: number;
  readonly facets: readonly Facet[];
  /** False when MAX_SCANNED_SIGNALS was met. */
  readonly isComplete: boolean;
}

export type SearchRefusal =
  | { readonly reason: 'bad_query'; readonly errors: readonly QueryError[] }
  | { readonly reason: 'bad_cursor' }
  | { readonly reason: 'bad_limit'; readonly limit: number };

export interface Position {
  readonly createdAtMs: number;
  readonly id: string;
}

interface SignalRow {
  readonly created_at_ms: number;
  readonly id: string;
  readonly body: string;
}

export function searchSignals(db: Database, search: SignalSearch): SignalSearchResult {
  const limit = search.limit ?? DEFAULT_SEARCH_LIMIT;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_SEARCH_LIMIT) {
    return { ok: false, refusal: { reason: 'bad_limit', limit } };
  }
  const parsed = parseQuery(search.query);
  if (!parsed.ok) return { ok: false, refusal: { reason: 'bad_query', errors: parsed.errors } };
  const start = search.cursor === undefined ? undefined : readCursor(search.cursor);
  if (search.cursor !== undefined && start === undefined) {
    return { ok: false, refusal: { reason: 'bad_cursor' } };
  }
  const matches = compileMatcher(parsed.query);
  const page: Signal[] = [];
  let hasMore = false;
  for (const signal of scan(db, search, start)) {
    if (!matches(signalDocument(signal))) continue;
    hasMore = page.length === limit;
    if (hasMore) break;
    page.push(signal);
  }
  const last = page.at(-1);
  return {
    ok: true,
    signals: page,
    ...(hasMore && last !== undefined && { nextCursor: writeCursor(last) }),
    ...(search.count === true && { counts: countSignals(db, search, matches) }),
  };
}

function countSignals(
  db: Database,
  search: SignalSearch,
  matches: ReturnType<typeof compileMatcher>,
): SignalCounts {
  const counter = new FacetCounter();
  let total = 0;
  let scanned = 0;
  for (const signal of scan(db, search, undefined)) {
    scanned += 1;
    if (!matches(signalDocument(signal))) continue;
    total += 1;
    counter.add(signal);
  }
  return { total, facets: counter.facets(), isComplete: scanned < MAX_SCANNED_SIGNALS };
}

/** Signals of the time range in the order of the search, from behind `start`, at most MAX_SCANNED_SIGNALS. */
function* scan(db: Database, search: SignalSearch, start: Position | undefined): Generator<Signal> {
  const isAscending = search.sort === 'timestamp';
  const [after, order] = isAscending ? ['>', 'ASC'] : ['<', 'DESC'];
  const fromMs = search.fromMs ?? 0;
  const toMs = search.toMs ?? Number.MAX_SAFE_INTEGER;
  let position = start ?? (isAscending ? FIRST : LAST);
  for (let scanned = 0; scanned < MAX_SCANNED_SIGNALS; scanned += PAGE) {
    const rows = db.all<SignalRow>(
      `SELECT created_at_ms, id, body FROM signals
       WHERE created_at_ms BETWEEN ? AND ? AND (created_at_ms, id) ${after} (?, ?)
       ORDER BY created_at_ms ${order}, id ${order} LIMIT ?`,
      [fromMs, toMs, position.createdAtMs, position.id, PAGE],
    );
    for (const row of rows) yield parseStored<Signal>(db, row.body);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    position = { createdAtMs: last.created_at_ms, id: last.id };
  }
}

const FIRST: Position = { createdAtMs: -1, id: '' };
const LAST: Position = { createdAtMs: Number.MAX_SAFE_INTEGER, id: '' };

export function writeCursor(signal: Signal): string {
  return Buffer.from(JSON.stringify([signal.createdAtMs, signal.id])).toString('base64url');
}

export function readCursor(cursor: string): Position | undefined {
  if (cursor.length > MAX_CURSOR_CHARACTERS) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (!Array.isArray(parsed) || parsed.length !== 2) return undefined;
    const [createdAtMs, id] = parsed as readonly unknown[];
    return Number.isSafeInteger(createdAtMs) && typeof id === 'string'
      ? { createdAtMs: createdAtMs as number, id }
      : undefined;
  } catch {
    return undefined;
  }
}

const MAX_CURSOR_CHARACTERS = 512;
