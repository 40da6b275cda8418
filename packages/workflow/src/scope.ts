/**
 * What `{{ … }}` can read: `Source.securitySignal`, `Trigger.<input>`, `Steps.<id>.<path>`, WorkflowName,
 * WorkflowId, InstanceId. Source: Datadog "Workflow variables and parameters".
 */

import type { Workflow } from '@signalwright/model';
import { evaluateExpression, parseExpression, scopeOf } from '@signalwright/template';
import type { InputResult } from './execution-context.ts';

/** Deeper nesting in a step's `with` is refused: it is data that a person wrote. */
const MAX_INPUT_DEPTH = 16;

export interface RunFacts {
  readonly runId: string;
  readonly workflow: Workflow;
  /** The signal as the public API writes it: `id`, `custom`, `severity`, … */
  readonly securitySignal: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export type Scope = Readonly<Record<string, unknown>>;

export function runScope(facts: RunFacts, outputs: ReadonlyMap<string, unknown>): Scope {
  return {
    Source: { securitySignal: facts.securitySignal },
    Trigger: facts.inputs,
    Steps: Object.fromEntries(outputs),
    WorkflowName: facts.workflow.name,
    WorkflowId: facts.workflow.id,
    InstanceId: facts.runId,
  };
}

/**
 * Replaces the expressions in a step's `with`. A value that is one expression keeps its type; what is missing is
 * left out, so that the action's own schema says which input lacks.
 */
export function resolveInputs(inputs: Readonly<Record<string, unknown>>, scope: Scope): InputResult {
  try {
    return { ok: true, input: resolveRecord(inputs, scope, 0) };
  } catch (error) {
    if (error instanceof UnresolvedInput) return { ok: false, reason: error.message };
    throw error;
  }
}

/** @throws UnresolvedInput when an expression cannot be parsed */
export function resolveValue(value: unknown, scope: Scope, depth = 0): unknown {
  if (depth > MAX_INPUT_DEPTH)
    throw new UnresolvedInput(`An input is nested deeper than ${MAX_INPUT_DEPTH} levels.`);
  if (typeof value === 'string') return resolveText(value, scope);
  if (Array.isArray(value)) return value.map((entry) => resolveValue(entry, scope, depth + 1));
  if (typeof value === 'object' && value !== null) return resolveRecord(value, scope, depth + 1);
  return value;
}

export class UnresolvedInput extends Error {}

function resolveRecord(value: object, scope: Scope, depth: number): Record<string, unknown> {
  const entries = Object.entries(value)
    .map(([key, entry]) => [key, resolveValue(entry, scope, depth)] as const)
    .filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(entries);
}

function resolveText(text: string, scope: Scope): unknown {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new UnresolvedInput(parsed.errors.map((error) => error.message).join(' '));
  return evaluateExpression(parsed.expression, scopeOf(scope));
}
