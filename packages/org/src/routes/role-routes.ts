/** `/api/v2/roles` and `/api/v2/permissions`. Source: the specification and recorded conversations. */

import { ROLE_TITLES, ROLES, type GrantablePermission, type RoleName } from '@signalwright/model';
import { findRole, listRoles, listUsers, type Role } from '@signalwright/signals';
import { plainErrors } from '@signalwright/wire';

import { json, NO_CONTENT, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';
import { answerPeople, badRequest, notFound } from '../people/people-answer.ts';
import { peoplePage, type PeopleList } from '../people/people-page.ts';
import { permissionBodies, permissionOfId } from '../people/permission-body.ts';
import {
  readPeopleBody,
  readReference,
  relatedIds,
  type PeopleBody,
  type Read,
} from '../people/read-people-body.ts';
import { roleBody } from '../people/role-body.ts';
import { includedOf, userBody, withIncluded } from '../people/user-body.ts';
import { USERS } from './user-routes.ts';

const READ = { kind: 'permission', permission: 'user_access_read' } as const;
const MANAGE = { kind: 'permission', permission: 'user_access_manage' } as const;

export function roleRoutes(services: OrgServices): readonly Route[] {
  const route = (
    method: Route['method'],
    path: string,
    access: Route['access'],
    handle: (services: OrgServices, request: RouteRequest) => Answer | Promise<Answer>,
  ): Route => ({ method, path, access, handle: (request) => handle(services, request) });
  const role = '/api/v2/roles/:roleId';
  return [
    route('GET', '/api/v2/permissions', READ, () => json(200, { data: permissionBodies() })),
    route('GET', '/api/v2/roles', READ, answerRoles),
    route('POST', '/api/v2/roles', MANAGE, createRole),
    route('GET', '/api/v2/roles/templates', READ, () => json(200, { data: TEMPLATES })),
    route('GET', role, READ, (_, request) =>
      withRole(services, request, (found) => json(200, { data: roleBody(found) })),
    ),
    route('PATCH', role, MANAGE, updateRole),
    route('DELETE', role, MANAGE, deleteRole),
    route('POST', `${role}/clone`, MANAGE, cloneRole),
    route('GET', `${role}/permissions`, READ, (_, request) => withRole(services, request, answerPermissions)),
    route('POST', `${role}/permissions`, MANAGE, (_, request) => setPermission(services, request, 'grant')),
    route('DELETE', `${role}/permissions`, MANAGE, (_, request) =>
      setPermission(services, request, 'revoke'),
    ),
    route('GET', `${role}/users`, READ, answerRoleUsers),
    route('POST', `${role}/users`, MANAGE, (_, request) => setMember(services, request, true)),
    route('DELETE', `${role}/users`, MANAGE, (_, request) => setMember(services, request, false)),
  ];
}

const ROLE_LIST: PeopleList<Role> = {
  textsOf: ({ name }) => [name],
  defaultSort: 'name',
  sorts: {
    name: ({ name }) => name.toLowerCase(),
    modified_at: ({ modifiedAtMs }) => modifiedAtMs,
    user_count: ({ userCount }) => userCount,
  },
};

/** The roles that a new org has, to be copied from. */
const TEMPLATES = (Object.keys(ROLES) as RoleName[]).map((name) => ({
  type: 'roles',
  id: name,
  attributes: { name: ROLE_TITLES[name], description: `${ROLES[name].length} permissions` },
}));

function answerRoles({ context }: OrgServices, { query }: RouteRequest): Answer {
  const all = listRoles(context.db);
  const ids = query.get('filter[id]')?.split(',');
  const page = peoplePage(
    ids === undefined ? all : all.filter(({ id }) => ids.includes(id)),
    query,
    ROLE_LIST,
  );
  if (!page.ok) return page.answer;
  const meta = { page: { total_count: all.length, total_filtered_count: page.filtered } };
  return json(200, { meta, data: page.rows.map((role) => roleBody(role)) });
}

async function createRole(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await readPeopleBody(request, 'roles', false);
  if (!body.ok) return badRequest(body.reason);
  const { name } = body.value.attributes;
  const permissions = readPermissions(services, body.value);
  if (typeof name !== 'string' || !permissions.ok)
    return badRequest(permissions.ok ? undefined : permissions.reason);
  const made = { name, permissions: permissions.value ?? [] };
  return answerPeople(await services.people.createRole(request.actor, made), (role) =>
    json(200, { data: roleBody(role) }),
  );
}

async function updateRole(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const id = request.params['roleId'] ?? '';
  const body = await readPeopleBody(request, 'roles');
  if (!body.ok) return badRequest(body.reason);
  if (body.value.id !== id) {
    const message = 'The id attribute in the request body does not match the role_id in the URL';
    return json(422, plainErrors(message));
  }
  if (findRole(services.context.db, id) === undefined) return notFound(id);
  const { name } = body.value.attributes;
  const permissions = readPermissions(services, body.value);
  if ((name !== undefined && typeof name !== 'string') || !permissions.ok) {
    return badRequest(permissions.ok ? undefined : permissions.reason);
  }
  const change = {
    id,
    ...(name !== undefined && { name }),
    ...(permissions.value !== undefined && { permissions: permissions.value }),
  };
  return answerPeople(await services.people.updateRole(request.actor, change), (role) =>
    json(200, { data: roleBody(role) }),
  );
}

/** Those that are named, and those of the managed roles that are; undefined when the request speaks of none. */
function readPermissions(
  { context }: OrgServices,
  body: PeopleBody,
): Read<readonly GrantablePermission[] | undefined> {
  const ids = relatedIds(body, 'permissions', 'permissions');
  if (!ids.ok) return ids;
  const named = ids.value?.map(permissionOfId);
  const unknown = ids.value?.find((id) => permissionOfId(id) === undefined);
  if (unknown !== undefined) return { ok: false, reason: `Permission ${unknown.slice(0, 100)} not found` };
  const sources = body.attributes['receives_permissions_from'] ?? [];
  if (!Array.isArray(sources)) return { ok: false };
  const managed = listRoles(context.db).filter(({ name }) => sources.includes(name));
  if (managed.length < new Set(sources).size) {
    return { ok: false, reason: 'receives_permissions_from names a role that is not managed' };
  }
  if (named === undefined && managed.length === 0) return { ok: true, value: undefined };
  const given = (named ?? []).filter((name) => name !== undefined);
  return { ok: true, value: [...given, ...managed.flatMap((role) => [...role.permissions])] };
}

async function deleteRole(services: OrgServices, { params, actor }: RouteRequest): Promise<Answer> {
  return answerPeople(await services.people.deleteRole(actor, params['roleId'] ?? ''), () => NO_CONTENT);
}

async function cloneRole(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await readPeopleBody(request, 'roles');
  if (!body.ok) return badRequest(body.reason);
  const { name } = body.value.attributes;
  const permissions = readPermissions(services, body.value);
  if (typeof name !== 'string' || !permissions.ok)
    return badRequest(permissions.ok ? undefined : permissions.reason);
  const made = { name, permissions: permissions.value ?? [] };
  const id = request.params['roleId'] ?? '';
  return answerPeople(await services.people.cloneRole(request.actor, id, made), (role) =>
    json(200, { data: roleBody(role) }),
  );
}

async function setPermission(
  services: OrgServices,
  request: RouteRequest,
  change: 'grant' | 'revoke',
): Promise<Answer> {
  const { actor, params } = request;
  const reference = await readReference(request, 'permissions');
  if (!reference.ok) return badRequest(reference.reason);
  const roleId = params['roleId'] ?? '';
  if (findRole(services.context.db, roleId) === undefined) return notFound(roleId);
  const permission = permissionOfId(reference.value);
  if (permission === undefined) return notFound(reference.value.slice(0, 100));
  const result =
    change === 'grant'
      ? await services.people.grantPermission(actor, roleId, permission)
      : await services.people.revokePermission(actor, roleId, permission);
  return answerPeople(result, answerPermissions);
}

async function setMember(services: OrgServices, request: RouteRequest, isMember: boolean): Promise<Answer> {
  const reference = await readReference(request, 'users');
  if (!reference.ok) return badRequest(reference.reason);
  const { people, context, identity } = services;
  const { actor, params } = request;
  const roleId = params['roleId'] ?? '';
  const result = isMember
    ? await people.addMember(actor, roleId, reference.value)
    : await people.removeMember(actor, roleId, reference.value);
  return answerPeople(result, (role) => {
    const users = listUsers(context.db).filter(({ roleIds }) => roleIds.includes(role.id));
    const data = users.map((user) => userBody(user, identity.orgId));
    return json(200, { meta: { page: { total_count: users.length } }, data });
  });
}

function answerRoleUsers(services: OrgServices, request: RouteRequest): Answer {
  return withRole(services, request, (role) => {
    const { context, identity } = services;
    const all = listUsers(context.db).filter(({ roleIds }) => roleIds.includes(role.id));
    const page = peoplePage(all, request.query, USERS);
    if (!page.ok) return page.answer;
    const meta = { page: { total_count: all.length, total_filtered_count: page.filtered } };
    const data = page.rows.map((user) => userBody(user, identity.orgId));
    const included = includedOf(page.rows, listRoles(context.db), { withPermissions: false });
    return json(200, withIncluded({ meta, data }, included));
  });
}

function answerPermissions(role: Role): Answer {
  return json(200, { data: permissionBodies(role.permissions) });
}

function withRole(
  { context }: OrgServices,
  { params }: RouteRequest,
  answer: (role: Role) => Answer,
): Answer {
  const id = params['roleId'] ?? '';
  const role = findRole(context.db, id);
  return role === undefined ? notFound(id) : answer(role);
}
