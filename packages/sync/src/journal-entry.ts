/**
 * What an apply writes to its journal, and what the journal says afterwards.
 * An intent is on the disk before its call; an intent without an outcome is the one thing a kill can leave behind.
 */

import { parseAddress, type Address, type Payload } from '@signalwright/model';
import type { ApplyEvidence } from './apply-evidence.ts';
import type { KnownLinks } from './known-links.ts';
import { targetKey, type PlanTarget } from './target.ts';

export type SyncEntry =
  | (ApplyEvidence & {
      readonly kind: 'apply-started';
      readonly target: string;
      readonly planDigest: string;
      readonly contentDigest: string;
      /** Public id of the organisation, where it is known. */
      readonly org?: string;
      /** The commit that content was, when it was exactly one. */
      readonly commit?: string;
      /** Whether the commits applied before are in its history; the first one begins it. */
      readonly continues?: boolean;
      /** Missing in journals of before. */
      readonly toolVersion?: string;
      /** Fencing token, where a lease was held. */
      readonly leaseToken?: number;
      /** Saved views that are new or changed since the apply before: digests of their links, by address. */
      readonly links?: Readonly<Record<string, string>>;
    })
  | {
      readonly kind: 'intent';
      readonly target: string;
      readonly planDigest: string;
      readonly address: Address;
      readonly operation: 'create' | 'update' | 'disable' | 'delete';
      /** Of the normal form that the object shall have; of a delete, that it has. */
      readonly digest: string;
      /** Of everything but a create: which object, and what it was. */
      readonly remoteId?: string;
      readonly beforeDigest?: string;
      /** Of a delete: the object as it was answered right before, so that it can be made again. */
      readonly archived?: Payload;
    }
  | {
      readonly kind: 'outcome';
      readonly target: string;
      readonly address: Address;
      readonly outcome: 'done' | 'not-done';
      /** What is left of it after `done`. @default live */
      readonly left?: 'live' | 'disabled' | 'deleted';
      /** The object and the digest of what the server holds; with `done` only. */
      readonly remoteId?: string;
      readonly digest?: string;
      readonly reason?: string;
    }
  | {
      readonly kind: 'apply-finished';
      readonly target: string;
      readonly planDigest: string;
      readonly done: number;
      readonly failed: number;
    };

export type Intent = Extract<SyncEntry, { kind: 'intent' }>;
type Outcome = Extract<SyncEntry, { kind: 'outcome' }>;

/** What an apply left at the target the last time it knew. */
export interface LastApplied {
  readonly remoteId: string;
  /** Of the normal form that the server answered. */
  readonly digest: string;
  /** When the outcome was written, by the clock of the journal. */
  readonly atMs: number;
  /** When we switched it off since it had gone from content; the time of grace begins then. */
  readonly disabledAtMs?: number;
}

export interface StoredEntry {
  readonly atMs: number;
  readonly body: unknown;
}

export interface SyncHistory {
  readonly lastApplied: ReadonlyMap<Address, LastApplied>;
  /** Calls that may have been made, with no outcome on record. */
  readonly openIntents: readonly Intent[];
  /** The last applied commit that continued the history of those before it. */
  readonly lastCommit?: string;
  /** The organisation that the last apply went to, where it is known. */
  readonly org?: string;
  /** Saved views as an apply showed them last. */
  readonly links: KnownLinks;
}

/** Folds the entries of one target, oldest first; several targets may share a journal. Entries that this version does not know are passed over. */
export function readHistory(entries: Iterable<StoredEntry>, target: PlanTarget): SyncHistory {
  const key = targetKey(target);
  const lastApplied = new Map<Address, LastApplied>();
  const open = new Map<Address, Intent>();
  const links = new Map<string, string>();
  let lastCommit: string | undefined;
  let org: string | undefined;
  for (const { atMs, body } of entries) {
    const entry = readEntry(body);
    if (entry === undefined || entry.target !== key) continue;
    if (entry.kind === 'apply-started') {
      org = entry.org ?? org;
      if (entry.continues === true) lastCommit = entry.commit ?? lastCommit;
      for (const [view, digest] of Object.entries(entry.links ?? {})) links.set(view, digest);
    }
    if (entry.kind === 'intent') open.set(entry.address, entry);
    if (entry.kind !== 'outcome') continue;
    open.delete(entry.address);
    const last = leftBy(entry, atMs, lastApplied.get(entry.address));
    if (last === undefined) lastApplied.delete(entry.address);
    else lastApplied.set(entry.address, last);
  }
  return {
    lastApplied,
    openIntents: [...open.values()],
    links,
    ...(lastCommit !== undefined && { lastCommit }),
    ...(org !== undefined && { org }),
  };
}

/** What an outcome leaves on record; a call that was not carried out leaves what was there before. */
function leftBy(
  { outcome, left, remoteId, digest }: Outcome,
  atMs: number,
  before: LastApplied | undefined,
): LastApplied | undefined {
  if (outcome !== 'done') return before;
  if (left === 'deleted') return undefined;
  if (remoteId === undefined || digest === undefined) return before;
  return { remoteId, digest, atMs, ...(left === 'disabled' && { disabledAtMs: atMs }) };
}

export interface ApplyRecord {
  /** When it began, by the clock of the journal. */
  readonly atMs: number;
  readonly planDigest: string;
  readonly contentDigest: string;
  readonly commit?: string;
}

/** The applies to one target, oldest first. */
export function readApplies(entries: Iterable<StoredEntry>, target: PlanTarget): readonly ApplyRecord[] {
  const key = targetKey(target);
  const applies: ApplyRecord[] = [];
  for (const { atMs, body } of entries) {
    const entry = readEntry(body);
    if (entry?.kind !== 'apply-started' || entry.target !== key) continue;
    const { planDigest, contentDigest, commit } = entry;
    applies.push({ atMs, planDigest, contentDigest, ...(commit !== undefined && { commit }) });
  }
  return applies;
}

const KINDS: ReadonlySet<unknown> = new Set(['apply-started', 'intent', 'outcome', 'apply-finished']);

/** One entry of a journal; undefined for what this version does not know. */
export function readEntry(raw: unknown): SyncEntry | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { kind, target, address } = raw as { kind?: unknown; target?: unknown; address?: unknown };
  if (!KINDS.has(kind) || typeof target !== 'string') return undefined;
  const remoteKind = typeof address === 'string' ? parseAddress(address)?.kind : undefined;
  // No call is ever made for a view.
  const hasAddress = remoteKind !== undefined && remoteKind !== 'saved-view';
  if (!TEXTS.every((name) => isTextOrNone(raw, name)) || !isKnownEvidence({ ...raw })) return undefined;
  if ((kind === 'intent' || kind === 'outcome') && !hasAddress) return undefined;
  return raw as SyncEntry;
}

const TEXTS = [
  'planDigest',
  'contentDigest',
  'org',
  'commit',
  'toolVersion',
  'run',
  'operation',
  'outcome',
  'left',
  'digest',
  'beforeDigest',
  'remoteId',
] as const;

function isTextOrNone(value: object, name: string): boolean {
  const field = (value as Readonly<Record<string, unknown>>)[name];
  return field === undefined || typeof field === 'string';
}

function isKnownEvidence({ by, consent, links }: Readonly<Record<string, unknown>>): boolean {
  const isNamed = by === undefined || hasTexts(by, ['name', 'mail', 'source']);
  const isLinked =
    links === undefined ||
    (typeof links === 'object' && links !== null && hasTexts(links, Object.keys(links)));
  return isNamed && isLinked && (consent === undefined || hasTexts(consent, ['given', 'plan', 'destroy']));
}

function hasTexts(value: unknown, names: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && names.every((name) => isTextOrNone(value, name));
}
