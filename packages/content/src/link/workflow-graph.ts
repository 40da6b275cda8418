/** The graph of a workflow: edges that exist, no circles, no step that can never run, joins that are said. */

import type { ActionManifest, StepEdge } from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import { arrivingEdges } from '../decode/workflow-steps.ts';
import type { WrittenWorkflow, WrittenWorkflowStep } from '../schema/written.ts';
import type { Report } from './link-context.ts';

const IF_BRANCHES = ['true', 'false'];
const ACTION_BRANCHES = ['main', 'error'];

/** Branches of a step; undefined when nobody knows its action, and so neither its branches. */
export function branchesOf(
  step: WrittenWorkflowStep,
  manifest: ActionManifest | undefined,
): readonly string[] | undefined {
  if (step.if !== undefined) return IF_BRANCHES;
  const isKnown = manifest === undefined || manifest.actions.some((action) => action.id === step.action);
  return isKnown ? ACTION_BRANCHES : undefined;
}

export function checkGraph(
  written: WrittenWorkflow,
  manifest: ActionManifest | undefined,
  report: Report,
): void {
  checkIds(written.steps, report);
  const edges = written.steps.map((_step, index) => arrivingEdges(written.steps, index));
  written.steps.forEach((step, index) => {
    (edges[index] ?? []).forEach((edge, position) =>
      checkEdge(written, index, edge, edgePath(step, index, position), manifest, report),
    );
    checkJoin(step, index, edges[index] ?? [], report);
  });
  // Of two steps with one id, nobody can say where an edge leads.
  if (new Set(written.steps.map((step) => step.id)).size === written.steps.length) {
    checkReach(written.steps, edges, report);
  }
}

/** An edge that is not written stands for the step as a whole. */
function edgePath(step: WrittenWorkflowStep, index: number, position: number): readonly (string | number)[] {
  if (step.after === undefined) return ['steps', index, 'id'];
  return Array.isArray(step.after) ? ['steps', index, 'after', position] : ['steps', index, 'after'];
}

function checkIds(steps: readonly WrittenWorkflowStep[], report: Report): void {
  steps.forEach((step, index) => {
    const first = steps.findIndex((each) => each.id === step.id);
    if (first === index) return;
    report.at(['steps', index, 'id'], 'workflow/duplicate-step', `Two steps are called ${quoted(step.id)}.`, {
      hint: 'Give this one another id.',
      related: [{ message: 'The first one.', range: report.origin.rangeOf(['steps', first, 'id']) }],
    });
  });
}

function checkEdge(
  { steps }: WrittenWorkflow,
  index: number,
  edge: StepEdge,
  path: readonly (string | number)[],
  manifest: ActionManifest | undefined,
  report: Report,
): void {
  const from = steps.find((each) => each.id === edge.step);
  if (from === undefined) {
    const ids = steps.map((each) => each.id);
    report.at(path, 'workflow/unknown-step', `No step is called ${quoted(edge.step)}.`, {
      hint: didYouMean(edge.step, ids) ?? `Steps: ${ids.join(', ')}.`,
    });
    return;
  }
  const branches = branchesOf(from, manifest);
  if (branches === undefined || branches.includes(edge.branch)) return;
  if (edge.branch === 'main') {
    const message = `The step ${quoted(edge.step)} is an if: it ends on true or false.`;
    report.at(path, 'workflow/if-without-branch', message, {
      hint: `Say which: after: ${edge.step}.true or after: ${edge.step}.false.`,
      ...(steps[index]?.after === undefined && {
        related: [
          { message: 'This step comes after it.', range: report.origin.rangeOf(['steps', index, 'id']) },
        ],
      }),
    });
    return;
  }
  const names = branches.filter((each) => each !== 'main');
  report.at(
    path,
    'workflow/unknown-branch',
    `The step ${quoted(edge.step)} has no branch ${quoted(edge.branch)}.`,
    {
      hint:
        didYouMean(edge.branch, names) ??
        `Its branches: ${names.map((name) => `${edge.step}.${name}`).join(', ')}.`,
    },
  );
}

function checkJoin(
  step: WrittenWorkflowStep,
  index: number,
  edges: readonly StepEdge[],
  report: Report,
): void {
  if (edges.length < 2) return;
  if (step.join === undefined) {
    const message = `${edges.length} edges arrive at ${quoted(step.id)}, and nothing says whether one is enough.`;
    report.atKey(['steps', index, 'after'], 'workflow/missing-join', message, {
      hint: 'Add join: any (start at the first) or join: all (wait for every one).',
    });
    return;
  }
  if (step.join === 'any') return;
  const seen = new Set<string>();
  for (const { step: from } of edges) {
    if (seen.has(from)) {
      const message = `The step ${quoted(step.id)} waits for two branches of ${quoted(from)}, and only one is taken.`;
      report.at(['steps', index, 'join'], 'workflow/impossible-join', message, { hint: 'Write join: any.' });
      return;
    }
    seen.add(from);
  }
}

/** Circles, and steps that can be reached from no start. */
function checkReach(
  steps: readonly WrittenWorkflowStep[],
  edges: readonly (readonly StepEdge[])[],
  report: Report,
): void {
  const reached = reachable(steps, edges);
  const inCircle = new Set<string>();
  for (const step of steps) {
    if (inCircle.has(step.id)) continue;
    const circle = circleThrough(step.id, steps, edges);
    if (circle === undefined) continue;
    for (const id of circle) inCircle.add(id);
    const index = steps.findIndex((each) => each.id === step.id);
    const way = [...circle, step.id].join(' → ');
    const path = ['steps', index, ...(step.after === undefined ? ['id'] : ['after'])];
    report.at(path, 'workflow/circle', `The steps run in a circle: ${way}.`, {
      hint: 'A workflow ends: remove one of these edges.',
    });
  }
  steps.forEach((step, index) => {
    if (reached.has(step.id) || inCircle.has(step.id)) return;
    // A step whose edges are wrong has its own diagnostic.
    if ((edges[index] ?? []).some((edge) => !steps.some((each) => each.id === edge.step))) return;
    report.at(
      ['steps', index, 'id'],
      'workflow/unreachable-step',
      `The step ${quoted(step.id)} can never run.`,
      {
        hint: 'No way leads to it from a first step.',
      },
    );
  });
}

/** Ids of the steps that some way from a start leads to. */
function reachable(
  steps: readonly WrittenWorkflowStep[],
  edges: readonly (readonly StepEdge[])[],
): ReadonlySet<string> {
  const reached = new Set<string>();
  for (let grown = true; grown;) {
    grown = false;
    steps.forEach((step, index) => {
      const arrivals = edges[index] ?? [];
      const arrived = (edge: StepEdge): boolean => reached.has(edge.step);
      const can = step.join === 'all' ? arrivals.every(arrived) : arrivals.some(arrived);
      if (reached.has(step.id) || (arrivals.length > 0 && !can)) return;
      reached.add(step.id);
      grown = true;
    });
  }
  return reached;
}

/** A shortest circle through a step, in the order of running and starting with it. */
function circleThrough(
  id: string,
  steps: readonly WrittenWorkflowStep[],
  edges: readonly (readonly StepEdge[])[],
): readonly string[] | undefined {
  const sources = new Map(
    steps.map((step, index) => [step.id, (edges[index] ?? []).map((edge) => edge.step)]),
  );
  // Walks against the edges, from the step back to itself.
  const nextOf = new Map<string, string>();
  const queue = [id];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const from of sources.get(at) ?? []) {
      if (from === id) return wayFrom(id, at, nextOf);
      if (nextOf.has(from)) continue;
      nextOf.set(from, at);
      queue.push(from);
    }
  }
  return undefined;
}

function wayFrom(id: string, first: string, nextOf: ReadonlyMap<string, string>): readonly string[] {
  const way = [id];
  for (let at: string | undefined = first; at !== undefined && at !== id; at = nextOf.get(at)) way.push(at);
  return way;
}

/** Ids of all steps that stand before the one at `index` on some way, itself left out. */
export function stepsBefore(
  steps: readonly { readonly id: string; readonly after: readonly { readonly step: string }[] }[],
  index: number,
): ReadonlySet<string> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const before = new Set<string>();
  const queue = (steps[index]?.after ?? []).map((edge) => edge.step);
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    if (before.has(at)) continue;
    before.add(at);
    queue.push(...(byId.get(at)?.after ?? []).map((edge) => edge.step));
  }
  return before;
}
