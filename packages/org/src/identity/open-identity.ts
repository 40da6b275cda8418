/**
 * The people that an org has from its first day, or took over from the file in which an earlier version kept them.
 * Chosen: four users, one for each role of the start, so that every role can be tried at once.
 */

import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';

import { BASE_PERMISSIONS, ROLES, ROLE_TITLES, type RoleName } from '@signalwright/model';
import {
  appendAudit,
  countUsers,
  findRoleByName,
  hasAdministrator,
  newUuid,
  putKey,
  putRole,
  putUser,
  type AccessKey,
} from '@signalwright/signals';
import { fromSystemError, type Database } from '@signalwright/store';

import { IDENTITY_FILE, readIdentityFile, type IdentityFile } from './identity-file.ts';

export interface OrgIdentity {
  readonly id: string;
  readonly createdAtMs: number;
}

export interface OpenIdentityOptions {
  readonly db: Database;
  readonly dataDir: string;
  readonly nowMs: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

/** What an `identity.json` is called once its users and keys are in the database. */
const TAKEN_OVER_FILE = `${IDENTITY_FILE}.taken-over`;

const USER_NAMES = {
  admin: 'Administrator',
  analyst: 'Analyst',
  'read-only': 'Reader',
  standard: 'Engineer',
} as const satisfies Record<RoleName, string>;

const SYSTEM = { id: 'system', name: 'Signalwright', cause: [] };

/**
 * Gives the org its id, its roles and, when nobody manages access yet, its people; all in one transaction. The file of an
 * earlier version is renamed after that, so that a crash in between takes it over again and changes nothing.
 *
 * @throws StoreError when the file is damaged or cannot be renamed
 */
export function openOrgIdentity(options: OpenIdentityOptions): OrgIdentity {
  const { db, dataDir } = options;
  const path = join(dataDir, IDENTITY_FILE);
  const isNew = countUsers(db) === 0;
  const file = isNew ? readIdentityFile(path) : undefined;
  const org = db.transaction(() => {
    const known = orgOf(options);
    const roleIds = putStartingRoles(options);
    if (file !== undefined) takeOver(options, file, roleIds);
    else if (!hasAdministrator(db)) putStartingUsers(options, roleIds);
    return known;
  });
  if (existsSync(path)) {
    try {
      renameSync(path, join(dataDir, TAKEN_OVER_FILE));
    } catch (error) {
      throw fromSystemError(error, 'rename', path);
    }
  }
  return org;
}

function orgOf({ db, nowMs, random }: OpenIdentityOptions): OrgIdentity {
  const known = db.get<{ id: string; created_at_ms: number }>('SELECT * FROM org_identity');
  if (known !== undefined) return { id: known.id, createdAtMs: known.created_at_ms };
  const made: OrgIdentity = { id: newUuid(random), createdAtMs: nowMs() };
  db.run('INSERT INTO org_identity (id, created_at_ms) VALUES (?, ?)', [made.id, made.createdAtMs]);
  return made;
}

type RoleIds = Readonly<Record<RoleName, string>>;

/** Managed roles get the permissions of this version; the analyst's is the org's own, made once. */
function putStartingRoles({ db, nowMs, random }: OpenIdentityOptions): RoleIds {
  const idOf = (name: RoleName): string => {
    const known = findRoleByName(db, ROLE_TITLES[name]);
    const permissions = new Set([...ROLES[name], ...BASE_PERMISSIONS]);
    const isSame = known?.permissions.size === permissions.size;
    if (known !== undefined && (isSame || name === 'analyst')) return known.id;
    const atMs = nowMs();
    const made = { id: newUuid(random), name: ROLE_TITLES[name], createdAtMs: atMs, modifiedAtMs: atMs };
    return putRole(db, { ...(known ?? made), permissions }).id;
  };
  return {
    admin: idOf('admin'),
    standard: idOf('standard'),
    analyst: idOf('analyst'),
    'read-only': idOf('read-only'),
  };
}

function putStartingUsers({ db, nowMs, random }: OpenIdentityOptions, roleIds: RoleIds): void {
  for (const role of ['admin', 'analyst', 'read-only', 'standard'] as const) {
    putUser(db, { ...startingUser(role, nowMs()), uuid: newUuid(random), roleIds: [roleIds[role]] });
  }
}

function startingUser(role: RoleName, atMs: number): Omit<Parameters<typeof putUser>[1], 'uuid' | 'roleIds'> {
  return {
    handle: role,
    email: `${role}@signalwright.invalid`,
    givenName: USER_NAMES[role],
    title: null,
    isServiceAccount: false,
    isVerified: true,
    isDisabled: false,
    createdAtMs: atMs,
    modifiedAtMs: atMs,
  };
}

/** Uuids and hashes stay what they are: whoever held a key holds it still, and what was assigned stays assigned. */
function takeOver(options: OpenIdentityOptions, file: IdentityFile, roleIds: RoleIds): void {
  const { db, nowMs, random } = options;
  const atMs = nowMs();
  for (const { uuid, name, handle, role } of file.users.toSorted((a, b) => a.id - b.id)) {
    const user = { ...startingUser(role, atMs), handle, givenName: name };
    putUser(db, { ...user, uuid, roleIds: [roleIds[role]] });
  }
  const known = new Set(file.users.map(({ uuid }) => uuid));
  for (const { kind, sha256, userUuid, createdAtMs, expiresAtMs } of file.keys) {
    if (userUuid !== undefined && !known.has(userUuid)) continue;
    const key: AccessKey = {
      id: newUuid(random),
      kind,
      sha256,
      name: 'Taken over',
      last4: '????',
      ...(userUuid !== undefined && { userUuid }),
      createdAtMs,
      ...(expiresAtMs !== undefined && { expiresAtMs }),
    };
    putKey(db, key);
  }
  const after = { users: file.users.length, keys: file.keys.length };
  appendAudit(db, { actor: SYSTEM, atMs, action: 'identity.take-over', subject: 'org', after });
}
