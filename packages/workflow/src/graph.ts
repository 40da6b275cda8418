/**
 * Which step may start: a pure reading of the edges. Skipping travels through the graph like a result does,
 * so that no step waits for an arrival that can never come.
 */

import {
  triggerOf,
  type StepEdge,
  type StepRetry,
  type Workflow,
  type WorkflowStep,
} from '@signalwright/model';

/** Of a step that no run reached: no branch can be called like that. */
export const SKIPPED = null;

/** How a step ended: on a branch, or never reached. */
export type StepEnd = string | typeof SKIPPED;

export type Readiness = 'ready' | 'waiting' | 'skipped';

/**
 * Source: Datadog readiness gates, ANY and ALL.
 * Chosen: `any` starts at the first arrival and ignores later ones; `all` is skipped as soon as one arrival is
 * impossible, since it could only wait for ever.
 */
export function readinessOf(
  step: WorkflowStep,
  ends: ReadonlyMap<string, StepEnd>,
  isStart = step.after.length === 0,
): Readiness {
  if (isStart) return 'ready';
  if (step.after.length === 0) return 'skipped';
  const arrivals = step.after.map((edge) => arrivalOf(edge, ends));
  const wanted =
    step.join === 'all'
      ? arrivals.every((arrival) => arrival === 'arrived')
      : arrivals.some((arrival) => arrival === 'arrived');
  if (wanted) return 'ready';
  const hopeless =
    step.join === 'all'
      ? arrivals.some((arrival) => arrival === 'never')
      : arrivals.every((arrival) => arrival === 'never');
  return hopeless ? 'skipped' : 'waiting';
}

function arrivalOf(edge: StepEdge, ends: ReadonlyMap<string, StepEnd>): 'arrived' | 'never' | 'open' {
  const end = ends.get(edge.step);
  if (end === undefined) return 'open';
  return end === edge.branch ? 'arrived' : 'never';
}

/** Ids of the steps that a signal starts. */
export function startSteps({ triggers, steps }: Workflow): ReadonlySet<string> {
  const start = triggerOf(triggers, 'security')?.start;
  return new Set(start ?? steps.filter((step) => step.after.length === 0).map((step) => step.id));
}

/** Where several handlers differ, a run does not start; see `cannotRun`. */
export function retryOf({ retry, onError }: WorkflowStep): StepRetry | undefined {
  const retryOnError = onError?.[0]?.retry;
  return retry ?? (retryOnError !== undefined && retryOnError.times > 0 ? retryOnError : undefined);
}

/** A failed step ends the run unless somebody waits for its error. */
export function hasErrorBranch(workflow: Workflow, stepId: string): boolean {
  return workflow.steps.some((step) =>
    step.after.some((edge) => edge.step === stepId && edge.branch === 'error'),
  );
}
