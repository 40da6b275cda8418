/** Rows of signals: events are appended, and the row that readers see is their fold. */

import type { DetectedSignal, Signal, Triage } from '@signalwright/model';
import { parseStored, type Database } from '@signalwright/store';

import { applySignalEvent, foldSignal, isNews, type SignalEvent } from './signal-fold.ts';

interface BodyRow {
  readonly body: string;
}

export function readSignal(db: Database, id: string): Signal | undefined {
  const row = db.get<BodyRow>('SELECT body FROM signals WHERE id = ?', [id]);
  return row && parseStored<Signal>(db, row.body);
}

/** The signal as its events alone say it: what the row must be equal to. */
export function rebuildSignal(db: Database, id: string): Signal | undefined {
  const rows = db.all<BodyRow>('SELECT body FROM signal_events WHERE signal_id = ? ORDER BY seq', [id]);
  return foldSignal(rows.map((row) => parseStored<SignalEvent>(db, row.body)));
}

export type Recorded =
  | { readonly kind: 'opened'; readonly signal: Signal }
  | { readonly kind: 'updated'; readonly signal: Signal; readonly before: Signal }
  | { readonly kind: 'known' };

/** Writes what detection says, unless it is known. Inside the caller's transaction. */
export function recordDetection(db: Database, detected: DetectedSignal, nowMs: number): Recorded {
  const before = readSignal(db, detected.id);
  if (before !== undefined && !isNews(before, detected)) return { kind: 'known' };
  const signal = appendSignalEvent(
    db,
    before,
    { kind: 'detected', atMs: nowMs, signal: detected },
    detected.id,
  );
  return before === undefined ? { kind: 'opened', signal } : { kind: 'updated', signal, before };
}

/** Appends one event and writes the new row. Inside the caller's transaction. */
export function appendSignalEvent(
  db: Database,
  before: Signal | undefined,
  event: SignalEvent,
  signalId: string,
): Signal {
  const signal = applySignalEvent(before, event);
  if (signal === undefined) throw new Error(`Signal ${signalId} has no opening event.`);
  if (event.kind === 'detected' && before !== undefined) dropSuperseded(db, before, event.signal);
  db.run('INSERT INTO signal_events (signal_id, kind, at_ms, body) VALUES (?, ?, ?, ?)', [
    signalId,
    event.kind === 'detected' && before === undefined ? 'opened' : event.kind,
    event.atMs,
    JSON.stringify(event),
  ]);
  db.run(
    `INSERT INTO signals (id, created_at_ms, body) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
    [signalId, signal.createdAtMs, JSON.stringify(signal)],
  );
  return signal;
}

/** Puts a signal in as it is said to be: opened, with this triage. Inside the caller's transaction; the id must be new. */
export function seedSignal(db: Database, detected: DetectedSignal, triage: Triage, atMs: number): void {
  const { stateUpdatedAtMs, stateUpdatedBy, archiveReason, archiveComment, assignee, incidentIds } = triage;
  const state: readonly SignalEvent[] =
    stateUpdatedBy === undefined
      ? []
      : [
          {
            kind: 'state',
            atMs: stateUpdatedAtMs ?? atMs,
            state: triage.state,
            ...(archiveReason !== undefined && { archiveReason }),
            ...(archiveComment !== undefined && { archiveComment }),
            by: stateUpdatedBy,
          },
        ];
  const events: readonly SignalEvent[] = [
    { kind: 'detected', atMs, signal: detected },
    ...state,
    { kind: 'assignee', atMs, assignee },
    { kind: 'incidents', atMs, incidentIds },
  ];
  events.reduce<Signal | undefined>(
    (signal, event) => appendSignalEvent(db, signal, event, detected.id),
    undefined,
  );
}

/**
 * A signal of a long attack is extended once an event. Each picture is complete, so the one before adds nothing to
 * the fold unless it held a severity that the new one does not reach: it is dropped, and history stays short.
 */
function dropSuperseded(db: Database, before: Signal, next: DetectedSignal): void {
  if (next.severity !== before.severity) return;
  const last = db.get<{ seq: number; kind: string; body: string }>(
    'SELECT seq, kind, body FROM signal_events WHERE signal_id = ? ORDER BY seq DESC LIMIT 1',
    [before.id],
  );
  if (last?.kind !== 'detected') return;
  const event = parseStored<SignalEvent>(db, last.body);
  if (event.kind !== 'detected') return;
  const addsNothing =
    event.signal.severity === next.severity &&
    event.signal.eventsMatched <= next.eventsMatched &&
    event.signal.lastSeenMs <= next.lastSeenMs &&
    event.signal.firstSeenMs >= next.firstSeenMs;
  if (addsNothing) db.run('DELETE FROM signal_events WHERE seq = ?', [last.seq]);
}
