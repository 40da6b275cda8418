/**
 * Historical jobs and what they found. A job is a rule looked for in the events that the org still holds; its results
 * are signals of their own table, which nobody triages, until one is made a signal.
 */

import type { Actor, Signal } from '@signalwright/model';
import { parseStored, type Database } from '@signalwright/store';

import { appendAudit } from './audit.ts';

/** Source: `pending` is recorded. Chosen: the other words. */
export const JOB_STATUSES = ['pending', 'running', 'completed', 'failed', 'cancelled'] as const;

export type JobStatus = (typeof JOB_STATUSES)[number];

export interface HistoricalJob {
  readonly id: string;
  readonly status: JobStatus;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  /** Stable id of the actor. */
  readonly createdBy: string;
  /** Fields of the job's definition, as the API answers them. */
  readonly definition: Readonly<Record<string, unknown>>;
  /** The rule that the definition was taken from. */
  readonly fromRuleId?: string;
  /** Its results become signals when it has completed. */
  readonly signalOutput: boolean;
  /** Why it failed, or what was left out. */
  readonly note?: string;
}

/** Chosen: jobs that an org keeps; the oldest that has ended makes room for a new one. */
export const MAX_JOBS = 1_000;

/** Chosen: jobs that wait at once. */
export const MAX_WAITING_JOBS = 50;

/** Chosen: results that an org keeps of all its jobs; the oldest jobs make room. */
export const MAX_KEPT_RESULTS = 100_000;

interface JobRow {
  readonly id: string;
  readonly status: string;
  readonly created_at_ms: number;
  readonly modified_at_ms: number;
  readonly created_by: string;
  readonly body: string;
}

type JobBody = Pick<HistoricalJob, 'definition' | 'fromRuleId' | 'signalOutput' | 'note'>;

/** Newest first; what was made in the same millisecond, the last first. */
export function listJobs(db: Database): readonly HistoricalJob[] {
  return db
    .all<JobRow>('SELECT * FROM jobs ORDER BY created_at_ms DESC, rowid DESC')
    .map((row) => toJob(db, row));
}

export function readJob(db: Database, id: string): HistoricalJob | undefined {
  const row = db.get<JobRow>('SELECT * FROM jobs WHERE id = ?', [id]);
  return row && toJob(db, row);
}

/** The job that waits longest; one that was running when the org ended waits again. */
export function nextJob(db: Database): HistoricalJob | undefined {
  const row = db.get<JobRow>(
    "SELECT * FROM jobs WHERE status IN ('pending', 'running') ORDER BY created_at_ms, rowid LIMIT 1",
  );
  return row && toJob(db, row);
}

export type NewJob = Pick<HistoricalJob, 'id' | 'definition' | 'fromRuleId' | 'signalOutput'>;

/** Inside the caller's transaction. @returns undefined when MAX_WAITING_JOBS wait already */
export function createJob(
  db: Database,
  actor: Actor,
  created: NewJob,
  nowMs: number,
): HistoricalJob | undefined {
  const waiting = db.get<{ n: number }>(
    "SELECT count(*) AS n FROM jobs WHERE status IN ('pending', 'running')",
  );
  if ((waiting?.n ?? 0) >= MAX_WAITING_JOBS) return undefined;
  makeRoom(db);
  const job: HistoricalJob = {
    ...created,
    status: 'pending',
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
    createdBy: actor.id,
  };
  db.run(
    'INSERT INTO jobs (id, status, created_at_ms, modified_at_ms, created_by, body) VALUES (?, ?, ?, ?, ?, ?)',
    [job.id, job.status, nowMs, nowMs, actor.id, JSON.stringify(bodyOf(job))],
  );
  const after = { definition: job.definition, signalOutput: job.signalOutput };
  appendAudit(db, {
    actor,
    atMs: nowMs,
    action: 'historical-job.create',
    subject: subjectOf(job.id),
    after,
  });
  return job;
}

/** What the runner says of a job. Inside the caller's transaction. */
export function moveJob(
  db: Database,
  job: HistoricalJob,
  status: JobStatus,
  nowMs: number,
  note?: string,
): void {
  const body = JSON.stringify(bodyOf({ ...job, ...(note !== undefined && { note }) }));
  db.run('UPDATE jobs SET status = ?, modified_at_ms = ?, body = ? WHERE id = ?', [
    status,
    nowMs,
    body,
    job.id,
  ]);
}

/** Inside the caller's transaction. @returns false when it has ended already */
export function cancelJob(db: Database, actor: Actor, job: HistoricalJob, nowMs: number): boolean {
  if (job.status !== 'pending' && job.status !== 'running') return false;
  moveJob(db, job, 'cancelled', nowMs);
  appendAudit(db, {
    actor,
    atMs: nowMs,
    action: 'historical-job.cancel',
    subject: subjectOf(job.id),
  });
  return true;
}

/** With its results; signals that were made of them stay. Inside the caller's transaction. */
export function deleteJob(db: Database, actor: Actor, job: HistoricalJob, nowMs: number): void {
  removeJob(db, job.id);
  const before = { definition: job.definition, status: job.status };
  appendAudit(db, {
    actor,
    atMs: nowMs,
    action: 'historical-job.delete',
    subject: subjectOf(job.id),
    before,
  });
}

/** Inside the caller's transaction. Where there would be too many, jobs that ended before go with their results. */
export function writeJobResults(db: Database, jobId: string, results: readonly Signal[]): void {
  db.run('DELETE FROM job_results WHERE job_id = ?', [jobId]);
  while (countResults(db) + results.length > MAX_KEPT_RESULTS && removeOldest(db));
  for (const result of results) {
    db.run('INSERT INTO job_results (id, job_id, created_at_ms, body) VALUES (?, ?, ?, ?)', [
      result.id,
      jobId,
      result.createdAtMs,
      JSON.stringify(result),
    ]);
  }
}

export function readJobResult(db: Database, id: string): Signal | undefined {
  const row = db.get<{ readonly body: string }>('SELECT body FROM job_results WHERE id = ?', [id]);
  return row && parseStored<Signal>(db, row.body);
}

/** The job of which a result was found. */
export function jobOfResult(db: Database, id: string): string | undefined {
  return db.get<{ readonly job_id: string }>('SELECT job_id FROM job_results WHERE id = ?', [id])?.job_id;
}

/**
 * Inside the caller's transaction: removes at most `limit` rows of jobs that ended before, each job after its results.
 *
 * @returns how many rows
 */
export function removeOldJobs(db: Database, beforeMs: number, limit: number): number {
  const oldest = db.get<{ readonly id: string }>(
    `SELECT id FROM jobs WHERE status NOT IN ('pending', 'running') AND modified_at_ms < ?
     ORDER BY created_at_ms, rowid LIMIT 1`,
    [beforeMs],
  );
  if (oldest === undefined) return 0;
  const results = db.run(
    'DELETE FROM job_results WHERE id IN (SELECT id FROM job_results WHERE job_id = ? LIMIT ?)',
    [oldest.id, limit],
  );
  if (results >= limit) return results;
  removeJob(db, oldest.id);
  return results + 1;
}

function makeRoom(db: Database): void {
  while (countJobs(db) >= MAX_JOBS && removeOldest(db));
}

function countJobs(db: Database): number {
  return db.get<{ n: number }>('SELECT count(*) AS n FROM jobs')?.n ?? 0;
}

function countResults(db: Database): number {
  return db.get<{ n: number }>('SELECT count(*) AS n FROM job_results')?.n ?? 0;
}

/** @returns false when no job has ended */
function removeOldest(db: Database): boolean {
  const oldest = db.get<{ readonly id: string }>(
    "SELECT id FROM jobs WHERE status NOT IN ('pending', 'running') ORDER BY created_at_ms, rowid LIMIT 1",
  );
  if (oldest !== undefined) removeJob(db, oldest.id);
  return oldest !== undefined;
}

function removeJob(db: Database, id: string): void {
  db.run('DELETE FROM job_results WHERE job_id = ?', [id]);
  db.run('DELETE FROM jobs WHERE id = ?', [id]);
}

function subjectOf(id: string): string {
  return `historical-job:${id}`;
}

function bodyOf({ definition, fromRuleId, signalOutput, note }: JobBody): JobBody {
  return {
    definition,
    signalOutput,
    ...(fromRuleId !== undefined && { fromRuleId }),
    ...(note !== undefined && { note }),
  };
}

function toJob(db: Database, row: JobRow): HistoricalJob {
  return {
    id: row.id,
    status: row.status as JobStatus,
    createdAtMs: row.created_at_ms,
    modifiedAtMs: row.modified_at_ms,
    createdBy: row.created_by,
    ...parseStored<JobBody>(db, row.body),
  };
}
