/**
 * Drift: what differs at the target from what the last apply left there. Our own changes of content that nobody has
 * applied yet are no drift. Pure: a reading of the plan and of what it was made from, by the causes that the plan
 * has found.
 */

import type { Address, FieldChange, Payload } from '@signalwright/model';
import type { RemoteKind, RemoteObject } from '@signalwright/wire';
import { remoteKey, type DesiredObject, type DesiredState } from './desired.ts';
import { diffFields } from './diff-fields.ts';
import type { KeptField } from './accept-drift.ts';
import type { LastApplied } from './journal-entry.ts';
import { matchOwned, type OwnedMatch } from './match-owned.ts';
import type { ObservedObject, ObservedState } from './observe.ts';
import { remoteKindOf } from './ownership-match.ts';
import type { Place, Plan, PlanItem } from './plan.ts';
import type { PlanTarget } from './target.ts';

export interface Drift {
  readonly target: PlanTarget;
  /** False: nothing is on record, so content is compared with the target. */
  readonly hasRecord: boolean;
  readonly objects: readonly DriftedObject[];
  /** What was accepted, and how it differs: not counted. */
  readonly accepted: readonly { readonly address: Address; readonly fields: readonly KeptField[] }[];
  /** Changes of content that are not applied, and nothing else: no drift. */
  readonly pending: readonly Address[];
}

export interface DriftedObject {
  readonly address: Address;
  readonly kind: RemoteKind;
  /** For people. */
  readonly name: string;
  readonly state: DriftState;
  /** Several of an object that is there more than once. */
  readonly remoteIds: readonly string[];
  /** From what it should be to what it is; empty where that is not known, or where the whole object has gone. */
  readonly fields: readonly FieldChange[];
  /** What the fields are compared with: what the last apply left, or content where that is not known. */
  readonly comparedWith: 'left' | 'content';
  /** Content has changed too, and is not applied yet. */
  readonly isPending: boolean;
  /** Where content has it; undefined for what has gone from content. */
  readonly place?: Place;
  readonly evidence: DriftEvidence;
}

/**
 * changed: its fields differ; gone: nothing is there; unmarked: it is there and no longer carries our mark;
 * doubled: several objects carry its mark, or it carries several; unrecorded: it differs from content, and no apply of
 * it is on record.
 */
export type DriftState = 'changed' | 'gone' | 'unmarked' | 'doubled' | 'unrecorded';

/** What a look into the history of an object starts from. */
export interface DriftEvidence {
  readonly last?: LastApplied;
  readonly remote?: RemoteObject;
  /** Normal form of what is there. */
  readonly now?: Payload;
  /** Normal form of what the last apply left, where a version of the target tells it. */
  readonly left?: Payload;
  /** Paths of fields that were accepted. */
  readonly kept?: ReadonlySet<string>;
}

export interface DriftInput {
  readonly plan: Plan;
  readonly desired: DesiredState;
  readonly observed: ObservedState;
  readonly lastApplied: ReadonlyMap<Address, LastApplied>;
}

export function findDrift(input: DriftInput): Drift {
  const { plan, desired, observed, lastApplied } = input;
  const matched = matchOwned(desired, observed, lastApplied);
  const wanted = new Map(desired.objects.map((object) => [object.address, object]));
  const found: DriftedObject[] = [];
  const pending: Address[] = [];
  for (const item of plan.items) {
    const object = wanted.get(item.address);
    if (object === undefined || item.change.kind === 'noop') continue;
    const drifted = ofItem(item, object, matched, input);
    if (drifted === undefined) pending.push(item.address);
    else found.push(drifted);
  }
  for (const { address, place } of plan.blocked) {
    const object = wanted.get(address);
    const drifted = object === undefined ? undefined : ofBlocked(object, matched, input, place);
    if (drifted !== undefined) found.push(drifted);
  }
  return {
    target: plan.target,
    hasRecord: lastApplied.size > 0,
    objects: [...found, ...orphansOf(matched, lastApplied)],
    accepted: plan.items.flatMap(({ address, kept = [] }) =>
      kept.length > 0 ? [{ address, fields: kept }] : [],
    ),
    pending,
  };
}

function ofItem(
  item: PlanItem,
  object: DesiredObject,
  matched: OwnedMatch,
  { lastApplied }: DriftInput,
): DriftedObject | undefined {
  if (item.cause === 'none' || item.cause === 'content') return undefined;
  const last = lastApplied.get(item.address);
  const there = matched.found.get(item.address)?.[0];
  const place = item.places[0];
  if (there !== undefined) return changed(object, there, last, place, item.kept);
  return {
    ...namesOf(object),
    state: 'gone',
    remoteIds: last === undefined ? [] : [last.remoteId],
    fields: [],
    comparedWith: 'left',
    isPending: false,
    ...(place !== undefined && { place }),
    evidence: { ...(last !== undefined && { last }) },
  };
}

function changed(
  object: DesiredObject,
  there: ObservedObject,
  last: LastApplied | undefined,
  place: Place | undefined,
  accepted: readonly KeptField[] = [],
): DriftedObject {
  const kept = new Set(accepted.map(({ path }) => path));
  const isContent = last?.digest === object.digest;
  return {
    ...namesOf(object),
    state: last === undefined ? 'unrecorded' : 'changed',
    remoteIds: [there.remote.id],
    fields: fieldsBut(kept, object.content, there.content),
    comparedWith: isContent ? 'left' : 'content',
    isPending: last !== undefined && !isContent,
    ...(place !== undefined && { place }),
    evidence: {
      ...(last !== undefined && { last }),
      remote: there.remote,
      now: there.content,
      kept,
    },
  };
}

/** What stands in the way of a plan is drift when somebody made a second object of it, or changed it all the same. */
function ofBlocked(
  object: DesiredObject,
  matched: OwnedMatch,
  { lastApplied, observed }: DriftInput,
  place: Place,
): DriftedObject | undefined {
  const last = lastApplied.get(object.address);
  const there = matched.found.get(object.address) ?? [];
  const [first] = there;
  if (first === undefined) return last === undefined ? undefined : missing(object, last, observed, place);
  if (there.length === 1 && first.ownership.kind !== 'ambiguous') {
    return last === undefined || first.digest === last.digest
      ? undefined
      : changed(object, first, last, place);
  }
  return {
    ...namesOf(object),
    state: 'doubled',
    remoteIds: there.map(({ remote }) => remote.id).toSorted(),
    fields: [],
    comparedWith: 'left',
    isPending: false,
    place,
    evidence: secondOf(there, last),
  };
}

/** On record, and nothing that is there carries its mark. */
function missing(
  object: DesiredObject,
  last: LastApplied,
  { objects, foreign }: ObservedState,
  place: Place,
): DriftedObject {
  const key = remoteKey(object.kind, last.remoteId);
  const isThere = foreign.has(key) || objects.some((each) => remoteKey(each.kind, each.remote.id) === key);
  return {
    ...namesOf(object),
    state: isThere ? 'unmarked' : 'gone',
    remoteIds: [last.remoteId],
    fields: [],
    comparedWith: 'left',
    isPending: false,
    place,
    evidence: { last },
  };
}

/** Of several objects the one that is not on record: somebody made it. */
function secondOf(there: readonly ObservedObject[], last: LastApplied | undefined): DriftEvidence {
  const second = there.find(({ remote }) => remote.id !== last?.remoteId) ?? there[0];
  return { ...(second !== undefined && { remote: second.remote }) };
}

/** Gone from content, on record, and changed by somebody since. */
function orphansOf(
  { orphans, conflicts }: OwnedMatch,
  lastApplied: ReadonlyMap<Address, LastApplied>,
): readonly DriftedObject[] {
  return orphans.flatMap(({ address, object }): readonly DriftedObject[] => {
    const last = lastApplied.get(address);
    if (conflicts.has(address) || last === undefined || last.digest === object.digest) return [];
    const name = object.content['name'];
    return [
      {
        address,
        kind: remoteKindOf(address),
        name: typeof name === 'string' ? name : address,
        state: 'changed',
        remoteIds: [object.remote.id],
        fields: [],
        comparedWith: 'left',
        isPending: false,
        evidence: { last, remote: object.remote, now: object.content },
      },
    ];
  });
}

function namesOf({ address, kind, name }: DesiredObject): Pick<DriftedObject, 'address' | 'kind' | 'name'> {
  return { address, kind, name };
}

/** @param left normal form of what the last apply left, where a version of the target tells it */
export function comparedWithLeft(object: DriftedObject, left: Payload): DriftedObject {
  const { now, kept = new Set() } = object.evidence;
  if (now === undefined) return object;
  const evidence = { ...object.evidence, left };
  return { ...object, fields: fieldsBut(kept, left, now), comparedWith: 'left', evidence };
}

function fieldsBut(kept: ReadonlySet<string>, before: Payload, now: Payload): readonly FieldChange[] {
  return diffFields(before, now).filter(({ path }) => !kept.has(path));
}
