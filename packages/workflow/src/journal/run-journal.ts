/**
 * The embedded journal of workflow runs. Every promise that a method returns resolves after the commit is synced,
 * and one event-loop turn shares one commit: that is what makes many runs at once cheap.
 */

import type { Workflow } from '@signalwright/model';
import { parseStored, type Database } from '@signalwright/store';
import type { Run, RunStatus, RunTrigger, StepRecord, StepStatus } from '../run.ts';

export interface NewRun {
  readonly id: string;
  readonly dedupeKey: string;
  readonly workflow: Workflow;
  readonly interpreterVersion: number;
  readonly trigger: RunTrigger;
  readonly securitySignal: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly cause: readonly string[];
  readonly createdAtMs: number;
}

export interface RunFilter {
  readonly workflowId?: string;
  readonly signalId?: string;
  /** At most MAX_LISTED_RUNS. */
  readonly limit?: number;
}

/** Runs that one workflow may start by itself within a time, counted in the record. */
export interface StartLimit {
  readonly count: number;
  /** Runs that were made after this Unix time in milliseconds count. */
  readonly sinceMs: number;
}

export type AddedRun =
  /** `isNew` is false when the same dedupe key started the run before. */
  | { readonly kind: 'added'; readonly id: string; readonly isNew: boolean }
  | { readonly kind: 'limited'; readonly started: number };

const MAX_LISTED_RUNS = 1_000;

export class RunJournal {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Adds a run, once for each dedupe key. The limit is looked at in the same transaction: of many starts at once no
   * more than it allows get through.
   */
  addRun(run: NewRun, limit?: StartLimit): Promise<AddedRun> {
    return this.#database.write((): AddedRun => {
      const known = this.#database.get<{ id: string }>('SELECT id FROM run WHERE dedupe_key = ?', [
        run.dedupeKey,
      ]);
      if (known !== undefined) return { kind: 'added', id: known.id, isNew: false };
      if (limit !== undefined) {
        const started = this.#countTriggered(run.workflow.id, limit.sinceMs);
        if (started >= limit.count) return { kind: 'limited', started };
      }
      const { workflow, trigger, securitySignal, inputs, cause } = run;
      const pinned: Pinned = { workflow, trigger, securitySignal, inputs, cause };
      this.#database.run(
        `INSERT INTO run (id, workflow_id, dedupe_key, pinned, interpreter_version, trigger_kind, signal_id, status, created_at_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, 'queued', ?)`,
        [
          run.id,
          workflow.id,
          run.dedupeKey,
          JSON.stringify(pinned),
          run.interpreterVersion,
          trigger.kind,
          trigger.signalId,
          run.createdAtMs,
        ],
      );
      return { kind: 'added', id: run.id, isNew: true };
    });
  }

  markRunning(runId: string): Promise<void> {
    return this.#write("UPDATE run SET status = 'running' WHERE id = ? AND status = 'queued'", [runId]);
  }

  endRun(
    runId: string,
    status: RunStatus,
    atMs: number,
    why?: { step?: string; reason: string },
  ): Promise<void> {
    return this.#write('UPDATE run SET status = ?, reason = ?, step = ?, ended_at_ms = ? WHERE id = ?', [
      status,
      why?.reason ?? null,
      why?.step ?? null,
      atMs,
      runId,
    ]);
  }

  /** @returns false when there is no such run or it has ended */
  requestCancel(runId: string): Promise<boolean> {
    return this.#database.write(
      () =>
        this.#database.run(
          "UPDATE run SET cancel_requested = 1 WHERE id = ? AND status IN ('queued', 'running')",
          [runId],
        ) > 0,
    );
  }

  startStep(runId: string, path: string, action: string, input: unknown, atMs: number): Promise<void> {
    return this.#write(
      `INSERT INTO step (run_id, path, action, input, status, started_at_ms) VALUES (?, ?, ?, ?, 'started', ?)
       ON CONFLICT (run_id, path) DO NOTHING`,
      [runId, path, action, JSON.stringify(input), atMs],
    );
  }

  /** Counts an attempt that failed and says when the next one is due. */
  retryStep(
    runId: string,
    path: string,
    attempts: number,
    reason: string,
    nextAttemptAtMs: number,
  ): Promise<void> {
    return this.#write(
      'UPDATE step SET attempts = ?, reason = ?, next_attempt_at_ms = ? WHERE run_id = ? AND path = ?',
      [attempts, reason, nextAttemptAtMs, runId, path],
    );
  }

  /** The next attempt begins: from now on it is in flight, and no longer waiting for its time. */
  startRetry(runId: string, path: string): Promise<void> {
    return this.#write('UPDATE step SET next_attempt_at_ms = NULL WHERE run_id = ? AND path = ?', [
      runId,
      path,
    ]);
  }

  /** Written before an interrupted step runs again, so that one which ends the process each time is found out. */
  noteInterruption(runId: string, path: string): Promise<void> {
    return this.#write('UPDATE step SET interruptions = interruptions + 1 WHERE run_id = ? AND path = ?', [
      runId,
      path,
    ]);
  }

  endStep(runId: string, path: string, end: StepOutcome, attempts: number, atMs: number): Promise<void> {
    return this.#write(
      `UPDATE step SET status = ?, output = ?, reason = ?, attempts = ?, next_attempt_at_ms = NULL, ended_at_ms = ?
       WHERE run_id = ? AND path = ?`,
      [
        end.status,
        end.status === 'done' ? JSON.stringify(end.output ?? null) : null,
        end.status === 'done' ? null : end.reason,
        attempts,
        atMs,
        runId,
        path,
      ],
    );
  }

  recordDecision(runId: string, path: string, holds: boolean, atMs: number): Promise<void> {
    return this.#write(
      `INSERT INTO step (run_id, path, status, started_at_ms, ended_at_ms) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (run_id, path) DO NOTHING`,
      [runId, path, holds ? 'true' : 'false', atMs, atMs],
    );
  }

  run(runId: string): Run | undefined {
    const row = this.#database.get<RunRow>('SELECT * FROM run WHERE id = ?', [runId]);
    return row === undefined ? undefined : runOf(this.#database, row);
  }

  /** In the order they started. */
  steps(runId: string): readonly StepRecord[] {
    return this.#database
      .all<StepRow>('SELECT * FROM step WHERE run_id = ? ORDER BY started_at_ms, rowid', [runId])
      .map((row) => stepOf(this.#database, row));
  }

  /** When the step started first: every attempt sees the same time, so a repeat computes the same. */
  stepStartMs(runId: string, path: string): number | undefined {
    return this.#database.get<{ ms: number }>(
      'SELECT started_at_ms AS ms FROM step WHERE run_id = ? AND path = ?',
      [runId, path],
    )?.ms;
  }

  /** Newest first. */
  runs(filter: RunFilter = {}): readonly Run[] {
    const { workflowId, signalId, limit = MAX_LISTED_RUNS } = filter;
    // A condition for each filter that is there, and no more: SQLite then uses the index of it.
    const conditions = [
      ...(workflowId === undefined ? [] : [{ sql: 'workflow_id = ?', value: workflowId }]),
      ...(signalId === undefined ? [] : [{ sql: 'signal_id = ?', value: signalId }]),
    ];
    const where =
      conditions.length === 0 ? '' : `WHERE ${conditions.map((condition) => condition.sql).join(' AND ')}`;
    return this.#database
      .all<RunRow>(`SELECT * FROM run ${where} ORDER BY created_at_ms DESC, rowid DESC LIMIT ?`, [
        ...conditions.map((condition) => condition.value),
        Math.min(limit, MAX_LISTED_RUNS),
      ])
      .map((row) => runOf(this.#database, row));
  }

  /**
   * Oldest first, at most `limit`: what a crash left behind, then what waits for a slot.
   *
   * @param held ids of runs that are carried on already; they are left out
   */
  unfinished(limit: number, held: ReadonlySet<string>): readonly Run[] {
    const rows = this.#database.all<{ id: string }>(
      "SELECT id FROM run WHERE status IN ('queued', 'running') ORDER BY created_at_ms, rowid LIMIT ?",
      [limit + held.size],
    );
    const ids = rows.map(({ id }) => id).filter((id) => !held.has(id));
    return ids.slice(0, limit).flatMap((id) => this.run(id) ?? []);
  }

  countUnfinished(): number {
    const row = this.#database.get<{ n: number }>(
      "SELECT COUNT(*) AS n FROM run WHERE status IN ('queued', 'running')",
    );
    return row?.n ?? 0;
  }

  isCancelRequested(runId: string): boolean {
    return (
      this.#database.get('SELECT 1 FROM run WHERE id = ? AND cancel_requested = 1', [runId]) !== undefined
    );
  }

  /** Removes at most `limit` runs that ended before, with their steps. @returns how many */
  removeEnded(beforeMs: number, limit: number): Promise<number> {
    return this.#database.write(() => {
      const old = this.#database.all<{ id: string }>('SELECT id FROM run WHERE ended_at_ms < ? LIMIT ?', [
        beforeMs,
        limit,
      ]);
      for (const { id } of old) {
        this.#database.run('DELETE FROM step WHERE run_id = ?', [id]);
        this.#database.run('DELETE FROM run WHERE id = ?', [id]);
      }
      return old.length;
    });
  }

  /** Rate limits are read from the record, never counted up. */
  #countTriggered(workflowId: string, sinceMs: number): number {
    const row = this.#database.get<{ n: number }>(
      "SELECT COUNT(*) AS n FROM run WHERE workflow_id = ? AND trigger_kind = 'security' AND created_at_ms > ?",
      [workflowId, sinceMs],
    );
    return row?.n ?? 0;
  }

  #write(sql: string, params: readonly (string | number | null)[]): Promise<void> {
    return this.#database.write(() => {
      this.#database.run(sql, params);
    });
  }
}

export type StepOutcome =
  | { readonly status: 'done'; readonly output: unknown }
  | { readonly status: 'failed' | 'unclear'; readonly reason: string };

interface Pinned {
  readonly workflow: Workflow;
  readonly trigger: RunTrigger;
  readonly securitySignal: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly cause: readonly string[];
}

type RunRow = {
  readonly id: string;
  readonly pinned: string;
  readonly interpreter_version: number;
  readonly status: RunStatus;
  readonly reason: string | null;
  readonly step: string | null;
  readonly cancel_requested: number;
  readonly created_at_ms: number;
  readonly ended_at_ms: number | null;
};

function runOf(db: Database, row: RunRow): Run {
  const pinned = parseStored<Pinned>(db, row.pinned);
  return {
    id: row.id,
    ...pinned,
    interpreterVersion: row.interpreter_version,
    status: row.status,
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.step !== null && { step: row.step }),
    isCancelRequested: row.cancel_requested === 1,
    createdAtMs: row.created_at_ms,
    ...(row.ended_at_ms !== null && { endedAtMs: row.ended_at_ms }),
  };
}

type StepRow = {
  readonly path: string;
  readonly action: string | null;
  readonly input: string | null;
  readonly status: StepStatus;
  readonly output: string | null;
  readonly reason: string | null;
  readonly attempts: number;
  readonly interruptions: number;
  readonly next_attempt_at_ms: number | null;
  readonly started_at_ms: number;
  readonly ended_at_ms: number | null;
};

function stepOf(db: Database, row: StepRow): StepRecord {
  return {
    path: row.path,
    status: row.status,
    attempts: row.attempts,
    interruptions: row.interruptions,
    startedAtMs: row.started_at_ms,
    ...(row.action !== null && { action: row.action }),
    ...(row.input !== null && { input: parseStored<Readonly<Record<string, unknown>>>(db, row.input) }),
    ...(row.output !== null && { output: parseStored<unknown>(db, row.output) }),
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.next_attempt_at_ms !== null && { nextAttemptAtMs: row.next_attempt_at_ms }),
    ...(row.ended_at_ms !== null && { endedAtMs: row.ended_at_ms }),
  };
}
