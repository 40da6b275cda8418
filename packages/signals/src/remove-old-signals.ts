/** Removes signals whose time is over, with all that stands about them, a few at a time. */

import type { Signal } from '@signalwright/model';
import { parseStored, type Database } from '@signalwright/store';

import type { Position } from './time-order.ts';

interface SignalRow {
  readonly id: string;
  readonly created_at_ms: number;
  readonly body: string;
}

export interface LookedAt {
  readonly removed: number;
  /** Where to go on; undefined when no older signal is left. */
  readonly next?: Position;
}

/**
 * Looks at `limit` signals, oldest first. A signal goes when it is archived and was neither seen nor archived at
 * `beforeMs` or later: what somebody may still work on stays, however old. Inside the caller's transaction.
 */
export function removeOldSignals(
  db: Database,
  beforeMs: number,
  limit: number,
  after: Position = { createdAtMs: -1, id: '' },
): LookedAt {
  const rows = db.all<SignalRow>(
    `SELECT id, created_at_ms, body FROM signals WHERE (created_at_ms, id) > (?, ?) AND created_at_ms < ?
     ORDER BY created_at_ms, id LIMIT ?`,
    [after.createdAtMs, after.id, beforeMs, limit],
  );
  const old = rows.filter(({ body }) => isOver(parseStored<Signal>(db, body), beforeMs));
  for (const { id } of old) removeSignal(db, id);
  const last = rows.at(-1);
  if (last === undefined || rows.length < limit) return { removed: old.length };
  return { removed: old.length, next: { createdAtMs: last.created_at_ms, id: last.id } };
}

function isOver({ triage, lastSeenMs }: Signal, beforeMs: number): boolean {
  return triage.state === 'archived' && Math.max(lastSeenMs, triage.stateUpdatedAtMs ?? 0) < beforeMs;
}

/** A notice that is still to be told stays: it is settled within hours, and goes by its own age. */
function removeSignal(db: Database, id: string): void {
  db.run('DELETE FROM signals WHERE id = ?', [id]);
  db.run('DELETE FROM signal_events WHERE signal_id = ?', [id]);
  db.run('DELETE FROM comments WHERE signal_id = ?', [id]);
  db.run('DELETE FROM outbox WHERE signal_id = ? AND settled_at_ms IS NOT NULL', [id]);
}
