/** The people of an org, and the accounts that stand for programs. A user is never removed, only disabled. */

import type { Assignee } from '@signalwright/model';
import type { Database } from '@signalwright/store';

export interface User extends Assignee {
  /** What the API calls a handle: an address or a short name, unique in the org. */
  readonly handle: string;
  readonly email: string;
  /** Null until somebody says it; `name` is the handle then. */
  readonly givenName: string | null;
  readonly title: string | null;
  readonly isServiceAccount: boolean;
  /** Whether the person has ever come in. */
  readonly isVerified: boolean;
  readonly isDisabled: boolean;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly roleIds: readonly string[];
}

/** A user as it is written: number and shown name follow. */
export type WrittenUser = Omit<User, 'id' | 'name'>;

/** Chosen: users that an org holds, disabled ones too. */
export const MAX_USERS = 20_000;

interface UserRow {
  readonly uuid: string;
  readonly number: number;
  readonly handle: string;
  readonly email: string;
  readonly name: string | null;
  readonly title: string | null;
  readonly is_service_account: number;
  readonly is_verified: number;
  readonly is_disabled: number;
  readonly created_at_ms: number;
  readonly modified_at_ms: number;
  readonly role_ids: string | null;
}

const SELECT = `SELECT users.*, (
  SELECT group_concat(role_id) FROM (
    SELECT role_id FROM user_roles WHERE user_uuid = users.uuid ORDER BY rowid
  )
) AS role_ids FROM users`;

/** In the order in which they came. */
export function listUsers(db: Database): readonly User[] {
  return db.all<UserRow>(`${SELECT} ORDER BY number LIMIT ?`, [MAX_USERS]).map(toUser);
}

export function findUser(db: Database, uuid: string): User | undefined {
  const row = db.get<UserRow>(`${SELECT} WHERE uuid = ?`, [uuid]);
  return row && toUser(row);
}

export function findUserByHandle(db: Database, handle: string): User | undefined {
  const row = db.get<UserRow>(`${SELECT} WHERE handle = ?`, [handle]);
  return row && toUser(row);
}

export function countUsers(db: Database): number {
  return db.get<{ n: number }>('SELECT count(*) AS n FROM users')?.n ?? 0;
}

/** Inside the caller's transaction: makes the user, or writes it anew, with its roles. */
export function putUser(db: Database, user: WrittenUser): User {
  db.run(
    `INSERT INTO users (uuid, number, handle, email, name, title, is_service_account, is_verified, is_disabled,
       created_at_ms, modified_at_ms)
     VALUES (?, (SELECT coalesce(max(number), 0) + 1 FROM users), ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (uuid) DO UPDATE SET handle = excluded.handle, email = excluded.email, name = excluded.name,
       title = excluded.title, is_verified = excluded.is_verified, is_disabled = excluded.is_disabled,
       modified_at_ms = excluded.modified_at_ms`,
    [
      user.uuid,
      user.handle,
      user.email,
      user.givenName,
      user.title,
      Number(user.isServiceAccount),
      Number(user.isVerified),
      Number(user.isDisabled),
      user.createdAtMs,
      user.modifiedAtMs,
    ],
  );
  db.run('DELETE FROM user_roles WHERE user_uuid = ?', [user.uuid]);
  for (const roleId of user.roleIds) {
    db.run('INSERT OR IGNORE INTO user_roles (user_uuid, role_id) VALUES (?, ?)', [user.uuid, roleId]);
  }
  const written = findUser(db, user.uuid);
  if (written === undefined) throw new Error('A user that was written is not there.');
  return written;
}

function toUser(row: UserRow): User {
  return {
    id: row.number,
    uuid: row.uuid,
    handle: row.handle,
    email: row.email,
    name: row.name ?? row.handle,
    givenName: row.name,
    title: row.title,
    isServiceAccount: row.is_service_account === 1,
    isVerified: row.is_verified === 1,
    isDisabled: row.is_disabled === 1,
    createdAtMs: row.created_at_ms,
    modifiedAtMs: row.modified_at_ms,
    roleIds: row.role_ids === null ? [] : row.role_ids.split(','),
  };
}
