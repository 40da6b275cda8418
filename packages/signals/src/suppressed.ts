/** Signals that a suppression hid: kept as a count with their cause, so that hiding is never silent. */

import type { Database } from '@signalwright/store';

export function countSuppressed(db: Database): number {
  return db.get<{ n: number }>('SELECT count(*) AS n FROM suppressed')?.n ?? 0;
}
