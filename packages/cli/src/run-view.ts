/** A workflow run as people read it, from the instance that the API answers. */

import type { InstanceAnswer } from '@signalwright/wire';

export interface RunView {
  /** The API's word is instance. */
  readonly runId: string;
  /** `IN_PROGRESS`, `SUCCEEDED`, `FAILED`, `CANCELED`, `NEEDS_PERSON`, or what the target says. */
  readonly status: string;
  readonly statusName: string;
  readonly signalId?: string;
  /** Why it ended as it did, when it did not succeed. */
  readonly reason?: string;
  /** Unix time in milliseconds. */
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  /** Steps that have begun, in that order. */
  readonly steps: readonly StepView[];
}

export interface StepView {
  readonly name: string;
  /** `started`, `done`, `failed`, `unclear`; `true` or `false` of an if. */
  readonly state: string;
  readonly reason?: string;
  readonly output?: unknown;
}

export function readRun(instance: InstanceAnswer): RunView {
  const { attributes } = instance;
  const steps: unknown = attributes['stepStateAssociations'];
  return compact({
    runId: instance.id,
    status: instance.status,
    statusName: instance.statusName === '' ? instance.status : instance.statusName,
    signalId: textOf(objectOf(objectOf(attributes['trigger'])['securitySignal'])['id']),
    reason: textOf(attributes['reason']),
    startedAtMs: timeOf(attributes['startTimestamp']),
    endedAtMs: timeOf(attributes['endTimestamp']),
    steps: Array.isArray(steps) ? steps.map(readStep) : [],
  });
}

export function hasEnded(run: RunView): boolean {
  return run.status !== 'IN_PROGRESS' && run.status !== 'WAITING';
}

function readStep(association: unknown): StepView {
  const { stepName, stepState } = objectOf(association);
  const state = objectOf(stepState);
  return compact({
    name: textOf(stepName) ?? '',
    state: textOf(state['state']) ?? 'unknown',
    reason: textOf(state['reason']),
    output: state['output'],
  });
}

type Optional<Shape> = { readonly [Key in keyof Shape]: Shape[Key] | undefined };

/** Leaves out what is undefined, as exact optional types want it. */
function compact<Shape extends object>(fields: Optional<Shape>): Shape {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Shape;
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function timeOf(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
