/**
 * On which branches a step can end: known from its kind, the manifest of its action, or its own choices. Of Datadog's
 * own actions there is no public list, so that any branch may be one of theirs.
 */

import type { ActionManifest } from './action-manifest.ts';
import type { WorkflowStep } from './workflow.ts';

export interface StepBranches {
  /** Those that an edge may name, `main` among them where there is one. */
  readonly names: readonly string[];
  /** There may be others: somebody else's action, or choices that a run works out. */
  readonly isOpen: boolean;
}

const ERROR = 'error';

/** @returns undefined when nobody knows its action, and so neither its branches */
export function stepBranches(
  { does }: WorkflowStep,
  manifest: ActionManifest | undefined,
): StepBranches | undefined {
  if (does.kind === 'if') return { names: ['true', 'false', ERROR], isOpen: false };
  const { action: id, inputs } = does;
  if (isDatadogAction(id)) return { names: [...datadogBranches(id, inputs), ERROR], isOpen: true };
  if (manifest === undefined) return { names: ['main', ERROR], isOpen: false };
  const action = manifest.actions.find((each) => each.id === id);
  if (action === undefined) return undefined;
  if (action.branches === undefined) return { names: ['main', ERROR], isOpen: false };
  const { named, from } = action.branches;
  const choices = from === undefined ? [] : inputs[from];
  const texts = Array.isArray(choices) ? choices.filter((each) => typeof each === 'string') : [];
  const isPlain =
    Array.isArray(choices) &&
    texts.length === choices.length &&
    !texts.some((text: string) => text.includes('{{'));
  return { names: [...texts, ...named, ERROR], isOpen: !isPlain };
}

export function isDatadogAction(id: string): boolean {
  return id.startsWith('com.datadoghq.');
}

/** Source: exported workflows; an interactive message lists its choices with their branches. */
function datadogBranches(id: string, inputs: Readonly<Record<string, unknown>>): readonly string[] {
  if (id === 'com.datadoghq.core.if') return ['true', 'false'];
  const choices = inputs['actionChoices'];
  const named = Array.isArray(choices) ? choices.flatMap(branchOfChoice) : [];
  return named.length > 0 ? named : ['main'];
}

function branchOfChoice(choice: unknown): readonly string[] {
  const branch = (choice as { readonly outboundBranch?: unknown } | null)?.outboundBranch;
  return typeof branch === 'string' ? [branch] : [];
}
