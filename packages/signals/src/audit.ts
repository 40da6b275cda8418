/**
 * The audit trail: one entry for each change, written in the change's own transaction, each chained to the one
 * before by a hash, so that a row that is edited, removed or put in between shows.
 */

import { createHash } from 'node:crypto';

import type { Actor, AuditEntry } from '@signalwright/model';
import { parseStored, type Database } from '@signalwright/store';

import { FIRST_HASH, readStart, saidStart } from './audit-start.ts';

export interface AuditedChange {
  readonly actor: Pick<Actor, 'id' | 'name' | 'cause'>;
  readonly atMs: number;
  readonly action: string;
  readonly subject: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

interface AuditRow {
  readonly seq: number;
  readonly at_ms: number;
  readonly actor_id: string;
  readonly actor_name: string;
  readonly action: string;
  readonly subject: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly cause: string;
  readonly hash: string;
}

/** Chosen: what one page of answers may hold. */
export const MAX_AUDIT_ENTRIES = 1_000;

/** Appends inside the caller's transaction. */
export function appendAudit(db: Database, change: AuditedChange): AuditEntry {
  const last = db.get<AuditRow>('SELECT * FROM audit ORDER BY seq DESC LIMIT 1');
  const row: Omit<AuditRow, 'hash'> = {
    seq: (last?.seq ?? 0) + 1,
    at_ms: change.atMs,
    actor_id: asStored(change.actor.id),
    actor_name: asStored(change.actor.name),
    action: change.action,
    subject: asStored(change.subject),
    before: change.before === undefined ? null : JSON.stringify(change.before),
    after: change.after === undefined ? null : JSON.stringify(change.after),
    cause: JSON.stringify(change.actor.cause),
  };
  const hash = hashOf(last?.hash ?? FIRST_HASH, row);
  db.run(
    `INSERT INTO audit (seq, at_ms, actor_id, actor_name, action, subject, before, after, cause, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [...columnsOf(row), hash],
  );
  return toEntry(db, { ...row, hash });
}

/**
 * The database keeps no NUL and no half of a character, both of which an attacker may write into a user's id: what is
 * hashed must be what is read back. JSON escapes both, so the other columns hold neither.
 */
function asStored(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd').replaceAll('\0', '\ufffd');
}

/** Entries about one subject (`signal:<id>`), or about all; oldest first, at most `limit` of the newest. */
export function readAudit(db: Database, subject?: string, limit = MAX_AUDIT_ENTRIES): readonly AuditEntry[] {
  const bounded = Math.min(limit, MAX_AUDIT_ENTRIES);
  const rows =
    subject === undefined
      ? db.all<AuditRow>('SELECT * FROM audit ORDER BY seq DESC LIMIT ?', [bounded])
      : db.all<AuditRow>('SELECT * FROM audit WHERE subject = ? ORDER BY seq DESC LIMIT ?', [
          subject,
          bounded,
        ]);
  return rows.map((row) => toEntry(db, row)).toReversed();
}

/** Entries of a time range behind a position, in the order of the search. */
export function auditEntriesBetween(
  db: Database,
  { fromMs, toMs, position, isAscending, limit }: AuditRange,
): readonly AuditEntry[] {
  const [after, order] = isAscending ? ['>', 'ASC'] : ['<', 'DESC'];
  return db
    .all<AuditRow>(
      `SELECT * FROM audit WHERE at_ms BETWEEN ? AND ? AND (at_ms, seq) ${after} (?, ?)
       ORDER BY at_ms ${order}, seq ${order} LIMIT ?`,
      [fromMs, toMs, position.atMs, position.n, limit],
    )
    .map((row) => toEntry(db, row));
}

export interface AuditRange {
  /** Both ends inclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** A moment and a number in the trail. */
  readonly position: { readonly atMs: number; readonly n: number };
  readonly isAscending: boolean;
  readonly limit: number;
}

export type AuditVerdict =
  | { readonly ok: true; readonly entries: number; readonly head: string }
  | { readonly ok: false; readonly firstBadSeq: number };

/**
 * Recomputes the chain from the oldest entry that is kept. Loss of the tail shows only against a head that was
 * published; loss of the beginning, unless a later entry says that entries were removed for their age.
 */
export function verifyAudit(db: Database): AuditVerdict {
  const start = readStart(db);
  if (start.seq > saidStart(db)) return { ok: false, firstBadSeq: start.seq + 1 };
  let { seq, hash: head } = start;
  for (;;) {
    const rows = db.all<AuditRow>('SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?', [
      seq,
      MAX_AUDIT_ENTRIES,
    ]);
    if (rows.length === 0) return { ok: true, entries: seq - start.seq, head };
    for (const row of rows) {
      const hash = hashOf(head, row);
      if (row.seq !== seq + 1 || row.hash !== hash) return { ok: false, firstBadSeq: seq + 1 };
      seq = row.seq;
      head = hash;
    }
  }
}

export interface RewrittenAudit {
  /** How many say something else now, or would. */
  readonly entries: number;
  /** Hash of the newest entry. */
  readonly before: string;
  readonly after: string;
}

/**
 * Changes what entries say of people, and chains all anew; an entry that says that this was done is the caller's.
 * Inside the caller's transaction.
 *
 * @param isMeant otherwise it is only counted
 */
export function rewriteAudit(
  db: Database,
  change: (text: string) => string,
  isMeant: boolean,
): RewrittenAudit {
  const start = readStart(db);
  const heads = { before: start.hash, after: start.hash };
  let entries = 0;
  for (let last = start.seq; ;) {
    const rows = db.all<AuditRow>('SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?', [
      last,
      MAX_AUDIT_ENTRIES,
    ]);
    if (rows.length === 0) return { entries, ...heads };
    for (const row of rows) {
      const changed: AuditRow = {
        ...row,
        actor_id: change(row.actor_id),
        actor_name: change(row.actor_name),
        subject: change(row.subject),
        before: row.before && change(row.before),
        after: row.after && change(row.after),
        cause: change(row.cause),
      };
      if (JSON.stringify(changed) !== JSON.stringify(row)) entries += 1;
      heads.before = row.hash;
      heads.after = hashOf(heads.after, changed);
      last = row.seq;
      if (isMeant && heads.after !== row.hash) writeAgain(db, { ...changed, hash: heads.after });
    }
  }
}

function writeAgain(db: Database, row: AuditRow): void {
  db.run(
    `UPDATE audit SET actor_id = ?, actor_name = ?, subject = ?, before = ?, after = ?, cause = ?, hash = ?
     WHERE seq = ?`,
    [row.actor_id, row.actor_name, row.subject, row.before, row.after, row.cause, row.hash, row.seq],
  );
}

function hashOf(before: string, row: Omit<AuditRow, 'hash'>): string {
  return createHash('sha256')
    .update(JSON.stringify([before, ...columnsOf(row)]))
    .digest('hex');
}

function columnsOf(row: Omit<AuditRow, 'hash'>): readonly (string | number | null)[] {
  return [
    row.seq,
    row.at_ms,
    row.actor_id,
    row.actor_name,
    row.action,
    row.subject,
    row.before,
    row.after,
    row.cause,
  ];
}

function toEntry(db: Database, row: AuditRow): AuditEntry {
  return {
    seq: row.seq,
    atMs: row.at_ms,
    actorId: row.actor_id,
    actorName: row.actor_name,
    action: row.action,
    subject: row.subject,
    ...(row.before !== null && { before: parseStored<unknown>(db, row.before) }),
    ...(row.after !== null && { after: parseStored<unknown>(db, row.after) }),
    cause: parseStored<readonly string[]>(db, row.cause),
  };
}
