/**
 * The plan: what an apply would do, as a value that can be reviewed, stored and checked.
 * Pure: desired, observed and last applied come in. observed ≠ last applied is drift, desired ≠ last applied is our
 * change; both are said, neither is folded into the other.
 */

import {
  type AcceptedDrift,
  type Address,
  type Change,
  type FieldChange,
  type Origin,
  type Payload,
} from '@signalwright/model';
import { canonicalDigest } from '@signalwright/store';
import { contentPathOf } from '@signalwright/wire';
import { keepAccepted, withoutKept, type Kept, type KeptField } from './accept-drift.ts';
import { findBlock, marksIn, type MarkedState } from './block-reason.ts';
import { contentDigest, type DesiredObject, type DesiredState } from './desired.ts';
import { diffFields } from './diff-fields.ts';
import type { LastApplied } from './journal-entry.ts';
import { withKnownDigest } from './known-digest.ts';
import { matchOwned, type OwnedMatch } from './match-owned.ts';
import type { ObservedObject, ObservedState } from './observe.ts';
import { remoteStateOf, type RemoteState } from './remote-state.ts';
import {
  countRemovals,
  planRemovals,
  type LeftAlone,
  type PrunePolicy,
  type RemovalCount,
  type Removals,
  type Waiting,
} from './removals.ts';
import { resolveDesired } from './resolve-rules.ts';
import type { PlanTarget } from './target.ts';
import { viewLink } from './view-link.ts';

export const PLAN_SCHEMA_VERSION = 2;

export interface Plan {
  readonly schemaVersion: typeof PLAN_SCHEMA_VERSION;
  readonly toolVersion: string;
  readonly target: PlanTarget;
  /** Of what content asks for. */
  readonly contentDigest: string;
  /** Of the files that were read; undefined where content was not in files. */
  readonly treeDigest?: string;
  /** In the order of apply; removals, then links of views last. */
  readonly items: readonly PlanItem[];
  /** Marked as ours, and not in content any more: left alone. */
  readonly orphans: readonly LeftAlone[];
  /** Switched off, and not deleted yet. */
  readonly waiting: readonly Waiting[];
  /** How much of what is ours the plan takes away. */
  readonly removal: RemovalCount;
  /** What must be put right by hand or in content before these objects can be applied. */
  readonly blocked: readonly BlockedObject[];
  /** SHA-256 of the canonical JSON of everything above. */
  readonly digest: string;
}

export interface PlanItem {
  readonly address: Address;
  /** For people. */
  readonly name: string;
  /** Payloads are in normal form. */
  readonly change: Change;
  readonly cause: ChangeCause;
  /** Which line of which file decides each changed field, in the order of `change.fields`; for others one place. */
  readonly places: readonly Place[];
  readonly dependsOn: readonly Address[];
  /** Create body, where there is something to write. */
  readonly body?: Payload;
  /** Of the normal form of the body; undefined for links and removals. */
  readonly desiredDigest?: string;
  /** What apply expects to find; undefined for creates and links. */
  readonly remote?: RemoteState;
  /** A rule that is tried in silence. */
  readonly isShadow?: true;
  /** Fields that stay as they are at the target, since that was accepted; left out where there are none. */
  readonly kept?: readonly KeptField[];
}

/** Why there is a change: content moved, the remote object moved (drift), both; or nothing is on record. */
export type ChangeCause = 'none' | 'content' | 'drift' | 'content-and-drift' | 'unrecorded';

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly col: number;
}

export interface BlockedObject {
  readonly address: Address;
  readonly reason: string;
  readonly place: Place;
}

export interface PlanInput {
  readonly desired: DesiredState;
  readonly observed: ObservedState;
  /** From the journal; without it drift cannot be told from a change of content. */
  readonly lastApplied?: ReadonlyMap<Address, LastApplied>;
  readonly target: PlanTarget;
  readonly toolVersion: string;
  /** Of the files that content was read from. */
  readonly treeDigest?: string;
  /** Left out, nothing is removed. */
  readonly prune?: PrunePolicy;
  /** What holds today: these fields are left as they are at the target. */
  readonly accepted?: readonly AcceptedDrift[];
}

const NO_PRUNE: PrunePolicy = {
  nowMs: 0,
  refusal: 'This plan removes nothing.',
};

/** An empty folder is a mistake far more often than a wish. Source: incident argo-cd 9227. */
const NO_CONTENT: PrunePolicy = {
  nowMs: 0,
  refusal: 'Nothing is removed: content is empty, and what is empty by mistake must not delete everything.',
};

export function planChanges(input: PlanInput): Plan {
  const { desired, observed, lastApplied = new Map<Address, LastApplied>() } = input;
  const matched = matchOwned(desired, observed, lastApplied);
  const items: PlanItem[] = [];
  const blocked: BlockedObject[] = [];
  const marked = marksIn(observed);
  const remoteIdOf = (address: Address): string | undefined => matched.found.get(address)?.[0]?.remote.id;
  for (const written of desired.objects) {
    const object = resolveDesired(written, remoteIdOf);
    const listed = matched.found.get(object.address)?.[0];
    const found = listed && withKnownDigest(listed, object);
    const kept = keepAccepted(object, found, input.accepted ?? []);
    const last = lastApplied.get(object.address);
    const block = blockOf(object, kept, found, { matched, marked, last });
    if (block !== undefined) blocked.push(block);
    else if (kept.ok) items.push(planObject(kept, object, found, last));
  }
  const links = desired.views.map((view): PlanItem => ({
    address: view.address,
    name: view.view.name,
    change: { kind: 'link', address: view.address, url: viewLink(input.target, view.view) },
    cause: 'none',
    places: [placeOf(view.origin, [])],
    dependsOn: [],
  }));
  const { conflicts, orphans } = matched;
  const gone = planRemovals({ orphans, conflicts, lastApplied, prune: pruneOf(input, blocked) });
  const content = {
    schemaVersion: PLAN_SCHEMA_VERSION,
    toolVersion: input.toolVersion,
    target: input.target,
    contentDigest: desired.digest,
    ...(input.treeDigest !== undefined && { treeDigest: input.treeDigest }),
    items: [...items, ...removalItems(gone), ...links],
    orphans: gone.leftAlone,
    waiting: gone.waiting,
    removal: countRemovals(gone.removals.length, lastApplied.size - observed.gone.length),
    blocked,
  } as const;
  return { ...content, digest: planDigest(content) };
}

/** What was blocked may be what takes the place of the object that has gone: nothing is removed beside it. */
function pruneOf({ desired, prune }: PlanInput, [blocked]: readonly BlockedObject[]): PrunePolicy {
  if (desired.objects.length === 0) return NO_CONTENT;
  if (prune === undefined) return NO_PRUNE;
  if (blocked === undefined) return prune;
  return { ...prune, refusal: `Nothing is removed while ${blocked.address} is blocked.` };
}

function blockOf(
  object: DesiredObject,
  kept: Kept,
  found: ObservedObject | undefined,
  state: {
    readonly matched: OwnedMatch;
    readonly marked: MarkedState;
    readonly last: LastApplied | undefined;
  },
): BlockedObject | undefined {
  const { address, origin } = object;
  const { matched, marked, last } = state;
  const conflict = matched.conflicts.get(address) ?? (kept.ok ? undefined : kept.reason);
  if (conflict !== undefined) return { address, reason: conflict, place: placeOf(origin, []) };
  const block = findBlock(kept.ok ? kept.object : object, found, marked, last);
  if (block === undefined) return undefined;
  const place = block.field === undefined ? placeOf(origin, []) : fieldPlace(object, block.field);
  return { address, reason: block.reason, place };
}

/** Digest of a plan without its own `digest`. */
export function planDigest(plan: Omit<Plan, 'digest'>): string {
  const { digest: _own, ...content } = plan as Plan;
  return canonicalDigest(content);
}

/** No file says anything of them any more: they have no place. */
function removalItems({ removals }: Removals): readonly PlanItem[] {
  return removals.map(({ address, change, remote }) => ({
    address,
    name: typeof change.before['name'] === 'string' ? change.before['name'] : address,
    change,
    cause: 'content',
    places: [],
    dependsOn: [],
    remote,
  }));
}

/** @param written the object as content asks for it, of which some fields may be kept */
function planObject(
  { object, fields: kept }: Extract<Kept, { ok: true }>,
  written: DesiredObject,
  observed: ObservedObject | undefined,
  last: LastApplied | undefined,
): PlanItem {
  const base = {
    address: object.address,
    name: object.name,
    dependsOn: object.dependsOn,
    desiredDigest: object.digest,
    ...(object.isShadow === true && { isShadow: object.isShadow }),
    ...(kept.length > 0 && { kept }),
  };
  const whole = [placeOf(object.origin, [])];
  if (observed === undefined) {
    const change: Change = { kind: 'create', address: object.address, after: object.content };
    const cause = last === undefined ? 'content' : 'drift';
    return { ...base, body: object.body, change, cause, places: whole };
  }
  const remote = remoteStateOf(observed);
  if (observed.digest === object.digest) {
    return {
      ...base,
      change: { kind: 'noop', address: object.address },
      cause: 'none',
      places: whole,
      remote,
    };
  }
  const fields = diffFields(observed.content, object.content);
  return {
    ...base,
    body: object.body,
    change: {
      kind: 'update',
      address: object.address,
      remoteId: observed.remote.id,
      before: observed.content,
      after: object.content,
      fields,
    },
    cause: causeOf(object, written, observed, last, kept),
    places: fields.map((field) => fieldPlace(object, field)),
    remote,
  };
}

function causeOf(
  object: DesiredObject,
  written: DesiredObject,
  observed: ObservedObject,
  last: LastApplied | undefined,
  kept: readonly KeptField[],
): ChangeCause {
  if (last === undefined) return 'unrecorded';
  // What was accepted is no drift: without it the object may be as it was left.
  const drifted =
    observed.digest !== last.digest && contentDigest(withoutKept(observed.content, kept)) !== last.digest;
  const changed = object.digest !== last.digest && written.digest !== last.digest;
  if (drifted) return changed ? 'content-and-drift' : 'drift';
  return 'content';
}

/** What the stage of a rule says instead of its cases. */
const STAGED = /^(?:cases|thirdPartyCases)\[\d+\]\.(?:status|customStatus|notifications|actions)\b/;

function fieldPlace(object: DesiredObject, field: FieldChange): Place {
  if (object.isShadow === true && STAGED.test(field.path)) return placeOf(object.origin, ['stage']);
  return placeOf(object.origin, contentPathOf(object.kind, field.path));
}

function placeOf(origin: Origin, path: readonly (string | number)[]): Place {
  const { file, start } = origin.rangeOf(path);
  return { file, line: start.line, col: start.col };
}

/** Kinds of changes and how many a plan holds of each. */
export function countChanges(plan: Plan): Readonly<Record<Change['kind'], number>> {
  const counts = { create: 0, update: 0, disable: 0, delete: 0, link: 0, noop: 0 };
  for (const item of plan.items) counts[item.change.kind] += 1;
  return counts;
}

/** True when an apply would call the API. */
export function hasChanges(plan: Plan): boolean {
  const { create, update, disable, delete: gone } = countChanges(plan);
  return create + update + disable + gone > 0;
}
