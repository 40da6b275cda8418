/**
 * The interpreter's world on the embedded journal. The guarantee, as the docs print it: a recorded step is never
 * lost and never run again; the step in flight at a crash runs at least once, with the input it started with.
 */

import type { ActionOutcome, AnyAction, SecurityOrg } from '@signalwright/action';
import { MAX_WORKFLOW_RUN_MS, unreachable } from '@signalwright/model';
import type { InputCheck } from '../check-inputs.ts';
import type { ExecutionContext, StepResult, StepWork } from '../execution-context.ts';
import { clipReason, type Run, type StepRecord } from '../run.ts';
import type { RunJournal, StepOutcome } from './run-journal.ts';
import type { RunPauses } from './run-pauses.ts';

/** One attempt of one action may take this long. Chosen. */
export const ATTEMPT_TIMEOUT_MS = 30_000;
/** Larger outputs fail the step: a journal is no place for files. Source: workflow engine limits. */
export const MAX_OUTPUT_BYTES = 64 * 1024;
/** An action may ask for a later retry, but not put a run to sleep for good. What the workflow says holds as written. */
const MAX_ASKED_WAIT_MS = 60 * 60_000;

/** A step that was interrupted more often may be what ends the process: a person looks. Chosen. */
export const MAX_INTERRUPTIONS = 20;

export interface Clock {
  nowMs(): number;
  /** Rejects when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface ActionWorld {
  readonly actions: ReadonlyMap<string, AnyAction>;
  readonly checkInput: (action: string, input: unknown) => InputCheck;
  /** The org with the rights of this run; what it does carries the run as its cause, and nothing once `signal` aborts. */
  readonly org: (run: Run, signal: AbortSignal) => SecurityOrg;
  readonly http: (request: Request) => Promise<Response>;
  readonly secret: (name: string) => string;
  readonly clock: Clock;
}

/** What ends a wait before its time. */
export interface RunSignals {
  /** Aborts when the runner closes: what is not recorded then happens after the next start. */
  readonly closing: AbortSignal;
  /** Aborts when this run is cancelled: no pause before a retry is sat out. */
  readonly cancelled: AbortSignal;
}

export class DurableContext implements ExecutionContext {
  readonly #run: Run;
  readonly #journal: RunJournal;
  readonly #world: ActionWorld;
  readonly #signals: RunSignals;
  readonly #pauses: RunPauses;
  readonly #recorded: Map<string, StepRecord>;

  constructor(run: Run, journal: RunJournal, world: ActionWorld, signals: RunSignals, pauses: RunPauses) {
    this.#run = run;
    this.#journal = journal;
    this.#world = world;
    this.#signals = signals;
    this.#pauses = pauses;
    this.#recorded = new Map(journal.steps(run.id).map((record) => [record.path, record]));
  }

  step(path: string, work: StepWork): Promise<StepResult> {
    return this.#pauses.step(() => this.#step(path, work));
  }

  async #step(path: string, work: StepWork): Promise<StepResult> {
    const before = this.#recorded.get(path);
    if (before !== undefined && before.status !== 'started') return resultOf(before);
    const action = this.#world.actions.get(work.action);
    if (before === undefined) return this.#startStep(path, work, action);
    if (action === undefined)
      return this.#end(path, { status: 'failed', reason: noAction(work) }, before.attempts);
    const isInFlight = before.nextAttemptAtMs === undefined;
    if (isInFlight && action.replay === 'never') {
      const reason = 'The process died while the step ran; whether it took effect is not known.';
      return this.#end(path, { status: 'unclear', reason }, before.attempts + 1);
    }
    if (isInFlight) {
      if (before.interruptions >= MAX_INTERRUPTIONS) {
        const reason = `The process ended ${before.interruptions + 1} times while the step ran; it is not tried again.`;
        return this.#end(path, { status: 'unclear', reason }, before.attempts + 1);
      }
      await this.#journal.noteInterruption(this.#run.id, path);
    }
    return this.#attempt(path, work, action, before.input ?? {}, before.attempts, before.nextAttemptAtMs);
  }

  async decide(path: string, decide: () => boolean): Promise<boolean> {
    const before = this.#recorded.get(path);
    if (before !== undefined) return before.status === 'true';
    const holds = decide();
    await this.#journal.recordDecision(this.#run.id, path, holds, this.#world.clock.nowMs());
    return holds;
  }

  isCancelled(): boolean {
    return this.#journal.isCancelRequested(this.#run.id);
  }

  async #startStep(path: string, work: StepWork, action: AnyAction | undefined): Promise<StepResult> {
    const nowMs = this.#world.clock.nowMs();
    const resolved = work.input();
    const input = resolved.ok ? asRecorded(resolved.input) : {};
    const refusal = this.#refusalOf(work, action, resolved.ok ? undefined : resolved.reason, input, nowMs);
    await this.#journal.startStep(this.#run.id, path, work.action, input, nowMs);
    if (refusal !== undefined || action === undefined) {
      return this.#end(path, { status: 'failed', reason: refusal ?? noAction(work) }, 0);
    }
    return this.#attempt(path, work, action, input, 0, undefined);
  }

  #refusalOf(
    work: StepWork,
    action: AnyAction | undefined,
    unresolved: string | undefined,
    input: unknown,
    nowMs: number,
  ): string | undefined {
    if (nowMs - this.#run.createdAtMs > MAX_WORKFLOW_RUN_MS) return 'The run has taken longer than 7 days.';
    if (action === undefined) return noAction(work);
    if (unresolved !== undefined) return unresolved;
    const check = this.#world.checkInput(work.action, input);
    return check.ok ? undefined : check.reason;
  }

  async #attempt(
    path: string,
    work: StepWork,
    action: AnyAction,
    input: Readonly<Record<string, unknown>>,
    attemptsBefore: number,
    dueAtMs: number | undefined,
  ): Promise<StepResult> {
    const most = (work.retry?.times ?? 0) + 1;
    let due = dueAtMs;
    for (let attempt = attemptsBefore + 1; ; attempt += 1) {
      if (due !== undefined) {
        await this.#waitUntil(due);
        if (this.isCancelled()) {
          const reason = 'Cancelled before the next attempt.';
          return this.#end(path, { status: 'failed', reason }, attempt - 1);
        }
        // Written before it begins: a crash must find an attempt in flight, not one that waits.
        await this.#journal.startRetry(this.#run.id, path);
      }
      const outcome = await this.#call(path, action, input);
      if (outcome.kind === 'done' || outcome.kind === 'failed') {
        return this.#end(path, recordOf(outcome), attempt);
      }
      if (outcome.kind === 'unclear' && action.replay === 'never') {
        return this.#end(path, { status: 'unclear', reason: outcome.reason }, attempt);
      }
      if (attempt >= most) return this.#end(path, { status: 'failed', reason: outcome.reason }, attempt);
      const askedMs = Math.min(outcome.afterMs, MAX_ASKED_WAIT_MS);
      due = this.#world.clock.nowMs() + Math.max(work.retry?.everyMs ?? 0, askedMs);
      if (due - this.#run.createdAtMs > MAX_WORKFLOW_RUN_MS) {
        const reason = `${outcome.reason} (The next attempt would come after the 7 days that a run may take.)`;
        return this.#end(path, { status: 'failed', reason }, attempt);
      }
      await this.#journal.retryStep(this.#run.id, path, attempt, clipReason(outcome.reason), due);
    }
  }

  /** Also over when the run is cancelled. @throws when the runner closes */
  async #waitUntil(dueAtMs: number): Promise<void> {
    const waitMs = dueAtMs - this.#world.clock.nowMs();
    if (waitMs <= 0) return;
    const { closing, cancelled } = this.#signals;
    const wakes = AbortSignal.any([closing, cancelled]);
    await this.#pauses.whileWaiting(async () => {
      if (!wakes.aborted) {
        await this.#world.clock.sleep(waitMs, wakes).catch((error: unknown) => {
          if (!wakes.aborted) throw error;
        });
      }
      closing.throwIfAborted();
    });
    closing.throwIfAborted();
  }

  /** Never rejects but when the runner closes; a throw or a time-out of the action is an outcome that may have happened. */
  async #call(
    path: string,
    action: AnyAction,
    input: Readonly<Record<string, unknown>>,
  ): Promise<ActionOutcome<unknown>> {
    const { closing } = this.#signals;
    closing.throwIfAborted();
    const deadline = AbortSignal.timeout(ATTEMPT_TIMEOUT_MS);
    const signal = AbortSignal.any([deadline, closing]);
    const recordedStartMs = this.#journal.stepStartMs(this.#run.id, path) ?? this.#world.clock.nowMs();
    try {
      return await withAbort(
        action.run(input as never, {
          http: this.#world.http,
          org: this.#world.org(this.#run, signal),
          secret: this.#world.secret,
          nowMs: recordedStartMs,
          stepKey: `${this.#run.id}/${path}`,
          signal,
        }),
        signal,
      );
    } catch (error) {
      if (closing.aborted) throw error;
      const reason = deadline.aborted
        ? `No result within ${ATTEMPT_TIMEOUT_MS / 1000} s.`
        : error instanceof Error
          ? error.message
          : String(error);
      return { kind: 'unclear', reason, afterMs: 0 };
    }
  }

  async #end(path: string, outcome: StepOutcome, attempts: number): Promise<StepResult> {
    const end: StepOutcome =
      outcome.status === 'done' ? outcome : { ...outcome, reason: clipReason(outcome.reason) };
    await this.#journal.endStep(this.#run.id, path, end, attempts, this.#world.clock.nowMs());
    return end.status === 'done'
      ? { kind: 'done', output: end.output }
      : { kind: end.status, reason: end.reason };
  }
}

/** The output as the journal will give it back: later steps read the same in a run and in its replay. */
function recordOf(outcome: Extract<ActionOutcome<unknown>, { kind: 'done' | 'failed' }>): StepOutcome {
  if (outcome.kind === 'failed') return { status: 'failed', reason: outcome.reason };
  const text = jsonOf(outcome.output ?? null);
  if (text === undefined) return { status: 'failed', reason: 'The output cannot be written as JSON.' };
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_OUTPUT_BYTES) return { status: 'done', output: JSON.parse(text) as unknown };
  return { status: 'failed', reason: `The output has ${bytes} bytes; at most ${MAX_OUTPUT_BYTES} are kept.` };
}

/** Undefined for what JSON cannot hold: a loop, a bigint, a function. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) as string | undefined;
  } catch {
    return undefined;
  }
}

/** Inputs come out of JSON and templates, so JSON holds them. */
function asRecorded(input: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(input)) as Readonly<Record<string, unknown>>;
}

function resultOf(record: StepRecord): StepResult {
  switch (record.status) {
    case 'done':
      return { kind: 'done', output: record.output };
    case 'failed':
    case 'unclear':
      return { kind: record.status, reason: record.reason ?? '' };
    case 'started':
    case 'true':
    case 'false':
      throw new Error(
        `The step "${record.path}" is recorded as ${record.status}, not as an action that ended.`,
      );
    default:
      return unreachable(record.status);
  }
}

function noAction(work: StepWork): string {
  return `There is no action "${work.action}".`;
}

/** Stops waiting when `signal` aborts, also for an action that does not listen to it. */
function withAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
