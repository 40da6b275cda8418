/**
 * Application keys: one's own as the public API has them, and everybody's under `/api/signalwright/tokens`, with an end
 * and for another user. Source: the specification; the second is ours. A secret is in the answer that makes it, and in
 * no other.
 */

import {
  findKey,
  findUser,
  listKeys,
  listUsers,
  type AccessKey,
  type IssuedKey,
} from '@signalwright/signals';

import { objectAt } from '../http/json-body.ts';
import { json, NO_CONTENT, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';
import { answerPeople, badRequest, notFound } from '../people/people-answer.ts';
import { peoplePage, type PeopleList } from '../people/people-page.ts';
import { readPeopleBody, textsOf, type PeopleBody } from '../people/read-people-body.ts';
import { userBody, withIncluded } from '../people/user-body.ts';

const OWN = { kind: 'permission', permission: 'user_app_keys' } as const;
const MANAGE = { kind: 'permission', permission: 'user_access_manage' } as const;

/** Source: the specification of `meta.max_allowed_per_user`; the number is chosen. */
const MAX_ALLOWED_PER_USER = 1_000;

export function applicationKeyRoutes(services: OrgServices): readonly Route[] {
  const route = (
    method: Route['method'],
    path: string,
    access: Route['access'],
    handle: (services: OrgServices, request: RouteRequest) => Answer | Promise<Answer>,
  ): Route => ({ method, path, access, handle: (request) => handle(services, request) });
  const own = '/api/v2/current_user/application_keys';
  const tokens = '/api/signalwright/tokens';
  return [
    route('GET', own, OWN, (_, request) => answerKeys(services, request, request.actor.id)),
    route('POST', own, OWN, createOwnKey),
    route('GET', `${own}/:keyId`, OWN, getOwnKey),
    route('PATCH', `${own}/:keyId`, OWN, updateOwnKey),
    route('DELETE', `${own}/:keyId`, OWN, (_, request) => revokeKey(services, request, true)),
    route('GET', tokens, MANAGE, (_, request) => answerKeys(services, request)),
    route('POST', tokens, MANAGE, createToken),
    route('DELETE', `${tokens}/:keyId`, MANAGE, (_, request) => revokeKey(services, request, false)),
  ];
}

const KEYS: PeopleList<AccessKey> = {
  textsOf: ({ name }) => [name],
  defaultSort: 'name',
  sorts: {
    name: ({ name }) => name.toLowerCase(),
    created_at: ({ createdAtMs }) => createdAtMs,
    last4: ({ last4 }) => last4,
  },
};

/** @param userUuid whose keys; everybody's when it is left out */
function answerKeys({ context, identity }: OrgServices, { query }: RouteRequest, userUuid?: string): Answer {
  const bounds = boundsOf(query);
  if (bounds === undefined) return badRequest('filter[created_at] is no moment');
  const within = ({ createdAtMs }: AccessKey): boolean =>
    createdAtMs >= bounds.fromMs && createdAtMs <= bounds.toMs;
  const page = peoplePage(listKeys(context.db, userUuid).filter(within), query, KEYS);
  if (!page.ok) return page.answer;
  const owners = new Set(page.rows.map((key) => key.userUuid));
  const included =
    query.get('include') === 'owned_by'
      ? listUsers(context.db)
          .filter(({ uuid }) => owners.has(uuid))
          .map((user) => userBody(user, identity.orgId))
      : [];
  const meta = {
    max_allowed_per_user: MAX_ALLOWED_PER_USER,
    page: { total_filtered_count: page.filtered },
  };
  const isOwn = userUuid !== undefined;
  return json(200, withIncluded({ data: page.rows.map((key) => keyBody(key, { isOwn })), meta }, included));
}

function boundsOf(query: URLSearchParams): { readonly fromMs: number; readonly toMs: number } | undefined {
  const momentOf = (name: string, fallback: number): number => {
    const text = query.get(`filter[created_at][${name}]`);
    return text === null ? fallback : Date.parse(text);
  };
  const fromMs = momentOf('start', 0);
  const toMs = momentOf('end', Number.MAX_SAFE_INTEGER);
  return Number.isNaN(fromMs) || Number.isNaN(toMs) ? undefined : { fromMs, toMs };
}

async function createOwnKey(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await readPeopleBody(request, 'application_keys');
  if (!body.ok) return badRequest(body.reason);
  const written = readWritten(body.value);
  if (written?.name === undefined) return badRequest();
  const made = { ...written, name: written.name, userUuid: request.actor.id };
  return answerPeople(await services.people.createKey(request.actor, made), (issued) =>
    json(201, { data: issuedBody(issued, { isOwn: true }) }),
  );
}

/** `{ data: { attributes: { name, scopes?, expires_at? }, relationships: { owned_by: { data: { id } } } } }` */
async function createToken(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await readPeopleBody(request, 'application_keys', false);
  if (!body.ok) return badRequest(body.reason);
  const written = readWritten(body.value);
  const userUuid = objectAt(body.value.relationships, 'owned_by', 'data')?.['id'];
  const expiresAt = body.value.attributes['expires_at'] ?? undefined;
  const isText = expiresAt === undefined || typeof expiresAt === 'string';
  if (written?.name === undefined || typeof userUuid !== 'string' || !isText) return badRequest();
  const made = {
    ...written,
    name: written.name,
    userUuid,
    ...(expiresAt !== undefined && { expiresAtMs: Date.parse(expiresAt) }),
  };
  return answerPeople(await services.people.createKey(request.actor, made), (issued) =>
    json(201, { data: issuedBody(issued, { isOwn: false }) }),
  );
}

async function updateOwnKey(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const id = request.params['keyId'] ?? '';
  const body = await readPeopleBody(request, 'application_keys');
  if (!body.ok) return badRequest(body.reason);
  const written = readWritten(body.value);
  if (written === undefined || body.value.id !== id) return badRequest();
  if (ownKey(services, request) === undefined) return notFound(id);
  return answerPeople(await services.people.updateKey(request.actor, { id, ...written }), (key) =>
    json(200, { data: keyBody(key, { isOwn: true }) }),
  );
}

function getOwnKey(services: OrgServices, request: RouteRequest): Answer {
  const key = ownKey(services, request);
  if (key === undefined) return notFound(request.params['keyId'] ?? '');
  const owner = findUser(services.context.db, request.actor.id);
  const isIncluded = request.query.get('include') === 'owned_by' && owner !== undefined;
  const included = isIncluded ? [userBody(owner, services.identity.orgId)] : [];
  return json(200, withIncluded({ data: keyBody(key, { isOwn: true }) }, included));
}

async function revokeKey(services: OrgServices, request: RouteRequest, isOwn: boolean): Promise<Answer> {
  const id = request.params['keyId'] ?? '';
  if (isOwn && ownKey(services, request) === undefined) return notFound(id);
  return answerPeople(await services.people.revokeKey(request.actor, id), () => NO_CONTENT);
}

function ownKey({ context }: OrgServices, { params, actor }: RouteRequest): AccessKey | undefined {
  const key = findKey(context.db, params['keyId'] ?? '');
  return key?.kind === 'application' && key.userUuid === actor.id ? key : undefined;
}

interface WrittenKey {
  readonly name?: string;
  readonly scopes?: readonly string[] | null;
}

function readWritten({ attributes }: PeopleBody): WrittenKey | undefined {
  const texts = textsOf(attributes, 'name');
  if (texts === undefined) return undefined;
  const { scopes } = attributes;
  if (scopes === undefined) return texts;
  if (scopes === null) return { ...texts, scopes };
  const isList = Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string');
  return isList ? { ...texts, scopes } : undefined;
}

/** What may be told of a key once its secret was shown; whose it is and when it ends where everybody's are listed. */
function keyBody(key: AccessKey, { isOwn }: { readonly isOwn: boolean }): object {
  const owner = { owned_by: { data: { type: 'users', id: key.userUuid } } };
  const end = key.expiresAtMs === undefined ? null : new Date(key.expiresAtMs).toISOString();
  return {
    type: 'application_keys',
    id: key.id,
    attributes: {
      name: key.name,
      created_at: new Date(key.createdAtMs).toISOString(),
      last4: key.last4,
      last_used_at: null,
      scopes: key.scopes ?? null,
      ...(!isOwn && { expires_at: end }),
    },
    relationships: owner,
  };
}

function issuedBody({ secret, key }: IssuedKey, options: { readonly isOwn: boolean }): object {
  const body = keyBody(key, options) as { readonly attributes: object };
  return { ...body, attributes: { ...body.attributes, key: secret } };
}
