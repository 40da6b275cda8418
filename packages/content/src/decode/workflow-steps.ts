/** Steps of a workflow: written form to normal form. Edges are written on the step they arrive at. */

import type { StepBody, StepCondition, StepEdge, StepErrorHandler, WorkflowStep } from '@signalwright/model';
import type {
  WrittenWorkflowCondition,
  WrittenWorkflowErrorHandler,
  WrittenWorkflowStep,
} from '../schema/written.ts';
import { durationMs } from './scalar.ts';

export function decodeSteps(written: readonly WrittenWorkflowStep[]): readonly WorkflowStep[] {
  return written.map((step, index) => decodeStep(step, arrivingEdges(written, index)));
}

/** The branch on which a step that failed for good leads on. */
const ERROR_BRANCH = 'error';

/**
 * The edges that arrive at a step: those written, else one from the step above, else none (a start); and one from each
 * step that falls back to it.
 */
export function arrivingEdges(steps: readonly WrittenWorkflowStep[], index: number): readonly StepEdge[] {
  const step = steps[index];
  const edges = writtenEdges(step, steps[index - 1]);
  const fallbacks = steps
    .filter((each) => each.onError?.some(({ fallback }) => fallback !== undefined && fallback === step?.id))
    .map((each): StepEdge => ({ step: each.id, branch: ERROR_BRANCH }))
    .filter((edge) => !edges.some((other) => isSameEdge(other, edge)));
  return [...edges, ...fallbacks];
}

function isSameEdge(a: StepEdge, b: StepEdge): boolean {
  return a.step === b.step && a.branch === b.branch;
}

function writtenEdges(
  step: WrittenWorkflowStep | undefined,
  above: WrittenWorkflowStep | undefined,
): readonly StepEdge[] {
  if (step?.after === undefined) return above === undefined ? [] : [{ step: above.id, branch: 'main' }];
  return [step.after].flat().map(parseEdge);
}

/** `intel` is the main branch of a step, `intel.error` another one; what comes after the first dot names the branch. */
export function parseEdge(text: string): StepEdge {
  const dot = text.indexOf('.');
  return dot === -1
    ? { step: text, branch: 'main' }
    : { step: text.slice(0, dot), branch: text.slice(dot + 1) };
}

function decodeStep(step: WrittenWorkflowStep, after: readonly StepEdge[]): WorkflowStep {
  const { join, retry, onError, waitUntil, connection } = step;
  return {
    id: step.id,
    does: decodeBody(step),
    after,
    ...(join !== undefined && { join }),
    ...(retry !== undefined && { retry: { times: retry.times, everyMs: durationMs(retry.every) } }),
    ...(onError !== undefined && { onError: onError.map(decodeErrorHandler) }),
    ...(waitUntil !== undefined && {
      waitUntil: {
        condition: decodeCondition(waitUntil.condition),
        retry: { times: waitUntil.times, everyMs: durationMs(waitUntil.every) },
      },
    }),
    ...(connection !== undefined && { connection }),
  };
}

function decodeErrorHandler(written: WrittenWorkflowErrorHandler): StepErrorHandler {
  const { times = 0, every = '0s', fallback = '' } = written;
  return { retry: { times, everyMs: durationMs(every) }, fallback };
}

function decodeBody(step: WrittenWorkflowStep): StepBody {
  if (step.if === undefined) return { kind: 'action', action: step.action ?? '', inputs: { ...step.with } };
  const { needs, conditions } = writtenConditions(step.if);
  return { kind: 'if', needs, conditions: conditions.map(({ condition }) => decodeCondition(condition)) };
}

interface WrittenConditions {
  readonly needs: 'all' | 'any';
  readonly conditions: readonly {
    readonly condition: WrittenWorkflowCondition;
    /** Where it stands below `if`. */
    readonly path: readonly (string | number)[];
  }[];
}

/** `[left, operator, right]`, a list of such, or `any:` with a list. */
export function writtenConditions(written: NonNullable<WrittenWorkflowStep['if']>): WrittenConditions {
  if (!Array.isArray(written)) {
    const { any } = written as { readonly any: readonly WrittenWorkflowCondition[] };
    return {
      needs: 'any',
      conditions: any.map((condition, index) => ({ condition, path: ['any', index] })),
    };
  }
  // In a list of conditions, what stands second is a condition too.
  if (typeof written[1] === 'string') {
    return { needs: 'all', conditions: [{ condition: written as WrittenWorkflowCondition, path: [] }] };
  }
  const list = written as readonly unknown[] as readonly WrittenWorkflowCondition[];
  return { needs: 'all', conditions: list.map((condition, index) => ({ condition, path: [index] })) };
}

function decodeCondition([left, operator, right]: WrittenWorkflowCondition): StepCondition {
  return { left, operator, ...(right !== undefined && { right }) };
}
