/** The graph of a workflow: edges that exist, no circles, no step that can never run, joins that are said. */

import {
  stepBranches,
  type ActionManifest,
  type ContentPath,
  type StepEdge,
  type Workflow,
  type WorkflowStep,
} from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import type { WrittenWorkflow, WrittenWorkflowStep } from '../schema/written.ts';
import type { Report } from './link-context.ts';
import { circleThrough } from './workflow-circle.ts';
import type { WorkflowFlow } from './workflow-flow.ts';

/** @param flow undefined when two steps have one id: then nobody can say where an edge leads */
export function checkGraph(
  written: WrittenWorkflow,
  workflow: Workflow,
  flow: WorkflowFlow | undefined,
  manifest: ActionManifest | undefined,
  report: Report,
): void {
  const { steps } = workflow;
  if (steps.length === 0) {
    report.at(['steps'], 'workflow/no-steps', 'The workflow does nothing.', {
      hint: 'Add a step: an action with its inputs.',
    });
  }
  checkIds(steps, report);
  steps.forEach((step, index) => {
    const writtenStep = written.steps[index];
    if (writtenStep === undefined) return;
    step.after.forEach((edge, position) =>
      checkEdge(workflow, index, edge, edgePath(writtenStep, index, position), manifest, report),
    );
    checkFallbacks(step, index, steps, report);
    checkJoin(step, writtenStep, index, flow, report);
  });
  if (flow !== undefined) checkReach(written, workflow, flow, report);
}

/** An edge that is not written stands for the step as a whole; one from a fallback too. */
function edgePath(step: WrittenWorkflowStep, index: number, position: number): ContentPath {
  const { after } = step;
  if (typeof after === 'string' && position === 0) return ['steps', index, 'after'];
  const isWritten = Array.isArray(after) && position < after.length;
  return isWritten ? ['steps', index, 'after', position] : ['steps', index, 'id'];
}

function checkIds(steps: readonly WorkflowStep[], report: Report): void {
  steps.forEach((step, index) => {
    const first = steps.findIndex((each) => each.id === step.id);
    if (first === index) return;
    report.at(['steps', index, 'id'], 'workflow/duplicate-step', `Two steps are called ${quoted(step.id)}.`, {
      hint: 'Give this one another id.',
      related: [{ message: 'The first one.', range: report.origin.rangeOf(['steps', first, 'id']) }],
    });
  });
}

/** Also for the steps that a trigger or an error handler names. */
export function reportUnknownStep(
  report: Report,
  path: ContentPath,
  id: string,
  steps: readonly WorkflowStep[],
): void {
  const ids = steps.map((each) => each.id);
  report.at(path, 'workflow/unknown-step', `No step is called ${quoted(id)}.`, {
    hint: didYouMean(id, ids) ?? `Steps: ${ids.join(', ')}.`,
  });
}

function checkEdge(
  { steps }: Workflow,
  index: number,
  edge: StepEdge,
  path: ContentPath,
  manifest: ActionManifest | undefined,
  report: Report,
): void {
  const from = steps.find((each) => each.id === edge.step);
  if (from === undefined) return reportUnknownStep(report, path, edge.step, steps);
  const isUnhandled =
    edge.branch === 'error' && from.onError?.every(({ fallback }) => fallback !== steps[index]?.id) === true;
  if (isUnhandled) {
    const message = `The step ${quoted(edge.step)} says in onError where it goes, and not to this step.`;
    return report.at(path, 'workflow/stray-error-edge', message, {
      hint: `Name this step as a fallback there, or remove ${edge.step}.error here.`,
    });
  }
  const branches = stepBranches(from, manifest);
  if (branches === undefined || branches.isOpen || branches.names.includes(edge.branch)) return;
  if (from.does.kind === 'if' && edge.branch === 'main') {
    const message = `The step ${quoted(edge.step)} is an if: it ends on true or false.`;
    return report.at(path, 'workflow/if-without-branch', message, {
      hint: `Say which: after: ${edge.step}.true or after: ${edge.step}.false.`,
    });
  }
  const names = branches.names.filter((each) => each !== 'main');
  const message = `The step ${quoted(edge.step)} has no branch ${quoted(edge.branch)}.`;
  report.at(path, 'workflow/unknown-branch', message, {
    hint:
      didYouMean(edge.branch, names) ??
      `Its branches: ${names.map((name) => `${edge.step}.${name}`).join(', ')}.`,
  });
}

function checkFallbacks(
  step: WorkflowStep,
  index: number,
  steps: readonly WorkflowStep[],
  report: Report,
): void {
  step.onError?.forEach(({ fallback }, position) => {
    if (fallback === '' || steps.some((each) => each.id === fallback)) return;
    reportUnknownStep(report, ['steps', index, 'onError', position, 'fallback'], fallback, steps);
  });
}

function checkJoin(
  step: WorkflowStep,
  written: WrittenWorkflowStep,
  index: number,
  flow: WorkflowFlow | undefined,
  report: Report,
): void {
  if (step.after.length < 2) return;
  if (step.join === undefined) {
    const message = `${step.after.length} edges arrive at ${quoted(step.id)}, and nothing says whether one is enough.`;
    const details = { hint: 'Add join: any (start at the first) or join: all (wait for every one).' };
    // Fallbacks arrive without being written here.
    if (written.after === undefined) {
      return report.at(['steps', index, 'id'], 'workflow/missing-join', message, details);
    }
    return report.atKey(['steps', index, 'after'], 'workflow/missing-join', message, details);
  }
  if (step.join === 'any') return;
  const twice = step.after.find(
    (edge, position) => step.after.findIndex((other) => other.step === edge.step) !== position,
  );
  const from = twice?.step ?? flow?.contradiction(step.id);
  if (from === undefined) return;
  const what = twice === undefined ? 'comes after two branches' : 'waits for two branches';
  const message = `The step ${quoted(step.id)} ${what} of ${quoted(from)}, and only one is taken.`;
  report.at(['steps', index, 'join'], 'workflow/impossible-join', message, { hint: 'Write join: any.' });
}

/** Circles, and steps that can be reached from no start. */
function checkReach(written: WrittenWorkflow, { steps }: Workflow, flow: WorkflowFlow, report: Report): void {
  const inCircle = new Set<string>();
  for (const [index, step] of steps.entries()) {
    if (inCircle.has(step.id)) continue;
    const circle = circleThrough(step.id, steps);
    if (circle === undefined) continue;
    for (const id of circle) inCircle.add(id);
    const way = [...circle, step.id].join(' → ');
    const path = ['steps', index, ...(written.steps[index]?.after === undefined ? ['id'] : ['after'])];
    report.at(path, 'workflow/circle', `The steps run in a circle: ${way}.`, {
      hint: 'A workflow ends: remove one of these edges.',
    });
  }
  steps.forEach((step, index) => {
    if (flow.isReached(step.id) || inCircle.has(step.id)) return;
    // A step whose edges are wrong has its own diagnostic.
    if (step.after.some((edge) => !steps.some((each) => each.id === edge.step))) return;
    const message = `The step ${quoted(step.id)} can never run.`;
    report.at(['steps', index, 'id'], 'workflow/unreachable-step', message, {
      hint: 'No way leads to it from a first step.',
    });
  });
}
