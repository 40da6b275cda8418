/** Users as the API tells of them, with what belongs to them. Source: recorded conversations. */

import { createHash } from 'node:crypto';

import type { Role, User } from '@signalwright/signals';

import { apiMoment } from './api-moment.ts';
import { permissionBodies } from './permission-body.ts';
import { roleBody } from './role-body.ts';

export type UserStatus = 'Active' | 'Pending' | 'Disabled';

export function statusOf(user: User): UserStatus {
  if (user.isDisabled) return 'Disabled';
  return user.isVerified ? 'Active' : 'Pending';
}

export function userBody(user: User, orgId: string): object {
  return {
    type: 'users',
    id: user.uuid,
    attributes: {
      name: user.givenName,
      handle: user.handle,
      created_at: apiMoment(user.createdAtMs),
      modified_at: apiMoment(user.modifiedAtMs),
      email: user.email,
      icon: iconOf(user),
      title: user.title,
      verified: user.isVerified,
      service_account: user.isServiceAccount,
      disabled: user.isDisabled,
      allowed_login_methods: [],
      status: statusOf(user),
    },
    relationships: {
      roles: { data: user.roleIds.map((id) => ({ type: 'roles', id })) },
      org: { data: { type: 'orgs', id: orgId } },
    },
  };
}

/** Their roles, each once, and what these may do; nothing at all when they hold none. */
export function includedOf(
  users: readonly User[],
  roles: readonly Role[],
  { withPermissions }: { readonly withPermissions: boolean },
): readonly object[] {
  const held = new Set(users.flatMap(({ roleIds }) => roleIds));
  const included = roles.filter(({ id }) => held.has(id));
  const permissions = new Set(included.flatMap((role) => [...role.permissions]));
  return [
    ...included.map((role) => roleBody(role)),
    ...(withPermissions ? permissionBodies(permissions) : []),
  ];
}

/** What is included is left out when it is nothing. */
export function withIncluded(body: Readonly<Record<string, unknown>>, included: readonly object[]): object {
  return included.length === 0 ? body : { ...body, included };
}

/** Where the service shows a face: made from the address, and never loaded here. */
export function iconOf({ email }: Pick<User, 'email'>): string {
  const hash = createHash('md5').update(email.trim().toLowerCase()).digest('hex');
  return `https://secure.gravatar.com/avatar/${hash}?s=48&d=retro`;
}
