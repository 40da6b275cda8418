/**
 * Changes to application keys. A key is 256 random bits, shown once and kept as a hash. It acts for its user with what
 * its scopes leave, so a key never makes one that may do more than itself.
 */

import { createHash } from 'node:crypto';

import { EVERYBODYS_SCOPES, PERMISSIONS, type Actor, type Permission } from '@signalwright/model';
import type { Database } from '@signalwright/store';

import { appendAudit } from '../audit.ts';
import { audit, type CommandContext } from '../command.ts';
import { newUuid } from '../new-uuid.ts';
import {
  MAX_KEYS_OF_USER,
  findKey,
  listKeys,
  putKey,
  removeKey,
  type AccessKey,
  type KeyKind,
} from './key-table.ts';
import { invalid, nameProblem, notFound, refuse, requireAny, type PeopleResult } from './people-command.ts';
import { permissionsOfUser } from './role-table.ts';
import { findUser } from './user-table.ts';

const KEY_BYTES = 32;

/** The prefixes let scanners of secrets find keys that were committed by accident. */
const PREFIXES = { api: 'swapi_', application: 'swapp_' } as const satisfies Record<KeyKind, string>;

export interface NewKey {
  readonly userUuid: string;
  readonly name: string;
  /** Null limits nothing. */
  readonly scopes?: readonly string[] | null;
  /** Unix time in milliseconds. */
  readonly expiresAtMs?: number;
}

export interface KeyChange {
  readonly id: string;
  readonly name?: string;
  readonly scopes?: readonly string[] | null;
}

/** A key as it is shown, once, and as it is kept. */
export interface IssuedKey {
  readonly secret: string;
  readonly key: AccessKey;
}

export function newSecret(random: (bytes: number) => Uint8Array, kind: KeyKind): string {
  return `${PREFIXES[kind]}${Buffer.from(random(KEY_BYTES)).toString('hex')}`;
}

export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** A key for oneself asks for `user_app_keys`; one for another, who must not be able to do more, for `user_access_manage`. */
export function createKey(context: CommandContext, actor: Actor, made: NewKey): PeopleResult<IssuedKey> {
  const refusal = requireAny(actor, ...permissionOver(actor, made.userUuid));
  if (refusal !== undefined) return refusal;
  const user = findUser(context.db, made.userUuid);
  if (user === undefined || user.isDisabled) return notFound(made.userUuid);
  const problem = keyProblem(made) ?? expiryProblem(made.expiresAtMs, context.nowMs());
  if (problem !== undefined) return invalid(problem);
  if (listKeys(context.db, user.uuid).length >= MAX_KEYS_OF_USER) {
    return invalid(`A user holds ${MAX_KEYS_OF_USER} keys, and no more`);
  }
  const over = requireWithin(actor, made.scopes ?? null);
  if (over !== undefined) return over;
  const { secret, key } = makeKey(context, 'application', { ...made, userUuid: user.uuid });
  putKey(context.db, key);
  audit(context, actor, 'key.create', subjectOf(key), undefined, toldOf(key));
  return { ok: true, value: { secret, key } };
}

/**
 * A key that the org issues by itself: the first of its owner, those of a role. Nobody asked over the API, so no
 * permission stands in the way; the trail tells of it like of any other, unless the org is to look as if it had been
 * there before. Inside the caller's transaction.
 */
export function issueOwnKey(
  context: KeyContext & Pick<CommandContext, 'db'>,
  kind: KeyKind,
  made: NewKey,
  isTold: boolean,
): IssuedKey {
  const { db, nowMs } = context;
  const { secret, key } = makeKey(context, kind, made);
  putKey(db, key);
  if (isTold) {
    const actor = { id: 'system', name: 'Signalwright', cause: [] };
    appendAudit(db, {
      actor,
      atMs: nowMs(),
      action: 'key.create',
      subject: subjectOf(key),
      after: toldOf(key),
    });
  }
  return { secret, key };
}

type KeyContext = Pick<CommandContext, 'nowMs' | 'random'>;

function makeKey({ nowMs, random }: KeyContext, kind: KeyKind, made: NewKey): IssuedKey {
  const secret = newSecret(random, kind);
  const key: AccessKey = {
    id: newUuid(random),
    kind,
    sha256: hashOf(secret),
    name: made.name,
    last4: secret.slice(-4),
    ...(kind === 'application' && { userUuid: made.userUuid }),
    ...(made.scopes && { scopes: made.scopes as readonly Permission[] }),
    createdAtMs: nowMs(),
    ...(made.expiresAtMs !== undefined && { expiresAtMs: made.expiresAtMs }),
  };
  return { secret, key };
}

export function updateKey(context: CommandContext, actor: Actor, change: KeyChange): PeopleResult<AccessKey> {
  const found = requireKey(context, actor, change.id);
  if (!found.ok) return found;
  const before = found.value;
  const { name = before.name, scopes } = change;
  const problem = keyProblem({ name, scopes });
  if (problem !== undefined) return invalid(problem);
  const over = scopes === undefined ? undefined : requireWithin(actor, scopes);
  if (over !== undefined) return over;
  const { scopes: oldScopes, ...rest } = before;
  const kept =
    scopes === undefined ? oldScopes : ((scopes ?? undefined) as readonly Permission[] | undefined);
  const after: AccessKey = { ...rest, name, ...(kept !== undefined && { scopes: kept }) };
  putKey(context.db, after);
  audit(context, actor, 'key.update', subjectOf(after), toldOf(before), toldOf(after));
  return { ok: true, value: after };
}

export function revokeKey(context: CommandContext, actor: Actor, id: string): PeopleResult<AccessKey> {
  const found = requireKey(context, actor, id);
  if (!found.ok) return found;
  removeKey(context.db, id);
  audit(context, actor, 'key.revoke', subjectOf(found.value), toldOf(found.value), undefined);
  return found;
}

/** The application key, when the actor may change it; another's is as good as none. */
function requireKey(context: CommandContext, actor: Actor, id: string): PeopleResult<AccessKey> {
  const key = findKey(context.db, id);
  const isOwn = key?.userUuid === actor.id;
  const isAllowed = isOwn
    ? actor.permissions.has('user_app_keys')
    : actor.permissions.has('user_access_manage');
  if (key?.kind === 'application' && isAllowed) return { ok: true, value: key };
  return requireAny(actor, 'user_app_keys', 'user_access_manage') ?? notFound(id);
}

function permissionOver(actor: Actor, userUuid: string): readonly Permission[] {
  return userUuid === actor.id ? ['user_app_keys', 'user_access_manage'] : ['user_access_manage'];
}

/** Whoever came with a scoped key gives no scope that the key has not, and no key without scopes. */
function requireWithin(actor: Actor, scopes: readonly string[] | null): PeopleResult<never> | undefined {
  if (actor.isScoped !== true) return undefined;
  const isWithin = scopes?.every((scope) => actor.permissions.has(scope as Permission)) === true;
  if (isWithin) return undefined;
  return refuse({ reason: 'not_allowed', message: 'A scoped key gives no more than its own scopes' });
}

function keyProblem({
  name,
  scopes,
}: {
  readonly name: string;
  readonly scopes?: NewKey['scopes'] | undefined;
}): string | undefined {
  if (name.trim() === '') return 'The name is empty';
  const unknown = scopes?.find((scope) => !(PERMISSIONS as readonly string[]).includes(scope));
  if (unknown !== undefined) return `Invalid scope: ${unknown.slice(0, 100)}`;
  return nameProblem('The name', name);
}

function expiryProblem(expiresAtMs: number | undefined, nowMs: number): string | undefined {
  if (expiresAtMs === undefined || (Number.isSafeInteger(expiresAtMs) && expiresAtMs > nowMs))
    return undefined;
  return 'A key ends in the future';
}

function subjectOf({ id }: AccessKey): string {
  return `key:${id}`;
}

function toldOf({ name, last4, userUuid, scopes, expiresAtMs }: AccessKey): unknown {
  return { name, last4, userUuid, scopes, expiresAtMs };
}

/** What a key may do: what its user's roles hold and its scopes leave. */
export function permissionsOfKey(db: Database, key: AccessKey): ReadonlySet<Permission> {
  const held = new Set<Permission>([...permissionsOfUser(db, key.userUuid ?? ''), ...EVERYBODYS_SCOPES]);
  return key.scopes === undefined ? held : new Set(key.scopes.filter((scope) => held.has(scope)));
}
