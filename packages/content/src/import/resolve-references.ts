/**
 * What content says in words of its own. A workflow as a target becomes a reference of ours where content has it and the handle is, to the character, what the
 * reference compiles to. Everything else stays as Datadog has it. References by the marks of our objects (of rules, in
 * suppressions and correlations) are read by `wire` already.
 */

import type { NotificationRule, NotificationTarget, Payload, WorkflowStep } from '@signalwright/model';
import { attributesOf, workflowHandle } from '@signalwright/wire';
import type { ImportedObject } from './payload-object.ts';

/** @param workflowOf id of the workflow of content that a handle starts */
export function resolveReferences(
  object: ImportedObject,
  payload: Payload,
  workflowOf: (handle: string) => string | undefined,
): ImportedObject {
  switch (object.kind) {
    case 'notification-rule':
      return resolveTargets(object, payload, workflowOf);
    case 'workflow':
      return { ...object, steps: object.steps.map(joinArrivals) };
    default:
      return object;
  }
}

/** Content says how several arrivals are joined; the API reads a step that does not say it as `any`. */
function joinArrivals(step: WorkflowStep): WorkflowStep {
  return step.after.length > 1 && step.join === undefined ? { ...step, join: 'any' } : step;
}

/** The decoder takes each mention for a workflow of ours whose id is the handle. */
function resolveTargets(
  rule: NotificationRule,
  payload: Payload,
  workflowOf: (handle: string) => string | undefined,
): NotificationRule {
  const { targets: written } = attributesOf(payload);
  const texts: readonly unknown[] = Array.isArray(written) ? written : [];
  const targets = rule.targets.map((target, index): NotificationTarget => {
    if (target.kind === 'handle') return target;
    const { workflowId: handle, inputs } = target;
    const compiled = workflowHandle(handle, inputs);
    const text = texts[index];
    const workflowId = workflowOf(handle);
    if (text === compiled && workflowId !== undefined)
      return { kind: 'workflow', workflowId, inputs, ...(workflowId !== handle && { handle }) };
    return { kind: 'handle', handle: typeof text === 'string' ? text : compiled };
  });
  return { ...rule, targets };
}
