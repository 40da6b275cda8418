/** Keys as they are kept: the hash alone, and what may be told of a key once it was shown. */

import type { Permission } from '@signalwright/model';
import { parseStored, type Database } from '@signalwright/store';

export type KeyKind = 'api' | 'application';

export interface AccessKey {
  readonly id: string;
  readonly kind: KeyKind;
  readonly sha256: string;
  readonly name: string;
  readonly last4: string;
  /** Whose it is; an API key names the org and nobody in it. */
  readonly userUuid?: string;
  /** The most that the key may do, of what its user may; undefined limits nothing. */
  readonly scopes?: readonly Permission[];
  readonly createdAtMs: number;
  readonly expiresAtMs?: number;
}

/** Chosen: keys that one user holds. */
export const MAX_KEYS_OF_USER = 1_000;
/** Chosen: what one list reads. */
const MAX_LISTED_KEYS = 20_000;

interface KeyRow {
  readonly id: string;
  readonly kind: string;
  readonly sha256: string;
  readonly name: string;
  readonly last4: string;
  readonly user_uuid: string | null;
  readonly scopes: string | null;
  readonly created_at_ms: number;
  readonly expires_at_ms: number | null;
}

/** Looked up by hash: a wrong key takes as long as a right one, whatever it shares with it. */
export function findKeyByHash(db: Database, kind: KeyKind, sha256: string): AccessKey | undefined {
  const row = db.get<KeyRow>('SELECT * FROM access_keys WHERE sha256 = ? AND kind = ?', [sha256, kind]);
  return row && toKey(db, row);
}

export function findKey(db: Database, id: string): AccessKey | undefined {
  const row = db.get<KeyRow>('SELECT * FROM access_keys WHERE id = ?', [id]);
  return row && toKey(db, row);
}

/** Application keys, oldest first; of one user, or of all. */
export function listKeys(db: Database, userUuid?: string): readonly AccessKey[] {
  const rows =
    userUuid === undefined
      ? db.all<KeyRow>(
          `SELECT * FROM access_keys WHERE kind = 'application' ORDER BY created_at_ms, rowid LIMIT ?`,
          [MAX_LISTED_KEYS],
        )
      : db.all<KeyRow>(
          `SELECT * FROM access_keys WHERE kind = 'application' AND user_uuid = ?
           ORDER BY created_at_ms, rowid LIMIT ?`,
          [userUuid, MAX_LISTED_KEYS],
        );
  return rows.map((row) => toKey(db, row));
}

/** Inside the caller's transaction: makes the key, or writes its name and scopes anew. */
export function putKey(db: Database, key: AccessKey): void {
  db.run(
    `INSERT INTO access_keys (id, kind, sha256, name, last4, user_uuid, scopes, created_at_ms, expires_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, scopes = excluded.scopes`,
    [
      key.id,
      key.kind,
      key.sha256,
      key.name,
      key.last4,
      key.userUuid ?? null,
      key.scopes === undefined ? null : JSON.stringify(key.scopes),
      key.createdAtMs,
      key.expiresAtMs ?? null,
    ],
  );
}

/** Inside the caller's transaction. */
export function removeKey(db: Database, id: string): void {
  db.run('DELETE FROM access_keys WHERE id = ?', [id]);
}

function toKey(db: Database, row: KeyRow): AccessKey {
  return {
    id: row.id,
    kind: row.kind as KeyKind,
    sha256: row.sha256,
    name: row.name,
    last4: row.last4,
    createdAtMs: row.created_at_ms,
    ...(row.user_uuid !== null && { userUuid: row.user_uuid }),
    ...(row.scopes !== null && { scopes: parseStored<readonly Permission[]>(db, row.scopes) }),
    ...(row.expires_at_ms !== null && { expiresAtMs: row.expires_at_ms }),
  };
}
