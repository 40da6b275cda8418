/**
 * What is remembered of one group of one rule: its windows, the events in them, and its signal.
 *
 * Time is event time. The window ends at the group's newest event: `(newest - window, newest]`. An event
 * that comes late but falls into it counts as if it had come in time; a later one is too late and does not
 * count. A group never looks at another group's times, so one wrong clock disturbs nobody else
 * (docs/decisions/0072).
 */

import { createAggregate, type Aggregate, type Measure } from './aggregate.ts';
import type { CompiledRule } from './compile-rule.ts';
import type { EventProfile } from './event-profile.ts';
import { EventTally } from './event-tally.ts';
import type { SignalLife } from './lifecycle.ts';

/** One query that an event matched, with what the event is worth to it. */
export interface QueryHit {
  readonly position: number;
  readonly measure: Measure;
}

/** The open signal of a group, or one that a suppression keeps from opening. */
export interface GroupSignal {
  readonly id: string;
  /** Paths of its group, as the query writes them that had events when it opened. */
  readonly paths: readonly string[];
  life: SignalLife;
  readonly profile: EventProfile;
  /** Event time of the last change that told about it. */
  reportedAtMs: number;
  /** True when it grew since. */
  isDirty: boolean;
}

/** What memory is accounted with, measured on floods of groups; see README.md. */
const GROUP_BYTES = 640;
const SIGNAL_BYTES = 440;
const TALLY_BYTES = 280;
const ENTRY_BYTES = 16;

interface QueryWindow {
  readonly tally: EventTally;
  readonly aggregate: Aggregate | undefined;
}

export class GroupState {
  readonly key: string;
  readonly values: readonly string[];
  newestMs = Number.NEGATIVE_INFINITY;
  signal: GroupSignal | undefined;
  /** Of the would-be signal that a suppression hides now. */
  hiddenLife: SignalLife | undefined;
  /** Events that no firing has counted yet. */
  pendingProfile: EventProfile | undefined;
  /** Links of the list by last touch, owned by `GroupList`. */
  newer: GroupState | undefined;
  older: GroupState | undefined;
  /** As last accounted for. */
  accountedBytes = 0;
  readonly #windows: readonly QueryWindow[];
  /** Every event once; with one query that query's own tally. */
  readonly #events: EventTally;
  readonly #windowMs: number;

  constructor(rule: CompiledRule, key: string, values: readonly string[]) {
    this.key = key;
    this.values = values;
    this.#windowMs = rule.rule.evaluationWindowMs;
    this.#windows = rule.queries.map((query) => ({
      tally: new EventTally(this.#windowMs),
      aggregate: createAggregate(query.written.aggregation, this.#windowMs),
    }));
    const [first] = this.#windows;
    this.#events =
      this.#windows.length === 1 && first !== undefined ? first.tally : new EventTally(this.#windowMs);
  }

  /** @returns false when the event is too late for the window, and so was not counted */
  add(atMs: number, hits: readonly QueryHit[]): boolean {
    // A window of 0 looks at each event alone (docs/decisions/0072).
    if (this.#windowMs === 0) this.#clear();
    else if (atMs <= this.newestMs - this.#windowMs) return false;
    if (atMs > this.newestMs) {
      this.newestMs = atMs;
      if (this.#windowMs > 0) this.forgetThrough(atMs - this.#windowMs);
    }
    // Within a window of 0 even a late event is the newest of its own.
    const stampMs = this.#windowMs === 0 ? this.newestMs : atMs;
    for (const { position, measure } of hits) {
      const window = this.#windows[position];
      window?.tally.add(stampMs);
      window?.aggregate?.add(stampMs, measure);
    }
    if (this.#windows.length > 1) this.#events.add(stampMs);
    return true;
  }

  /** The value of the query at `position` now. */
  value(position: number): number {
    const window = this.#windows[position];
    if (window === undefined) return 0;
    return window.aggregate === undefined ? window.tally.total : window.aggregate.value();
  }

  /** Position of the first query with events in the window; 0 when there is none. */
  firstQuery(): number {
    return Math.max(
      0,
      this.#windows.findIndex((window) => window.tally.total > 0),
    );
  }

  get newEvents(): number {
    return this.#events.freshTotal;
  }

  get earliestNewMs(): number | undefined {
    return this.#events.earliestFreshMs;
  }

  newEventsPerQuery(): readonly number[] {
    return this.#windows.map((window) => window.tally.freshTotal);
  }

  /** Marks the events in the window as counted by a signal. */
  countEvents(): void {
    for (const window of this.#windows) window.tally.count();
    if (this.#windows.length > 1) this.#events.count();
  }

  forgetThrough(edgeMs: number): void {
    for (const window of this.#windows) {
      window.tally.forgetThrough(edgeMs);
      window.aggregate?.forgetThrough(edgeMs);
    }
    if (this.#windows.length > 1) this.#events.forgetThrough(edgeMs);
    if (this.#events.freshTotal === 0) this.pendingProfile = undefined;
  }

  /** True when nothing of it can matter at `nowMs` any more. */
  isIdle(nowMs: number): boolean {
    return this.signal === undefined && this.newestMs + this.#windowMs < nowMs;
  }

  isDegraded(): boolean {
    return this.#windows.some((window) => window.tally.isCoarse || window.aggregate?.isDegraded() === true);
  }

  /** Roughly what it holds in memory. */
  heldBytes(): number {
    let bytes = GROUP_BYTES + (this.pendingProfile?.heldBytes ?? 0);
    if (this.signal !== undefined) bytes += SIGNAL_BYTES + this.signal.profile.heldBytes;
    for (const value of this.values) bytes += value.length * 2;
    for (const { tally, aggregate } of this.#windows) {
      bytes += TALLY_BYTES + tally.entries * ENTRY_BYTES + (aggregate?.heldBytes() ?? 0);
    }
    if (this.#windows.length > 1) bytes += TALLY_BYTES + this.#events.entries * ENTRY_BYTES;
    return bytes;
  }

  #clear(): void {
    for (const window of this.#windows) {
      window.tally.clear();
      window.aggregate?.clear();
    }
    if (this.#windows.length > 1) this.#events.clear();
    this.pendingProfile = undefined;
  }
}
