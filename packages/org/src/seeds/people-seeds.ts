/** Users and roles that answers show and no request of the conversation made. */

import {
  BASE_PERMISSIONS,
  ROLES,
  ROLE_TITLES,
  isGrantable,
  type GrantablePermission,
  type RoleName,
} from '@signalwright/model';
import type { Role, WrittenUser } from '@signalwright/signals';

import { isObject, objectAt } from '../http/json-body.ts';
import { CREATED, UPDATED, momentOf } from './moment-of.ts';

export interface UserSeed {
  readonly kind: 'user';
  readonly id: string;
  readonly user: WrittenUser;
}

/** What a managed role may do the org knows; of another one the recording must name it. */
export interface RoleSeed {
  readonly kind: 'role';
  readonly id: string;
  readonly role: Omit<Role, 'userCount'>;
}

interface ShownPerson {
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly related: readonly string[];
}

export function userSeedOf({ id, attributes, related }: ShownPerson): UserSeed {
  const textOf = (key: string): string | null => {
    const value = attributes[key];
    return typeof value === 'string' ? value : null;
  };
  const createdAtMs = momentOf(attributes, CREATED) ?? 0;
  return {
    kind: 'user',
    id,
    user: {
      uuid: id,
      handle: textOf('handle') ?? id,
      email: textOf('email') ?? textOf('handle') ?? id,
      givenName: textOf('name'),
      title: textOf('title'),
      isServiceAccount: attributes['service_account'] === true,
      isVerified: attributes['verified'] === true,
      isDisabled: attributes['disabled'] === true,
      createdAtMs,
      modifiedAtMs: momentOf(attributes, UPDATED) ?? createdAtMs,
      roleIds: related,
    },
  };
}

export function roleSeedOf(
  { id, attributes, related }: ShownPerson,
  permissions: ReadonlyMap<string, GrantablePermission>,
): RoleSeed {
  const name = typeof attributes['name'] === 'string' ? attributes['name'] : id;
  const managed = (Object.keys(ROLES) as RoleName[]).find((each) => ROLE_TITLES[each] === name);
  const named = related.flatMap((each) => permissions.get(each) ?? []);
  const createdAtMs = momentOf(attributes, CREATED) ?? 0;
  return {
    kind: 'role',
    id,
    role: {
      id,
      name,
      createdAtMs,
      modifiedAtMs: momentOf(attributes, UPDATED) ?? createdAtMs,
      permissions: new Set([...BASE_PERMISSIONS, ...(managed === undefined ? named : ROLES[managed])]),
    },
  };
}

/** Ids of the roles of a user, or of the permissions of a role. */
export function relatedOf(object: Readonly<Record<string, unknown>>): readonly string[] {
  const data = objectAt(object, 'relationships', object['type'] === 'users' ? 'roles' : 'permissions')?.[
    'data'
  ];
  const ids = Array.isArray(data)
    ? data.map((each: unknown) => (isObject(each) ? each['id'] : undefined))
    : [];
  return ids.filter((id) => typeof id === 'string');
}

/** Ids of the recorded service are not ours, so permissions are told by their names. */
export function permissionsIn(body: unknown): readonly (readonly [string, GrantablePermission])[] {
  if (!isObject(body)) return [];
  const lists: readonly unknown[] = [body['data'], body['included']].flatMap((list: unknown) =>
    Array.isArray(list) ? (list as readonly unknown[]) : [],
  );
  return lists.flatMap((each) => {
    if (!isObject(each) || each['type'] !== 'permissions' || typeof each['id'] !== 'string') return [];
    const name = objectAt(each, 'attributes')?.['name'];
    return typeof name === 'string' && isGrantable(name) ? [[each['id'], name] as const] : [];
  });
}
