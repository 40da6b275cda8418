/** Changes to people: permission, law, then the write and its audit entry in the caller's transaction. */

import type { Actor } from '@signalwright/model';

import { audit, type CommandContext } from '../command.ts';
import { newUuid } from '../new-uuid.ts';
import { putInvitation, removeInvitations, type Invitation } from './invitation-table.ts';
import {
  invalid,
  keepingAdministrator,
  nameProblem,
  notFound,
  refuse,
  requireAny,
  type PeopleResult,
} from './people-command.ts';
import { findRole } from './role-table.ts';
import { MAX_USERS, countUsers, findUser, findUserByHandle, putUser, type User } from './user-table.ts';

export interface NewUser {
  readonly email: string;
  /** @default the email */
  readonly handle?: string;
  readonly name?: string;
  readonly title?: string;
  readonly roleIds: readonly string[];
  readonly isDisabled?: boolean;
}

export interface UserChange {
  readonly uuid: string;
  readonly name?: string;
  readonly email?: string;
  readonly title?: string;
  readonly isDisabled?: boolean;
}

/** Not what a mailbox is, only what cannot be one. */
const EMAIL = /^[^\s@]+@[^\s@]+$/;

const INVITATION_MS = 2 * 24 * 60 * 60_000;

export function createUser(context: CommandContext, actor: Actor, made: NewUser): PeopleResult<User> {
  const refusal = requireAny(actor, 'user_access_invite', 'user_access_manage');
  if (refusal !== undefined) return refusal;
  const problem = userProblem(made);
  if (problem !== undefined) return invalid(problem);
  const handle = made.handle ?? made.email;
  if (findUserByHandle(context.db, handle) !== undefined) {
    return refuse({ reason: 'exists', message: `User ${handle} already exists` });
  }
  if (countUsers(context.db) >= MAX_USERS) return invalid(`The org holds ${MAX_USERS} users, and no more`);
  const roles = requireRoles(context, actor, made.roleIds);
  if (roles !== undefined) return roles;
  const atMs = context.nowMs();
  const user = putUser(context.db, {
    uuid: newUuid(context.random),
    handle,
    email: made.email,
    givenName: made.name ?? null,
    title: made.title ?? null,
    isServiceAccount: false,
    isVerified: false,
    isDisabled: made.isDisabled ?? false,
    createdAtMs: atMs,
    modifiedAtMs: atMs,
    roleIds: made.roleIds,
  });
  audit(context, actor, 'user.create', subjectOf(user), undefined, toldOf(user));
  return { ok: true, value: user };
}

export function updateUser(context: CommandContext, actor: Actor, change: UserChange): PeopleResult<User> {
  const before = findUser(context.db, change.uuid);
  const refusal = requireOver(actor, before);
  if (refusal !== undefined) return refusal;
  if (before === undefined) return notFound(change.uuid);
  return writeChange(context, actor, before, change);
}

/** Everybody may change how he is called; nothing else, and nobody else. */
export function updateOwnUser(context: CommandContext, actor: Actor, change: UserChange): PeopleResult<User> {
  const before = findUser(context.db, actor.id);
  if (before === undefined || change.uuid !== actor.id) return notFound(change.uuid);
  if (change.email !== undefined || change.isDisabled !== undefined) {
    const refusal = requireOver(actor, before);
    if (refusal !== undefined) return refusal;
  }
  return writeChange(context, actor, before, change);
}

function writeChange(
  context: CommandContext,
  actor: Actor,
  before: User,
  change: UserChange,
): PeopleResult<User> {
  const problem = userProblem(change);
  if (problem !== undefined) return invalid(problem);
  return keepingAdministrator(context, () => {
    const after = putUser(context.db, {
      ...before,
      givenName: change.name ?? before.givenName,
      email: change.email ?? before.email,
      title: change.title ?? before.title,
      isDisabled: change.isDisabled ?? before.isDisabled,
      modifiedAtMs: context.nowMs(),
    });
    const action = after.isDisabled && !before.isDisabled ? 'user.disable' : 'user.update';
    audit(context, actor, action, subjectOf(after), toldOf(before), toldOf(after));
    return { ok: true, value: after };
  });
}

/** A user who is disabled already is not found. */
export function disableUser(context: CommandContext, actor: Actor, uuid: string): PeopleResult<User> {
  const before = findUser(context.db, uuid);
  const refusal = requireOver(actor, before);
  if (refusal !== undefined) return refusal;
  if (before === undefined || before.isDisabled) return notFound(uuid);
  return writeChange(context, actor, before, { uuid, isDisabled: true });
}

/** Users who are asked in; the org sends no mail, and the answer says until when they may come. */
export function inviteUsers(
  context: CommandContext,
  actor: Actor,
  uuids: readonly string[],
): PeopleResult<readonly Invitation[]> {
  const refusal = requireAny(actor, 'user_access_invite');
  if (refusal !== undefined) return refusal;
  const unknown = uuids.find((uuid) => findUser(context.db, uuid) === undefined);
  if (unknown !== undefined) return notFound(unknown);
  const createdAtMs = context.nowMs();
  const invitations = uuids.map((userUuid): Invitation => {
    const id = newUuid(context.random);
    return { id, userUuid, createdAtMs, expiresAtMs: createdAtMs + INVITATION_MS };
  });
  for (const invitation of invitations) {
    putInvitation(context.db, invitation);
    audit(context, actor, 'user.invite', `org-user:${invitation.userUuid}`, undefined, { id: invitation.id });
  }
  return { ok: true, value: invitations };
}

export function withdrawInvitations(context: CommandContext, actor: Actor, uuid: string): PeopleResult<User> {
  const refusal = requireAny(actor, 'user_access_invite');
  if (refusal !== undefined) return refusal;
  const user = findUser(context.db, uuid);
  if (user === undefined) return notFound(uuid);
  const ids = removeInvitations(context.db, uuid);
  if (ids.length > 0) audit(context, actor, 'user.withdraw-invitations', subjectOf(user), { ids }, undefined);
  return { ok: true, value: user };
}

/** Whoever may not manage access gives away no more than he holds himself. */
function requireRoles(
  context: CommandContext,
  actor: Actor,
  roleIds: readonly string[],
): PeopleResult<never> | undefined {
  for (const id of roleIds) {
    const role = findRole(context.db, id);
    if (role === undefined) return notFound(id);
    const isOver = [...role.permissions].some((permission) => !actor.permissions.has(permission));
    if (isOver && !actor.permissions.has('user_access_manage')) {
      const message = `The role ${role.name} may do more than you: the permission user_access_manage is needed`;
      return refuse({ reason: 'not_allowed', message });
    }
  }
  return undefined;
}

/** `service_account_write` reaches accounts of programs, never people. */
function requireOver(actor: Actor, user: User | undefined): PeopleResult<never> | undefined {
  if (actor.permissions.has('user_access_manage')) return undefined;
  const refusal = requireAny(actor, 'service_account_write');
  if (refusal !== undefined || user === undefined || user.isServiceAccount) return refusal;
  return requireAny(actor, 'user_access_manage');
}

function userProblem(written: Partial<NewUser>): string | undefined {
  const { email, handle, name, title } = written;
  if (email !== undefined && !EMAIL.test(email)) return 'Invalid email';
  const texts = { email, handle, name, title };
  for (const [what, text] of Object.entries(texts)) {
    const problem = text === undefined ? undefined : nameProblem(what, text);
    if (problem !== undefined) return problem;
  }
  return handle?.trim() === '' ? 'The handle is empty' : undefined;
}

function subjectOf({ uuid }: User): string {
  return `org-user:${uuid}`;
}

function toldOf({ handle, email, givenName: name, title, isDisabled, roleIds }: User): unknown {
  return { handle, email, name, title, isDisabled, roleIds };
}
