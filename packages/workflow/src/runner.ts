/**
 * Starts runs, carries on those that a crash left behind, and never has one "running" without an owner.
 * A run is durable before `start` answers; slots are derived from what is active here, never counted up and down.
 */

import { setMaxListeners } from 'node:events';
import { unreachable, type Actor, type Workflow } from '@signalwright/model';
import { runInputs } from './check-inputs.ts';
import { interpret, INTERPRETER_VERSION, type RunResult } from './interpreter.ts';
import { DurableContext, type ActionWorld } from './journal/durable-context.ts';
import type { RunJournal } from './journal/run-journal.ts';
import { isEnded, type Run, type RunTrigger } from './run.ts';

/** Runs interpreted at once; further ones wait in the journal. Chosen. */
export const MAX_ACTIVE_RUNS = 50;
/** A signal may start a run that changes a signal that starts a run: three such links, then it ends. */
export const MAX_CAUSE_DEPTH = 3;

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
  readonly kind: 'bad_input' | 'rate_limited' | 'no_security_trigger' | 'unpublished' | 'loop';
  readonly reason: string;
}

export interface RunnerOptions {
  readonly journal: RunJournal;
  readonly world: ActionWorld;
  /** Unique and unguessable. */
  readonly newId: () => string;
  /** Told when a run ends; must not throw. */
  readonly onRunEnded?: (run: Run) => void;
  /** Told of our own mistakes in a run, which end that run as failed. */
  readonly onError?: (error: unknown, run: Run) => void;
}

export class Runner {
  readonly #options: RunnerOptions;
  readonly #active = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();
  readonly #idle: (() => void)[] = [];

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
    const added = await journal.addRun({
      id: newId(),
      dedupeKey: request.dedupeKey,
      workflow: request.workflow,
      interpreterVersion: INTERPRETER_VERSION,
      trigger: request.trigger,
      securitySignal: request.securitySignal,
      inputs: inputs.inputs,
      cause: request.cause,
      createdAtMs: world.clock.nowMs(),
    });
    this.#fillSlots();
    return { ok: true, runId: added.id, isNew: added.isNew };
  }

  /** Carries on what was queued or running when the process ended. @returns how many runs that are */
  resume(): number {
    const waiting = this.#options.journal.countUnfinished();
    this.#fillSlots();
    return waiting;
  }

  /** The step in flight is finished, then the run ends. @returns false when it has ended before */
  cancel(runId: string): Promise<boolean> {
    return this.#options.journal.requestCancel(runId);
  }

  /** Resolves when nothing is queued or running. */
  async idle(): Promise<void> {
    if (this.#active.size === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Stops waiting for steps in flight: they are carried on by the next `resume`. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The runner is closing.'));
    await Promise.all(this.#active.values());
  }

  #refusalOf(request: StartRequest): StartRefusal | undefined {
    const { workflow, trigger, cause, dedupeKey } = request;
    if (workflow.triggers.security === undefined) {
      return {
        kind: 'no_security_trigger',
        reason: `The workflow "${workflow.id}" has no security trigger.`,
      };
    }
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
    const limit = workflow.triggers.security.rateLimit;
    const { journal, world } = this.#options;
    if (limit === undefined || journal.hasDedupeKey(dedupeKey)) return undefined;
    const started = journal.countTriggered(workflow.id, world.clock.nowMs() - limit.perMs);
    if (started < limit.count) return undefined;
    return {
      kind: 'rate_limited',
      reason: `${started} runs started within the rate limit's time; the limit is ${limit.count}.`,
    };
  }

  #fillSlots(): void {
    if (this.#closing.signal.aborted) return;
    // The active ones are among the oldest, so a page of the oldest holds every run that may start now.
    for (const run of this.#options.journal.unfinished(MAX_ACTIVE_RUNS)) {
      if (this.#active.size >= MAX_ACTIVE_RUNS) return;
      if (this.#active.has(run.id)) continue;
      this.#active.set(
        run.id,
        this.#carryOn(run).finally(() => this.#release(run.id)),
      );
    }
  }

  #release(runId: string): void {
    this.#active.delete(runId);
    this.#fillSlots();
    if (this.#active.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #carryOn(run: Run): Promise<void> {
    const { journal, world, onError, onRunEnded } = this.#options;
    try {
      await journal.markRunning(run.id);
      const result = await this.#interpret(run);
      await journal.endRun(run.id, statusOf(result), world.clock.nowMs(), whyOf(result));
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      onError?.(error, run);
      const reason = `Internal error: ${error instanceof Error ? error.message : String(error)}`;
      await journal.endRun(run.id, 'failed', world.clock.nowMs(), { reason });
    }
    const ended = journal.run(run.id);
    if (ended !== undefined && isEnded(ended.status)) onRunEnded?.(ended);
  }

  #interpret(run: Run): Promise<RunResult> {
    if (run.interpreterVersion !== INTERPRETER_VERSION) {
      const reason = `It started on interpreter ${run.interpreterVersion}; this program has ${INTERPRETER_VERSION}.`;
      return Promise.resolve({ kind: 'needs_person', step: '', reason });
    }
    const { journal, world } = this.#options;
    return interpret(
      { runId: run.id, workflow: run.workflow, securitySignal: run.securitySignal, inputs: run.inputs },
      new DurableContext(run, journal, world, this.#closing.signal),
    );
  }
}

function statusOf(result: RunResult): 'succeeded' | 'failed' | 'cancelled' | 'needs_person' {
  return result.kind;
}

function whyOf(result: RunResult): { step?: string; reason: string } | undefined {
  switch (result.kind) {
    case 'succeeded':
      return undefined;
    case 'cancelled':
      return { reason: 'Cancelled.' };
    case 'failed':
    case 'needs_person':
      return { step: result.step, reason: result.reason };
    default:
      return unreachable(result);
  }
}
