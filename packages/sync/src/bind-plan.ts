/**
 * Holds an approved plan against one that was just made. A file is never carried out: it says which changes of the
 * fresh plan are agreed to, and must hold nothing that content does not ask for.
 * Source: reliability T20 and T21.
 */

import { addressOf, type Address } from '@signalwright/model';
import { canonicalJson } from '@signalwright/store';
import { normalisePayload, resolveReferences } from '@signalwright/wire';
import { contentDigest } from './desired.ts';
import { diffFields } from './diff-fields.ts';
import { remoteKindOf } from './ownership-match.ts';
import type { Plan, PlanItem } from './plan.ts';
import { countRemovals } from './removals.ts';

export type Binding =
  /** Changes of the fresh plan that are not in the approved one as they are now, each with a sentence why it waits. */
  | { readonly ok: true; readonly held: ReadonlyMap<Address, string> }
  /** The file asks for something that content does not: nothing is carried out. */
  | { readonly ok: false; readonly reasons: readonly string[] };

/** @param fresh made from the content, the journal and the target at hand: what an apply carries out */
export function bindPlan(file: Plan, fresh: Plan): Binding {
  const approved = withIds(file, fresh);
  const reasons = foreignParts(approved, fresh);
  if (reasons.length > 0) return { ok: false, reasons };
  const items = new Map(approved.items.map((item) => [item.address, item]));
  const held = new Map<Address, string>();
  for (const item of fresh.items) {
    const was = items.get(item.address);
    // What an apply that was cut off has done already is not done again.
    if (item.change.kind === 'noop') continue;
    if (was === undefined) held.set(item.address, 'The approved plan does not have it. Plan again.');
    else if (canonicalJson(was) !== canonicalJson(item)) held.set(item.address, MOVED);
  }
  return { ok: true, held };
}

/**
 * The approved plan with the ids of rules that have come to be since, where correlation rules name them: an apply that
 * was cut off has made those.
 */
function withIds(approved: Plan, fresh: Plan): Plan {
  const ids = new Map(fresh.items.map(({ address, remote }) => [address, remote?.id]));
  const items = approved.items.map((item) =>
    withIdsOf(item, (id) => ids.get(addressOf('detection-rule', id))),
  );
  return { ...approved, items };
}

function withIdsOf(item: PlanItem, remoteIdOf: (id: string) => string | undefined): PlanItem {
  const { body: written, change } = item;
  if (written === undefined || (change.kind !== 'create' && change.kind !== 'update')) return item;
  const body = resolveReferences(written, remoteIdOf);
  if (body === written) return item;
  const after = normalisePayload(remoteKindOf(item.address), body);
  const desiredDigest = contentDigest(after);
  return change.kind === 'create'
    ? { ...item, body, desiredDigest, change: { ...change, after } }
    : {
        ...item,
        body,
        desiredDigest,
        change: { ...change, after, fields: diffFields(change.before, after) },
      };
}

const MOVED = 'It has changed at the target since the plan. Plan again.';

/** What an honest plan of this content cannot hold, whatever has happened at the target since. */
function foreignParts(approved: Plan, fresh: Plan): readonly string[] {
  const reasons: string[] = [];
  const freshItems = new Map(fresh.items.map((item, at) => [item.address, { item, at }]));
  const blocked = new Set(fresh.blocked.map(({ address }) => address));
  let position = -1;
  for (const item of approved.items) {
    const { item: now, at = position } = freshItems.get(item.address) ?? {};
    const reason = isRemoval(item) ? foreignRemoval(now) : foreignItem(item, now, blocked);
    if (reason !== undefined) reasons.push(`${item.address}: ${reason}`);
    if (at < position) reasons.push(`${item.address} is not where it belongs in the order of the plan.`);
    position = Math.max(position, at);
  }
  const addresses = new Set([...approved.items, ...approved.blocked].map(({ address }) => address));
  if (addresses.size !== approved.items.length + approved.blocked.length)
    reasons.push('The plan names an object twice.');
  for (const item of fresh.items) {
    if (!isRemoval(item) && !addresses.has(item.address))
      reasons.push(`${item.address} is in content and not in the plan.`);
  }
  if (canonicalJson(approved.target) !== canonicalJson(fresh.target))
    reasons.push('The plan is for another target than it says.');
  if (approved.treeDigest !== fresh.treeDigest) reasons.push('The plan is of other files.');
  if (!countsFit(approved, fresh)) reasons.push('The plan says wrong how much it removes.');
  return reasons;
}

function foreignItem(
  item: PlanItem,
  now: PlanItem | undefined,
  blocked: ReadonlySet<Address>,
): string | undefined {
  if (now === undefined) return blocked.has(item.address) ? undefined : 'content does not ask for it.';
  // What was accepted stands in it as the target has it, which may change: such an object waits.
  const hasKept = item.kept !== undefined || now.kept !== undefined;
  // What is done by now has no body any more; its digest says what content asks for.
  const isDone = item.body === undefined || now.body === undefined;
  const isSame =
    canonicalJson(wishOf(item)) === canonicalJson(wishOf(now)) &&
    (hasKept || item.desiredDigest === now.desiredDigest) &&
    (hasKept || isDone || canonicalJson(item.body) === canonicalJson(now.body));
  return isSame ? undefined : 'it is not what content asks for.';
}

function foreignRemoval(now: PlanItem | undefined): string | undefined {
  return now === undefined || isRemoval(now) ? undefined : 'content has it.';
}

/** What a plan may remove without consent follows from what is on record, whatever the file says. */
function countsFit(approved: Plan, fresh: Plan): boolean {
  const removals = approved.items.filter(isRemoval);
  const there = new Set(fresh.items.map(({ address }) => address));
  const done = removals.filter(({ address }) => !there.has(address)).length;
  const { managed } = approved.removal;
  return (
    managed <= fresh.removal.managed + done &&
    canonicalJson(approved.removal) === canonicalJson(countRemovals(removals.length, managed))
  );
}

/** What a plan takes away. */
export function removedBy(plan: Plan): ReadonlySet<Address> {
  return new Set(plan.items.filter(isRemoval).map(({ address }) => address));
}

function isRemoval({ change }: PlanItem): boolean {
  return change.kind === 'disable' || change.kind === 'delete';
}

/** What content says of it, whatever the target is like. */
function wishOf({ address, name, dependsOn, change }: PlanItem): unknown {
  return [address, name, dependsOn, change.kind === 'link' ? change.url : null];
}
