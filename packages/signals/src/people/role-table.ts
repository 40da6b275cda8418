/** Roles: names for sets of permissions. What a user may do is what his roles hold together. */

import { ROLE_TITLES, isGrantable, type GrantablePermission } from '@signalwright/model';
import type { Database } from '@signalwright/store';

export interface Role {
  readonly id: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly permissions: ReadonlySet<GrantablePermission>;
  /** Users who hold it. */
  readonly userCount: number;
}

/** Chosen: roles that an org holds. */
export const MAX_ROLES = 5_000;

/** Their permissions are the service's to choose: nobody changes them, and clients find them by name. */
const MANAGED: ReadonlySet<string> = new Set([
  ROLE_TITLES.admin,
  ROLE_TITLES.standard,
  ROLE_TITLES['read-only'],
]);

export function isManaged(role: Pick<Role, 'name'>): boolean {
  return MANAGED.has(role.name);
}

interface RoleRow {
  readonly id: string;
  readonly name: string;
  readonly created_at_ms: number;
  readonly modified_at_ms: number;
  readonly permissions: string | null;
  readonly users: number;
}

const SELECT = `SELECT roles.*,
  (SELECT group_concat(permission) FROM role_permissions WHERE role_id = roles.id) AS permissions,
  (SELECT count(*) FROM user_roles WHERE role_id = roles.id) AS users
FROM roles`;

/** In the order in which they were made. */
export function listRoles(db: Database): readonly Role[] {
  return db.all<RoleRow>(`${SELECT} ORDER BY created_at_ms, rowid LIMIT ?`, [MAX_ROLES]).map(toRole);
}

export function findRole(db: Database, id: string): Role | undefined {
  const row = db.get<RoleRow>(`${SELECT} WHERE id = ?`, [id]);
  return row && toRole(row);
}

export function findRoleByName(db: Database, name: string): Role | undefined {
  const row = db.get<RoleRow>(`${SELECT} WHERE name = ?`, [name]);
  return row && toRole(row);
}

export function countRoles(db: Database): number {
  return db.get<{ n: number }>('SELECT count(*) AS n FROM roles')?.n ?? 0;
}

/** Inside the caller's transaction: makes the role, or writes it anew. */
export function putRole(db: Database, role: Omit<Role, 'userCount'>): Role {
  db.run(
    `INSERT INTO roles (id, name, created_at_ms, modified_at_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, modified_at_ms = excluded.modified_at_ms`,
    [role.id, role.name, role.createdAtMs, role.modifiedAtMs],
  );
  db.run('DELETE FROM role_permissions WHERE role_id = ?', [role.id]);
  for (const permission of role.permissions) {
    db.run('INSERT INTO role_permissions (role_id, permission) VALUES (?, ?)', [role.id, permission]);
  }
  const written = findRole(db, role.id);
  if (written === undefined) throw new Error('A role that was written is not there.');
  return written;
}

/** Inside the caller's transaction. Users lose it with it. */
export function removeRole(db: Database, id: string): void {
  db.run('DELETE FROM roles WHERE id = ?', [id]);
}

/** What a user's roles hold together. */
export function permissionsOfUser(db: Database, uuid: string): ReadonlySet<GrantablePermission> {
  const rows = db.all<{ permission: string }>(
    `SELECT DISTINCT permission FROM role_permissions
     JOIN user_roles ON user_roles.role_id = role_permissions.role_id WHERE user_uuid = ?`,
    [uuid],
  );
  return new Set(rows.map(({ permission }) => permission).filter(isGrantable));
}

/** Whether anybody is left who can come in and manage access. */
export function hasAdministrator(db: Database): boolean {
  const row = db.get<{ n: number }>(
    `SELECT count(*) AS n FROM users WHERE is_disabled = 0 AND is_service_account = 0 AND uuid IN (
       SELECT user_uuid FROM user_roles JOIN role_permissions ON role_permissions.role_id = user_roles.role_id
       WHERE permission = 'user_access_manage')`,
  );
  return (row?.n ?? 0) > 0;
}

function toRole(row: RoleRow): Role {
  return {
    id: row.id,
    name: row.name,
    createdAtMs: row.created_at_ms,
    modifiedAtMs: row.modified_at_ms,
    // A permission that only a later version knows is none here.
    permissions: new Set((row.permissions ?? '').split(',').filter(isGrantable)),
    userCount: row.users,
  };
}
