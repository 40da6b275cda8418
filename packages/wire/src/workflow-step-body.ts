/** What a step does, on the wire: an action id with parameters. An `if` is an action like any other there. */

import {
  CONDITION_OPERATORS,
  unreachable,
  type ConditionOperator,
  type Payload,
  type StepBody,
  type StepCondition,
} from '@signalwright/model';
import { isJsonObject, type PayloadReader } from './payload-reader.ts';

const IF_ACTION = 'com.datadoghq.core.if';

export function encodeBody(body: StepBody): Payload {
  switch (body.kind) {
    case 'action': {
      const parameters = Object.entries(body.inputs).map(([name, value]) => ({ name, value }));
      return { actionId: body.action, ...(parameters.length > 0 && { parameters }) };
    }
    case 'if':
      return {
        actionId: IF_ACTION,
        parameters: [
          { name: 'joinOperator', value: body.needs === 'all' ? 'and' : 'or' },
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

export function decodeBody(reader: PayloadReader): StepBody {
  const action = reader.text('actionId');
  const parameters = new Map<string, unknown>();
  reader.list('parameters', (value, path) => {
    const parameter = reader.item(value, path);
    const name = parameter.text('name');
    if (parameters.has(name)) parameter.refuse('name', `The parameter "${name}" is given twice.`);
    parameters.set(name, parameter.raw('value') ?? null);
    parameter.close();
  });
  const asIf = action === IF_ACTION ? readIf(parameters) : undefined;
  return asIf ?? { kind: 'action', action, inputs: Object.fromEntries(parameters) };
}

/** @returns undefined for one that `if:` cannot say in full: it stays an action with its parameters */
function readIf(parameters: ReadonlyMap<string, unknown>): StepBody | undefined {
  const join = parameters.get('joinOperator');
  const list = parameters.get('conditions');
  if (parameters.size !== 2 || (join !== 'and' && join !== 'or')) return undefined;
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const conditions = list.map(readCondition);
  return conditions.every((condition) => condition !== undefined)
    ? { kind: 'if', needs: join === 'and' ? 'all' : 'any', conditions }
    : undefined;
}

function readCondition(value: unknown): StepCondition | undefined {
  if (!isJsonObject(value)) return undefined;
  const { leftValue: left, comparisonOperator, rightValue: right, ...others } = value;
  const operator = CONDITION_OPERATORS.find((each): each is ConditionOperator => each === comparisonOperator);
  const isWhole = Object.keys(others).length === 0 && left !== undefined && left !== null && right !== null;
  if (operator === undefined || !isWhole) return undefined;
  return { left, operator, ...(right !== undefined && { right }) };
}
