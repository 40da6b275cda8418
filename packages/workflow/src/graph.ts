/**
 * Which step may start: a pure reading of the edges. Skipping travels through the graph like a result does,
 * so that no step waits for an arrival that can never come.
 */

import type { StepEdge, Workflow, WorkflowStep } from '@signalwright/model';

/** How a step ended: on a branch, or never reached. */
export type StepEnd = 'main' | 'true' | 'false' | 'error' | 'skipped';

export type Readiness = 'ready' | 'waiting' | 'skipped';

/**
 * Source: Datadog readiness gates, ANY and ALL.
 * Chosen: `any` starts at the first arrival and ignores later ones; `all` is skipped as soon as one arrival is
 * impossible, since it could only wait for ever.
 */
export function readinessOf(step: WorkflowStep, ends: ReadonlyMap<string, StepEnd>): Readiness {
  if (step.after.length === 0) return 'ready';
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

/** A failed step ends the run unless somebody waits for its error. */
export function hasErrorBranch(workflow: Workflow, stepId: string): boolean {
  return workflow.steps.some((step) =>
    step.after.some((edge) => edge.step === stepId && edge.branch === 'error'),
  );
}
