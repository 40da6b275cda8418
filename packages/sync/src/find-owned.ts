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
  /** @default SETTLE_MS */
  readonly settleMs?: number | undefined;
  /** Ends the wait; what was not found by then is unknown. */
  readonly stop?: AbortSignal | undefined;
}

/** A create whose outcome is unclear, and when it was called at the latest, by the clock of the context. */
export interface UnclearCreate {
  readonly address: Address;
  readonly atMs: number;
}

/** Looks until the object is there, or until the settle wait after the call is over. */
export async function findSettled(create: UnclearCreate, context: SearchContext): Promise<Search> {
  const found = await findAllSettled(remoteKindOf(create.address), [create], context);
  const search = found.get(create);
  if (search === undefined) throw new Error(`No search was made for ${create.address}.`);
  return search;
}

/** The same for many creates of one kind: each look is at one list. */
export async function findAllSettled<Create extends UnclearCreate>(
  kind: RemoteKind,
  creates: readonly Create[],
  context: SearchContext,
): Promise<ReadonlyMap<Create, Search>> {
  const { settleMs = SETTLE_MS } = context;
  const found = new Map<Create, Search>();
  for (let look = 0; ; look += 1) {
    const lookedAtMs = context.clock.nowMs();
    const listed = await observeKind(context.client, kind, context.stack);
    const missing: Create[] = [];
    for (const create of creates.filter((each) => !found.has(each))) {
      const search = searchListed(create.address, listed, context.stack);
      const isLate = lookedAtMs >= create.atMs + settleMs;
      if (search.kind === 'one' || search.kind === 'several' || isLate) found.set(create, search);
      else missing.push(create);
    }
    if (missing.length === 0) return found;
    const lastMs = Math.max(...missing.map(({ atMs }) => atMs + settleMs));
    const waitMs = LOOK_WAITS_MS[Math.min(look, LOOK_WAITS_MS.length - 1)] ?? settleMs;
    await context.clock.sleep(Math.min(waitMs, Math.max(0, lastMs - context.clock.nowMs())));
    if (context.stop?.aborted === true) {
      for (const create of missing) found.set(create, { kind: 'unknown', reason: INTERRUPTED });
      return found;
    }
  }
}

/** Looks once, over every page. */
export async function findOwned(address: Address, context: SearchContext): Promise<Search> {
  const listed = await observeKind(context.client, remoteKindOf(address), context.stack);
  return searchListed(address, listed, context.stack);
}

function searchListed(address: Address, listed: ApiOutcome<ObservedState>, stack: string): Search {
  if (listed.kind === 'refused') return { kind: 'unknown', reason: listed.error.messages.join('; ') };
  if (listed.kind === 'unknown') return listed;
  return indexObserved(listed.value.objects, stack)(address);
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
