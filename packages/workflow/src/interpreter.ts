/**
 * Walks a workflow's graph. Deterministic: the same recorded results give the same run, in whatever order
 * parallel branches finish, because each result is kept under its step and nothing here reads clock or random.
 */

import type { StepBody, WorkflowStep } from '@signalwright/model';
import { unreachable } from '@signalwright/model';
import { holds } from './conditions.ts';
import type { ExecutionContext, StepResult } from './execution-context.ts';
import { SKIPPED, hasErrorBranch, readinessOf, retryOf, startSteps, type StepEnd } from './graph.ts';
import { resolveInputs, resolveValue, runScope, UnresolvedInput, type RunFacts } from './scope.ts';

/** Recorded with each run: a run finishes on the version it started with, or is refused. */
export const INTERPRETER_VERSION = 2;

export type RunResult =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly step: string; readonly reason: string }
  | { readonly kind: 'cancelled' }
  /** A step's outcome is unclear and must not be repeated blindly. */
  | { readonly kind: 'needs_person'; readonly step: string; readonly reason: string };

/** Told each step that ended, in order: the history that people read and tests compare. */
export type StepObserver = (step: string, end: StepEnd) => void;

export async function interpret(
  facts: RunFacts,
  ctx: ExecutionContext,
  onStepEnd: StepObserver = () => undefined,
): Promise<RunResult> {
  const walk: Walk = {
    facts,
    ctx,
    starts: startSteps(facts.workflow),
    ends: new Map(),
    outputs: new Map(),
  };
  const running = new Map<string, Promise<Ended>>();
  let stopped: RunResult | undefined;
  for (;;) {
    if (stopped === undefined && ctx.isCancelled()) stopped = { kind: 'cancelled' };
    if (stopped === undefined) {
      skipTheUnreachable(walk);
      for (const step of startable(walk, running)) running.set(step.id, execute(step, walk));
    }
    // Steps in flight always finish and are recorded, also when the run stops.
    if (running.size === 0) return stopped ?? { kind: 'succeeded' };
    const ended = await firstToEnd(running);
    running.delete(ended.step);
    const stop = settle(walk, ended);
    // A step that fails once the run is to be cancelled does not make it a failure.
    stopped ??= stop?.kind === 'failed' && ctx.isCancelled() ? { kind: 'cancelled' } : stop;
    onStepEnd(ended.step, walk.ends.get(ended.step) ?? 'error');
  }
}

interface Walk {
  readonly facts: RunFacts;
  readonly ctx: ExecutionContext;
  readonly starts: ReadonlySet<string>;
  readonly ends: Map<string, StepEnd>;
  readonly outputs: Map<string, unknown>;
}

type Ended =
  | { readonly step: string; readonly kind: 'action'; readonly result: StepResult }
  | { readonly step: string; readonly kind: 'if'; readonly holds: boolean };

/** @throws what a step throws, when no other is in flight any more: those that have a result still record it */
async function firstToEnd(running: ReadonlyMap<string, Promise<Ended>>): Promise<Ended> {
  try {
    return await Promise.race(running.values());
  } catch (error) {
    await Promise.allSettled(running.values());
    throw error;
  }
}

function startable(
  { facts, starts, ends }: Walk,
  running: ReadonlyMap<string, unknown>,
): readonly WorkflowStep[] {
  return facts.workflow.steps.filter(
    (step) =>
      !ends.has(step.id) && !running.has(step.id) && readinessOf(step, ends, starts.has(step.id)) === 'ready',
  );
}

function skipTheUnreachable({ facts, starts, ends }: Walk): void {
  for (let changed = true; changed;) {
    changed = false;
    for (const step of facts.workflow.steps) {
      if (ends.has(step.id) || readinessOf(step, ends, starts.has(step.id)) !== 'skipped') continue;
      ends.set(step.id, SKIPPED);
      changed = true;
    }
  }
}

async function execute(step: WorkflowStep, walk: Walk): Promise<Ended> {
  const scope = () => runScope(walk.facts, walk.outputs);
  const body = step.does;
  const retry = retryOf(step);
  switch (body.kind) {
    case 'action': {
      const result = await walk.ctx.step(step.id, {
        action: body.action,
        ...(retry !== undefined && { retry }),
        input: () => resolveInputs(body.inputs, scope()),
      });
      return { step: step.id, kind: 'action', result };
    }
    case 'if': {
      const result = await walk.ctx.decide(step.id, () => holdsAsNeeded(body, scope()));
      return { step: step.id, kind: 'if', holds: result };
    }
    default:
      return unreachable(body);
  }
}

function holdsAsNeeded(body: Extract<StepBody, { kind: 'if' }>, scope: ReturnType<typeof runScope>): boolean {
  return body.conditions[body.needs === 'all' ? 'every' : 'some']((condition) => {
    try {
      return holds(
        resolveValue(condition.left, scope),
        condition.operator,
        resolveValue(condition.right, scope),
      );
    } catch (error) {
      // A condition that cannot be read does not hold; `check` has refused it long before.
      if (error instanceof UnresolvedInput) return false;
      throw error;
    }
  });
}

/** Writes the end of a step down; @returns how the run stops, or undefined when it goes on. */
function settle(walk: Walk, ended: Ended): RunResult | undefined {
  if (ended.kind === 'if') {
    walk.ends.set(ended.step, ended.holds ? 'true' : 'false');
    return undefined;
  }
  const { result, step } = ended;
  switch (result.kind) {
    case 'done':
      walk.ends.set(step, result.branch ?? 'main');
      walk.outputs.set(step, result.output);
      return undefined;
    case 'failed':
      walk.ends.set(step, 'error');
      walk.outputs.set(step, { error: result.reason });
      return hasErrorBranch(walk.facts.workflow, step)
        ? undefined
        : { kind: 'failed', step, reason: result.reason };
    case 'unclear':
      walk.ends.set(step, 'error');
      return { kind: 'needs_person', step, reason: result.reason };
    default:
      return unreachable(result);
  }
}
