/**
 * Every change that a person, a bulk action, a rule or a workflow makes to a signal or the denylist.
 * Each goes the same way: permission, law, optimistic lock, then the write and its audit entry in one transaction.
 */

import { isDeepStrictEqual } from 'node:util';

import {
  MAX_DENYLIST_ENTRIES,
  isBlocking,
  moveTriage,
  type Actor,
  type ArchiveReason,
  type Assignee,
  type DenylistEntry,
  type Permission,
  type Signal,
  type Triage,
  type TriageRefusal,
  type TriageState,
} from '@signalwright/model';
import type { Database } from '@signalwright/store';

import { appendAudit } from './audit.ts';
import { checkBlockTarget, parseAddressBlock, type AddressBlock, type BlockRefusal } from './block-target.ts';
import { addComment, commentId, findComment, type Comment } from './comment.ts';
import { findBlock, putBlock, removeBlock } from './denylist.ts';
import { appendSignalEvent, readSignal } from './signal-table.ts';

/** Chosen: a comment is a note, not a file. */
export const MAX_COMMENT_CHARACTERS = 10_000;

/** Chosen: longer than any id a product would give. */
const MAX_BLOCKED_USER_CHARACTERS = 256;

/** The longest block that is not for ever. */
export const MAX_BLOCK_MS = 365 * 24 * 60 * 60_000;

/** Chosen: what automation alone may block in an hour; a storm beyond it needs a person. */
export const MAX_AUTOMATED_BLOCKS = { count: 500, perMs: 60 * 60_000 } as const;

export type CommandRefusal =
  | { readonly reason: 'forbidden'; readonly permission: Permission }
  | { readonly reason: 'signal_not_found'; readonly signalId: string }
  | { readonly reason: 'version_conflict'; readonly given: number; readonly current: number }
  | { readonly reason: 'invalid'; readonly field: string; readonly message: string }
  | { readonly reason: 'not_blocked'; readonly value: string }
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

export interface StateChange {
  readonly signalId: string;
  readonly state: TriageState;
  readonly archiveReason?: ArchiveReason;
  readonly archiveComment?: string;
  /** Refused when the signal has changed since the caller read this version. */
  readonly version?: number;
}

export interface AssigneeChange {
  readonly signalId: string;
  /** UNASSIGNED takes the signal from whoever has it. */
  readonly assignee: Assignee;
  readonly version?: number;
}

export interface IncidentsChange {
  readonly signalId: string;
  /** Public ids of all incidents that the signal belongs to from now on; an id given twice counts once. */
  readonly incidentIds: readonly number[];
  readonly version?: number;
}

/** Chosen: a signal that belongs to more is a mistake. */
export const MAX_SIGNAL_INCIDENTS = 100;

export interface BlockChange {
  readonly value: string;
  /** Unix time in milliseconds; undefined blocks for ever. */
  readonly expiresAtMs?: number;
  readonly reason: string;
}

export interface NewComment {
  readonly signalId: string;
  readonly text: string;
  /** The same key writes no second comment: a step that is repeated after a crash says it once. */
  readonly key?: string;
}

/** All commands resolve after their commit. A refusal has written nothing. */
export class Commands {
  readonly #context: CommandContext;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  setState(actor: Actor, change: StateChange): Promise<CommandResult<Signal>> {
    return this.#context.db.write(() => setState(this.#context, actor, change));
  }

  assign(actor: Actor, change: AssigneeChange): Promise<CommandResult<Signal>> {
    return this.#context.db.write(() => assign(this.#context, actor, change));
  }

  setIncidents(actor: Actor, change: IncidentsChange): Promise<CommandResult<Signal>> {
    return this.#context.db.write(() => setIncidents(this.#context, actor, change));
  }

  comment(actor: Actor, added: NewComment): Promise<CommandResult<Comment>> {
    return this.#context.db.write(() => comment(this.#context, actor, added));
  }

  blockIp(actor: Actor, change: BlockChange): Promise<CommandResult<DenylistEntry>> {
    return this.#changeDenylist(() => blockIp(this.#context, actor, change));
  }

  blockUser(actor: Actor, change: BlockChange): Promise<CommandResult<DenylistEntry>> {
    return this.#changeDenylist(() => blockUser(this.#context, actor, change));
  }

  unblock(actor: Actor, kind: DenylistEntry['kind'], value: string): Promise<CommandResult<DenylistEntry>> {
    return this.#changeDenylist(() => unblock(this.#context, actor, kind, value));
  }

  async #changeDenylist<T>(work: () => CommandResult<T>): Promise<CommandResult<T>> {
    const result = await this.#context.db.write(work);
    if (result.ok) this.#context.onDenylistChanged();
    return result;
  }
}

/** Archiving again with another reason or comment is a change of its own; reopening within 30 days is the law's. */
function setState(context: CommandContext, actor: Actor, change: StateChange): CommandResult<Signal> {
  return changeSignal(context, actor, change, (signal) => {
    const { triage } = signal;
    const isNewReason =
      change.state === 'archived' &&
      triage.state === 'archived' &&
      ((change.archiveReason ?? triage.archiveReason) !== triage.archiveReason ||
        (change.archiveComment ?? triage.archiveComment) !== triage.archiveComment);
    const atMs = context.nowMs();
    const move = moveTriage(triage.state, change.state, signal.createdAtMs, atMs);
    if (!move.ok && !isNewReason) return { ok: false, refusal: move.refusal };
    const { archiveReason, archiveComment, state } = change;
    if (state !== 'archived' && (archiveReason ?? 'none') !== 'none') {
      return invalid(
        'archive_reason',
        `Only an archived signal has an archive reason, not one that is ${state}.`,
      );
    }
    if ((archiveComment?.length ?? 0) > MAX_COMMENT_CHARACTERS) {
      return invalid('archive_comment', `The comment is longer than ${MAX_COMMENT_CHARACTERS} characters.`);
    }
    const kept: Partial<Triage> = isNewReason ? triage : {};
    const why = {
      ...definedOf('archiveReason', archiveReason ?? kept.archiveReason),
      ...definedOf('archiveComment', archiveComment ?? kept.archiveComment),
    };
    const by = assigneeOf(actor);
    const changed = appendSignalEvent(
      context.db,
      signal,
      { kind: 'state', atMs, state, by, ...(state === 'archived' && why) },
      signal.id,
    );
    audit(context, actor, 'signal.state', `signal:${signal.id}`, stateOf(signal), stateOf(changed));
    return { ok: true, value: changed };
  });
}

/** Assigning whoever has the signal already is no change: nothing is written, and the answer is the signal. */
function assign(context: CommandContext, actor: Actor, change: AssigneeChange): CommandResult<Signal> {
  return changeSignal(context, actor, change, (signal) => {
    if (signal.triage.assignee.uuid === change.assignee.uuid) return { ok: true, value: signal };
    const event = { kind: 'assignee', atMs: context.nowMs(), assignee: change.assignee } as const;
    const changed = appendSignalEvent(context.db, signal, event, signal.id);
    const subject = `signal:${signal.id}`;
    audit(context, actor, 'signal.assignee', subject, signal.triage.assignee, change.assignee);
    return { ok: true, value: changed };
  });
}

/** The incidents that a signal has already are no change: nothing is written, and the answer is the signal. */
function setIncidents(context: CommandContext, actor: Actor, change: IncidentsChange): CommandResult<Signal> {
  return changeSignal(context, actor, change, (signal) => {
    const incidentIds = [...new Set(change.incidentIds)];
    if (incidentIds.length > MAX_SIGNAL_INCIDENTS) {
      return invalid('incident_ids', `A signal belongs to at most ${MAX_SIGNAL_INCIDENTS} incidents.`);
    }
    const before = signal.triage.incidentIds;
    if (isDeepStrictEqual(before, incidentIds)) return { ok: true, value: signal };
    const event = { kind: 'incidents', atMs: context.nowMs(), incidentIds } as const;
    const changed = appendSignalEvent(context.db, signal, event, signal.id);
    audit(context, actor, 'signal.incidents', `signal:${signal.id}`, before, incidentIds);
    return { ok: true, value: changed };
  });
}

function comment(context: CommandContext, actor: Actor, added: NewComment): CommandResult<Comment> {
  const refusal = requirePermission(actor, 'security_monitoring_signals_write');
  if (refusal !== undefined) return refusal;
  const { signalId, text, key } = added;
  if (readSignal(context.db, signalId) === undefined) return notFound(signalId);
  if (text.trim() === '') return invalid('text', 'The comment is empty.');
  if (text.length > MAX_COMMENT_CHARACTERS) {
    return invalid('text', `The comment is longer than ${MAX_COMMENT_CHARACTERS} characters.`);
  }
  const id = commentId(signalId, key ?? Buffer.from(context.random(16)).toString('hex'));
  const written = findComment(context.db, id);
  if (written !== undefined) return { ok: true, value: written };
  const { id: authorId, name: authorName } = actor;
  const value: Comment = { id, signalId, atMs: context.nowMs(), authorId, authorName, text };
  addComment(context.db, value);
  audit(context, actor, 'signal.comment', `signal:${signalId}`, undefined, { id, text });
  return { ok: true, value };
}

/** Also used by automated blocking, inside the transaction that records the detection. */
export function blockIp(
  context: CommandContext,
  actor: Actor,
  change: BlockChange,
): CommandResult<DenylistEntry> {
  const refusal = requirePermission(actor, 'appsec_protect_write');
  if (refusal !== undefined) return refusal;
  const target = checkBlockTarget(change.value, context.neverBlock);
  if (!target.ok) return target;
  return block(context, actor, 'ip', target.block.text, change);
}

export function blockUser(
  context: CommandContext,
  actor: Actor,
  change: BlockChange,
): CommandResult<DenylistEntry> {
  const refusal = requirePermission(actor, 'appsec_protect_write');
  if (refusal !== undefined) return refusal;
  const { value } = change;
  // `N/A` stands for a missing group value: blocking it would block whoever has no user id.
  if (value.trim() === '' || value === 'N/A' || value.length > MAX_BLOCKED_USER_CHARACTERS) {
    return invalid('value', `A user id has 1 to ${MAX_BLOCKED_USER_CHARACTERS} characters and is not "N/A".`);
  }
  // The database would keep another text, which blocks nobody or somebody else.
  if (value.includes('\0') || /\p{Surrogate}/u.test(value)) {
    return invalid('value', 'A user id holds no NUL and no half of a character.');
  }
  return block(context, actor, 'user', value, change);
}

/**
 * A person sets the end of a block. Automation only ever moves it further away: a rule that blocks for a quarter of
 * an hour must not shorten what a person decided. A block that would change nothing is answered, not written.
 */
function block(
  context: CommandContext,
  actor: Actor,
  kind: DenylistEntry['kind'],
  value: string,
  change: BlockChange,
): CommandResult<DenylistEntry> {
  const nowMs = context.nowMs();
  const { expiresAtMs } = change;
  if (expiresAtMs !== undefined && !(expiresAtMs > nowMs && expiresAtMs <= nowMs + MAX_BLOCK_MS)) {
    return invalid(
      'expires_at',
      'A block ends in the future and within a year; leave the end out to block for ever.',
    );
  }
  const stored = findBlock(context.db, kind, value);
  const before = stored !== undefined && isBlocking(stored, nowMs) ? stored : undefined;
  const isSame = before !== undefined && before.expiresAtMs === expiresAtMs;
  const isShorter = before !== undefined && endOf(before.expiresAtMs) > endOf(expiresAtMs);
  if (isSame || (isShorter && actor.kind !== 'user')) return { ok: true, value: before };
  const storm = requireCalm(context, actor, nowMs);
  if (storm !== undefined) return storm;
  const entry: DenylistEntry = {
    kind,
    value,
    createdAtMs: nowMs,
    createdBy: actor.name,
    reason: change.reason.slice(0, MAX_COMMENT_CHARACTERS),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
  };
  if (putBlock(context.db, entry, nowMs) === 'full') {
    return { ok: false, refusal: { reason: 'denylist_full', limit: MAX_DENYLIST_ENTRIES } };
  }
  audit(context, actor, 'denylist.block', `${kind}:${value}`, before, entry);
  return { ok: true, value: entry };
}

function endOf(expiresAtMs: number | undefined): number {
  return expiresAtMs ?? Number.POSITIVE_INFINITY;
}

function unblock(
  context: CommandContext,
  actor: Actor,
  kind: DenylistEntry['kind'],
  value: string,
): CommandResult<DenylistEntry> {
  const refusal = requirePermission(actor, 'appsec_protect_write');
  if (refusal !== undefined) return refusal;
  const spelled = kind === 'ip' ? (parseAddressBlock(value)?.text ?? value) : value;
  const entry = findBlock(context.db, kind, spelled);
  if (entry === undefined || !isBlocking(entry, context.nowMs())) {
    return { ok: false, refusal: { reason: 'not_blocked', value } };
  }
  removeBlock(context.db, kind, spelled);
  audit(context, actor, 'denylist.unblock', `${kind}:${spelled}`, entry, undefined);
  return { ok: true, value: entry };
}

/** Permission, existence and version: what every change of a signal begins with. */
function changeSignal(
  context: CommandContext,
  actor: Actor,
  change: { readonly signalId: string; readonly version?: number },
  apply: (signal: Signal) => CommandResult<Signal>,
): CommandResult<Signal> {
  const refusal = requirePermission(actor, 'security_monitoring_signals_write');
  if (refusal !== undefined) return refusal;
  const signal = readSignal(context.db, change.signalId);
  if (signal === undefined) return notFound(change.signalId);
  if (change.version !== undefined && change.version !== signal.version) {
    return {
      ok: false,
      refusal: { reason: 'version_conflict', given: change.version, current: signal.version },
    };
  }
  return apply(signal);
}

function requirePermission(actor: Actor, permission: Permission): CommandResult<never> | undefined {
  if (actor.permissions.has(permission)) return undefined;
  return { ok: false, refusal: { reason: 'forbidden', permission } };
}

/**
 * Rules and workflows share one allowance, counted in the audit trail, so that a restart does not renew it.
 * Their ids have a colon (`workflow:<handle>`, `rule:<id>`), the uuids of people have none.
 */
function requireCalm(context: CommandContext, actor: Actor, nowMs: number): CommandResult<never> | undefined {
  if (actor.kind === 'user') return undefined;
  const { count, perMs } = MAX_AUTOMATED_BLOCKS;
  const row = context.db.get<{ n: number }>(
    `SELECT count(*) AS n FROM audit
     WHERE action = 'denylist.block' AND at_ms > ? AND instr(actor_id, ':') > 0`,
    [nowMs - perMs],
  );
  if ((row?.n ?? 0) < count) return undefined;
  return { ok: false, refusal: { reason: 'too_many_blocks', limit: count, perMs } };
}

function audit(
  context: CommandContext,
  actor: Actor,
  action: string,
  subject: string,
  before: unknown,
  after: unknown,
): void {
  appendAudit(context.db, { actor, atMs: context.nowMs(), action, subject, before, after });
}

function stateOf(signal: Signal): object {
  const { state, archiveReason, archiveComment } = signal.triage;
  return {
    state,
    ...definedOf('archiveReason', archiveReason),
    ...definedOf('archiveComment', archiveComment),
  };
}

/** Workflows and rules have no number of their own at the API; 0 is nobody's. */
function assigneeOf(actor: Actor): Assignee {
  return { id: 0, uuid: actor.id, name: actor.name };
}

function notFound(signalId: string): CommandResult<never> {
  return { ok: false, refusal: { reason: 'signal_not_found', signalId } };
}

function invalid(field: string, message: string): CommandResult<never> {
  return { ok: false, refusal: { reason: 'invalid', field, message } };
}

function definedOf<K extends string, V>(key: K, value: V | undefined): { readonly [name in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [name in K]?: V });
}
