/**
 * Search over signals with the one query language, newest or oldest first, page by page.
 * Source: `POST /api/v2/security_monitoring/signals/search` (sort by timestamp only, cursor, limit 10 to 1000).
 */

import type { Signal } from '@signalwright/model';
import { parseQuery, type Query, type QueryError } from '@signalwright/query';

import { PANEL_FACETS, countFacets, type Facet, type FacetDefinition } from './facet.ts';
import type { SignalIndex } from './signal-index.ts';
import type { Places, Position } from './time-order.ts';
import { allMatches, firstMatches, placesOf } from './signal-matches.ts';
import { readSignals } from './signal-walk.ts';

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
  const page = findPage(index, search);
  if (!page.ok) return page;
  const { ids, query, nextCursor } = page;
  return {
    ok: true,
    signals: readSignals(index.db, ids).filter((signal) => signal !== undefined),
    ...(nextCursor !== undefined && { nextCursor }),
    ...(search.count === true && { counts: count(index, query, search, PANEL_FACETS) }),
  };
}

export type SignalIdsResult =
  | { readonly ok: true; readonly ids: readonly string[]; readonly nextCursor?: string }
  | { readonly ok: false; readonly refusal: SearchRefusal };

/** The same without the signals: nothing is read from the database that the columns know. */
export function searchSignalIds(index: SignalIndex, search: Omit<SignalSearch, 'count'>): SignalIdsResult {
  const page = findPage(index, search);
  if (!page.ok) return page;
  const { ids, nextCursor } = page;
  return { ok: true, ids, ...(nextCursor !== undefined && { nextCursor }) };
}

export type SignalCountResult =
  | { readonly ok: true; readonly counts: SignalCounts }
  | { readonly ok: false; readonly refusal: Extract<SearchRefusal, { reason: 'bad_query' }> };

/** How many signals a query finds, and how often which values stand in these fields. */
export function countSignals(
  index: SignalIndex,
  filter: SignalFilter,
  facets: readonly FacetDefinition[],
): SignalCountResult {
  const parsed = parseQuery(filter.query);
  if (!parsed.ok) return { ok: false, refusal: { reason: 'bad_query', errors: parsed.errors } };
  index.catchUp(filter.fromMs);
  return { ok: true, counts: count(index, parsed.query, filter, facets) };
}

type PageResult =
  | {
      readonly ok: true;
      readonly ids: readonly string[];
      readonly query: Query;
      readonly nextCursor?: string;
    }
  | { readonly ok: false; readonly refusal: SearchRefusal };

/** What a search asks for, once it makes sense. */
export type ReadSearch =
  | { readonly ok: true; readonly query: Query; readonly limit: number; readonly start: Position | undefined }
  | { readonly ok: false; readonly refusal: SearchRefusal };

export function readSearch(search: Pick<SignalSearch, 'query' | 'cursor' | 'limit'>): ReadSearch {
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
  return { ok: true, query: parsed.query, limit, start };
}

function findPage(index: SignalIndex, search: SignalSearch): PageResult {
  const read = readSearch(search);
  if (!read.ok) return read;
  const { query, limit, start } = read;
  index.catchUp(search.fromMs);
  const isAscending = search.sort === 'timestamp';
  const places = placesBehind(index, search, start, isAscending);
  const { rows, stoppedAt } = firstMatches(index, query, places, { isAscending, count: limit + 1 });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? index.order.positionOf(last) : stoppedAt;
  const ids = shown.map((row) => index.order.idOf(row));
  return { ok: true, ids, query, ...(next !== undefined && { nextCursor: writeCursor(next) }) };
}

function placesBehind(
  index: SignalIndex,
  { fromMs, toMs }: SignalFilter,
  start: Position | undefined,
  isAscending: boolean,
): Places {
  const { from, to } = placesOf(index, fromMs, toMs);
  if (start === undefined) return { from, to };
  const place = index.order.countBefore(start, isAscending);
  return isAscending ? { from: Math.max(from, place), to } : { from, to: Math.min(to, place) };
}

function count(
  index: SignalIndex,
  query: Query,
  { fromMs, toMs }: SignalFilter,
  facets: readonly FacetDefinition[],
): SignalCounts {
  const matches = allMatches(index, query, placesOf(index, fromMs, toMs));
  const { total, isComplete } = matches;
  return { total, facets: countFacets(index, facets, matches), isComplete };
}

export function writeCursor({ createdAtMs, id }: Position): string {
  return Buffer.from(JSON.stringify([createdAtMs, id])).toString('base64url');
}

function readCursor(cursor: string): Position | undefined {
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
