/**
 * The newest events, kept so that detection can pick up where it was after a restart and signals can show samples.
 * Bounded by age and by number; what is older is gone.
 */

import type { Event } from '@signalwright/model';
import { parseStored, type Database } from '@signalwright/store';

/** Chosen: about a gigabyte of ordinary spans. */
export const MAX_STORED_EVENTS = 500_000;

const PAGE = 1_000;

/** An event with when it arrived and what led to it (`signal:<id>`, `run:<id>`, oldest first). */
export interface StoredEvent {
  readonly event: Event;
  readonly receivedAtMs: number;
  readonly cause: readonly string[];
}

interface EventRow {
  readonly seq: number;
  readonly received_at_ms: number;
  readonly body: string;
}

/** Inside the caller's transaction. @returns false when an event of that id is there already */
export function insertEvent(db: Database, stored: StoredEvent): boolean {
  const { event, receivedAtMs, cause } = stored;
  const body = JSON.stringify(cause.length === 0 ? { event } : { event, cause });
  const changed = db.run(
    'INSERT INTO events (id, ts_ms, received_at_ms, body) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
    [event.id, event.tsMs, receivedAtMs, body],
  );
  return changed > 0;
}

/** Events that arrived at `fromMs` or later, in the order of arrival; read page by page. */
export function* readEvents(db: Database, fromMs: number): Generator<StoredEvent> {
  // Found by its index: most of what is kept may be older.
  const first = db.get<{ seq: number | null }>(
    'SELECT min(seq) AS seq FROM events WHERE received_at_ms >= ?',
    [fromMs],
  );
  if (first?.seq === undefined || first.seq === null) return;
  let after = first.seq - 1;
  for (;;) {
    const rows = db.all<EventRow>(
      'SELECT seq, received_at_ms, body FROM events WHERE seq > ? AND received_at_ms >= ? ORDER BY seq LIMIT ?',
      [after, fromMs, PAGE],
    );
    for (const row of rows) yield toStored(db, row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.seq;
  }
}

/** Behind which event of a time the next page begins. */
export interface EventPosition {
  readonly tsMs: number;
  readonly seq: number;
}

export interface EventPage {
  readonly events: readonly Event[];
  /** Undefined when no further event follows. */
  readonly next?: EventPosition;
}

/** A page of the events that happened in the range, both ends inclusive, in the order in which they happened. */
export function readEventPage(
  db: Database,
  range: { readonly fromMs: number; readonly toMs: number },
  after: EventPosition = { tsMs: range.fromMs, seq: 0 },
): EventPage {
  const rows = db.all<EventRow & { readonly ts_ms: number }>(
    `SELECT seq, ts_ms, received_at_ms, body FROM events
     WHERE (ts_ms, seq) > (?, ?) AND ts_ms <= ? ORDER BY ts_ms, seq LIMIT ?`,
    [after.tsMs, after.seq, range.toMs, PAGE],
  );
  const last = rows.at(-1);
  const events = rows.map((row) => toStored(db, row).event);
  if (last === undefined || rows.length < PAGE) return { events };
  return { events, next: { tsMs: last.ts_ms, seq: last.seq } };
}

/** The events of these ids that are still kept, in the order of the ids. */
export function readEventsById(db: Database, ids: readonly string[]): readonly Event[] {
  return ids.flatMap((id) => {
    const row = db.get<EventRow>('SELECT seq, received_at_ms, body FROM events WHERE id = ?', [id]);
    return row === undefined ? [] : [toStored(db, row).event];
  });
}

/** Inside the caller's transaction: removes at most `limit` of what is older, or more than may be. @returns how many */
export function removeOldEvents(db: Database, beforeMs: number, limit: number): number {
  const newest = db.get<{ seq: number | null }>('SELECT max(seq) AS seq FROM events')?.seq ?? 0;
  const tooMany = db.run(
    'DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE seq <= ? ORDER BY seq LIMIT ?)',
    [newest - MAX_STORED_EVENTS, limit],
  );
  if (tooMany >= limit) return tooMany;
  const tooOld = db.run(
    `DELETE FROM events WHERE seq IN
       (SELECT seq FROM events WHERE received_at_ms < ? ORDER BY received_at_ms, seq LIMIT ?)`,
    [beforeMs, limit - tooMany],
  );
  return tooMany + tooOld;
}

function toStored(db: Database, row: EventRow): StoredEvent {
  const body = parseStored<{ readonly event: Event; readonly cause?: readonly string[] }>(db, row.body);
  return { event: body.event, receivedAtMs: row.received_at_ms, cause: body.cause ?? [] };
}
