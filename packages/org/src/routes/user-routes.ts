/** `/api/v2/users`, `/api/v2/current_user` and invitations. Source: the specification and recorded conversations. */

import {
  findInvitation,
  findUser,
  listRoles,
  permissionsOfUser,
  type Invitation,
  type User,
} from '@signalwright/signals';

import { json, NO_CONTENT, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import { isObject, objectAt } from '../http/json-body.ts';
import type { OrgServices } from '../org-services.ts';
import { apiMoment } from '../people/api-moment.ts';
import { answerPeople, badRequest, notFound } from '../people/people-answer.ts';
import { peoplePage, type PeopleList } from '../people/people-page.ts';
import { permissionBodies } from '../people/permission-body.ts';
import { readPeopleBody, referenceOf, relatedIds, textsOf } from '../people/read-people-body.ts';
import { includedOf, statusOf, userBody, withIncluded } from '../people/user-body.ts';
import { plainErrors } from '@signalwright/wire';

const READ = { kind: 'permission', permission: 'user_access_read' } as const;
const MANAGE = { kind: 'permission', permission: 'user_access_manage' } as const;
const INVITE = { kind: 'permission', permission: 'user_access_invite' } as const;
const CHANGE = { kind: 'any-of', permissions: ['user_access_manage', 'service_account_write'] } as const;
const OWN = { kind: 'any-user', why: 'it is about whoever asks, and nobody else' } as const;

/** Chosen: invitations of one request. */
const MAX_INVITATIONS = 100;

export function userRoutes(services: OrgServices): readonly Route[] {
  const route = (
    method: Route['method'],
    path: string,
    access: Route['access'],
    handle: (services: OrgServices, request: RouteRequest) => Answer | Promise<Answer>,
  ): Route => ({ method, path, access, handle: (request) => handle(services, request) });
  const user = '/api/v2/users/:userId';
  return [
    route('GET', '/api/v2/users', READ, answerUsers),
    route('POST', '/api/v2/users', INVITE, createUser),
    route('GET', user, READ, (_, { params }) => withUser(services, params['userId'], answerUser)),
    route('PATCH', user, CHANGE, updateUser),
    route('DELETE', user, CHANGE, disableUser),
    route(
      'GET',
      `${user}/orgs`,
      { kind: 'any-user', why: 'everybody of the org knows which org it is' },
      (_, { params }) => withUser(services, params['userId'], answerOrgs),
    ),
    route('GET', `${user}/permissions`, READ, (_, { params }) =>
      withUser(services, params['userId'], answerPermissions),
    ),
    route('GET', `${user}/identity_providers`, READ, (_, { params }) =>
      withUser(services, params['userId'], () => json(200, { data: [] })),
    ),
    route('PATCH', `${user}/relationships/identity_providers`, MANAGE, overrideProviders),
    route('DELETE', `${user}/invitations`, INVITE, withdrawInvitations),
    route('GET', '/api/v2/current_user', OWN, (_, { actor }) => withUser(services, actor.id, answerCurrent)),
    route('PATCH', '/api/v2/current_user', OWN, updateCurrent),
    route('POST', '/api/v2/user_invitations', INVITE, invite),
    route('GET', '/api/v2/user_invitations/:invitationId', INVITE, getInvitation),
  ];
}

/** How lists of users are searched and put in order. Recorded lists that name no sort are not in the order of names. */
export const USERS: PeopleList<User> = {
  textsOf: ({ name, handle, email }) => [name, handle, email],
  sorts: {
    name: ({ name }) => name.toLowerCase(),
    email: ({ email }) => email,
    status: statusOf,
    modified_at: ({ modifiedAtMs }) => modifiedAtMs,
    user_count: () => 0,
  },
};

function answerUsers({ identity, context }: OrgServices, { query }: RouteRequest): Answer {
  const all = identity.users;
  const statuses = query.get('filter[status]')?.split(',');
  const isUnknown = statuses?.some((status) => !['Active', 'Pending', 'Disabled'].includes(status));
  if (isUnknown === true) return badRequest('Invalid status filter');
  const wanted = statuses === undefined ? all : all.filter((user) => statuses.includes(statusOf(user)));
  const page = peoplePage(wanted, query, USERS);
  if (!page.ok) return page.answer;
  const meta = { page: { total_count: all.length, total_filtered_count: page.filtered } };
  const data = page.rows.map((user) => userBody(user, identity.orgId));
  const included = includedOf(page.rows, listRoles(context.db), { withPermissions: true });
  return json(200, withIncluded({ meta, data }, included));
}

async function createUser(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await readPeopleBody(request, 'users');
  if (!body.ok) return badRequest(body.reason);
  const { email, ...texts } = textsOf(body.value.attributes, 'email', 'name', 'title') ?? {};
  const roleIds = relatedIds(body.value, 'roles', 'roles');
  if (email === undefined || !roleIds.ok) return badRequest();
  const made = { email, ...texts, roleIds: [...new Set(roleIds.value ?? [])] };
  return answerPeople(await services.people.createUser(request.actor, made), (user) =>
    answerUser(services, user, 201),
  );
}

async function updateUser(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const change = await readChange(request, request.params['userId'] ?? '');
  if (!('uuid' in change)) return change;
  return answerPeople(await services.people.updateUser(request.actor, change), (user) =>
    answerUser(services, user),
  );
}

async function updateCurrent(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const change = await readChange(request, request.actor.id);
  if (!('uuid' in change)) return change;
  return answerPeople(await services.people.updateOwnUser(request.actor, change), (user) =>
    answerUser(services, user),
  );
}

type Change = Parameters<OrgServices['people']['updateUser']>[1];

async function readChange(request: RouteRequest, uuid: string): Promise<Change | Answer> {
  const body = await readPeopleBody(request, 'users');
  if (!body.ok) return badRequest(body.reason);
  const { id, attributes } = body.value;
  if (id !== uuid) {
    const message = 'The id attribute in the request body does not match the user_id in the URL';
    return json(422, plainErrors(message));
  }
  const texts = textsOf(attributes, 'name', 'email', 'title');
  const isDisabled = attributes['disabled'] ?? undefined;
  if (texts === undefined || (isDisabled !== undefined && typeof isDisabled !== 'boolean'))
    return badRequest();
  return { uuid, ...texts, ...(isDisabled !== undefined && { isDisabled }) };
}

async function disableUser(services: OrgServices, { params, actor }: RouteRequest): Promise<Answer> {
  return answerPeople(await services.people.disableUser(actor, params['userId'] ?? ''), () => NO_CONTENT);
}

/** The org has no identity provider, so that none can be given to a user: only the empty list is one. */
async function overrideProviders(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await request.json();
  if (!body.ok) return badRequest(body.reason);
  const data = isObject(body.value) ? body.value['data'] : undefined;
  if (!Array.isArray(data)) return badRequest();
  const [first] = data as readonly unknown[];
  if (first !== undefined) return notFound(referenceOf(first, 'identity_providers') ?? 'identity provider');
  return withUser(services, request.params['userId'], () => NO_CONTENT);
}

async function withdrawInvitations(services: OrgServices, { params, actor }: RouteRequest): Promise<Answer> {
  const result = await services.people.withdrawInvitations(actor, params['userId'] ?? '');
  return answerPeople(result, () => json(200, {}));
}

async function invite(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await request.json();
  if (!body.ok) return badRequest(body.reason);
  const data = isObject(body.value) ? body.value['data'] : undefined;
  if (!Array.isArray(data) || data.length > MAX_INVITATIONS) return badRequest();
  const uuids = data.map((each: unknown) =>
    isObject(each) && each['type'] === 'user_invitations'
      ? referenceOf(objectAt(each, 'relationships', 'user', 'data'), 'users')
      : undefined,
  );
  if (!uuids.every((uuid) => uuid !== undefined)) return badRequest();
  return answerPeople(await services.people.inviteUsers(request.actor, uuids), (invitations) =>
    json(201, { data: invitations.map(invitationBody) }),
  );
}

function getInvitation({ context }: OrgServices, { params }: RouteRequest): Answer {
  const id = params['invitationId'] ?? '';
  const invitation = findInvitation(context.db, id);
  return invitation === undefined ? notFound(id) : json(200, { data: invitationBody(invitation) });
}

function invitationBody({ id, userUuid, createdAtMs, expiresAtMs }: Invitation): object {
  return {
    type: 'user_invitations',
    id,
    attributes: {
      uuid: id,
      login_method: null,
      invite_type: 'openid_invite',
      created_at: apiMoment(createdAtMs),
      expires_at: apiMoment(expiresAtMs),
    },
    relationships: { user: { data: { type: 'users', id: userUuid } } },
  };
}

function withUser(
  services: OrgServices,
  uuid: string | undefined,
  answer: (services: OrgServices, user: User) => Answer,
): Answer {
  const user = findUser(services.context.db, uuid ?? '');
  return user === undefined ? notFound(uuid ?? '') : answer(services, user);
}

function answerUser({ identity, context }: OrgServices, user: User, status = 200): Answer {
  const included = includedOf([user], listRoles(context.db), { withPermissions: true });
  return json(status, withIncluded({ data: userBody(user, identity.orgId) }, included));
}

function answerCurrent(services: OrgServices, user: User): Answer {
  const { identity, context } = services;
  const included = includedOf([user], listRoles(context.db), { withPermissions: true });
  return json(200, { data: userBody(user, identity.orgId), included: [orgBody(services), ...included] });
}

function answerOrgs(services: OrgServices, user: User): Answer {
  return json(200, { data: userBody(user, services.identity.orgId), included: [orgBody(services)] });
}

function answerPermissions({ context }: OrgServices, { uuid }: User): Answer {
  return json(200, { data: permissionBodies(permissionsOfUser(context.db, uuid)) });
}

function orgBody({ identity }: OrgServices): object {
  const { orgId, createdAtMs } = identity;
  const at = apiMoment(createdAtMs);
  const attributes = {
    name: 'signalwright',
    public_id: orgId.slice(0, 12),
    description: '',
    sharing: 'none',
    url: null,
    disabled: false,
    created_at: at,
    modified_at: at,
  };
  return { type: 'orgs', id: orgId, attributes };
}
