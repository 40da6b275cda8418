/**
 * Search over signals with the one query language, newest or oldest first, page by page.
 * Source: `POST /api/v2/security_monitoring/signals/search` (sort by timestamp only, cursor, limit 10 to 1000).
 */

import type { Signal } from '@signalwright/model';
import { parseQuery, type Query, type QueryError } from '@signalwright/query';

import { PANEL_FACETS, countFacets, type Facet } from './facet.ts';
import type { Position, SignalIndex } from './signal-index.ts';
import { allMatches, firstMatches, placesOf, readSignals } from './signal-matches.ts';

export const DEFAULT_SEARCH_LIMIT = 10;
export const MAX_SEARCH_LIMIT = 1_000;

export interface SignalFilter {
  readonly query: string;
  /** Creation, Unix time in milliseconds, both ends inclusive. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

export interface SignalSearch extends SignalFilter {
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
      /** There when another signal follows, or when the search stopped at MAX_SCANNED_SIGNALS: it goes on from there. */
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

export function searchSignals(index: SignalIndex, search: SignalSearch): SignalSearchResult {
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
  index.catchUp();
  return {
    ok: true,
    ...findPage(index, parsed.query, search, limit, start),
    ...(search.count === true && { counts: countSignals(index, parsed.query, search) }),
  };
}

function findPage(
  index: SignalIndex,
  query: Query,
  search: SignalSearch,
  limit: number,
  start: Position | undefined,
): { readonly signals: readonly Signal[]; readonly nextCursor?: string } {
  const isAscending = search.sort === 'timestamp';
  const range = placesOf(index, search.fromMs, search.toMs);
  const place = start && index.countBefore(start, isAscending);
  const from = isAscending ? Math.max(range.from, place ?? 0) : range.from;
  const to = isAscending ? range.to : Math.min(range.to, place ?? range.to);
  const { rows, stoppedAt } = firstMatches(index, query, { from, to }, { isAscending, count: limit + 1 });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? index.positionOf(last) : stoppedAt;
  const ids = shown.map((row) => index.idOf(row));
  return {
    signals: readSignals(index.db, ids).filter((signal) => signal !== undefined),
    ...(next !== undefined && { nextCursor: writeCursor(next) }),
  };
}

function countSignals(index: SignalIndex, query: Query, { fromMs, toMs }: SignalFilter): SignalCounts {
  const { rows, isComplete } = allMatches(index, query, placesOf(index, fromMs, toMs));
  return { total: rows.length, facets: countFacets(index, PANEL_FACETS, rows), isComplete };
}

export function writeCursor({ createdAtMs, id }: Position): string {
  return Buffer.from(JSON.stringify([createdAtMs, id])).toString('base64url');
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
