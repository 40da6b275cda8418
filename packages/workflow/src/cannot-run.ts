/**
 * What of a workflow this runner cannot carry out, said before a run starts: a run that stops in the middle because
 * nobody can do the next step would leave half of it done. See docs/decisions/0091.
 */

import { isDatadogAction, triggerOf, type Workflow, type WorkflowStep } from '@signalwright/model';
import { BUILT_IN_CONTROLS } from './built-in-actions.ts';

export interface CannotRun {
  /** A sentence for people: what, and why not. */
  readonly reason: string;
  /** No run may start. Otherwise it runs, and something of it never happens: a trigger that starts nothing here. */
  readonly isWhole: boolean;
}

/** @param hasAction whether this runner has the code of an action */
export function cannotRun(workflow: Workflow, hasAction: (action: string) => boolean): readonly CannotRun[] {
  const steps = workflow.steps.flatMap((step) => stepReasons(step, hasAction));
  const { runAs, triggers } = workflow;
  const isOwner = runAs === undefined || runAs.kind === 'owner';
  const others = triggers.filter(({ kind }) => kind !== 'security' && kind !== 'workflow' && kind !== 'api');
  return [
    ...steps.map((reason) => ({ reason, isWhole: true })),
    ...(isOwner ? [] : [{ reason: `Nothing here runs as ${runAs.kind}.`, isWhole: true }]),
    ...(triggerOf(triggers, 'security') === undefined
      ? [{ reason: 'It has no security trigger, and only signals start workflows here.', isWhole: true }]
      : others.map(({ kind }) => ({ reason: `The trigger ${kind} starts nothing here.`, isWhole: false }))),
  ];
}

function stepReasons(step: WorkflowStep, hasAction: (action: string) => boolean): readonly string[] {
  const reasons: string[] = [];
  const of = `The step "${step.id}"`;
  if (step.does.kind === 'action' && !hasAction(step.does.action)) {
    reasons.push(`${of} calls ${step.does.action}, ${whyNot(step.does.action)}.`);
  }
  if (step.waitUntil !== undefined)
    reasons.push(`${of} waits until something holds, which nothing here does yet.`);
  if ((step.onError ?? []).length > 1) {
    reasons.push(`${of} has several ways to go on when it fails, and nothing says which one is taken.`);
  }
  return reasons;
}

function whyNot(action: string): string {
  if (BUILT_IN_CONTROLS.has(action)) return 'which this runner does not carry out yet';
  return isDatadogAction(action) ? 'which exists at Datadog only' : 'which nobody here carries out';
}
