/** Handles of notifications: allowed by signalwright.yaml, and naming workflows that exist. */

import { triggerOf, type AuthoredWorkflow, type ContentPath } from '@signalwright/model';
import { parseWorkflowHandle } from '@signalwright/wire';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import { checkTemplate } from './check-text.ts';
import type { LinkContext, Report } from './link-context.ts';

export function checkHandle(report: Report, context: LinkContext, path: ContentPath, handle: string): void {
  if (!handle.startsWith('@')) {
    report.at(path, 'link/handle-without-at', `${quoted(handle)} is no handle: nobody is told.`, {
      hint: `Handles start with @: '@${handle}'`,
    });
    return;
  }
  if (handle.includes('{{')) checkTemplate(report, path, handle);
  if (handle.startsWith('@workflow-')) return checkWorkflowHandle(report, context, path, handle);
  const allowed = context.config?.allowedHandles;
  if (allowed === undefined || allowed.some((pattern) => covers(pattern, handle))) return;
  report.at(path, 'link/handle-not-allowed', `The handle ${quoted(handle)} is not allowed here.`, {
    hint:
      didYouMean(handle, allowed) ??
      'Add it to allow.handles in signalwright.yaml, or use one that is there.',
  });
}

/** Of a handle with variables only the part before them is known, so only a pattern can cover it. */
function covers(pattern: string, handle: string): boolean {
  const known = handle.split('{{')[0] ?? '';
  if (!pattern.endsWith('*')) return pattern === handle;
  return known.startsWith(pattern.slice(0, -1));
}

function checkWorkflowHandle(report: Report, context: LinkContext, path: ContentPath, handle: string): void {
  const mention = parseWorkflowHandle(handle);
  if (mention === undefined) {
    report.at(path, 'link/unknown-workflow', `${quoted(handle)} does not name a workflow.`, {
      hint: 'Write @workflow-<handle>; inputs are given by a notification rule with a workflow target.',
    });
    return;
  }
  const workflow = context.workflowOfHandle(mention.workflowId);
  if (workflow !== undefined) return checkIsStarted(report, path, workflow);
  const named = context.workflow(mention.workflowId);
  if (named === undefined && context.isTaken('workflow', mention.workflowId)) return;
  report.at(path, 'link/unknown-workflow', `No workflow has the handle ${quoted(mention.workflowId)}.`, {
    hint:
      named === undefined
        ? didYouMean(mention.workflowId, context.ids('workflow'))
        : `The workflow with that id has ${named.object.handle === '' ? 'none' : `the handle ${quoted(named.object.handle)}`}.`,
  });
}

/** Whether a signal can start a workflow that a rule names. */
export function checkIsStarted(report: Report, path: ContentPath, workflow: AuthoredWorkflow): void {
  const { id, handle, triggers, published } = workflow.object;
  const [why, hint, part] = !published
    ? ['is not published', 'Remove published: false from it.', 'published']
    : triggerOf(triggers, 'security') === undefined
      ? ['has no security trigger', 'Add triggers: { security: {} } to it.', 'triggers']
      : handle === ''
        ? ['has no handle', 'Remove handle from it: then its handle is its id.', 'handle']
        : [];
  if (part === undefined) return;
  const message = `The workflow ${quoted(id)} ${why}, so a signal cannot start it.`;
  report.at(path, 'link/workflow-not-started', message, {
    hint,
    related: [{ message: 'The workflow.', range: workflow.origin.rangeOf([part]) }],
  });
}
