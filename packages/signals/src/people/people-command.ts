/** What commands about people share: who may, which law stands in the way, and how a refusal undoes what was written. */

import type { Actor, Permission } from '@signalwright/model';

import type { CommandContext } from '../command.ts';
import { hasAdministrator } from './role-table.ts';

export type PeopleRefusal =
  | { readonly reason: 'forbidden'; readonly permission: Permission }
  /** A user, role, permission or key of this id. */
  | { readonly reason: 'not_found'; readonly id: string }
  | { readonly reason: 'invalid'; readonly message: string }
  | { readonly reason: 'exists'; readonly message: string }
  /** Somebody would get, or lose, more than the actor may give or take. */
  | { readonly reason: 'not_allowed'; readonly message: string }
  /** Nobody would be left who manages access. */
  | { readonly reason: 'last_administrator' };

export type PeopleResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: PeopleRefusal };

/** Chosen: what the fields of people and roles may hold. */
const MAX_NAME_CHARACTERS = 255;

export function refuse(refusal: PeopleRefusal): PeopleResult<never> {
  return { ok: false, refusal };
}

export function notFound(id: string): PeopleResult<never> {
  return refuse({ reason: 'not_found', id });
}

export function invalid(message: string): PeopleResult<never> {
  return refuse({ reason: 'invalid', message });
}

/** @returns undefined when the actor has one of them */
export function requireAny(
  actor: Actor,
  ...permissions: readonly Permission[]
): PeopleResult<never> | undefined {
  if (permissions.some((permission) => actor.permissions.has(permission))) return undefined;
  return refuse({ reason: 'forbidden', permission: permissions[0] ?? 'user_access_manage' });
}

/** A text that the database gives back as it was: no control character, no half of a character. */
export function nameProblem(what: string, text: string): string | undefined {
  if (text.length > MAX_NAME_CHARACTERS) return `${what} is longer than ${MAX_NAME_CHARACTERS} characters`;
  if (/[\p{Cc}\p{Surrogate}]/u.test(text)) return `${what} holds a control character or half of a character`;
  return undefined;
}

class LockedOut extends Error {}

/** Runs a change that could lock the org out; when nobody is left who manages access, nothing of it stays. */
export function keepingAdministrator<T>(
  { db }: CommandContext,
  change: () => PeopleResult<T>,
): PeopleResult<T> {
  try {
    return db.transaction(() => {
      const result = change();
      if (result.ok && !hasAdministrator(db)) throw new LockedOut();
      return result;
    });
  } catch (error) {
    if (error instanceof LockedOut) return refuse({ reason: 'last_administrator' });
    throw error;
  }
}
