/** Circles in the graph of a workflow. */

import type { WorkflowStep } from '@signalwright/model';

/** A shortest circle through a step, in the order of running and starting with it. */
export function circleThrough(id: string, steps: readonly WorkflowStep[]): readonly string[] | undefined {
  const sources = new Map(steps.map((step) => [step.id, step.after.map((edge) => edge.step)]));
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
