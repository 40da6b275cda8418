/** Workflow: written form to normal form. Edges are written on the step they arrive at. */

import {
  addressOf,
  type AuthoredWorkflow,
  type Origin,
  type StepBody,
  type StepBranch,
  type StepCondition,
  type StepEdge,
  type Workflow,
  type WorkflowInput,
  type WorkflowStep,
  type WorkflowTest,
} from '@signalwright/model';
import type {
  WrittenWorkflow,
  WrittenWorkflowCondition,
  WrittenWorkflowStep,
  WrittenWorkflowTest,
} from '../schema/written.ts';
import { durationMs, tagsWithOwner, unknownFieldsOf } from './scalar.ts';
import { decodeTestSignal } from './test-fields.ts';

export function decodeWorkflow(written: WrittenWorkflow, origin: Origin): AuthoredWorkflow {
  return {
    kind: 'workflow',
    address: addressOf('workflow', written.id),
    object: decodeObject(written),
    ...(written.owner !== undefined && { owner: written.owner }),
    sample: decodeTestSignal(written.sample),
    tests: (written.tests ?? []).map(decodeTest),
    origin,
  };
}

function decodeObject(written: WrittenWorkflow): Workflow {
  const { security } = written.triggers;
  return {
    kind: 'workflow',
    id: written.id,
    name: written.name,
    description: written.description ?? '',
    tags: tagsWithOwner(written.tags, written.owner),
    published: written.published ?? true,
    triggers: {
      ...(security !== undefined && {
        security: {
          ...(security.rateLimit !== undefined && {
            rateLimit: { count: security.rateLimit.count, perMs: durationMs(security.rateLimit.per) },
          }),
        },
      }),
    },
    inputs: Object.entries(written.inputs ?? {}).map(([name, input]): WorkflowInput => ({
      name,
      type: input.type,
      description: input.description ?? '',
      ...(input.default !== undefined && { default: input.default }),
    })),
    steps: written.steps.map((step, index) => decodeStep(step, written.steps[index - 1])),
    ...unknownFieldsOf(written),
  };
}

function decodeStep(step: WrittenWorkflowStep, above: WrittenWorkflowStep | undefined): WorkflowStep {
  return {
    id: step.id,
    does: decodeBody(step),
    // `link` refuses branches that do not exist; until then they travel as written.
    after: writtenEdges(step, above).map(({ step: from, branch }): StepEdge => ({
      step: from,
      branch: branch as StepBranch,
    })),
    join: step.join ?? 'any',
    ...(step.retry !== undefined && {
      retry: { times: step.retry.times, everyMs: durationMs(step.retry.every) },
    }),
  };
}

export interface WrittenEdge {
  readonly step: string;
  /** Not yet known to exist. */
  readonly branch: string;
}

/** The edges that arrive at a step: those written, else one from the step above, else none (a start). */
export function writtenEdges(
  step: WrittenWorkflowStep,
  above: WrittenWorkflowStep | undefined,
): readonly WrittenEdge[] {
  if (step.after === undefined) return above === undefined ? [] : [{ step: above.id, branch: 'main' }];
  return [step.after].flat().map(parseEdge);
}

/** `intel` is the main branch of a step, `intel.error` another one. */
export function parseEdge(text: string): WrittenEdge {
  const [step = '', branch = 'main'] = text.split('.');
  return { step, branch };
}

function decodeBody(step: WrittenWorkflowStep): StepBody {
  if (step.if !== undefined) return { kind: 'if', conditions: conditionsOf(step.if).map(decodeCondition) };
  return { kind: 'action', action: step.action ?? '', inputs: { ...step.with } };
}

/** One triple stands for a list of one. */
function conditionsOf(written: NonNullable<WrittenWorkflowStep['if']>): readonly WrittenWorkflowCondition[] {
  return isSingleCondition(written) ? [written] : written;
}

/** `if: [left, operator, right]`, not a list of such. */
export function isSingleCondition(
  written: NonNullable<WrittenWorkflowStep['if']>,
): written is WrittenWorkflowCondition {
  return written.length > 0 && !Array.isArray(written[0]);
}

function decodeCondition([left, operator, right]: WrittenWorkflowCondition): StepCondition {
  return { left, operator, ...(right !== undefined && { right }) };
}

function decodeTest(written: WrittenWorkflowTest): WorkflowTest {
  const answers = Object.entries(written.answers ?? {}).map(([step, answer]) => [
    step,
    answer === 'error' ? { kind: 'error' } : { kind: 'output', output: answer },
  ]);
  return {
    name: written.name,
    signal: decodeTestSignal(written.signal),
    inputs: { ...written.inputs },
    answers: Object.fromEntries(answers) as WorkflowTest['answers'],
    ...(written.path !== undefined && { path: written.path }),
    ...(written.calls !== undefined && { calls: written.calls }),
    ...(written.state !== undefined && { state: written.state }),
  };
}
