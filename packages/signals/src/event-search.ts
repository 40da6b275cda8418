/**
 * Search over the events that are kept, in the order in which they happened, by a plain look at each of them: they are
 * few, and nobody counts facets of them on each view of a page.
 */

import { eventDocument, type DataSource, type Event } from '@signalwright/model';
import { compileMatcher, parseQuery } from '@signalwright/query';
import { parseStored, type Database } from '@signalwright/store';

import { DEFAULT_SEARCH_LIMIT, MAX_SEARCH_LIMIT, type SearchRefusal } from './search.ts';

/** Chosen: events that one search reads; it stops there, says so, and its cursor goes on. */
export const MAX_SCANNED_EVENTS = 100_000;

const PAGE = 500;

export interface EventFilter {
  readonly dataSource: DataSource;
  readonly query: string;
  /** When it happened, Unix milliseconds, both ends inclusive. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface EventSearch extends EventFilter {
  readonly sort: 'timestamp' | '-timestamp';
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
  readonly limit?: number;
}

export type EventSearchResult =
  | {
      readonly ok: true;
      readonly events: readonly Event[];
      /** There when another event follows, or when the search stopped at MAX_SCANNED_EVENTS. */
      readonly nextCursor?: string;
      /** False when it stopped. */
      readonly isComplete: boolean;
    }
  | { readonly ok: false; readonly refusal: SearchRefusal };

export function searchEvents(db: Database, search: EventSearch): EventSearchResult {
  const limit = search.limit ?? DEFAULT_SEARCH_LIMIT;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_SEARCH_LIMIT) {
    return { ok: false, refusal: { reason: 'bad_limit', limit } };
  }
  const start = search.cursor === undefined ? undefined : readCursor(search.cursor);
  if (search.cursor !== undefined && start === undefined) {
    return { ok: false, refusal: { reason: 'bad_cursor' } };
  }
  const walk = walkEvents(db, search, search.sort === 'timestamp', start);
  if (!walk.ok) return walk;
  const events: Event[] = [];
  let last: EventPlace | undefined;
  for (const found of walk.found) {
    if (found.kind === 'stopped') {
      return { ok: true, events, nextCursor: writeCursor(found.place), isComplete: false };
    }
    if (events.length === limit && last !== undefined) {
      return { ok: true, events, nextCursor: writeCursor(last), isComplete: true };
    }
    events.push(found.event);
    last = found.place;
  }
  return { ok: true, events, isComplete: true };
}

export type EventsResult =
  | { readonly ok: true; readonly events: readonly Event[]; readonly isComplete: boolean }
  | { readonly ok: false; readonly refusal: SearchRefusal };

/** All events that a query finds, oldest first, of at most MAX_SCANNED_EVENTS. */
export function findEvents(db: Database, filter: EventFilter): EventsResult {
  const walk = walkEvents(db, filter, true, undefined);
  if (!walk.ok) return walk;
  const events: Event[] = [];
  for (const found of walk.found) {
    if (found.kind === 'stopped') return { ok: true, events, isComplete: false };
    events.push(found.event);
  }
  return { ok: true, events, isComplete: true };
}

/** Events of one millisecond are in the order of their arrival. */
interface EventPlace {
  readonly tsMs: number;
  readonly seq: number;
}

type Found =
  | { readonly kind: 'event'; readonly event: Event; readonly place: EventPlace }
  /** MAX_SCANNED_EVENTS were read; the last of them stands here. */
  | { readonly kind: 'stopped'; readonly place: EventPlace };

type Walk =
  | { readonly ok: true; readonly found: Iterable<Found> }
  | { readonly ok: false; readonly refusal: SearchRefusal };

function walkEvents(
  db: Database,
  filter: EventFilter,
  isAscending: boolean,
  start: EventPlace | undefined,
): Walk {
  const parsed = parseQuery(filter.query);
  if (!parsed.ok) return { ok: false, refusal: { reason: 'bad_query', errors: parsed.errors } };
  const matches = compileMatcher(parsed.query);
  return {
    ok: true,
    found: walkPages(db, filter, isAscending, start, (event) => matches(eventDocument(event))),
  };
}

function* walkPages(
  db: Database,
  filter: EventFilter,
  isAscending: boolean,
  start: EventPlace | undefined,
  matches: (event: Event) => boolean,
): Generator<Found> {
  const [after, order] = isAscending ? ['>', 'ASC'] : ['<', 'DESC'];
  let place = start ?? (isAscending ? FIRST : LAST);
  for (let scanned = 0; scanned < MAX_SCANNED_EVENTS; scanned += PAGE) {
    const rows = db.all<{ readonly seq: number; readonly ts_ms: number; readonly body: string }>(
      `SELECT seq, ts_ms, body FROM events WHERE ts_ms BETWEEN ? AND ? AND (ts_ms, seq) ${after} (?, ?)
       ORDER BY ts_ms ${order}, seq ${order} LIMIT ?`,
      [filter.fromMs, filter.toMs, place.tsMs, place.seq, PAGE],
    );
    for (const { seq, ts_ms: tsMs, body } of rows) {
      const { event } = parseStored<{ readonly event: Event }>(db, body);
      place = { tsMs, seq };
      if (event.dataSource === filter.dataSource && matches(event)) yield { kind: 'event', event, place };
    }
    if (rows.length < PAGE) return;
  }
  yield { kind: 'stopped', place };
}

const FIRST: EventPlace = { tsMs: -1, seq: 0 };
const LAST: EventPlace = { tsMs: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER };

function writeCursor({ tsMs, seq }: EventPlace): string {
  return Buffer.from(JSON.stringify([tsMs, seq])).toString('base64url');
}

function readCursor(cursor: string): EventPlace | undefined {
  if (cursor.length > MAX_CURSOR_CHARACTERS) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const [tsMs, seq, more] = Array.isArray(parsed) ? (parsed as readonly unknown[]) : [];
    const isPlace = Number.isSafeInteger(tsMs) && Number.isSafeInteger(seq) && more === undefined;
    return isPlace ? { tsMs: tsMs as number, seq: seq as number } : undefined;
  } catch {
    return undefined;
  }
}

const MAX_CURSOR_CHARACTERS = 512;
