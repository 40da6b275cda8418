/**
 * Holds an approved plan against one that was just made. What an apply carries out is never taken from a file on
 * trust: everything in it must be what content and the target ask for here and now, or be done already.
 * Source: reliability T20 and T21.
 */

import { type Address } from '@signalwright/model';
import { canonicalJson } from '@signalwright/store';
import type { Plan, PlanItem } from './plan.ts';

export type Binding =
  /** `moved`: objects whose target has moved since, each with a sentence; the others may go on. */
  | { readonly ok: true; readonly moved: ReadonlyMap<Address, string> }
  /** The file asks for something that content does not: nothing of it is carried out. */
  | { readonly ok: false; readonly reasons: readonly string[] };

/** @param fresh made from the content, the journal and the target at hand */
export function bindPlan(approved: Plan, fresh: Plan): Binding {
  const freshItems = new Map(fresh.items.map((item) => [item.address, item]));
  const reasons: string[] = [];
  const moved = new Map<Address, string>();
  let position = -1;
  for (const item of approved.items) {
    const now = freshItems.get(item.address);
    const verdict = isRemoval(item) ? judgeRemoval(item, now, fresh) : judgeItem(item, now, fresh);
    if (verdict.kind === 'foreign') reasons.push(`${item.address}: ${verdict.reason}`);
    if (verdict.kind === 'moved') moved.set(item.address, verdict.reason);
    const at = now === undefined ? position : fresh.items.indexOf(now);
    if (at < position) reasons.push(`${item.address} is not where it belongs in the order of the plan.`);
    position = Math.max(position, at);
  }
  const addresses = new Set(approved.items.map(({ address }) => address));
  if (addresses.size !== approved.items.length) reasons.push('The plan names an object twice.');
  return reasons.length > 0 ? { ok: false, reasons } : { ok: true, moved };
}

type Verdict =
  | { readonly kind: 'same' }
  | { readonly kind: 'moved'; readonly reason: string }
  | { readonly kind: 'foreign'; readonly reason: string };

const SAME: Verdict = { kind: 'same' };

function judgeItem(item: PlanItem, now: PlanItem | undefined, fresh: Plan): Verdict {
  if (now === undefined) {
    const blocked = fresh.blocked.find(({ address }) => address === item.address);
    return blocked === undefined
      ? { kind: 'foreign', reason: 'content does not ask for it.' }
      : { kind: 'moved', reason: blocked.reason };
  }
  if (canonicalJson(wishOf(item)) !== canonicalJson(wishOf(now))) {
    return { kind: 'foreign', reason: 'it is not what content asks for.' };
  }
  // What an apply that was cut off has done already is not done again.
  if (now.change.kind === 'noop') return SAME;
  return canonicalJson(item) === canonicalJson(now) ? SAME : { kind: 'moved', reason: MOVED };
}

const MOVED = 'It has changed at the target since the plan. Plan again.';

function judgeRemoval(item: PlanItem, now: PlanItem | undefined, fresh: Plan): Verdict {
  if (now !== undefined) {
    if (!isRemoval(now)) return { kind: 'foreign', reason: 'content has it.' };
    return canonicalJson(item) === canonicalJson(now) ? SAME : { kind: 'moved', reason: MOVED };
  }
  const kept = fresh.orphans.find(({ address }) => address === item.address);
  if (kept !== undefined) return { kind: 'moved', reason: kept.reason };
  // Switched off by an apply that was cut off, or gone: nothing is left to do.
  return { kind: 'moved', reason: 'It is done already, or there is nothing of ours left at the target.' };
}

function isRemoval({ change }: PlanItem): boolean {
  return change.kind === 'disable' || change.kind === 'delete';
}

/** What content says of it, whatever the target is like. */
function wishOf({ address, name, body, desiredDigest, dependsOn, change }: PlanItem): unknown {
  const link = change.kind === 'link' ? change.url : null;
  return [address, name, body ?? null, desiredDigest ?? null, dependsOn, link];
}
