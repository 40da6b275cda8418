/** `Source` in expressions: what started the run, which depends on the trigger. */

import type { ContentPath, TriggerKind } from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import type { Report } from './link-context.ts';
import type { ExpressionScope, PathPart } from './expression-scope.ts';

/**
 * What the triggers give under `Source`, as far as it is documented; of the others nobody knows, so that nothing can
 * be said against a path. Source: Datadog "Workflow variables and parameters", and exported workflows.
 */
const GIVEN: Readonly<Partial<Record<TriggerKind, readonly string[]>>> = {
  security: ['securitySignal', 'securityFinding'],
  monitor: ['monitor'],
  case: ['case'],
  incident: ['incident'],
  incidentCreated: ['incident'],
  incidentImpactCreated: ['incident'],
  incidentImpactUpdated: ['incident'],
  incidentPostmortemUpdated: ['incident'],
  incidentResponderCreated: ['incident'],
  incidentSaved: ['incident'],
  incidentSchedule: ['incident'],
  schedule: [],
};

export function checkSourcePath(
  report: Report,
  at: ContentPath,
  part: PathPart,
  scope: ExpressionScope,
): void {
  const name = part.path[1] ?? '';
  const { workflow, flow, step } = scope;
  const all = workflow.triggers.map((trigger) => trigger.kind);
  const kinds = step === undefined || flow === undefined ? all : [...flow.triggersOf(step.id)];
  const without = kinds.filter((kind) => !mayGive(kind, name));
  if (without.length === 0) return;
  if (without.length === kinds.length) {
    const names = [...new Set(kinds.flatMap((kind) => GIVEN[kind] ?? []))];
    const owner = Object.entries(GIVEN).find(([, given]) => given.includes(name))?.[0];
    report.inText(at, part, 'workflow/unknown-name', `Source has no ${quoted(name)}.`, {
      hint:
        owner === undefined
          ? (didYouMean(name, names) ?? sourceHint(names))
          : `The trigger ${owner} gives it, and none of ${all.join(', ')} does.`,
    });
    return;
  }
  const message = `A run that ${without.join(' or ')} starts has no Source.${name}, so this is empty then.`;
  report.inText(at, part, 'workflow/source-not-always', message, {
    hint: 'Give that trigger first steps of its own (start:), or decide with is_null first.',
  });
}

/** What one trigger is known to give, no other one does. */
function mayGive(kind: TriggerKind, name: string): boolean {
  const isOwned = Object.values(GIVEN).some((given) => given.includes(name));
  return GIVEN[kind]?.includes(name) ?? !isOwned;
}

function sourceHint(names: readonly string[]): string {
  if (names.includes('securitySignal')) {
    return 'Source.securitySignal is the signal: its id, custom attributes, tags, severity.';
  }
  return names.length === 0 ? 'This trigger gives nothing under Source.' : `Source has: ${names.join(', ')}.`;
}
