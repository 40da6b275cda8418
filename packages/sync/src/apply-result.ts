/** What an apply did, object by object. Every item of the plan has exactly one of these ends. */

import type { Address, Change } from '@signalwright/model';
import type { BlockedObject } from './plan.ts';

export type ItemEnd =
  /** Created, updated or removed, by an answer or by finding it afterwards (`how`). */
  | {
      readonly kind: 'done';
      readonly remoteId: string;
      readonly how: 'answered' | 'found';
      /** Fields that the server keeps in another form than we sent: each plan would show them again. */
      readonly differs?: readonly string[];
    }
  /** It already was what the plan wants: unchanged, or done by an apply before. */
  | { readonly kind: 'unchanged'; readonly remoteId: string }
  | { readonly kind: 'linked' }
  /** The service or the state said no: nothing was changed. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Something it depends on was not applied. */
  | { readonly kind: 'skipped'; readonly reason: string }
  /** It may or may not have been carried out; the next apply looks first. */
  | { readonly kind: 'unknown'; readonly reason: string };

export interface AppliedItem {
  readonly address: Address;
  readonly change: Change['kind'];
  readonly end: ItemEnd;
}

export type ApplyResult =
  /** The plan itself was not accepted: no call that writes was made. */
  | { readonly kind: 'rejected'; readonly reasons: readonly string[] }
  | {
      readonly kind: 'applied';
      readonly items: readonly AppliedItem[];
      /** Objects that the plan could not include. */
      readonly blocked: readonly BlockedObject[];
      /** Calls of an earlier apply whose outcome was found out first. */
      readonly recovered: readonly Recovery[];
      /** Why the rest was not tried: the journal cannot be written, the lease was lost, or somebody interrupted. */
      readonly stopped?: string;
    };

export interface Recovery {
  readonly address: Address;
  readonly outcome: 'done' | 'not-done' | 'unknown';
  readonly reason: string;
}

export type EndCounts = Readonly<Record<ItemEnd['kind'], number>>;

export function countEnds(items: readonly AppliedItem[]): EndCounts {
  const counts = { done: 0, unchanged: 0, linked: 0, refused: 0, skipped: 0, unknown: 0 };
  for (const item of items) counts[item.end.kind] += 1;
  return counts;
}

/** True when everything that the plan wants is so, and no call is left of which nothing is known. */
export function isComplete(result: ApplyResult): boolean {
  if (result.kind === 'rejected' || result.stopped !== undefined || result.blocked.length > 0) return false;
  const counts = countEnds(result.items);
  return counts.refused + counts.skipped + counts.unknown === 0 && stillUnclear(result).length === 0;
}

/** Calls of an earlier apply that are still not found out about, for objects that the plan does not touch. */
export function stillUnclear({
  items,
  recovered,
}: Pick<Extract<ApplyResult, { kind: 'applied' }>, 'items' | 'recovered'>): readonly Recovery[] {
  const tried = new Set(items.map(({ address }) => address));
  return recovered.filter(({ address, outcome }) => outcome === 'unknown' && !tried.has(address));
}
