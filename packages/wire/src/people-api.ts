/** What `signalwright org users` and `tokens` ask: users and roles of the public API, and tokens, which are ours. */

import { listPages } from './list-pages.ts';
import { attributesOf, remoteIdOf } from './ownership.ts';
import { PATHS, pathOf } from './paths.ts';
import { isJsonObject } from './payload-reader.ts';
import { nothing, one } from './read-outcome.ts';
import type { ApiOutcome, Transport } from './transport.ts';

export interface PersonAnswer {
  readonly id: string;
  readonly handle: string;
  /** Empty until somebody says it. */
  readonly name: string;
  /** Active, Pending or Disabled. */
  readonly status: string;
  readonly roleIds: readonly string[];
}

export interface RoleAnswer {
  readonly id: string;
  readonly name: string;
}

export interface TokenAnswer {
  readonly id: string;
  readonly name: string;
  readonly last4: string;
  readonly ownerId: string;
  /** undefined: all that its user may do. */
  readonly scopes?: readonly string[];
  readonly createdAt: string;
  readonly expiresAt?: string;
}

export interface TokenRequest {
  readonly ownerId: string;
  readonly name: string;
  readonly scopes?: readonly string[];
  /** ISO 8601. */
  readonly expiresAt?: string;
}

export interface PeopleApi {
  listUsers(): Promise<ApiOutcome<readonly PersonAnswer[]>>;
  createUser(user: {
    readonly email: string;
    readonly name?: string;
    readonly roleIds: readonly string[];
  }): Promise<ApiOutcome<PersonAnswer>>;
  setDisabled(id: string, isDisabled: boolean): Promise<ApiOutcome<PersonAnswer>>;
  listRoles(): Promise<ApiOutcome<readonly RoleAnswer[]>>;
  setRole(roleId: string, userId: string, isHeld: boolean): Promise<ApiOutcome<void>>;
  listTokens(): Promise<ApiOutcome<readonly TokenAnswer[]>>;
  /** The secret is in this answer and in no other. */
  issueToken(token: TokenRequest): Promise<ApiOutcome<TokenAnswer & { readonly secret: string }>>;
  revokeToken(id: string): Promise<ApiOutcome<void>>;
}

export function peopleApi(send: Transport): PeopleApi {
  return {
    listUsers: () => listPages(send, 'person', PATHS.users, { read: readPerson }),
    createUser: async ({ email, name, roleIds }) =>
      one(
        await send({
          method: 'POST',
          path: PATHS.users,
          body: {
            data: {
              type: 'users',
              attributes: { email, ...(name !== undefined && { name }) },
              relationships: { roles: { data: roleIds.map((id) => ({ type: 'roles', id })) } },
            },
          },
        }),
        readPerson,
      ),
    setDisabled: async (id, disabled) =>
      one(
        await send({
          method: 'PATCH',
          path: pathOf(PATHS.users, id),
          body: { data: { type: 'users', id, attributes: { disabled } } },
        }),
        readPerson,
      ),
    listRoles: () => listPages(send, 'person', PATHS.roles, { read: readRole }),
    setRole: async (roleId, id, isHeld) =>
      nothing(
        await send({
          method: isHeld ? 'POST' : 'DELETE',
          path: `${pathOf(PATHS.roles, roleId)}/users`,
          body: { data: { type: 'users', id } },
        }),
      ),
    listTokens: () => listPages(send, 'person', PATHS.tokens, { read: readToken }),
    issueToken: async ({ ownerId, name, scopes, expiresAt }) =>
      one(
        await send({
          method: 'POST',
          path: PATHS.tokens,
          body: {
            data: {
              type: 'application_keys',
              attributes: {
                name,
                ...(scopes !== undefined && { scopes }),
                ...(expiresAt !== undefined && { expires_at: expiresAt }),
              },
              relationships: { owned_by: { data: { type: 'users', id: ownerId } } },
            },
          },
        }),
        (value) => {
          const token = readToken(value);
          const { key } = attributesOf(value);
          return token !== undefined && typeof key === 'string' ? { ...token, secret: key } : undefined;
        },
      ),
    revokeToken: async (id) => nothing(await send({ method: 'DELETE', path: pathOf(PATHS.tokens, id) })),
  };
}

function readPerson(value: unknown): PersonAnswer | undefined {
  const id = remoteIdOf(value);
  const { handle, name, status } = attributesOf(value);
  if (id === undefined || typeof handle !== 'string') return undefined;
  return { id, handle, name: textOf(name), status: textOf(status), roleIds: relatedIds(value, 'roles') };
}

function readRole(value: unknown): RoleAnswer | undefined {
  const id = remoteIdOf(value);
  const { name } = attributesOf(value);
  return id === undefined || typeof name !== 'string' ? undefined : { id, name };
}

function readToken(value: unknown): TokenAnswer | undefined {
  const id = remoteIdOf(value);
  const { name, last4, scopes, created_at: createdAt, expires_at: expiresAt } = attributesOf(value);
  if (id === undefined || typeof name !== 'string') return undefined;
  return {
    id,
    name,
    last4: textOf(last4),
    ownerId: relatedIds(value, 'owned_by')[0] ?? '',
    createdAt: textOf(createdAt),
    ...(Array.isArray(scopes) && { scopes: scopes.filter((scope) => typeof scope === 'string') }),
    ...(typeof expiresAt === 'string' && { expiresAt }),
  };
}

/** Ids of `relationships.<name>.data`, one or many. */
function relatedIds(value: unknown, name: string): readonly string[] {
  const object = isJsonObject(value) && isJsonObject(value['data']) ? value['data'] : value;
  const relationships = isJsonObject(object) ? object['relationships'] : undefined;
  const related = isJsonObject(relationships) ? relationships[name] : undefined;
  const data = isJsonObject(related) ? related['data'] : undefined;
  const rows: readonly unknown[] = Array.isArray(data) ? data : [data];
  return rows.flatMap((row) => (isJsonObject(row) && typeof row['id'] === 'string' ? [row['id']] : []));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
