/** The denylist as it is stored. What may be blocked at all is decided by `block-target.ts` and `commands.ts`. */

import { MAX_DENYLIST_ENTRIES, isBlocking, type DenylistEntry } from '@signalwright/model';
import type { Database } from '@signalwright/store';

interface DenylistRow {
  readonly kind: string;
  readonly value: string;
  readonly expires_at_ms: number | null;
  readonly created_at_ms: number;
  readonly created_by: string;
  readonly reason: string;
}

/** Entries that block at `nowMs`, newest first. */
export function readDenylist(db: Database, nowMs: number): readonly DenylistEntry[] {
  return db
    .all<DenylistRow>('SELECT * FROM denylist ORDER BY created_at_ms DESC, kind, value LIMIT ?', [
      MAX_DENYLIST_ENTRIES,
    ])
    .map(toEntry)
    .filter((entry) => isBlocking(entry, nowMs));
}

export function findBlock(
  db: Database,
  kind: DenylistEntry['kind'],
  value: string,
): DenylistEntry | undefined {
  const row = db.get<DenylistRow>('SELECT * FROM denylist WHERE kind = ? AND value = ?', [kind, value]);
  return row && toEntry(row);
}

/** Inside the caller's transaction. Entries that have expired make room first; beyond the limit a block is refused, never another dropped. */
export function putBlock(db: Database, entry: DenylistEntry, nowMs: number): 'stored' | 'full' {
  db.run('DELETE FROM denylist WHERE expires_at_ms IS NOT NULL AND expires_at_ms <= ?', [nowMs]);
  const isNew = findBlock(db, entry.kind, entry.value) === undefined;
  const count = db.get<{ n: number }>('SELECT count(*) AS n FROM denylist')?.n ?? 0;
  if (isNew && count >= MAX_DENYLIST_ENTRIES) return 'full';
  db.run(
    `INSERT INTO denylist (kind, value, expires_at_ms, created_at_ms, created_by, reason) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (kind, value) DO UPDATE SET expires_at_ms = excluded.expires_at_ms,
       created_at_ms = excluded.created_at_ms, created_by = excluded.created_by, reason = excluded.reason`,
    [entry.kind, entry.value, entry.expiresAtMs ?? null, entry.createdAtMs, entry.createdBy, entry.reason],
  );
  return 'stored';
}

export function removeBlock(db: Database, kind: DenylistEntry['kind'], value: string): void {
  db.run('DELETE FROM denylist WHERE kind = ? AND value = ?', [kind, value]);
}

function toEntry(row: DenylistRow): DenylistEntry {
  return {
    kind: row.kind === 'user' ? 'user' : 'ip',
    value: row.value,
    ...(row.expires_at_ms !== null && { expiresAtMs: row.expires_at_ms }),
    createdAtMs: row.created_at_ms,
    createdBy: row.created_by,
    reason: row.reason,
  };
}
