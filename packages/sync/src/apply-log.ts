/**
 * The applies of a journal, told one by one while its records pass: who, when, of what, what became of each object.
 * Nothing but the apply at hand is kept. Journals of before lack the words of later ones.
 */

import type { Address } from '@signalwright/model';
import type { AppliedBy, ApplyConsent } from './apply-evidence.ts';
import { readEntry, type StoredEntry, type SyncEntry } from './journal-entry.ts';

/** Objects of one apply that are told one by one; what comes after is counted alone. */
const MAX_CHANGES = 100_000;

export interface LoggedRecord extends StoredEntry {
  readonly seq: number;
}

export interface LoggedChange {
  readonly address: Address;
  /** `record`: it was as it should be, and was put on record. */
  readonly operation: 'create' | 'update' | 'disable' | 'delete' | 'record';
  /** Digests of the object in normal form; none before a create, none after a delete. */
  readonly before?: string;
  readonly after?: string;
  readonly remoteId?: string;
  /** `open`: a call that may have been made; the next apply finds out. */
  readonly outcome: 'done' | 'not-done' | 'open';
}

export interface LoggedApply {
  /** Number of its first entry. */
  readonly entry: number;
  readonly atMs: number;
  /** Stack and address of the API. */
  readonly target: string;
  readonly planDigest: string;
  readonly contentDigest: string;
  readonly commit?: string;
  readonly toolVersion?: string;
  readonly by?: AppliedBy;
  readonly run?: string;
  readonly consent?: ApplyConsent;
  /** `cut-off`: it was killed, or runs still. */
  readonly end: 'finished' | 'cut-off';
  readonly done: number;
  readonly failed: number;
  readonly changes: readonly LoggedChange[];
}

type Started = Extract<SyncEntry, { kind: 'apply-started' }>;
type Finished = Extract<SyncEntry, { kind: 'apply-finished' }>;

interface Running {
  readonly seq: number;
  readonly atMs: number;
  readonly started: Started;
  readonly changes: Map<Address, LoggedChange>;
  finished?: Finished;
}

/** Give it each record in order; `tell` gets each apply when it is whole. */
export class ApplyLog {
  readonly #tell: (apply: LoggedApply) => void;
  #running: Running | undefined;

  constructor(tell: (apply: LoggedApply) => void) {
    this.#tell = tell;
  }

  take({ seq, atMs, body }: LoggedRecord): void {
    const entry = readEntry(body);
    if (entry?.kind === 'apply-started') {
      this.end();
      this.#running = { seq, atMs, started: entry, changes: new Map() };
    }
    // Outcomes before the next start belong to the apply that left the calls open.
    const running = this.#running;
    if (entry === undefined || running === undefined || entry.target !== running.started.target) return;
    if (entry.kind === 'apply-finished') running.finished = entry;
    if (entry.kind !== 'intent' && entry.kind !== 'outcome') return;
    const before = running.changes.get(entry.address);
    if (before === undefined && running.changes.size >= MAX_CHANGES) return;
    running.changes.set(entry.address, changeOf(entry, before));
  }

  end(): void {
    if (this.#running !== undefined) this.#tell(summarise(this.#running));
    this.#running = undefined;
  }
}

function changeOf(
  entry: Extract<SyncEntry, { kind: 'intent' | 'outcome' }>,
  before: LoggedChange | undefined,
): LoggedChange {
  const { address, remoteId } = entry;
  if (entry.kind === 'intent') {
    const { operation, beforeDigest } = entry;
    return {
      address,
      operation,
      ...(beforeDigest !== undefined && { before: beforeDigest }),
      ...(remoteId !== undefined && { remoteId }),
      outcome: 'open',
    };
  }
  const { digest, left, outcome } = entry;
  const operation = left === 'deleted' ? 'delete' : 'record';
  return {
    ...(before ?? { address, operation }),
    ...(digest !== undefined && { after: digest }),
    ...(remoteId !== undefined && { remoteId }),
    outcome,
  };
}

function summarise({ seq, atMs, started, changes, finished }: Running): LoggedApply {
  const { target, planDigest, contentDigest, commit, toolVersion, by, run, consent } = started;
  const all = [...changes.values()];
  const carriedOut = all.filter(({ outcome, operation }) => outcome === 'done' && operation !== 'record');
  return {
    entry: seq,
    atMs,
    target,
    planDigest,
    contentDigest,
    ...(commit !== undefined && { commit }),
    ...(toolVersion !== undefined && { toolVersion }),
    ...(by !== undefined && { by }),
    ...(run !== undefined && { run }),
    ...(consent !== undefined && { consent }),
    end: finished === undefined ? 'cut-off' : 'finished',
    done: finished?.done ?? carriedOut.length,
    failed: finished?.failed ?? all.filter(({ outcome }) => outcome === 'not-done').length,
    changes: all,
  };
}
