/** Triggers of a workflow: a list becomes a map by kind, in its order. */

import type { IncidentTag, RateLimit, WorkflowTrigger } from '@signalwright/model';
import type { WrittenWorkflow, WrittenWorkflowRateLimit } from '../schema/written.ts';
import { durationText } from './scalar.ts';

export function writeTriggers(triggers: readonly WorkflowTrigger[]): WrittenWorkflow['triggers'] {
  return Object.fromEntries(triggers.map((trigger) => [trigger.kind, writeTrigger(trigger)]));
}

/** All that a trigger of any kind may say; the names are those of the written form, but for rate limits and tags. */
function writeTrigger({ kind: _kind, start, ...trigger }: WorkflowTrigger): object {
  const { rateLimit, tags, ...rest } = trigger as {
    readonly rateLimit?: RateLimit;
    readonly tags?: readonly IncidentTag[];
  };
  return {
    ...rest,
    ...(tags !== undefined && { tagCondition: tags.map(({ tag, values }) => ({ tag, values })) }),
    ...(rateLimit !== undefined && { rateLimit: writeRateLimit(rateLimit) }),
    ...(start !== undefined && { start: start.length === 1 ? start[0] : start }),
  };
}

function writeRateLimit({ count, perMs }: RateLimit): WrittenWorkflowRateLimit {
  return { count, ...(perMs !== undefined && { per: durationText(perMs) }) };
}
