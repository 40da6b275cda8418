/**
 * What is known of Datadog's own actions. There is no public list of them: ids are taken as they are, their inputs
 * and outputs are not checked, and only what is recorded of a few is said here. Source: exported workflows.
 */

import { isDatadogAction } from '@signalwright/model';

const SCRIPT_ACTIONS: ReadonlySet<string> = new Set([
  'com.datadoghq.datatransformation.expression',
  'com.datadoghq.datatransformation.func',
]);

/** Input that is JavaScript for the service to run, and no text with expressions. */
export function scriptInput(id: string): string | undefined {
  return SCRIPT_ACTIONS.has(id) ? 'script' : undefined;
}

/** Loops of the service by the words in their ids, since their inputs are not documented. */
export function isLoop(id: string): boolean {
  return isDatadogAction(id) && /(^|\.)(for|while|loop|iterat)[a-z_]*$/i.test(id);
}

/** Names that an action gives to `Variables`. */
export function variablesSet(id: string, inputs: Readonly<Record<string, unknown>>): readonly string[] {
  if (!/^com\.datadoghq\.core\.setVariables?$/.test(id)) return [];
  const { name, variables } = inputs;
  const listed = Array.isArray(variables) ? variables : [];
  const names = [name, ...listed.map((each) => (each as { readonly name?: unknown } | null)?.name)];
  return names.filter((each) => typeof each === 'string');
}
