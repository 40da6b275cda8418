/**
 * Starts runs, carries on those that a crash left behind, and never has one "running" without an owner.
 * A run is durable before `start` answers; slots are derived from what is at work here, never counted up and down.
 */

import { setMaxListeners } from 'node:events';
import { DEFAULT_RATE_MS, triggerOf, unreachable, type Actor, type Workflow } from '@signalwright/model';
import { StoreError } from '@signalwright/store';
import { cannotRun } from './cannot-run.ts';
import { runInputs } from './check-inputs.ts';
import { interpret, INTERPRETER_VERSION, type RunResult } from './interpreter.ts';
import { DurableContext, type ActionWorld } from './journal/durable-context.ts';
import type { RunJournal, StartLimit } from './journal/run-journal.ts';
import { RunPauses } from './journal/run-pauses.ts';
import { clipReason, type Run, type RunTrigger } from './run.ts';

/** Runs at work at once; further ones wait in the journal. Chosen. */
export const MAX_ACTIVE_RUNS = 50;
/** Runs held in memory, those included that sleep until their next attempt and so need no slot. Chosen. */
const MAX_HELD_RUNS = 1_000;
/** A signal may start a run that changes a signal that starts a run: three such links, then it ends. */
export const MAX_CAUSE_DEPTH = 3;
/** How long a run waits when the journal cannot be written, before it goes on. Chosen. */
const JOURNAL_PAUSE_MS = 5_000;

export interface StartRequest {
  readonly workflow: Workflow;
  readonly trigger: RunTrigger;
  /** The signal as the public API writes it. */
  readonly securitySignal: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly cause: Actor['cause'];
  /** The same key starts one run, however often it is asked for. */
  readonly dedupeKey: string;
}

export type StartResult =
  | { readonly ok: true; readonly runId: string; readonly isNew: boolean }
  | { readonly ok: false; readonly refusal: StartRefusal };

export interface StartRefusal {
  readonly kind: 'bad_input' | 'cannot_run' | 'rate_limited' | 'no_security_trigger' | 'unpublished' | 'loop';
  readonly reason: string;
}

export interface RunnerOptions {
  readonly journal: RunJournal;
  readonly world: ActionWorld;
  /** Unique and unguessable. */
  readonly newId: () => string;
  /** Told of our own mistakes in a run, which end it as failed, and of a journal that cannot be written, which delays it. */
  readonly onError: (error: unknown, run: Run) => void;
}

interface ActiveRun {
  readonly ended: Promise<void>;
  readonly cancelled: AbortController;
  readonly pauses: RunPauses;
}

export class Runner {
  readonly #options: RunnerOptions;
  readonly #active = new Map<string, ActiveRun>();
  readonly #closing = new AbortController();
  readonly #idle: (() => void)[] = [];
  /** Runs whose pause is over, in that order: they go before those that have not begun. */
  readonly #waking: (() => void)[] = [];

  constructor(options: RunnerOptions) {
    this.#options = options;
    // Every attempt in flight listens, and they are bounded by the slots: no leak to warn of.
    setMaxListeners(0, this.#closing.signal);
  }

  async start(request: StartRequest): Promise<StartResult> {
    const { journal, world, newId } = this.#options;
    const refusal = this.#refusalOf(request);
    if (refusal !== undefined) return { ok: false, refusal };
    const inputs = runInputs(request.workflow, request.inputs);
    if (!inputs.ok) return { ok: false, refusal: { kind: 'bad_input', reason: inputs.reason } };
    const nowMs = world.clock.nowMs();
    const run = {
      id: newId(),
      dedupeKey: request.dedupeKey,
      workflow: request.workflow,
      interpreterVersion: INTERPRETER_VERSION,
      trigger: request.trigger,
      securitySignal: request.securitySignal,
      inputs: inputs.inputs,
      cause: request.cause,
      createdAtMs: nowMs,
    };
    const added = await journal.addRun(run, limitOf(request, nowMs));
    if (added.kind === 'limited') return { ok: false, refusal: rateLimited(request, added.started) };
    this.#fillSlots();
    return { ok: true, runId: added.id, isNew: added.isNew };
  }

  /** Carries on what was queued or running when the process ended. @returns how many runs that are */
  resume(): number {
    const waiting = this.#options.journal.countUnfinished();
    this.#fillSlots();
    return waiting;
  }

  /** The attempt in flight is finished, then the run ends. @returns false when it has ended before */
  async cancel(runId: string): Promise<boolean> {
    const isCancelled = await this.#options.journal.requestCancel(runId);
    if (isCancelled) this.#active.get(runId)?.cancelled.abort();
    return isCancelled;
  }

  /** Resolves when nothing is queued or running. */
  async idle(): Promise<void> {
    if (this.#active.size === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Stops waiting for steps in flight: they are carried on by the next `resume`. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The runner is closing.'));
    for (const wake of this.#waking.splice(0)) wake();
    await Promise.all([...this.#active.values()].map(({ ended }) => ended));
  }

  #refusalOf(request: StartRequest): StartRefusal | undefined {
    const { workflow, trigger, cause } = request;
    if (triggerOf(workflow.triggers, 'security') === undefined) {
      return {
        kind: 'no_security_trigger',
        reason: `The workflow "${workflow.id}" has no security trigger.`,
      };
    }
    const [unable] = cannotRun(workflow, (action) => this.#options.world.actions.has(action)).filter(
      ({ isWhole }) => isWhole,
    );
    if (unable !== undefined) return { kind: 'cannot_run', reason: unable.reason };
    if (cause.filter((link) => link.startsWith('run:')).length >= MAX_CAUSE_DEPTH) {
      return { kind: 'loop', reason: `Runs that start runs are followed ${MAX_CAUSE_DEPTH} times at most.` };
    }
    if (trigger.kind === 'manual') return undefined;
    if (!workflow.published) {
      return {
        kind: 'unpublished',
        reason: `The workflow "${workflow.id}" is not published: it runs by hand only.`,
      };
    }
    return undefined;
  }

  #fillSlots(): void {
    if (this.#closing.signal.aborted) return;
    while (this.#waking.length > 0 && this.#freeSlots() > 0) this.#waking.shift()?.();
    const room = Math.min(this.#freeSlots(), MAX_HELD_RUNS - this.#active.size);
    if (room <= 0) return;
    for (const run of this.#options.journal.unfinished(room, new Set(this.#active.keys()))) {
      const cancelled = new AbortController();
      const pauses = new RunPauses({
        onAsleep: () => this.#fillAgain(run),
        awaken: (wake) => this.#awaken(wake),
      });
      const ended = this.#carryOn(run, cancelled.signal, pauses).then(() => this.#release(run));
      this.#active.set(run.id, { ended, cancelled, pauses });
    }
  }

  #freeSlots(): number {
    return MAX_ACTIVE_RUNS - [...this.#active.values()].filter(({ pauses }) => !pauses.isAsleep).length;
  }

  #awaken(wake: () => void): Promise<void> {
    return new Promise((resolve) => {
      const goOn = (): void => {
        wake();
        resolve();
      };
      if (this.#closing.signal.aborted || this.#freeSlots() > 0) goOn();
      else this.#waking.push(goOn);
    });
  }

  #release(run: Run): void {
    this.#active.delete(run.id);
    this.#fillAgain(run);
    if (this.#active.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** A slot has become free. */
  #fillAgain(run: Run): void {
    try {
      this.#fillSlots();
    } catch (error) {
      // What waits stays in the journal: the next start or end looks again.
      this.#options.onError(error, run);
    }
  }

  /** Never rejects: what the journal refuses is tried again until it takes it or the runner closes. */
  async #carryOn(run: Run, cancelled: AbortSignal, pauses: RunPauses): Promise<void> {
    const closing = this.#closing.signal;
    while (!closing.aborted) {
      try {
        await this.#runToItsEnd(run, cancelled, pauses);
        return;
      } catch (error) {
        if (closing.aborted) return;
        this.#options.onError(error, run);
        await this.#options.world.clock.sleep(JOURNAL_PAUSE_MS, closing).catch(() => undefined);
      }
    }
  }

  /** @throws when the journal cannot be written or the runner closes */
  async #runToItsEnd(run: Run, cancelled: AbortSignal, pauses: RunPauses): Promise<void> {
    const { journal, world } = this.#options;
    await journal.markRunning(run.id);
    const result = await this.#interpret(run, cancelled, pauses).catch((error: unknown): RunResult => {
      if (this.#closing.signal.aborted || error instanceof StoreError) throw error;
      this.#options.onError(error, run);
      const reason = `Internal error: ${error instanceof Error ? error.message : String(error)}`;
      return { kind: 'failed', step: '', reason: clipReason(reason) };
    });
    await journal.endRun(run.id, result.kind, world.clock.nowMs(), whyOf(result));
  }

  async #interpret(run: Run, cancelled: AbortSignal, pauses: RunPauses): Promise<RunResult> {
    if (run.interpreterVersion !== INTERPRETER_VERSION) {
      const reason = `It started on interpreter ${run.interpreterVersion}; this program has ${INTERPRETER_VERSION}.`;
      return { kind: 'needs_person', step: '', reason };
    }
    const { journal, world } = this.#options;
    return interpret(
      { runId: run.id, workflow: run.workflow, securitySignal: run.securitySignal, inputs: run.inputs },
      new DurableContext(run, journal, world, { closing: this.#closing.signal, cancelled }, pauses),
    );
  }
}

/** Undefined for a run by hand: a person is limited by nothing but the permission. */
function limitOf({ workflow, trigger }: StartRequest, nowMs: number): StartLimit | undefined {
  const limit = triggerOf(workflow.triggers, 'security')?.rateLimit;
  if (trigger.kind === 'manual' || limit === undefined) return undefined;
  return { count: limit.count, sinceMs: nowMs - (limit.perMs ?? DEFAULT_RATE_MS) };
}

function rateLimited({ workflow }: StartRequest, started: number): StartRefusal {
  const most = triggerOf(workflow.triggers, 'security')?.rateLimit?.count ?? 0;
  const reason = `${started} runs started within the rate limit's time; the limit is ${most}.`;
  return { kind: 'rate_limited', reason };
}

function whyOf(result: RunResult): { step?: string; reason: string } | undefined {
  switch (result.kind) {
    case 'succeeded':
      return undefined;
    case 'cancelled':
      return { reason: 'Cancelled.' };
    case 'failed':
    case 'needs_person':
      return { ...(result.step !== '' && { step: result.step }), reason: result.reason };
    default:
      return unreachable(result);
  }
}
