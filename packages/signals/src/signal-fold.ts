/**
 * A signal is the fold of its events. Detection may say the same thing twice (a replay after a crash), so its
 * events merge: applying one again changes nothing.
 */

import {
  UNTOUCHED_TRIAGE,
  higherSeverity,
  severityRank,
  unreachable,
  type ArchiveReason,
  type Assignee,
  type DetectedSignal,
  type Signal,
  type Triage,
  type TriageState,
} from '@signalwright/model';

export type SignalEvent =
  /** A complete picture of what detection knew, at opening and whenever it learned more. */
  | { readonly kind: 'detected'; readonly atMs: number; readonly signal: DetectedSignal }
  | {
      readonly kind: 'state';
      readonly atMs: number;
      readonly state: TriageState;
      readonly archiveReason?: ArchiveReason;
      readonly archiveComment?: string;
      readonly by: Assignee;
    }
  | { readonly kind: 'assignee'; readonly atMs: number; readonly assignee: Assignee }
  | { readonly kind: 'incidents'; readonly atMs: number; readonly incidentIds: readonly number[] };

/** @returns undefined while the signal has not been opened */
export function foldSignal(events: Iterable<SignalEvent>): Signal | undefined {
  let signal: Signal | undefined;
  for (const event of events) signal = applySignalEvent(signal, event);
  return signal;
}

/** Triage of a signal that is not there yet is no event that the store writes; it is skipped. */
export function applySignalEvent(signal: Signal | undefined, event: SignalEvent): Signal | undefined {
  switch (event.kind) {
    case 'detected':
      return signal === undefined
        ? { ...event.signal, version: 1, createdAtMs: event.atMs, triage: UNTOUCHED_TRIAGE }
        : mergeDetection(signal, event.signal);
    case 'state':
      return signal && withTriage(signal, moveState(signal.triage, event));
    case 'assignee':
      return signal && withTriage(signal, { ...signal.triage, assignee: event.assignee });
    case 'incidents':
      return signal && withTriage(signal, { ...signal.triage, incidentIds: event.incidentIds });
    default:
      return unreachable(event);
  }
}

/**
 * Whether `detected` says something that `signal` does not know yet: more events, later ones, or more severity.
 * Severity of an open signal is raised, never lowered.
 */
export function isNews(signal: Signal, detected: DetectedSignal): boolean {
  return (
    detected.eventsMatched > signal.eventsMatched ||
    detected.lastSeenMs > signal.lastSeenMs ||
    severityRank(detected.severity) > severityRank(signal.severity)
  );
}

/** The newer picture wins; what only grows takes the larger value, so that an older picture takes nothing back. */
function mergeDetection(signal: Signal, detected: DetectedSignal): Signal {
  if (!isNews(signal, detected)) return signal;
  const isRaise = severityRank(detected.severity) >= severityRank(signal.severity);
  return {
    ...detected,
    version: signal.version,
    createdAtMs: signal.createdAtMs,
    triage: signal.triage,
    caseName: isRaise ? detected.caseName : signal.caseName,
    severity: higherSeverity(signal.severity, detected.severity),
    firstSeenMs: Math.min(signal.firstSeenMs, detected.firstSeenMs),
    lastSeenMs: Math.max(signal.lastSeenMs, detected.lastSeenMs),
    eventsMatched: Math.max(signal.eventsMatched, detected.eventsMatched),
  };
}

function moveState(triage: Triage, event: Extract<SignalEvent, { kind: 'state' }>): Triage {
  // Why it was archived belongs to being archived: reopening forgets it (the audit trail does not).
  const { archiveReason: _reason, archiveComment: _comment, ...kept } = triage;
  return {
    ...kept,
    state: event.state,
    ...(event.archiveReason !== undefined && { archiveReason: event.archiveReason }),
    ...(event.archiveComment !== undefined && { archiveComment: event.archiveComment }),
    stateUpdatedAtMs: event.atMs,
    stateUpdatedBy: event.by,
  };
}

function withTriage(signal: Signal, triage: Triage): Signal {
  return { ...signal, version: signal.version + 1, triage };
}
