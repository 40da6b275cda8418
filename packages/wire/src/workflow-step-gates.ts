/** When a step is done and what happens when it fails, on the wire. */

import {
  CONDITION_OPERATORS,
  type ConditionOperator,
  type Payload,
  type StepErrorHandler,
  type StepGate,
  type StepRetry,
  type WorkflowStep,
} from '@signalwright/model';
import type { PayloadReader } from './payload-reader.ts';
import { readDurationText, toDurationText } from './units.ts';

const RETRY_KIND = 'RETRY_STRATEGY_LINEAR';

const GATE_OPERATORS = {
  eq: 'OPERATOR_EQUAL',
  ne: 'OPERATOR_NOT_EQUAL',
  gt: 'OPERATOR_GREATER_THAN',
  gte: 'OPERATOR_GREATER_THAN_OR_EQUAL_TO',
  lt: 'OPERATOR_LESS_THAN',
  lte: 'OPERATOR_LESS_THAN_OR_EQUAL_TO',
  contains: 'OPERATOR_CONTAINS',
  not_contains: 'OPERATOR_DOES_NOT_CONTAIN',
  is_null: 'OPERATOR_IS_NULL',
  is_not_null: 'OPERATOR_IS_NOT_NULL',
  is_empty: 'OPERATOR_IS_EMPTY',
  is_not_empty: 'OPERATOR_IS_NOT_EMPTY',
} as const satisfies Record<ConditionOperator, string>;

export function encodeGate({ condition, retry }: StepGate): Payload {
  return {
    completionCondition: {
      operand1: condition.left,
      operator: GATE_OPERATORS[condition.operator],
      ...(condition.right !== undefined && { operand2: condition.right }),
    },
    retryStrategy: encodeRetry(retry),
  };
}

/** An empty gate waits for nothing. */
export function decodeGate(step: PayloadReader): StepGate | undefined {
  const gate = step.child('completionGate');
  if (!gate.has('completionCondition') && !gate.has('retryStrategy')) {
    gate.close();
    return undefined;
  }
  const condition = gate.child('completionCondition');
  const wireOperator = condition.oneOf('operator', Object.values(GATE_OPERATORS));
  const operator = CONDITION_OPERATORS.find((each) => GATE_OPERATORS[each] === wireOperator) ?? 'eq';
  const right = condition.raw('operand2');
  const decoded: StepGate = {
    condition: {
      left: condition.raw('operand1') ?? null,
      operator,
      ...(right !== undefined && { right }),
    },
    retry: decodeRetry(gate),
  };
  condition.close();
  gate.close();
  return decoded;
}

/** A handler needs a fallback and a retry strategy; chosen: '' is no fallback, 0 retries is no retry. */
export function encodeHandlers(step: WorkflowStep, fallbacks: readonly string[]): readonly Payload[] {
  return handlersOf(step, fallbacks).map(({ retry, fallback }) => ({
    retryStrategy: encodeRetry(retry),
    fallbackStepName: fallback,
  }));
}

function handlersOf(
  { onError, retry }: WorkflowStep,
  fallbacks: readonly string[],
): readonly StepErrorHandler[] {
  if (onError !== undefined) return onError;
  if (retry === undefined && fallbacks.length === 0) return [];
  return (fallbacks.length > 0 ? fallbacks : ['']).map((fallback) => ({
    retry: retry ?? NO_RETRY,
    fallback,
  }));
}

const NO_RETRY: StepRetry = { times: 0, everyMs: 0 };

export function decodeHandlers(step: PayloadReader): readonly StepErrorHandler[] {
  return step.list('errorHandlers', (value, path) => {
    const handler = step.item(value, path);
    const decoded = { retry: decodeRetry(handler), fallback: handler.text('fallbackStepName', '') };
    handler.close();
    return decoded;
  });
}

/**
 * Handlers as `retry` and edges of the branch `error` where these say all of it: one retry for all of them, and
 * fallbacks in the order of the steps.
 *
 * @param stepIds in order
 */
export function simplestHandlers(
  handlers: readonly StepErrorHandler[],
  stepIds: readonly string[],
): Pick<WorkflowStep, 'retry' | 'onError'> {
  const [first] = handlers;
  if (first === undefined) return {};
  const { retry, fallback } = first;
  const positions = handlers.map((handler) => stepIds.indexOf(handler.fallback));
  const isAlone = handlers.length === 1 && fallback === '';
  const isPlain =
    handlers.every((handler) => isSame(handler.retry, retry)) &&
    (isAlone || positions.every((position, index) => position > (positions[index - 1] ?? -1)));
  if (isPlain && retry.times > 0) return { retry };
  return isPlain && !isAlone && isSame(retry, NO_RETRY) ? {} : { onError: handlers };
}

function isSame(a: StepRetry, b: StepRetry): boolean {
  return a.times === b.times && a.everyMs === b.everyMs;
}

function encodeRetry({ times, everyMs }: StepRetry): Payload {
  return { kind: RETRY_KIND, linear: { interval: toDurationText(everyMs), maxRetries: times } };
}

/** Without numbers it tries nothing again. */
function decodeRetry(reader: PayloadReader): StepRetry {
  const strategy = reader.child('retryStrategy');
  strategy.oneOf('kind', [RETRY_KIND], RETRY_KIND);
  const linear = strategy.has('linear') ? strategy.child('linear') : undefined;
  const retry =
    linear === undefined
      ? NO_RETRY
      : { times: linear.count('maxRetries', 0), everyMs: readDurationText(linear, 'interval') };
  linear?.close();
  strategy.close();
  return retry;
}
