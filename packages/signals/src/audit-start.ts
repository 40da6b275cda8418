/**
 * Where the audit trail begins. Entries that are too old are removed from its beginning; the hash of the last of them
 * stays, so that the rest still chains, and an entry of before says how far they go, so that nobody else shortens it.
 */

import type { Database } from '@signalwright/store';

/** The action of entries that say what was removed for its age. */
export const RETENTION_ACTION = 'retention.remove';

/** What stands before the first entry. */
export const FIRST_HASH = '0'.repeat(64);

/** The last entry that was removed. */
export interface AuditStart {
  readonly seq: number;
  readonly hash: string;
}

/** Also of a database of an earlier version, which removed nothing. */
export function readStart(db: Database): AuditStart {
  const isKnown = db.get("SELECT 1 FROM sqlite_schema WHERE name = 'audit_start'") !== undefined;
  const start = isKnown ? db.get<AuditStart>('SELECT seq, hash FROM audit_start') : undefined;
  return start ?? { seq: 0, hash: FIRST_HASH };
}

/** Up to which entry the trail itself says that it is being removed; 0 when it says nothing. */
export function saidStart(db: Database): number {
  const said = db.get<{ seq: number | null }>(
    `SELECT json_extract(after, '$.auditUpTo') AS seq FROM audit WHERE action = ? ORDER BY seq DESC LIMIT 1`,
    [RETENTION_ACTION],
  );
  return said?.seq ?? 0;
}

/** Up to which entry all are older than this: an entry behind a younger one stays, also where the clock was put back. */
export function oldEntriesUpTo(db: Database, beforeMs: number): number {
  const oldest = db.get<{ seq: number; at_ms: number }>('SELECT seq, at_ms FROM audit ORDER BY seq LIMIT 1');
  if (oldest === undefined || oldest.at_ms >= beforeMs) return readStart(db).seq;
  const young = db.get<{ seq: number | null }>('SELECT min(seq) AS seq FROM audit WHERE at_ms >= ?', [
    beforeMs,
  ]);
  if (young?.seq !== undefined && young.seq !== null) return young.seq - 1;
  // What says so is an entry itself, and the youngest.
  return db.get<{ seq: number | null }>('SELECT max(seq) AS seq FROM audit')?.seq ?? 0;
}

/**
 * Removes at most `limit` of the entries that the trail says are to go, and as many of those that were seeded from
 * before this org. Inside the caller's transaction. @returns how many
 */
export function removeOldEntries(db: Database, beforeMs: number, limit: number): number {
  const start = readStart(db);
  const upTo = Math.min(saidStart(db), start.seq + limit);
  const earlier = db.run(
    'DELETE FROM audit_before WHERE n IN (SELECT n FROM audit_before WHERE at_ms < ? LIMIT ?)',
    [beforeMs, limit],
  );
  const last = db.get<AuditStart>('SELECT seq, hash FROM audit WHERE seq = ? AND seq > ?', [upTo, start.seq]);
  if (last === undefined) return earlier;
  const removed = db.run('DELETE FROM audit WHERE seq <= ?', [last.seq]);
  db.run('DELETE FROM audit_start');
  db.run('INSERT INTO audit_start (seq, hash) VALUES (?, ?)', [last.seq, last.hash]);
  return removed + earlier;
}
