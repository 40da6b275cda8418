/**
 * Security workflow, normal form: each step names the edges that arrive at it.
 * Source: Datadog "Workflow Automation" and the workflows API.
 */

import type { UnknownFields } from './unknown-fields.ts';

export interface Workflow {
  readonly kind: 'workflow';
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** Unpublished workflows run by hand only. */
  readonly published: boolean;
  readonly triggers: WorkflowTriggers;
  readonly inputs: readonly WorkflowInput[];
  /** In written order. A step with no edges is a start step. */
  readonly steps: readonly WorkflowStep[];
  /** See `UnknownFields`; left out when there are none. */
  readonly unknownFields?: UnknownFields;
}

export interface WorkflowTriggers {
  readonly security?: { readonly rateLimit?: RateLimit };
}

export interface RateLimit {
  readonly count: number;
  readonly perMs: number;
}

export interface WorkflowInput {
  readonly name: string;
  readonly type: 'string' | 'number' | 'boolean';
  readonly description: string;
  /** A default makes the input optional. */
  readonly default?: string | number | boolean;
}

export interface WorkflowStep {
  /** `[A-Za-z][A-Za-z0-9_]*`: it stands in `{{ Steps.<id>.… }}`. */
  readonly id: string;
  readonly does: StepBody;
  readonly after: readonly StepEdge[];
  /** How several arrivals are joined; `any` where there is one arrival or none. */
  readonly join: 'any' | 'all';
  readonly retry?: StepRetry;
}

export type StepBody =
  | { readonly kind: 'action'; readonly action: string; readonly inputs: Readonly<Record<string, unknown>> }
  /** All conditions must hold; branches `true` and `false`. */
  | { readonly kind: 'if'; readonly conditions: readonly StepCondition[] };

export interface StepCondition {
  readonly left: unknown;
  readonly operator: ConditionOperator;
  readonly right?: unknown;
}

/** Chosen spellings; `eq` is Datadog's own in the `if` action. */
export const CONDITION_OPERATORS = [
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'contains',
  'not_contains',
  'is_null',
  'is_not_null',
  'is_empty',
  'is_not_empty',
] as const;

export type ConditionOperator = (typeof CONDITION_OPERATORS)[number];

/** An edge that arrives: from which step and on which of its branches. */
export interface StepEdge {
  readonly step: string;
  /** `main` when the step is done, `error` when it failed for good, `true`/`false` of an if. */
  readonly branch: StepBranch;
}

export type StepBranch = 'main' | 'true' | 'false' | 'error';

/** Linear: `times` further attempts, `everyMs` apart. */
export interface StepRetry {
  readonly times: number;
  readonly everyMs: number;
}

/** Source: Datadog "Workflow Automation limits". */
export const MAX_WORKFLOW_STEPS = 150;
export const MAX_WORKFLOW_RUN_MS = 7 * 24 * 60 * 60_000;

/** What a step may call: made by the manifest tool from `defineAction` calls, checked in, read as data. */
export interface ActionManifest {
  readonly schemaVersion: 1;
  readonly actions: readonly ActionDescription[];
}

export interface ActionDescription {
  readonly id: string;
  readonly summary: string;
  /** What a crash in the middle of it means for a repeat. */
  readonly replay: 'safe' | 'keyed' | 'never';
  /** `path:line` of the definition, relative to its package. */
  readonly source: string;
  /** JSON Schemas (2020-12, closed objects). */
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, unknown>>;
}
