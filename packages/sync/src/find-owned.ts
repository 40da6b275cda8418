/**
 * Finds an object by its mark after a call whose outcome is unclear. Lists may lag behind writes, so "not there" is
 * only believed after the settle wait. Objects that show up later than that are found as duplicates by the next plan.
 */

import type { Address } from '@signalwright/model';
import {
  INTERRUPTED,
  type ApiClient,
  type ApiClock,
  type ApiOutcome,
  type RemoteKind,
} from '@signalwright/wire';
import { pushTo } from './push-to.ts';
import { observeKind, type ObservedObject, type ObservedState } from './observe.ts';
import { marksOf, marksOn, remoteKindOf } from './ownership-match.ts';

/** How long after a call an object may still be missing from lists. Chosen. */
export const SETTLE_MS = 45_000;
/**
 * The same for an embedded org, whose lists show a write at once: only a call that was under way when the apply was
 * killed may come later. Chosen, see docs/decisions/0415.
 */
export const OWN_SETTLE_MS = 5_000;
/** Waits between looks. */
const LOOK_WAITS_MS: readonly number[] = [500, 1_500, 3_000, 5_000];
const LAST_WAIT_MS = 10_000;

export type Search =
  | { readonly kind: 'one'; readonly object: ObservedObject }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly remoteIds: readonly string[] }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface SearchContext {
  readonly client: ApiClient;
  readonly clock: ApiClock;
  readonly stack: string;
  /** @default SETTLE_MS */
  readonly settleMs?: number | undefined;
  /** Ends the wait; what was not found by then is unknown. */
  readonly stop?: AbortSignal | undefined;
}

/**
 * After a call whose answer did not come: looks until the object is there, or for the settle wait from the first look on,
 * which is never earlier than the call.
 */
export async function findSettled(address: Address, context: SearchContext): Promise<Search> {
  const found = await findAllSettled(remoteKindOf(address), [address], context);
  return found.get(address) ?? { kind: 'none' };
}

/** The same for many objects of one kind: each look is at one list. */
export async function findAllSettled(
  kind: RemoteKind,
  addresses: readonly Address[],
  context: SearchContext,
): Promise<ReadonlyMap<Address, Search>> {
  let found = await findAll(kind, addresses, context);
  // No clock is read: none that was set can cut the wait short or draw it out.
  let leftMs = context.settleMs ?? SETTLE_MS;
  for (let look = 0; leftMs > 0; look += 1) {
    const unclear = [...found].filter(([, { kind: how }]) => how === 'none' || how === 'unknown');
    if (unclear.length === 0) return found;
    const waitMs = Math.min(LOOK_WAITS_MS[look] ?? LAST_WAIT_MS, leftMs);
    leftMs -= waitMs;
    await context.clock.sleep(waitMs);
    if (context.stop?.aborted === true) {
      const reason = { kind: 'unknown', reason: INTERRUPTED } as const;
      return new Map([...found, ...unclear.map(([address]) => [address, reason] as const)]);
    }
    const missing = unclear.map(([address]) => address);
    found = new Map([...found, ...(await findAll(kind, missing, context))]);
  }
  return found;
}

/** Looks once, over every page. */
export async function findOwned(address: Address, context: SearchContext): Promise<Search> {
  const found = await findAll(remoteKindOf(address), [address], context);
  return found.get(address) ?? { kind: 'none' };
}

async function findAll(
  kind: RemoteKind,
  addresses: readonly Address[],
  { client, stack }: SearchContext,
): Promise<ReadonlyMap<Address, Search>> {
  const listed = await observeKind(client, kind, stack);
  const search = searchIn(listed, stack);
  return new Map(addresses.map((address) => [address, search(address)]));
}

function searchIn(listed: ApiOutcome<ObservedState>, stack: string): (address: Address) => Search {
  if (listed.kind === 'done') return indexObserved(listed.value.objects, stack);
  const reason = listed.kind === 'unknown' ? listed.reason : listed.error.messages.join('; ');
  return () => ({ kind: 'unknown', reason });
}

/** Finds the object of an address among observed ones, for as many addresses as there are. */
export function indexObserved(
  objects: readonly ObservedObject[],
  stack: string,
): (address: Address) => Search {
  const byMark = new Map<string, ObservedObject[]>();
  for (const object of objects) {
    for (const key of marksOn(object, stack)) pushTo(byMark, key, object);
  }
  return (address) => {
    const owned = marksOf(address, stack).flatMap((key) => byMark.get(key) ?? []);
    const [first, ...others] = owned;
    if (first === undefined) return { kind: 'none' };
    if (others.length > 0)
      return { kind: 'several', remoteIds: owned.map((object) => object.remote.id).toSorted() };
    return { kind: 'one', object: first };
  };
}
