/**
 * Workflows on the wire. Source: `POST /api/v2/workflows` and real exports.
 * The model writes edges on the step where they arrive, the API on the step where they leave.
 */

import {
  CONDITION_OPERATORS,
  unreachable,
  type Payload,
  type StepBody,
  type StepCondition,
  type StepEdge,
  type StepRetry,
  type Workflow,
  type WorkflowInput,
  type WorkflowStep,
  type WorkflowTriggers,
} from '@signalwright/model';
import { decodeId, ownTags, type DecodeContext, type EncodeContext } from './decode-context.ts';
import { attributesOf, withOwnershipTag } from './ownership.ts';
import { PayloadReader, decoded, type Decoded, type Problem } from './payload-reader.ts';
import { SERVER_FILLED, fieldNames } from './server-filled.ts';
import { readDurationText, toDurationText } from './units.ts';
import { layOver } from './unknown-fields.ts';

const IF_ACTION = 'com.datadoghq.core.if';
const RETRY_KIND = 'RETRY_STRATEGY_LINEAR';
const INPUT_TYPES = { string: 'STRING', number: 'NUMBER', boolean: 'BOOLEAN' } as const;

/** Create body of a workflow, `{ data: { type, attributes } }`. Its handle is its id. */
export function encodeWorkflow(workflow: Workflow, ctx: EncodeContext): Payload {
  const fields = {
    name: workflow.name,
    description: workflow.description,
    tags: [...workflow.tags],
    published: workflow.published,
    spec: {
      handle: workflow.id,
      triggers: [encodeTrigger(workflow)],
      steps: workflow.steps.map((step) => encodeStep(step, workflow.steps)),
      ...(workflow.inputs.length > 0 && {
        inputSchema: { parameters: workflow.inputs.map(encodeInput) },
      }),
    },
  };
  const attributes = withOwnershipTag(layOver(fields, workflow.unknownFields), ctx.stack, workflow.id);
  return { data: { type: 'workflows', attributes } };
}

/** The API wants at least one trigger: a workflow without one of ours runs by call. */
function encodeTrigger(workflow: Workflow): Payload {
  const startStepNames = workflow.steps.filter((step) => step.after.length === 0).map((step) => step.id);
  const security = workflow.triggers.security;
  if (security === undefined) return { startStepNames, apiTrigger: {} };
  const limit = security.rateLimit;
  return {
    startStepNames,
    securityTrigger: {
      ...(limit !== undefined && {
        rateLimit: { count: limit.count, interval: toDurationText(limit.perMs) },
      }),
    },
  };
}

function encodeInput(input: WorkflowInput): Payload {
  return {
    name: input.name,
    type: INPUT_TYPES[input.type],
    ...(input.description !== '' && { description: input.description }),
    ...(input.default !== undefined && { defaultValue: input.default }),
  };
}

function encodeStep(step: WorkflowStep, steps: readonly WorkflowStep[]): Payload {
  const edges = steps.flatMap((next) =>
    next.after
      .filter((edge) => edge.step === step.id)
      .map((edge) => ({ next: next.id, branch: edge.branch })),
  );
  const outboundEdges = edges
    .filter((edge) => edge.branch !== 'error')
    .map((edge) => ({ nextStepName: edge.next, branchName: edge.branch }));
  const fallbacks = edges.filter((edge) => edge.branch === 'error').map((edge) => edge.next);
  return {
    name: step.id,
    ...encodeBody(step.does),
    ...(outboundEdges.length > 0 && { outboundEdges }),
    ...((step.after.length > 1 || step.join === 'all') && {
      readinessGate: { thresholdType: step.join === 'all' ? 'ALL' : 'ANY' },
    }),
    ...((step.retry !== undefined || fallbacks.length > 0) && {
      errorHandlers: encodeErrorHandlers(step.retry, fallbacks),
    }),
  };
}

/** A handler needs a fallback and a retry strategy; chosen: '' is no fallback, 0 retries is no retry. */
function encodeErrorHandlers(retry: StepRetry | undefined, fallbacks: readonly string[]): readonly Payload[] {
  const retryStrategy = {
    kind: RETRY_KIND,
    linear: { interval: toDurationText(retry?.everyMs ?? 0), maxRetries: retry?.times ?? 0 },
  };
  return (fallbacks.length > 0 ? fallbacks : ['']).map((fallbackStepName) => ({
    retryStrategy,
    fallbackStepName,
  }));
}

function encodeBody(body: StepBody): Payload {
  switch (body.kind) {
    case 'action': {
      const parameters = Object.entries(body.inputs).map(([name, value]) => ({ name, value }));
      return { actionId: body.action, ...(parameters.length > 0 && { parameters }) };
    }
    case 'if':
      return {
        actionId: IF_ACTION,
        parameters: [
          { name: 'joinOperator', value: 'and' },
          { name: 'conditions', value: body.conditions.map(encodeCondition) },
        ],
      };
    default:
      return unreachable(body);
  }
}

function encodeCondition(condition: StepCondition): Payload {
  return {
    leftValue: condition.left,
    comparisonOperator: condition.operator,
    ...(condition.right !== undefined && { rightValue: condition.right }),
  };
}

/** Reads a workflow as the API answers it (with or without `data` around), or a create body. */
export function decodeWorkflow(payload: unknown, ctx: DecodeContext = {}): Decoded<Workflow> {
  const problems: Problem[] = [];
  const reader = new PayloadReader(attributesOf(payload), '', problems);
  const spec = reader.child('spec');
  const triggers = decodeTriggers(spec);
  const steps = decodeSteps(spec);
  checkStartSteps(spec, triggers.startStepNames, steps);
  const inputSchema = spec.child('inputSchema');
  const workflow: Workflow = {
    kind: 'workflow',
    id: decodeId(payload, ctx, reader, spec.raw('handle')),
    name: reader.text('name'),
    description: reader.text('description', ''),
    tags: ownTags(reader.texts('tags')),
    published: reader.flag('published', true),
    triggers: triggers.triggers,
    inputs: inputSchema.list('parameters', (value, path) => decodeInput(reader.item(value, path))),
    steps,
  };
  inputSchema.close();
  spec.ignore(fieldNames(SERVER_FILLED.workflow, 'spec.')).close();
  reader.ignore(fieldNames(SERVER_FILLED.workflow)).close();
  return decoded(problems, workflow);
}

function decodeTriggers(spec: PayloadReader): {
  readonly triggers: WorkflowTriggers;
  readonly startStepNames: readonly string[];
} {
  let triggers: WorkflowTriggers = {};
  const startStepNames = spec.list('triggers', (value, path) => {
    const trigger = spec.item(value, path);
    if (trigger.has('securityTrigger')) {
      const security = trigger.child('securityTrigger');
      triggers = { ...triggers, security: decodeRateLimit(security) };
      security.close();
    } else if (trigger.has('apiTrigger')) {
      trigger.child('apiTrigger').close();
    }
    const names = trigger.texts('startStepNames');
    trigger.close();
    return names;
  });
  return { triggers, startStepNames: [...new Set(startStepNames.flat())] };
}

function decodeRateLimit(security: PayloadReader): NonNullable<WorkflowTriggers['security']> {
  if (!security.has('rateLimit')) return {};
  const limit = security.child('rateLimit');
  const rateLimit = { count: limit.count('count'), perMs: readDurationText(limit, 'interval') };
  limit.close();
  return { rateLimit };
}

/** The model says "a step without arriving edges starts": triggers must name exactly those. */
function checkStartSteps(
  spec: PayloadReader,
  startStepNames: readonly string[],
  steps: readonly WorkflowStep[],
): void {
  const starts = steps.filter((step) => step.after.length === 0).map((step) => step.id);
  const same = starts.length === startStepNames.length && starts.every((id) => startStepNames.includes(id));
  if (!same) {
    spec.refuse(
      'triggers',
      `Triggers start ${startStepNames.join(', ') || 'nothing'}, but the steps without an arriving edge are ${starts.join(', ') || 'none'}.`,
    );
  }
}

function decodeInput(reader: PayloadReader): WorkflowInput {
  const wireType = reader.oneOf('type', Object.values(INPUT_TYPES));
  const type = wireType === 'STRING' ? 'string' : wireType === 'NUMBER' ? 'number' : 'boolean';
  const value = reader.raw('defaultValue');
  if (value !== undefined && typeof value !== type) {
    reader.refuse('defaultValue', `Expected a ${type} as the default.`);
  }
  const input: WorkflowInput = {
    name: reader.text('name'),
    type,
    description: reader.text('description', ''),
    ...((typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') && {
      default: value,
    }),
  };
  reader.close();
  return input;
}

interface LeavingEdge {
  readonly from: string;
  readonly to: string;
  readonly branch: StepEdge['branch'];
  readonly path: string;
}

function decodeSteps(spec: PayloadReader): readonly WorkflowStep[] {
  const edges: LeavingEdge[] = [];
  const steps = spec.list('steps', (value, path) => decodeStep(spec.item(value, path), edges));
  const ids = new Set(steps.map((step) => step.id));
  if (ids.size !== steps.length) spec.refuse('steps', 'Two steps have the same name.');
  for (const edge of edges.filter((leaving) => !ids.has(leaving.to))) {
    spec.problems.push({ path: edge.path, message: `No step has the name "${edge.to}".` });
  }
  return steps.map((step) => ({
    ...step,
    after: edges
      .filter((edge) => edge.to === step.id)
      .map((edge) => ({ step: edge.from, branch: edge.branch })),
  }));
}

function decodeStep(reader: PayloadReader, edges: LeavingEdge[]): WorkflowStep {
  const id = reader.text('name');
  const path = reader.path;
  reader.list('outboundEdges', (value, edgePath) => {
    const edge = reader.item(value, edgePath);
    const branch = edge.oneOf('branchName', ['main', 'true', 'false'], 'main');
    edges.push({ from: id, to: edge.text('nextStepName'), branch, path: edgePath });
    edge.close();
  });
  const gate = reader.child('readinessGate');
  const retry = decodeErrorHandlers(reader, (to) =>
    edges.push({ from: id, to, branch: 'error', path: `${path}.errorHandlers` }),
  );
  const step: WorkflowStep = {
    id,
    does: decodeBody(reader),
    after: [],
    join: gate.oneOf('thresholdType', ['ANY', 'ALL'], 'ANY') === 'ALL' ? 'all' : 'any',
    ...(retry !== undefined && { retry }),
  };
  gate.close();
  reader.ignore(fieldNames(SERVER_FILLED.workflow, 'spec.steps.')).close();
  return step;
}

function decodeErrorHandlers(
  reader: PayloadReader,
  onFallback: (step: string) => void,
): StepRetry | undefined {
  const retries = reader.list('errorHandlers', (value, path) => {
    const handler = reader.item(value, path);
    const fallback = handler.text('fallbackStepName', '');
    if (fallback !== '') onFallback(fallback);
    const strategy = handler.child('retryStrategy');
    strategy.oneOf('kind', [RETRY_KIND], RETRY_KIND);
    const linear = strategy.child('linear');
    const retry = { times: linear.count('maxRetries', 0), everyMs: readDurationText(linear, 'interval') };
    for (const part of [linear, strategy, handler]) part.close();
    return retry;
  });
  const [first, ...others] = retries;
  if (others.some((retry) => retry.times !== first?.times || retry.everyMs !== first.everyMs)) {
    reader.refuse('errorHandlers', 'The error handlers of one step retry differently.');
  }
  return first === undefined || first.times === 0 ? undefined : first;
}

function decodeBody(reader: PayloadReader): StepBody {
  const action = reader.text('actionId');
  const parameters = new Map<string, unknown>();
  reader.list('parameters', (value, path) => {
    const parameter = reader.item(value, path);
    const name = parameter.text('name');
    if (parameters.has(name)) parameter.refuse('name', `The parameter "${name}" is given twice.`);
    parameters.set(name, parameter.raw('value') ?? null);
    parameter.close();
  });
  if (action !== IF_ACTION) return { kind: 'action', action, inputs: Object.fromEntries(parameters) };
  const body = new PayloadReader(
    Object.fromEntries(parameters),
    `${reader.path}.parameters`,
    reader.problems,
  );
  body.oneOf('joinOperator', ['and'], 'and');
  const conditions = body.list('conditions', (value, path) => decodeCondition(body.item(value, path)));
  body.close();
  return { kind: 'if', conditions };
}

function decodeCondition(reader: PayloadReader): StepCondition {
  const right = reader.raw('rightValue');
  const condition: StepCondition = {
    left: reader.raw('leftValue') ?? null,
    operator: reader.oneOf('comparisonOperator', CONDITION_OPERATORS),
    ...(right !== undefined && { right }),
  };
  reader.close();
  return condition;
}
