/**
 * Finds an object by its mark after a call whose outcome is unclear. Lists may lag behind writes, so "not there" is
 * only believed after the settle wait. Objects that show up later than that are found as duplicates by the next plan.
 */

import type { Address } from '@signalwright/model';
import { INTERRUPTED, type ApiClient, type ApiClock } from '@signalwright/wire';
import { observeKind, type ObservedObject } from './observe.ts';
import { carriesMark, remoteKindOf } from './ownership-match.ts';

/** How long after a call an object may still be missing from lists. Chosen. */
export const SETTLE_MS = 45_000;
/** Waits between looks; the last one repeats. */
const LOOK_WAITS_MS = [500, 1_500, 3_000, 5_000, 10_000] as const;

export type Search =
  | { readonly kind: 'one'; readonly object: ObservedObject }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly remoteIds: readonly string[] }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface SearchContext {
  readonly client: ApiClient;
  readonly clock: ApiClock;
  readonly stack: string;
  /** Ends the wait; what was not found by then is unknown. */
  readonly stop?: AbortSignal | undefined;
}

/**
 * Looks until the object is there, or until SETTLE_MS after the call.
 *
 * @param calledAtMs when the call was made at the latest, by the clock of the context
 */
export async function findSettled(
  address: Address,
  calledAtMs: number,
  context: SearchContext,
): Promise<Search> {
  for (let look = 0; ; look += 1) {
    const search = await findOwned(address, context);
    const leftMs = calledAtMs + SETTLE_MS - context.clock.nowMs();
    if (search.kind === 'one' || search.kind === 'several' || leftMs <= 0) return search;
    const waitMs = LOOK_WAITS_MS[Math.min(look, LOOK_WAITS_MS.length - 1)] ?? leftMs;
    await context.clock.sleep(Math.min(waitMs, leftMs));
    if (context.stop?.aborted === true) return { kind: 'unknown', reason: INTERRUPTED };
  }
}

/** Looks once, over every page. */
export async function findOwned(address: Address, context: SearchContext): Promise<Search> {
  const listed = await observeKind(context.client, remoteKindOf(address), context.stack);
  if (listed.kind === 'refused') return { kind: 'unknown', reason: listed.error.messages.join('; ') };
  if (listed.kind === 'unknown') return listed;
  return searchObserved(address, listed.value.objects, context.stack);
}

/** The object of an address among observed ones. */
export function searchObserved(address: Address, objects: readonly ObservedObject[], stack: string): Search {
  const kind = remoteKindOf(address);
  const owned = objects.filter(
    (object) => object.kind === kind && carriesMark(object.ownership, stack, address),
  );
  const [first, ...others] = owned;
  if (first === undefined) return { kind: 'none' };
  if (others.length > 0)
    return { kind: 'several', remoteIds: owned.map((object) => object.remote.id).toSorted() };
  return { kind: 'one', object: first };
}
