/** Triage of signals: state, assignee and incidents, one at a time or several in one request. */

import { isDeepStrictEqual } from 'node:util';

import {
  moveTriage,
  type Actor,
  type ArchiveReason,
  type Assignee,
  type Signal,
  type Triage,
  type TriageState,
} from '@signalwright/model';

import {
  MAX_COMMENT_CHARACTERS,
  audit,
  invalid,
  notFound,
  requirePermission,
  type CommandContext,
  type CommandResult,
} from './command.ts';
import { appendSignalEvent, readSignal } from './signal-table.ts';

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

/** A state, an assignee, or both: what `update` of one signal or of many takes. */
export interface TriageUpdate extends Omit<StateChange, 'state'> {
  readonly state?: TriageState;
  readonly assignee?: Assignee;
}

/**
 * Both or neither: the state is refused by law before anything is written, and an assignee is refused by nothing that
 * the state has not met. A state that the signal has already stands in no assignee's way.
 */
export function updateTriage(
  context: CommandContext,
  actor: Actor,
  change: TriageUpdate,
): CommandResult<Signal> {
  const { signalId, state, assignee, version, ...why } = change;
  const known = { signalId, ...definedOf('version', version) };
  if (state === undefined) {
    if (assignee === undefined) return invalid('attributes', 'Neither a state nor an assignee is given.');
    return assign(context, actor, { ...known, assignee });
  }
  const moved = setState(context, actor, { ...why, ...known, state });
  const isDone = moved.ok || moved.refusal.reason === 'already_in_state';
  return isDone && assignee !== undefined ? assign(context, actor, { signalId, assignee }) : moved;
}

/** Archiving again with another reason or comment is a change of its own; reopening within 30 days is the law's. */
export function setState(context: CommandContext, actor: Actor, change: StateChange): CommandResult<Signal> {
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
export function assign(context: CommandContext, actor: Actor, change: AssigneeChange): CommandResult<Signal> {
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
export function setIncidents(
  context: CommandContext,
  actor: Actor,
  change: IncidentsChange,
): CommandResult<Signal> {
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

function definedOf<K extends string, V>(key: K, value: V | undefined): { readonly [name in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [name in K]?: V });
}
