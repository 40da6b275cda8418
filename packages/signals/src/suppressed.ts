/** Signals that a suppression hid: kept as a count with their cause, so that hiding is never silent. */

import type { Database } from '@signalwright/store';

export function countSuppressed(db: Database): number {
  return db.get<{ n: number }>('SELECT count(*) AS n FROM suppressed')?.n ?? 0;
}

/** Inside the caller's transaction: removes at most `limit` of those that were hidden before. @returns how many */
export function removeOldSuppressed(db: Database, beforeMs: number, limit: number): number {
  return db.run(
    `DELETE FROM suppressed WHERE signal_id IN (SELECT signal_id FROM suppressed WHERE at_ms < ? LIMIT ?)`,
    [beforeMs, limit],
  );
}
