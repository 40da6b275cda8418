/**
 * Every change that a person, a bulk action, a rule or a workflow makes to a signal or the denylist.
 * Each goes the same way: permission, law, optimistic lock, then the write and its audit entry in one transaction.
 */

import {
  MAX_DENYLIST_ENTRIES,
  isBlocking,
  type Actor,
  type DenylistEntry,
  type Signal,
} from '@signalwright/model';

import { checkBlockTarget, parseAddressBlock } from './block-target.ts';
import {
  MAX_COMMENT_CHARACTERS,
  audit,
  invalid,
  notFound,
  requirePermission,
  type CommandContext,
  type CommandResult,
} from './command.ts';
import { addComment, commentId, findComment, type Comment } from './comment.ts';
import { findBlock, putBlock, removeBlock } from './denylist.ts';
import { readSignal } from './signal-table.ts';
import {
  deleteThreatIntelList,
  putThreatIntelList,
  type ThreatIntelChange,
  type ThreatIntelList,
} from './threat-intel-list.ts';
import {
  assign,
  setIncidents,
  setState,
  updateTriage,
  type AssigneeChange,
  type IncidentsChange,
  type StateChange,
  type TriageUpdate,
} from './triage-commands.ts';

/** Chosen: longer than any id a product would give. */
const MAX_BLOCKED_USER_CHARACTERS = 256;

/** The longest block that is not for ever. */
export const MAX_BLOCK_MS = 365 * 24 * 60 * 60_000;

/** Chosen: what automation alone may block in an hour; a storm beyond it needs a person. */
export const MAX_AUTOMATED_BLOCKS = { count: 500, perMs: 60 * 60_000 } as const;

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

  updateTriage(actor: Actor, change: TriageUpdate): Promise<CommandResult<Signal>> {
    return this.#context.db.write(() => updateTriage(this.#context, actor, change));
  }

  /** Each by itself, in one transaction: what one is refused for keeps no other from being changed. */
  updateEach(actor: Actor, changes: readonly TriageUpdate[]): Promise<readonly CommandResult<Signal>[]> {
    return this.#context.db.write(() => changes.map((change) => updateTriage(this.#context, actor, change)));
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

  putThreatIntelList(actor: Actor, change: ThreatIntelChange): Promise<CommandResult<ThreatIntelList>> {
    return this.#context.db.write(() => putThreatIntelList(this.#context, actor, change));
  }

  deleteThreatIntelList(actor: Actor, name: string): Promise<CommandResult<ThreatIntelList>> {
    return this.#context.db.write(() => deleteThreatIntelList(this.#context, actor, name));
  }

  async #changeDenylist<T>(work: () => CommandResult<T>): Promise<CommandResult<T>> {
    const result = await this.#context.db.write(work);
    if (result.ok) this.#context.onDenylistChanged();
    return result;
  }
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
