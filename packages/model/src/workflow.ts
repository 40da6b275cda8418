/**
 * Security workflow, normal form: each step names the edges that arrive at it.
 * Source: Datadog "Workflow Automation" and the workflows API.
 */

import type { UnknownFields } from './unknown-fields.ts';
import { NO_LAYOUT, type WorkflowLayout } from './workflow-layout.ts';
import type { WorkflowTrigger } from './workflow-trigger.ts';

export interface Workflow {
  readonly kind: 'workflow';
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** Unpublished workflows run by hand only. */
  readonly published: boolean;
  /** What `@workflow-<handle>` names; empty when nothing names it. */
  readonly handle: string;
  /** Undefined leaves it to the service: its owner. */
  readonly runAs?: WorkflowRunAs;
  /** Name behind `secret://` of what webhooks are signed with; never its value. */
  readonly webhookSecret?: string;
  /** In written order, each kind at most once. */
  readonly triggers: readonly WorkflowTrigger[];
  readonly inputs: readonly WorkflowInput[];
  readonly outputs: readonly WorkflowOutput[];
  readonly connections: readonly WorkflowConnection[];
  readonly connectionGroups: readonly WorkflowConnectionGroup[];
  /** In written order. A step with no edges is a start step, unless each trigger says where it starts. */
  readonly steps: readonly WorkflowStep[];
  /** Notes on the canvas. */
  readonly annotations: readonly WorkflowAnnotation[];
  readonly layout: WorkflowLayout;
  /**
   * The remote object that it was imported from, while that carries no mark of ours. Undefined for what was never
   * imported.
   */
  readonly remoteId?: string;
  /** See `UnknownFields`; left out when there are none. */
  readonly unknownFields?: UnknownFields;
}

/** What a workflow is that says nothing about it. */
export const BARE_WORKFLOW = {
  description: '',
  tags: [],
  published: true,
  handle: '',
  inputs: [],
  outputs: [],
  connections: [],
  connectionGroups: [],
  annotations: [],
  layout: NO_LAYOUT,
} as const satisfies Partial<Workflow>;

/** In whose name its steps act. */
export type WorkflowRunAs =
  | { readonly kind: 'owner' }
  | { readonly kind: 'initiator' }
  /** `id` is that of the organisation. */
  | { readonly kind: 'service_account'; readonly id: string };

/** The API writes them in capitals. */
export const PARAMETER_TYPES = [
  'string',
  'number',
  'boolean',
  'object',
  'array_string',
  'array_number',
  'array_boolean',
  'array_object',
] as const;

export type ParameterType = (typeof PARAMETER_TYPES)[number];

/** Whether a JSON value is of a type. Null is of none. */
export function isOfParameterType(value: unknown, type: ParameterType): boolean {
  if (!type.startsWith('array_')) return typeOfScalar(value) === type;
  const item = type.slice('array_'.length);
  return Array.isArray(value) && value.every((each) => typeOfScalar(each) === item);
}

function typeOfScalar(value: unknown): string {
  return value === null || Array.isArray(value) ? 'none' : typeof value;
}

interface WorkflowParameter {
  readonly name: string;
  readonly type: ParameterType;
  /** What a form calls it; empty shows the name. */
  readonly label: string;
  readonly description: string;
  /** JSON. */
  readonly default?: unknown;
}

/** A default makes it optional. */
export interface WorkflowInput extends WorkflowParameter {
  /** JSON: what a form offers. */
  readonly allowedValues?: unknown;
  /** Whether the form takes others too; undefined leaves it to the service. */
  readonly allowExtraValues?: boolean;
}

/** What a run gives to whoever started it. */
export interface WorkflowOutput extends WorkflowParameter {
  /** JSON with expressions. */
  readonly value?: unknown;
}

/** Credentials of the organisation by reference: steps name the label. */
export interface WorkflowConnection {
  readonly label: string;
  readonly connectionId: string;
}

/** Several of them, of which the run picks one by its tags. */
export interface WorkflowConnectionGroup {
  readonly label: string;
  readonly connectionGroupId: string;
  readonly tags: readonly string[];
}

export interface WorkflowAnnotation {
  readonly id: string;
  /** Markdown. */
  readonly text: string;
}

export interface WorkflowStep {
  /** Unique; it stands in `{{ Steps.<id>.… }}`. The API calls it the name. */
  readonly id: string;
  readonly does: StepBody;
  readonly after: readonly StepEdge[];
  /** How several arrivals are joined; undefined is `any`, as the API reads a step without a gate. */
  readonly join?: 'any' | 'all';
  /** Undefined where `onError` says it. */
  readonly retry?: StepRetry;
  /**
   * What happens when it fails, where `retry` and the edges of the branch `error` do not say all: handlers that retry
   * differently, or in another order than that of the steps. Each fallback has its `error` edge all the same.
   */
  readonly onError?: readonly StepErrorHandler[];
  /** The step is done only when this holds of its output. */
  readonly waitUntil?: StepGate;
  /** Label of the connection or connection group that it acts with. */
  readonly connection?: string;
}

export type StepBody =
  | { readonly kind: 'action'; readonly action: string; readonly inputs: Readonly<Record<string, unknown>> }
  /** Branches `true` and `false`. */
  | { readonly kind: 'if'; readonly needs: 'all' | 'any'; readonly conditions: readonly StepCondition[] };

export interface StepCondition {
  /** JSON with expressions; in a gate `{{ status }}` reads the output of the step itself. */
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
  /**
   * `main` when the step is done, `error` when it failed for good, `true` and `false` of an if, else a choice that the
   * action offers. A branch that the action itself calls `error` is written `\error`.
   */
  readonly branch: string;
}

/** Linear: `times` further attempts, `everyMs` apart. */
export interface StepRetry {
  readonly times: number;
  readonly everyMs: number;
}

export interface StepErrorHandler {
  /** `times` may be 0: no further attempt. */
  readonly retry: StepRetry;
  /** Id of a step, empty when there is none: then the run fails. */
  readonly fallback: string;
}

export interface StepGate {
  readonly condition: StepCondition;
  /** How often and how far apart it is looked at. */
  readonly retry: StepRetry;
}
