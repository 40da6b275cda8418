/** Actions that exist on one side only: ours run in the embedded org, those of Datadog at Datadog. */

import {
  isDatadogAction,
  type AuthoredWorkflow,
  type Environment,
  type ProjectConfig,
} from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import type { Report } from './link-context.ts';

/**
 * One diagnostic for a workflow: where the content goes to is one decision, not one for each step. At Datadog nobody
 * carries out ours; the embedded org keeps a workflow of Datadog and does not run it, which is a mistake only where the
 * content goes nowhere else.
 */
export function checkSides(
  { object }: AuthoredWorkflow,
  config: ProjectConfig | undefined,
  report: Report,
): void {
  const ids = object.steps.map(({ does }) => (does.kind === 'action' ? does.action : undefined));
  const ours = ids.findIndex((id) => id !== undefined && !isDatadogAction(id));
  const theirs = ids.findIndex((id) => id !== undefined && isDatadogAction(id));
  const remote = environmentsAt(config, 'datadog');
  const embedded = environmentsAt(config, 'embedded');
  if (ours !== -1 && theirs !== -1) {
    const message = `${quoted(ids[theirs])} exists at Datadog only, and ${quoted(ids[ours])} here only: nobody can run both.`;
    reportAt(Math.max(ours, theirs), message, 'Divide the workflow, or take one side.');
  } else if (ours !== -1 && remote.length > 0) {
    const message = `${quoted(ids[ours])} exists in the embedded org only, and this content goes to ${remote.join(', ')} too.`;
    reportAt(ours, message, 'Datadog has no such action: keep this workflow in a folder of its own.');
  } else if (theirs !== -1 && remote.length === 0 && embedded.length > 0) {
    const message = `${quoted(ids[theirs])} exists at Datadog only, and this content goes to ${embedded.join(', ')} only.`;
    reportAt(theirs, message, 'The workflow is kept there and never runs: name an environment at Datadog.');
  }

  function reportAt(at: number, text: string, hint: string): void {
    report.at(['steps', at, 'action'], 'workflow/one-sided-action', text, { hint });
  }
}

function environmentsAt(config: ProjectConfig | undefined, target: Environment['target']): readonly string[] {
  return Object.entries(config?.environments ?? {})
    .filter(([, environment]) => environment.target === target)
    .map(([name]) => name);
}
