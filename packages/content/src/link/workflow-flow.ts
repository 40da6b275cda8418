/**
 * Which way a run can take through a workflow, worked out once from its edges: where it starts, what it reaches, and
 * what has ended by the time a step begins.
 */

import { TRIGGER_KINDS, type TriggerKind, type Workflow, type WorkflowStep } from '@signalwright/model';

/** How other steps have ended when a step begins: by id, the branches they may have ended on. */
export type Ended = ReadonlyMap<string, ReadonlySet<string>>;

export interface WorkflowFlow {
  /** Kinds of triggers that may lead to a step; none for a step that nothing reaches. */
  triggersOf(stepId: string): ReadonlySet<TriggerKind>;
  isReached(stepId: string): boolean;
  /** Ids of all steps that stand before it on some way. */
  before(stepId: string): ReadonlySet<string>;
  /** Those of them that stand before it on every way. */
  surelyBefore(stepId: string): Ended;
  /** A step that has ended on two branches at once if all arrivals at `stepId` were to come; undefined when none. */
  contradiction(stepId: string): string | undefined;
}

/** @param workflow with unique step ids */
export function flowOf(workflow: Workflow): WorkflowFlow {
  const steps = new Map(workflow.steps.map((step) => [step.id, step]));
  const starts = startsOf(workflow);
  const roots = new Set([...starts.values()].flatMap((ids) => [...ids]));
  const reached = reachedFrom(roots, workflow.steps);
  const triggers = triggersOfSteps(starts, workflow.steps);
  const known = new Map<string, Ended>();
  const contradictions = new Map<string, string>();
  for (const step of inOrder(workflow.steps)) {
    const arrivals = step.after
      .filter((edge) => reached.has(edge.step))
      .map((edge) => join(known.get(edge.step) ?? new Map(), edge.step, edge.branch));
    if (step.join === 'all') {
      const both = meet(arrivals);
      known.set(step.id, both.ended);
      if (both.contradiction !== undefined) contradictions.set(step.id, both.contradiction);
    } else known.set(step.id, either(roots.has(step.id) ? [...arrivals, new Map()] : arrivals));
  }
  return {
    triggersOf: (id) => triggers.get(id) ?? new Set(),
    isReached: (id) => reached.has(id),
    before: (id) => beforeStep(id, steps),
    surelyBefore: (id) => known.get(id) ?? new Map(),
    contradiction: (id) => contradictions.get(id),
  };
}

/** Without any trigger, the steps that no edge arrives at: a mistake of its own must not make all of them unreachable. */
function startsOf({ triggers, steps }: Workflow): ReadonlyMap<TriggerKind | undefined, ReadonlySet<string>> {
  const usual = new Set(steps.filter((step) => step.after.length === 0).map((step) => step.id));
  if (triggers.length === 0) return new Map([[undefined, usual]]);
  return new Map(
    triggers.map(({ kind, start }) => [kind, start === undefined ? usual : new Set(start)] as const),
  );
}

function reachedFrom(roots: ReadonlySet<string>, steps: readonly WorkflowStep[]): ReadonlySet<string> {
  const reached = new Set(roots);
  for (let grown = true; grown;) {
    grown = false;
    for (const step of steps) {
      if (reached.has(step.id) || step.after.length === 0) continue;
      const arrived = step.after.filter((edge) => reached.has(edge.step)).length;
      if (arrived === 0 || (step.join === 'all' && arrived < step.after.length)) continue;
      reached.add(step.id);
      grown = true;
    }
  }
  return reached;
}

function triggersOfSteps(
  starts: ReturnType<typeof startsOf>,
  steps: readonly WorkflowStep[],
): ReadonlyMap<string, ReadonlySet<TriggerKind>> {
  const result = new Map<string, Set<TriggerKind>>();
  for (const kind of TRIGGER_KINDS) {
    const roots = starts.get(kind);
    if (roots === undefined) continue;
    for (const id of reachedFrom(roots, steps)) result.set(id, (result.get(id) ?? new Set()).add(kind));
  }
  return result;
}

/** Every step after those that lead to it; steps in a circle, and what comes after them, are left out. */
function inOrder(steps: readonly WorkflowStep[]): readonly WorkflowStep[] {
  const ids = new Set(steps.map((step) => step.id));
  const done = new Set<string>();
  const order: WorkflowStep[] = [];
  for (let grown = true; grown;) {
    grown = false;
    for (const step of steps) {
      if (done.has(step.id) || !step.after.every((edge) => done.has(edge.step) || !ids.has(edge.step)))
        continue;
      done.add(step.id);
      order.push(step);
      grown = true;
    }
  }
  return order;
}

function join(ended: Ended, id: string, branch: string): Ended {
  return new Map([...ended, [id, new Set([branch])]]);
}

/** What holds whichever of the arrivals comes. */
function either(arrivals: readonly Ended[]): Ended {
  const [first, ...others] = arrivals;
  const ids = [...(first ?? new Map<string, never>()).keys()];
  return new Map(
    ids
      .filter((id) => others.every((ended) => ended.has(id)))
      .map((id) => [id, new Set(arrivals.flatMap((ended) => [...(ended.get(id) ?? [])]))]),
  );
}

/** What holds when all of them come. */
function meet(arrivals: readonly Ended[]): { readonly ended: Ended; readonly contradiction?: string } {
  const ended = new Map<string, ReadonlySet<string>>();
  for (const arrival of arrivals) {
    for (const [id, branches] of arrival) {
      const known = ended.get(id);
      ended.set(
        id,
        known === undefined ? branches : new Set([...branches].filter((each) => known.has(each))),
      );
    }
  }
  const contradiction = [...ended].find(([, branches]) => branches.size === 0)?.[0];
  return { ended, ...(contradiction !== undefined && { contradiction }) };
}

function beforeStep(id: string, steps: ReadonlyMap<string, WorkflowStep>): ReadonlySet<string> {
  const before = new Set<string>();
  const queue = (steps.get(id)?.after ?? []).map((edge) => edge.step);
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    if (before.has(at)) continue;
    before.add(at);
    queue.push(...(steps.get(at)?.after ?? []).map((edge) => edge.step));
  }
  return before;
}
