/** `/api/v1/user`, of which clients still make and disable users. Source: recorded conversations. */

import { ROLE_TITLES, type RoleName } from '@signalwright/model';
import { findRoleByName, findUserByHandle, type User } from '@signalwright/signals';
import { plainErrors } from '@signalwright/wire';

import { isObject } from '../http/json-body.ts';
import { json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';
import { answerPeople, badRequest } from '../people/people-answer.ts';
import { textsOf } from '../people/read-people-body.ts';
import { iconOf } from '../people/user-body.ts';

/** What version 1 calls the managed roles. */
const ACCESS_ROLES: Readonly<Record<string, RoleName>> = { adm: 'admin', st: 'standard', ro: 'read-only' };

export function userV1Routes(services: OrgServices): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/api/v1/user',
      access: { kind: 'permission', permission: 'user_access_invite' },
      handle: (request) => createUser(services, request),
    },
    {
      method: 'DELETE',
      path: '/api/v1/user/:handle',
      access: { kind: 'permission', permission: 'user_access_manage' },
      handle: (request) => disableUser(services, request),
    },
  ];
}

/** Without a role the user is there and disabled, whatever the request says. */
async function createUser(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await request.json();
  if (!body.ok) return badRequest(body.reason);
  const texts = isObject(body.value)
    ? textsOf(body.value, 'email', 'handle', 'name', 'access_role')
    : undefined;
  const { access_role: accessRole, email, handle = email, name } = texts ?? {};
  if (handle === undefined) return badRequest();
  const isKnown = accessRole === undefined || Object.hasOwn(ACCESS_ROLES, accessRole);
  if (!isKnown) return badRequest('Invalid access_role');
  const title = accessRole === undefined ? undefined : ROLE_TITLES[ACCESS_ROLES[accessRole] ?? 'read-only'];
  const role = title === undefined ? undefined : findRoleByName(services.context.db, title);
  const made = {
    email: email ?? handle,
    handle,
    ...(name !== undefined && { name }),
    roleIds: role === undefined ? [] : [role.id],
    isDisabled: role === undefined || (isObject(body.value) && body.value['disabled'] === true),
  };
  return answerPeople(await services.people.createUser(request.actor, made), (user) =>
    json(200, { user: userV1Body(user, accessRole ?? null) }),
  );
}

function userV1Body(user: User, accessRole: string | null): object {
  return {
    handle: user.handle,
    name: user.givenName,
    role: null,
    title: user.title,
    email: user.email,
    disabled: user.isDisabled,
    access_role: accessRole,
    is_admin: accessRole === 'adm',
    icon: iconOf(user),
    verified: user.isVerified,
  };
}

async function disableUser(services: OrgServices, { params, actor }: RouteRequest): Promise<Answer> {
  const user = findUserByHandle(services.context.db, params['handle'] ?? '');
  if (user === undefined) return json(404, plainErrors('User does not exist'));
  if (user.isDisabled) return badRequest('User is already disabled');
  return answerPeople(await services.people.disableUser(actor, user.uuid), ({ handle }) =>
    json(200, { message: `User ${handle} disabled` }),
  );
}
