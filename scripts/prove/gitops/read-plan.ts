/** What a run of `plan --json` would change. */

import type { Plan } from '@signalwright/sync';
import type { Ran } from './stage.ts';

/** @throws when the run printed no plan */
export function planOf(ran: Ran): Plan {
  const { plan } = (ran.code === 64 || ran.code === 74 ? {} : JSON.parse(ran.out)) as {
    readonly plan?: Plan;
  };
  if (plan === undefined) throw new Error(`No plan was made: ${ran.text}`);
  return plan;
}

/** Every change and every object that cannot be applied, in words; what is equal, and links of views, are none. */
export function changesOf({ items, blocked, orphans }: Plan): readonly string[] {
  return [
    ...items.flatMap(({ change }) => {
      if (change.kind === 'noop' || change.kind === 'link') return [];
      if (change.kind !== 'update') return [`${change.kind} ${change.address}`];
      return [`update ${change.address}: ${change.fields.map(({ path }) => path).join(', ')}`];
    }),
    ...blocked.map(({ address, reason }) => `blocked ${address}: ${reason}`),
    ...orphans.map(({ address, reason }) => `orphan ${address}: ${reason}`),
  ];
}
