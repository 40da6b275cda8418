/**
 * The outbox: what is to be told or started because of a signal, written in the transaction that records the signal
 * and sent afterwards. A crash loses nothing; one in the middle of a delivery repeats it with the same key.
 */

import { createHash } from 'node:crypto';

import type { Severity, WorkflowInputs } from '@signalwright/model';
import { parseStored, type Database } from '@signalwright/store';

export type OutboxTarget =
  | { readonly kind: 'handle'; readonly handle: string }
  | { readonly kind: 'workflow'; readonly handle: string; readonly inputs: WorkflowInputs };

/** One thing to tell one target. */
export interface Notice {
  readonly target: OutboxTarget;
  readonly signalId: string;
  /** Why now. Chosen: a signal notifies when it opens and when its severity goes up, never when it merely grows. */
  readonly reason: 'opened' | 'raised';
  readonly severity: Severity;
  /** `notification-rule:<id>` or `detection-rule:<id>`, for people who ask why they were told. */
  readonly source: string;
  /** What led here, oldest first; the guard against loops counts runs in it. */
  readonly cause: readonly string[];
}

export type NoticeStatus = 'pending' | 'done' | 'failed';

export interface OutboxItem {
  readonly id: number;
  /** The same for every attempt: a receiver that honours it takes the notice once. */
  readonly dedupeKey: string;
  readonly notice: Notice;
  readonly status: NoticeStatus;
  readonly attempts: number;
  readonly nextAttemptAtMs: number;
  /** What the last attempt met. */
  readonly lastReason?: string;
  readonly createdAtMs: number;
  readonly settledAtMs?: number;
}

interface OutboxRow {
  readonly id: number;
  readonly dedupe_key: string;
  readonly status: NoticeStatus;
  readonly next_attempt_at_ms: number;
  readonly attempts: number;
  readonly body: string;
  readonly last_reason: string | null;
  readonly created_at_ms: number;
  readonly settled_at_ms: number | null;
}

const MAX_REASON_CHARACTERS = 500;

/** Several rules may name one target: it is told once for each opening or raise. */
export function dedupeKeyOf(notice: Notice): string {
  const { target, signalId, severity } = notice;
  return createHash('sha256')
    .update(JSON.stringify([signalId, severity, target]))
    .digest('hex');
}

/** Inside the caller's transaction. @returns false when the notice is there already */
export function addNotice(db: Database, notice: Notice, nowMs: number): boolean {
  const changed = db.run(
    `INSERT INTO outbox (dedupe_key, status, next_attempt_at_ms, attempts, signal_id, body, created_at_ms)
     VALUES (?, 'pending', ?, 0, ?, ?, ?) ON CONFLICT (dedupe_key) DO NOTHING`,
    [dedupeKeyOf(notice), nowMs, notice.signalId, JSON.stringify(notice), nowMs],
  );
  return changed > 0;
}

/** What a look at the outbox leaves out. */
export interface Exceptions {
  readonly ids: readonly number[];
  /** As `targetKey` gives them. */
  readonly targets: readonly string[];
}

/** Tells receivers apart, as the body of a notice has them. */
export function targetKey({ target }: Notice): string {
  return JSON.stringify(target);
}

/** Pending notices whose time has come, oldest first. */
export function dueNotices(
  db: Database,
  nowMs: number,
  limit: number,
  except: Exceptions = { ids: [], targets: [] },
): readonly OutboxItem[] {
  return db
    .all<OutboxRow>(
      `SELECT * FROM outbox WHERE status = 'pending' AND next_attempt_at_ms <= ?
         AND id NOT IN (SELECT value FROM json_each(?))
         AND json_extract(body, '$.target') NOT IN (SELECT value FROM json_each(?))
       ORDER BY next_attempt_at_ms, id LIMIT ?`,
      [nowMs, JSON.stringify(except.ids), JSON.stringify(except.targets), limit],
    )
    .map((row) => toItem(db, row));
}

/** When the next pending notice is due; undefined when none is pending. */
export function nextDueMs(db: Database): number | undefined {
  const row = db.get<{ due: number | null }>(
    `SELECT min(next_attempt_at_ms) AS due FROM outbox WHERE status = 'pending'`,
  );
  return row?.due ?? undefined;
}

export function noticesOf(db: Database, signalId: string): readonly OutboxItem[] {
  return db
    .all<OutboxRow>('SELECT * FROM outbox WHERE signal_id = ? ORDER BY id', [signalId])
    .map((row) => toItem(db, row));
}

export function countNotices(db: Database): Readonly<Record<NoticeStatus, number>> {
  const rows = db.all<{ status: NoticeStatus; n: number }>(
    'SELECT status, count(*) AS n FROM outbox GROUP BY status',
  );
  const counts = { pending: 0, done: 0, failed: 0 };
  for (const { status, n } of rows) counts[status] = n;
  return counts;
}

/** Deliveries to handles that their receivers acknowledged, each notice once. */
export function countDelivered(db: Database): Readonly<Record<string, number>> {
  const rows = db.all<{ handle: string; n: number }>(
    `SELECT json_extract(body, '$.target.handle') AS handle, count(*) AS n FROM outbox
     WHERE status = 'done' AND json_extract(body, '$.target.kind') = 'handle' GROUP BY handle ORDER BY handle`,
  );
  return Object.fromEntries(rows.map(({ handle, n }) => [handle, n]));
}

/** The run that a notice started last, as the delivery named it; undefined when none did at `sinceMs` or later. */
export function lastStartedRun(db: Database, sinceMs: number): string | undefined {
  const row = db.get<{ last_reason: string }>(
    `SELECT last_reason FROM outbox WHERE status = 'done' AND last_reason LIKE 'run:%' AND settled_at_ms >= ?
     ORDER BY id DESC LIMIT 1`,
    [sinceMs],
  );
  return row?.last_reason.slice('run:'.length);
}

export type Settlement =
  | { readonly kind: 'done'; readonly reason?: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly nextAttemptAtMs: number };

/** Writes what an attempt came to. Inside the caller's transaction. */
export function settleNotice(db: Database, id: number, settlement: Settlement, nowMs: number): void {
  const reason = settlement.reason?.slice(0, MAX_REASON_CHARACTERS) ?? null;
  const isRetry = settlement.kind === 'retry';
  db.run(
    `UPDATE outbox SET status = ?, attempts = attempts + 1, last_reason = ?, next_attempt_at_ms = ?, settled_at_ms = ?
     WHERE id = ? AND status = 'pending'`,
    [
      isRetry ? 'pending' : settlement.kind,
      reason,
      isRetry ? settlement.nextAttemptAtMs : nowMs,
      isRetry ? null : nowMs,
      id,
    ],
  );
}

/** Inside the caller's transaction: removes at most `limit` of those that were settled before. @returns how many */
export function removeOldNotices(db: Database, beforeMs: number, limit: number): number {
  return db.run('DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE settled_at_ms < ? LIMIT ?)', [
    beforeMs,
    limit,
  ]);
}

function toItem(db: Database, row: OutboxRow): OutboxItem {
  return {
    id: row.id,
    dedupeKey: row.dedupe_key,
    notice: parseStored<Notice>(db, row.body),
    status: row.status,
    attempts: row.attempts,
    nextAttemptAtMs: row.next_attempt_at_ms,
    ...(row.last_reason !== null && { lastReason: row.last_reason }),
    createdAtMs: row.created_at_ms,
    ...(row.settled_at_ms !== null && { settledAtMs: row.settled_at_ms }),
  };
}
