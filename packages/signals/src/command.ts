/** What every command has: who may, what stands in its way, and where it is written down. */

import type { Actor, Permission, TriageRefusal } from '@signalwright/model';
import type { Database } from '@signalwright/store';

import { appendAudit } from './audit.ts';
import type { AddressBlock, BlockRefusal } from './block-target.ts';

/** Chosen: a comment is a note, not a file. */
export const MAX_COMMENT_CHARACTERS = 10_000;

export type CommandRefusal =
  | { readonly reason: 'forbidden'; readonly permission: Permission }
  | { readonly reason: 'signal_not_found'; readonly signalId: string }
  | { readonly reason: 'version_conflict'; readonly given: number; readonly current: number }
  | { readonly reason: 'invalid'; readonly field: string; readonly message: string }
  | { readonly reason: 'not_blocked'; readonly value: string }
  | { readonly reason: 'list_not_found'; readonly name: string }
  | { readonly reason: 'list_conflict'; readonly given: number; readonly current: number }
  | { readonly reason: 'lists_full'; readonly limit: number }
  | { readonly reason: 'denylist_full'; readonly limit: number }
  | { readonly reason: 'too_many_blocks'; readonly limit: number; readonly perMs: number }
  | TriageRefusal
  | BlockRefusal;

export type CommandResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: CommandRefusal };

export interface CommandContext {
  readonly db: Database;
  /** Unix time in milliseconds. */
  readonly nowMs: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly neverBlock: readonly AddressBlock[];
  /** Called after a change of the denylist was committed. */
  readonly onDenylistChanged: () => void;
}

export function requirePermission(actor: Actor, permission: Permission): CommandResult<never> | undefined {
  if (actor.permissions.has(permission)) return undefined;
  return { ok: false, refusal: { reason: 'forbidden', permission } };
}

export function audit(
  context: CommandContext,
  actor: Actor,
  action: string,
  subject: string,
  before: unknown,
  after: unknown,
): void {
  appendAudit(context.db, { actor, atMs: context.nowMs(), action, subject, before, after });
}

export function notFound(signalId: string): CommandResult<never> {
  return { ok: false, refusal: { reason: 'signal_not_found', signalId } };
}

export function invalid(field: string, message: string): CommandResult<never> {
  return { ok: false, refusal: { reason: 'invalid', field, message } };
}
