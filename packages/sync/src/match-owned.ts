/**
 * Which remote object stands for which desired one, by the mark alone: names may be edited, ids are the server's.
 * Whatever is not certain is a conflict, and a conflict is never written to.
 */

import { addressOf, type Address } from '@signalwright/model';
import { attributesOf, ownershipMark, ruleNamesOf, type RemoteKind } from '@signalwright/wire';
import { compareText } from './compare-text.ts';
import { remoteKey, type DesiredState } from './desired.ts';
import type { LastApplied } from './journal-entry.ts';
import type { ObservedObject, ObservedState } from './observe.ts';
import { pushTo } from './push-to.ts';

/** Ours by its mark, and not in content. */
export interface Orphan {
  readonly address: Address;
  readonly object: ObservedObject;
}

export interface OwnedMatch {
  /** At most one object for an address that is in no conflict. */
  readonly found: ReadonlyMap<Address, readonly ObservedObject[]>;
  /** Why an address cannot be applied. */
  readonly conflicts: ReadonlyMap<Address, string>;
  readonly orphans: readonly Orphan[];
}

export function matchOwned(
  desired: DesiredState,
  observed: ObservedState,
  lastApplied: ReadonlyMap<Address, LastApplied>,
): OwnedMatch {
  const addressOfMark = suffixAddresses(desired, lastApplied);
  const conflicts = new Map<Address, string>(collisions(desired));
  const found = new Map<Address, ObservedObject[]>();
  const tuners = tunersOf(desired);
  for (const object of observed.objects) {
    const tuner = tunerOf(object, tuners);
    if (tuner !== undefined && isOfOtherStack(object, observed.stack)) {
      conflicts.set(tuner, `${object.remote.id} is tuned by another stack: ${ownerText(object)}.`);
      continue;
    }
    const marked = addressesOf(object, observed.stack, addressOfMark);
    for (const address of new Set([...marked, ...(tuner === undefined ? [] : [tuner])])) {
      pushTo(found, address, object);
      if (object.ownership.kind === 'ambiguous') {
        conflicts.set(
          address,
          `The remote object ${object.remote.id} carries the marks of several owners: ${object.ownership.marks.join(', ')}. Remove all but one.`,
        );
      }
    }
  }
  for (const [address, object] of adoptions(desired, observed)) {
    if (!found.has(address)) found.set(address, [object]);
  }
  for (const [address, objects] of found) {
    if (objects.length < 2) continue;
    const ids = objects.map((object) => object.remote.id).toSorted();
    conflicts.set(
      address,
      `${ids.length} remote objects carry its mark: ${ids.join(', ')}. Remove the mark from, or delete, all but one.`,
    );
  }
  const wanted = new Set(desired.objects.map((object) => object.address));
  const orphans = [...found]
    .filter(([address]) => !wanted.has(address))
    .flatMap(([address, objects]) => objects.map((object) => ({ address, object })))
    .toSorted(
      (a, b) => compareText(a.address, b.address) || compareText(a.object.remote.id, b.object.remote.id),
    );
  return { found, conflicts, orphans };
}

/** By the id of the rule of Datadog; of two that tune one rule the first counts. */
function tunersOf({ objects }: DesiredState): ReadonlyMap<unknown, Address> {
  const tuners = new Map<unknown, Address>();
  for (const { address, tunes } of objects) {
    if (tunes !== undefined && !tuners.has(tunes)) tuners.set(tunes, address);
  }
  return tuners;
}

/** The object of content that tunes this rule of Datadog, marked or not. */
function tunerOf(
  { kind, remote }: ObservedObject,
  tuners: ReadonlyMap<unknown, Address>,
): Address | undefined {
  if (kind !== 'detection-rule' || tuners.size === 0) return undefined;
  const rule = attributesOf(remote.payload);
  return ruleNamesOf(rule)
    .map((id) => tuners.get(id))
    .find((address) => address !== undefined);
}

/** What content was imported from and is kept without a mark: it is taken over. */
function adoptions(
  desired: DesiredState,
  observed: ObservedState,
): readonly (readonly [Address, ObservedObject])[] {
  const unmarked = new Map(
    observed.objects
      .filter(({ ownership }) => ownership.kind === 'unmarked')
      .map((object) => [remoteKey(object.kind, object.remote.id), object]),
  );
  return desired.objects.flatMap(({ address, kind, importedFrom }) => {
    const key = importedFrom === undefined ? undefined : remoteKey(kind, importedFrom);
    const object = key === undefined ? undefined : unmarked.get(key);
    if (key === undefined || object === undefined) return [];
    // Two files from one object: the first one has it.
    unmarked.delete(key);
    return [[address, object] as const];
  });
}

function isOfOtherStack({ ownership }: ObservedObject, stack: string): boolean {
  return ownership.kind === 'tag' && ownership.stack !== stack;
}

function ownerText({ ownership }: ObservedObject): string {
  return ownership.kind === 'tag' ? `${ownership.stack}/${ownership.id}` : ownership.kind;
}

/** A suffix is a digest: it can be read only for ids that content or the journal knows. */
function suffixAddresses(
  desired: DesiredState,
  lastApplied: ReadonlyMap<Address, LastApplied>,
): ReadonlyMap<string, Address> {
  const known = [...desired.objects.map((object) => object.address), ...lastApplied.keys()];
  return new Map(
    known
      .filter((address) => address.startsWith(`${SUFFIX_KIND}/`))
      .map((address) => [ownershipMark(desired.stack, address.slice(SUFFIX_KIND.length + 1)), address]),
  );
}

const SUFFIX_KIND = 'notification-rule' satisfies RemoteKind;

/** Two ids whose digests begin with the same 8 digits cannot be told apart. */
function collisions(desired: DesiredState): readonly (readonly [Address, string])[] {
  return [...groupByMark(suffixed(desired)).values()]
    .filter((group) => group.length > 1)
    .flatMap((group) =>
      group.map(
        ({ address }) =>
          [
            address,
            `Its mark is the same as that of ${group
              .map((other) => other.address)
              .filter((other) => other !== address)
              .join(', ')}. Give one of them another id.`,
          ] as const,
      ),
    );
}

interface Suffixed {
  readonly address: Address;
  readonly mark: string;
}

function suffixed(desired: DesiredState): readonly Suffixed[] {
  return desired.objects
    .filter((object) => object.kind === SUFFIX_KIND)
    .map((object) => ({ address: object.address, mark: ownershipMark(desired.stack, object.id) }));
}

function groupByMark(marks: readonly Suffixed[]): ReadonlyMap<string, readonly Suffixed[]> {
  const groups = new Map<string, Suffixed[]>();
  for (const each of marks) pushTo(groups, each.mark, each);
  return groups;
}

function addressesOf(
  object: ObservedObject,
  stack: string,
  addressOfMark: ReadonlyMap<string, Address>,
): readonly Address[] {
  const { ownership, kind } = object;
  switch (ownership.kind) {
    case 'unmarked':
      return [];
    case 'tag':
      return [addressOf(kind, ownership.id)];
    case 'suffix': {
      const address = addressOfMark.get(ownership.mark);
      // A suffix that nobody here knows belongs to another stack, or to a person who likes brackets.
      return address === undefined || kind !== SUFFIX_KIND ? [] : [address];
    }
    case 'ambiguous': {
      const prefix = `signalwright:${stack}/`;
      return ownership.marks
        .filter((mark) => mark.startsWith(prefix))
        .map((mark) => addressOf(kind, mark.slice(prefix.length)));
    }
  }
}
