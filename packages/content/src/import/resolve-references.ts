/**
 * A workflow as a target becomes a reference of ours where content has it and the handle is, to the character, what the
 * reference compiles to. Everything else stays as Datadog has it. References by the marks of our objects (of rules, in
 * suppressions and correlations) are read by `wire` already.
 */

import type { NotificationRule, NotificationTarget, Payload } from '@signalwright/model';
import { attributesOf, workflowHandle } from '@signalwright/wire';
import type { ImportedObject } from './payload-object.ts';

/** @param isWorkflow whether a workflow of content has the id, and is started by the handle of that name */
export function resolveReferences(
  object: ImportedObject,
  payload: Payload,
  isWorkflow: (id: string) => boolean,
): ImportedObject {
  return object.kind === 'notification-rule' ? resolveTargets(object, payload, isWorkflow) : object;
}

/** The decoder takes each mention for a workflow of ours. */
function resolveTargets(
  rule: NotificationRule,
  payload: Payload,
  isWorkflow: (id: string) => boolean,
): NotificationRule {
  const { targets: written } = attributesOf(payload);
  const texts: readonly unknown[] = Array.isArray(written) ? written : [];
  const targets = rule.targets.map((target, index): NotificationTarget => {
    if (target.kind === 'handle') return target;
    const handle = workflowHandle(target.workflowId, target.inputs);
    const text = texts[index];
    if (text === handle && isWorkflow(target.workflowId)) return target;
    return { kind: 'handle', handle: typeof text === 'string' ? text : handle };
  });
  return { ...rule, targets };
}
