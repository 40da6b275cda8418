/**
 * What becomes of objects that are ours and have gone from content: switched off first, deleted after a time of
 * grace, or left alone for a reason that is said. Pure. Nothing counts as gone but what is marked as ours, is on
 * record as applied from here, and stands there exactly as that apply left it.
 * Source: reliability T16, and the incidents behind it (argo-cd 9227, 18780, 20440; flux2 1035).
 */

import type { Address, Change } from '@signalwright/model';
import { attributesOf, isOwnedRule, type RemoteKind } from '@signalwright/wire';
import { dateText } from './date-text.ts';
import { REMOVE_ORDER } from './desired.ts';
import type { LastApplied } from './journal-entry.ts';
import type { Orphan } from './match-owned.ts';
import { remoteStateOf, type RemoteState } from './remote-state.ts';

/** Whether, and from when on, an apply may remove what has gone from content. */
export interface PrunePolicy {
  /** Why nothing may be removed, as a sentence; undefined when it may. */
  readonly refusal?: string;
  /** The caller's clock, Unix time in milliseconds: when a time of grace is over. */
  readonly nowMs: number;
  /** Between switching an object off and deleting it. @default GRACE_MS */
  readonly graceMs?: number;
  /** Where a plan was approved: what it removes, and nothing else is. */
  readonly only?: ReadonlySet<Address>;
  /** Objects that a file beside the content holds, which file: they were moved, not deleted. */
  readonly elsewhere?: ReadonlyMap<Address, string>;
}

/** Chosen: long enough for the people who miss a rule to say so. */
export const GRACE_MS = 7 * 86_400_000;

/** More in one plan needs a word of consent that names the plan. Source: reliability T16. */
const FREE_REMOVALS = 3;
const FREE_SHARE = 0.1;

export interface Removal {
  readonly address: Address;
  readonly change: Extract<Change, { kind: 'disable' | 'delete' }>;
  readonly remote: RemoteState;
}

/** An object of ours that is not in content and stays. */
export interface LeftAlone {
  readonly address: Address;
  readonly remoteId: string;
  /** A sentence. */
  readonly reason: string;
}

/** Switched off, and deleted by an apply after this moment. */
export interface Waiting {
  readonly address: Address;
  readonly remoteId: string;
  readonly deleteAfterMs: number;
}

export interface Removals {
  /** What refers to others goes first. */
  readonly removals: readonly Removal[];
  readonly waiting: readonly Waiting[];
  readonly leftAlone: readonly LeftAlone[];
}

export interface RemovalInput {
  readonly orphans: readonly Orphan[];
  /** Why an address is in doubt. */
  readonly conflicts: ReadonlyMap<Address, string>;
  readonly lastApplied: ReadonlyMap<Address, LastApplied>;
  readonly prune: PrunePolicy;
}

export function planRemovals(input: RemovalInput): Removals {
  const removals: Removal[] = [];
  const waiting: Waiting[] = [];
  const leftAlone: LeftAlone[] = [];
  for (const orphan of input.orphans) {
    const { address, object } = orphan;
    const remoteId = object.remote.id;
    const last = input.lastApplied.get(address);
    const reason = reasonToStay(orphan, last, input);
    if (reason !== undefined) {
      leftAlone.push({ address, remoteId, reason });
      continue;
    }
    const deleteAfterMs = deletionOf(last, input.prune);
    if (deleteAfterMs !== undefined && input.prune.nowMs < deleteAfterMs) {
      waiting.push({ address, remoteId, deleteAfterMs });
      continue;
    }
    const kind = deleteAfterMs === undefined ? 'disable' : 'delete';
    removals.push({
      address,
      change: { kind, address, remoteId, before: object.content },
      remote: remoteStateOf(object),
    });
  }
  const rank = ({ address }: Removal): number => REMOVE_ORDER.indexOf(address.split('/')[0] as RemoteKind);
  return { removals: removals.toSorted((a, b) => rank(a) - rank(b)), waiting, leftAlone };
}

function deletionOf(last: LastApplied | undefined, { graceMs = GRACE_MS }: PrunePolicy): number | undefined {
  return last?.disabledAtMs === undefined ? undefined : last.disabledAtMs + graceMs;
}

function reasonToStay(
  { address, object }: Orphan,
  last: LastApplied | undefined,
  { conflicts, prune }: RemovalInput,
): string | undefined {
  const conflict = conflicts.get(address);
  if (conflict !== undefined) return conflict;
  if (address.startsWith('detection-rule/') && isOwnedRule(attributesOf(object.remote.payload))) {
    return 'It belongs to Datadog and stays as it was tuned; nothing of that is taken back by itself.';
  }
  if (prune.refusal !== undefined) {
    const since = last?.disabledAtMs;
    return since === undefined
      ? prune.refusal
      : `Switched off by an apply at ${dateText(since)}. ${prune.refusal}`;
  }
  if (prune.only?.has(address) === false) return 'The approved plan does not remove it.';
  const file = prune.elsewhere?.get(address);
  if (file !== undefined) {
    return `${file} holds it, which is no place for content: it seems to be moved, not deleted.`;
  }
  if (last?.remoteId !== object.remote.id) {
    return 'The journal has no apply of it: only what is on record is removed.';
  }
  if (last.digest !== object.digest) {
    return last.disabledAtMs === undefined
      ? 'Somebody has changed it since the last apply: put it back, or remove our mark to keep it.'
      : 'Somebody has changed it since it was switched off: remove our mark to keep it, or put the file back.';
  }
  return undefined;
}

export interface RemovalCount {
  /** Objects to switch off or delete. */
  readonly removed: number;
  /** Objects on record, those included. */
  readonly managed: number;
  /** So many need no word of consent. */
  readonly free: number;
}

/** @param managed objects on record */
export function countRemovals(removed: number, managed: number): RemovalCount {
  return { removed, managed, free: Math.max(FREE_REMOVALS, Math.floor(managed * FREE_SHARE)) };
}
