/**
 * What an apply writes to its journal, and what the journal says afterwards.
 * An intent is on the disk before its call; an intent without an outcome is the one thing a kill can leave behind.
 */

import { parseAddress, type Address } from '@signalwright/model';
import { targetKey, type PlanTarget } from './target.ts';

export type SyncEntry =
  | {
      readonly kind: 'apply-started';
      readonly target: string;
      readonly planDigest: string;
      readonly contentDigest: string;
    }
  | {
      readonly kind: 'intent';
      readonly target: string;
      readonly planDigest: string;
      readonly address: Address;
      readonly operation: 'create' | 'update';
      /** Of the normal form that the object shall have. */
      readonly digest: string;
      /** Of an update: which object, and what it was. */
      readonly remoteId?: string;
      readonly beforeDigest?: string;
    }
  | {
      readonly kind: 'outcome';
      readonly target: string;
      readonly address: Address;
      readonly outcome: 'done' | 'not-done';
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

/** What an apply left at the target the last time it knew. */
export interface LastApplied {
  readonly remoteId: string;
  /** Of the normal form that the server answered. */
  readonly digest: string;
}

export interface OpenIntent extends Intent {
  /** When it was written, by the clock of the journal. */
  readonly atMs: number;
}

export interface StoredEntry {
  readonly atMs: number;
  readonly body: unknown;
}

export interface SyncHistory {
  readonly lastApplied: ReadonlyMap<Address, LastApplied>;
  /** Calls that may have been made, with no outcome on record. */
  readonly openIntents: readonly OpenIntent[];
}

/** Folds the entries of one target, oldest first; several targets may share a journal. Entries that this version does not know are passed over. */
export function readHistory(entries: Iterable<StoredEntry>, target: PlanTarget): SyncHistory {
  const key = targetKey(target);
  const lastApplied = new Map<Address, LastApplied>();
  const open = new Map<Address, OpenIntent>();
  for (const { atMs, body } of entries) {
    const entry = asEntry(body);
    if (entry === undefined || entry.target !== key) continue;
    if (entry.kind === 'intent') open.set(entry.address, { ...entry, atMs });
    if (entry.kind !== 'outcome') continue;
    open.delete(entry.address);
    if (entry.outcome === 'done' && entry.remoteId !== undefined && entry.digest !== undefined) {
      lastApplied.set(entry.address, { remoteId: entry.remoteId, digest: entry.digest });
    }
  }
  return { lastApplied, openIntents: [...open.values()] };
}

const KINDS: ReadonlySet<unknown> = new Set(['apply-started', 'intent', 'outcome', 'apply-finished']);

function asEntry(raw: unknown): SyncEntry | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { kind, target, address } = raw as { kind?: unknown; target?: unknown; address?: unknown };
  if (!KINDS.has(kind) || typeof target !== 'string') return undefined;
  const hasAddress = typeof address === 'string' && parseAddress(address) !== undefined;
  if ((kind === 'intent' || kind === 'outcome') && !hasAddress) return undefined;
  return raw as SyncEntry;
}
