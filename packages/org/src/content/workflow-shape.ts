/**
 * The form of a workflow, down to its leaves: what each place holds, whether or not this org runs it. Fields that are
 * not named here are kept as they are. Source: the schema `WorkflowDataAttributes` of the API.
 */

import { isObject } from '../http/json-body.ts';

type Shape =
  | 'text'
  | 'number'
  | 'boolean'
  | { readonly oneOf: readonly string[] }
  | { readonly list: Shape }
  /** Those whose name ends in `!` must be there; null is the same as left out. */
  | { readonly fields: Readonly<Record<string, Shape>>; readonly triggers?: Shape };

const BOUNDS: Shape = {
  fields: { bounds: { fields: { x: 'number', y: 'number', width: 'number', height: 'number' } } },
};
const PARAMETER_TYPES = ['STRING', 'NUMBER', 'BOOLEAN', 'OBJECT'];
const PARAMETERS: Shape = {
  fields: {
    parameters: {
      list: {
        fields: {
          'name!': 'text',
          'type!': { oneOf: PARAMETER_TYPES.flatMap((type) => [type, `ARRAY_${type}`]) },
          label: 'text',
          description: 'text',
          allowExtraValues: 'boolean',
        },
      },
    },
  },
};
const RETRY: Shape = {
  fields: {
    'kind!': { oneOf: ['RETRY_STRATEGY_LINEAR'] },
    'linear!': { fields: { 'interval!': 'text', 'maxRetries!': 'number' } },
  },
};
const STEP: Shape = {
  fields: {
    'name!': 'text',
    'actionId!': 'text',
    connectionLabel: 'text',
    display: BOUNDS,
    parameters: { list: { fields: { 'name!': 'text' } } },
    outboundEdges: { list: { fields: { 'branchName!': 'text', 'nextStepName!': 'text' } } },
    errorHandlers: { list: { fields: { 'fallbackStepName!': 'text', 'retryStrategy!': RETRY } } },
    readinessGate: { fields: { 'thresholdType!': { oneOf: ['ANY', 'ALL'] } } },
    completionGate: {
      fields: { 'completionCondition!': { fields: { 'operator!': 'text' } }, 'retryStrategy!': RETRY },
    },
  },
};
const CONNECTIONS: Shape = {
  fields: {
    'env!': { oneOf: ['default'] },
    connections: { list: { fields: { 'connectionId!': 'text', 'label!': 'text' } } },
    connectionGroups: {
      list: { fields: { 'connectionGroupId!': 'text', 'label!': 'text', 'tags!': { list: 'text' } } },
    },
  },
};
/** There are some dozens, all `somethingTrigger`. */
const TRIGGER: Shape = {
  fields: { rateLimit: { fields: { count: 'number', interval: 'text' } } },
};
const WORKFLOW: Shape = {
  fields: {
    published: 'boolean',
    webhookSecret: 'text',
    sensitivePrivileges: 'boolean',
    tags: { list: 'text' },
    spec: {
      fields: {
        handle: 'text',
        annotations: {
          list: {
            fields: {
              'id!': 'text',
              'display!': BOUNDS,
              'markdownTextAnnotation!': { fields: { text: 'text' } },
            },
          },
        },
        connectionEnvs: { list: CONNECTIONS },
        inputSchema: PARAMETERS,
        outputSchema: PARAMETERS,
        steps: { list: STEP },
        triggers: { list: { fields: { startStepNames: { list: 'text' } }, triggers: TRIGGER } },
      },
    },
  },
};

/** @returns the first place that does not hold what it must; undefined when all do */
export function findMisshapenPlace(attributes: unknown): string | undefined {
  return misshapen(attributes, WORKFLOW, '');
}

function misshapen(value: unknown, shape: Shape, at: string): string | undefined {
  if (shape === 'text') return typeof value === 'string' ? undefined : at;
  if (shape === 'number' || shape === 'boolean') return typeof value === shape ? undefined : at;
  if ('oneOf' in shape) return shape.oneOf.some((word) => word === value) ? undefined : at;
  if ('list' in shape) {
    if (!Array.isArray(value)) return at;
    return firstOf(value.map((item, index) => () => misshapen(item, shape.list, `${at}[${index}]`)));
  }
  if (!isObject(value)) return at;
  return firstOf(
    fieldsOf(shape, value).map(([marked, inner]) => () => {
      const name = marked.replace(/!$/, '');
      const place = at === '' ? name : `${at}.${name}`;
      const child = value[name];
      if (child !== undefined && child !== null) return misshapen(child, inner, place);
      return marked === name ? undefined : place;
    }),
  );
}

function fieldsOf(
  { fields, triggers }: Extract<Shape, { readonly fields: unknown }>,
  value: Readonly<Record<string, unknown>>,
): readonly (readonly [name: string, shape: Shape])[] {
  const named = Object.entries(fields);
  if (triggers === undefined) return named;
  const kinds = Object.keys(value).filter((key) => key.endsWith('Trigger'));
  return [...named, ...kinds.map((kind) => [kind, triggers] as const)];
}

function firstOf(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const found = check();
    if (found !== undefined) return found;
  }
  return undefined;
}
