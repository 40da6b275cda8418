/** Changes to roles and to who holds them: permission, law, then the write and its audit entry. */

import { BASE_PERMISSIONS, type Actor, type GrantablePermission } from '@signalwright/model';

import { audit, type CommandContext } from '../command.ts';
import { newUuid } from '../new-uuid.ts';
import {
  invalid,
  keepingAdministrator,
  nameProblem,
  notFound,
  refuse,
  requireAny,
  type PeopleResult,
} from './people-command.ts';
import {
  MAX_ROLES,
  countRoles,
  findRole,
  findRoleByName,
  isManaged,
  putRole,
  removeRole,
  type Role,
} from './role-table.ts';
import { findUser, putUser } from './user-table.ts';

export interface NewRole {
  readonly name: string;
  /** Besides those that every role holds. */
  readonly permissions: readonly GrantablePermission[];
}

export interface RoleChange {
  readonly id: string;
  readonly name?: string;
  /** All of them, besides those that every role holds. */
  readonly permissions?: readonly GrantablePermission[];
}

export function createRole(context: CommandContext, actor: Actor, made: NewRole): PeopleResult<Role> {
  const refusal = requireAny(actor, 'user_access_manage') ?? requireName(context, made.name);
  if (refusal !== undefined) return refusal;
  if (countRoles(context.db) >= MAX_ROLES) return invalid(`The org holds ${MAX_ROLES} roles, and no more`);
  const atMs = context.nowMs();
  const role = putRole(context.db, {
    id: newUuid(context.random),
    name: made.name,
    createdAtMs: atMs,
    modifiedAtMs: atMs,
    permissions: new Set([...made.permissions, ...BASE_PERMISSIONS]),
  });
  audit(context, actor, 'role.create', subjectOf(role), undefined, toldOf(role));
  return { ok: true, value: role };
}

/** @param made permissions besides those of the role that is copied */
export function cloneRole(
  context: CommandContext,
  actor: Actor,
  id: string,
  { name, permissions }: NewRole,
): PeopleResult<Role> {
  const refusal = requireAny(actor, 'user_access_manage');
  if (refusal !== undefined) return refusal;
  const source = findRole(context.db, id);
  if (source === undefined) return notFound(id);
  return createRole(context, actor, { name, permissions: [...source.permissions, ...permissions] });
}

export function updateRole(context: CommandContext, actor: Actor, change: RoleChange): PeopleResult<Role> {
  const found = requireRole(context, actor, change.id);
  if (!found.ok) return found;
  const before = found.value;
  const { name = before.name, permissions } = change;
  const refusal = name === before.name ? undefined : requireName(context, name);
  if (refusal !== undefined) return refusal;
  return writeRole(context, actor, 'role.update', before, {
    ...before,
    name,
    permissions:
      permissions === undefined ? before.permissions : new Set([...permissions, ...BASE_PERMISSIONS]),
  });
}

export function grantPermission(
  context: CommandContext,
  actor: Actor,
  id: string,
  permission: GrantablePermission,
): PeopleResult<Role> {
  const found = requireRole(context, actor, id);
  if (!found.ok) return found;
  const permissions = new Set([...found.value.permissions, permission]);
  return writeRole(context, actor, 'role.grant', found.value, { ...found.value, permissions });
}

export function revokePermission(
  context: CommandContext,
  actor: Actor,
  id: string,
  permission: GrantablePermission,
): PeopleResult<Role> {
  const found = requireRole(context, actor, id);
  if (!found.ok) return found;
  if ((BASE_PERMISSIONS as readonly string[]).includes(permission)) {
    return invalid(`Every role holds ${permission}`);
  }
  const permissions = new Set([...found.value.permissions].filter((held) => held !== permission));
  return writeRole(context, actor, 'role.revoke', found.value, { ...found.value, permissions });
}

export function deleteRole(context: CommandContext, actor: Actor, id: string): PeopleResult<Role> {
  const found = requireRole(context, actor, id);
  if (!found.ok) return found;
  return keepingAdministrator(context, () => {
    removeRole(context.db, id);
    audit(context, actor, 'role.delete', subjectOf(found.value), toldOf(found.value), undefined);
    return found;
  });
}

/** @param isMember whether the user holds the role afterwards */
export function setMember(
  context: CommandContext,
  actor: Actor,
  id: string,
  userUuid: string,
  isMember: boolean,
): PeopleResult<Role> {
  const refusal = requireAny(actor, 'user_access_manage');
  if (refusal !== undefined) return refusal;
  const role = findRole(context.db, id);
  if (role === undefined) return notFound(id);
  const user = findUser(context.db, userUuid);
  if (user === undefined) return notFound(userUuid);
  if (user.roleIds.includes(id) === isMember) return { ok: true, value: role };
  return keepingAdministrator(context, () => {
    const roleIds = isMember ? [...user.roleIds, id] : user.roleIds.filter((held) => held !== id);
    putUser(context.db, { ...user, roleIds });
    const action = isMember ? 'role.add-user' : 'role.remove-user';
    audit(context, actor, action, subjectOf(role), { roleIds: user.roleIds }, { user: userUuid, roleIds });
    return { ok: true, value: role };
  });
}

/** The role, when the actor may change it. */
function requireRole(context: CommandContext, actor: Actor, id: string): PeopleResult<Role> {
  const refusal = requireAny(actor, 'user_access_manage');
  if (refusal !== undefined) return refusal;
  const role = findRole(context.db, id);
  if (role === undefined) return notFound(id);
  if (isManaged(role)) {
    return refuse({ reason: 'not_allowed', message: `${role.name} is managed and cannot be changed` });
  }
  return { ok: true, value: role };
}

function requireName(context: CommandContext, name: string): PeopleResult<never> | undefined {
  if (name.trim() === '') return invalid('Role names cannot be only whitespace');
  const problem = nameProblem('The role name', name);
  if (problem !== undefined) return invalid(problem);
  if (findRoleByName(context.db, name) === undefined) return undefined;
  return refuse({ reason: 'exists', message: `Role ${name} already exists` });
}

function writeRole(
  context: CommandContext,
  actor: Actor,
  action: string,
  before: Role,
  after: Role,
): PeopleResult<Role> {
  return keepingAdministrator(context, () => {
    const value = putRole(context.db, { ...after, modifiedAtMs: context.nowMs() });
    audit(context, actor, action, subjectOf(value), toldOf(before), toldOf(value));
    return { ok: true, value };
  });
}

function subjectOf({ id }: Role): string {
  return `role:${id}`;
}

function toldOf({ name, permissions }: Role): unknown {
  return { name, permissions: [...permissions].toSorted() };
}
