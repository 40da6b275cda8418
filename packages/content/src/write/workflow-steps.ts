/** Steps of a workflow: normal form to written form. What the step above says already is left out. */

import type {
  StepBody,
  StepCondition,
  StepEdge,
  StepGate,
  StepRetry,
  WorkflowStep,
} from '@signalwright/model';
import { isDeepStrictEqual } from 'node:util';
import { arrivingEdges } from '../decode/workflow-steps.ts';
import type {
  WrittenWorkflowCondition,
  WrittenWorkflowErrorHandler,
  WrittenWorkflowStep,
} from '../schema/written.ts';
import { durationText } from './scalar.ts';

export function writeSteps(steps: readonly WorkflowStep[]): readonly WrittenWorkflowStep[] {
  const bare = steps.map(writeStep);
  return bare.map((step, index) => writeEdges(step, index, bare, steps[index]?.after ?? []));
}

function writeStep(step: WorkflowStep): WrittenWorkflowStep {
  const { join, retry, onError, waitUntil, connection } = step;
  return {
    id: step.id,
    ...(join !== undefined && { join }),
    ...writeBody(step.does),
    ...(connection !== undefined && { connection }),
    ...(retry !== undefined && { retry: writeRetry(retry) }),
    ...(onError !== undefined && {
      onError: onError.map(({ retry: again, fallback }): WrittenWorkflowErrorHandler => ({
        ...(again.times !== 0 && { times: again.times }),
        ...(again.everyMs !== 0 && { every: durationText(again.everyMs) }),
        ...(fallback !== '' && { fallback }),
      })),
    }),
    ...(waitUntil !== undefined && { waitUntil: writeGate(waitUntil) }),
  };
}

/** The shortest `after` from which the edges are read again: none, without the fallbacks, or all of them. */
function writeEdges(
  step: WrittenWorkflowStep,
  index: number,
  steps: readonly WrittenWorkflowStep[],
  edges: readonly StepEdge[],
): WrittenWorkflowStep {
  const texts = edges.map(({ step: from, branch }) => (branch === 'main' ? from : `${from}.${branch}`));
  const isFallback = (edge: StepEdge): boolean =>
    edge.branch === 'error' && steps.find(({ id }) => id === edge.step)?.onError !== undefined;
  const written = texts.filter((_text, position) => !edges.slice(position, position + 1).some(isFallback));
  const { id, ...rest } = step;
  const forms: readonly WrittenWorkflowStep[] = [
    step,
    ...[written, texts].map((after) => ({ id, after: after.length === 1 ? after.join('') : after, ...rest })),
  ];
  const found = forms.find((form) => isDeepStrictEqual(arrivingEdges(steps.with(index, form), index), edges));
  return found ?? step;
}

function writeBody(body: StepBody): Pick<WrittenWorkflowStep, 'action' | 'with' | 'if'> {
  if (body.kind === 'action') {
    return { action: body.action, ...(Object.keys(body.inputs).length > 0 && { with: body.inputs }) };
  }
  const conditions = body.conditions.map(writeCondition);
  const [only] = conditions;
  if (body.needs === 'any') return { if: { any: conditions } };
  return { if: conditions.length === 1 && only !== undefined ? only : conditions };
}

function writeCondition({ left, operator, right }: StepCondition): WrittenWorkflowCondition {
  return (right === undefined ? [left, operator] : [left, operator, right]) as WrittenWorkflowCondition;
}

function writeRetry({ times, everyMs }: StepRetry): { readonly times: number; readonly every: string } {
  return { times, every: durationText(everyMs) };
}

function writeGate({ condition, retry }: StepGate): NonNullable<WrittenWorkflowStep['waitUntil']> {
  return { condition: writeCondition(condition), ...writeRetry(retry) };
}
