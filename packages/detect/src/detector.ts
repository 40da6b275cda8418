/**
 * The door of detection: events go in, changes of signals come out. Deterministic: the same calls give the
 * same changes. It reads no clock; `advance` tells it the time.
 */

import type { DataSource, Event } from '@signalwright/model';
import type { Evaluation, SignalChange } from './change.ts';
import type { CompiledRule } from './compile-rule.ts';
import type { CompiledCriticalAsset } from './critical-asset.ts';
import { EventInHand } from './event-facts.ts';
import { Gate } from './gate.ts';
import type { MemoryLedger } from './group-table.ts';
import { controlsOf } from './rule-controls.ts';
import { RuleState, type RuleStats } from './rule-state.ts';
import type { CompiledSecurityFilter } from './security-filter.ts';
import type { CompiledSuppression } from './suppression.ts';

export interface DetectorLimits {
  /** Groups of one rule. */
  readonly groupsPerRule: number;
  /** Rough memory of all groups. */
  readonly heldBytes: number;
  /** An open signal that only grows is told at most this often, in event time. */
  readonly extendEveryMs: number;
  /**
   * How much later than it happened an event may arrive and still count: windows and signals are let go of only
   * when the clock is that far past their end.
   */
  readonly allowedDelayMs: number;
}

/** Chosen: a flood of a million groups stays under 128 MiB (docs/decisions/0074). */
export const DETECTOR_LIMITS: DetectorLimits = {
  groupsPerRule: 100_000,
  heldBytes: 64 * 1024 * 1024,
  extendEveryMs: 1_000,
  allowedDelayMs: 0,
};

/**
 * An event further ahead of the clock counts as happening now: a wrong or hostile clock must not push a
 * group's window into the future, where later events would be too late for it.
 */
export const MAX_AHEAD_MS = 10_000;

/** The range of times that JavaScript dates hold. */
const MAX_TIME_MS = 8.64e15;

export interface DetectorContent {
  readonly rules: readonly CompiledRule[];
  readonly suppressions: readonly CompiledSuppression[];
  /** @default none */
  readonly criticalAssets?: readonly CompiledCriticalAsset[];
  /** Which logs are looked at; left out, all of them. Without one that finds it, a log is not. */
  readonly securityFilters?: readonly CompiledSecurityFilter[];
}

export interface DetectorOptions extends DetectorContent {
  readonly limits?: Partial<DetectorLimits>;
  /** Called after each look at a group; for explanations, not for the live path. */
  readonly observe?: (evaluation: Evaluation) => void;
  /**
   * Told of a mistake of ours: the rule that made it goes without this event, the other rules and events go on.
   * An attacker who finds one mistake must not blind every rule with it. Left out, the mistake is thrown.
   */
  readonly onMistake?: (mistake: DetectorMistake) => void;
}

/** What an event, or the passing of time, brought up in a rule that cannot cope with it. */
export interface DetectorMistake {
  readonly error: unknown;
  /** Undefined when no event was in hand: time passed. */
  readonly eventId?: string;
  /** Undefined when it happened before any rule was asked. */
  readonly ruleId?: string;
}

export interface DetectorStats extends Readonly<EventCounts> {
  readonly heldBytes: number;
  readonly rules: readonly RuleStats[];
}

interface EventCounts {
  events: number;
  /** Events whose time was no time; they were left out. */
  invalidEvents: number;
  /** Events from the future that counted as happening now. */
  futureEvents: number;
  /** Logs that no security filter finds; they were left out. */
  filteredEvents: number;
  /** Queries that were run; without the index it would be events times queries. */
  matcherRuns: number;
}

export interface Detector {
  /** What one event changes. Data is no reason to throw; for our own mistakes see `onMistake`. */
  ingest(event: Event): readonly SignalChange[];
  /**
   * Lets time pass: ends signals, tells growth that was held back, frees memory. Call it about once a
   * second with the clock of the org, or with the time of the events in a backtest. Time never goes back.
   */
  advance(nowMs: number): readonly SignalChange[];
  /**
   * A detector with other content; of what may be left out, that of before stays. Rules that did not change keep their groups and signals; signals of the
   * others end by keep-alive. The old detector must not be used any more.
   */
  withRules(content: DetectorContent): Detector;
  stats(): DetectorStats;
}

export function createDetector(options: DetectorOptions): Detector {
  return new RunningDetector(options, {
    ledger: { heldBytes: 0 },
    states: [],
    retired: [],
    counts: { events: 0, invalidEvents: 0, futureEvents: 0, filteredEvents: 0, matcherRuns: 0 },
    clockMs: undefined,
  });
}

/** What a detector hands to the one that follows it. */
interface Carried {
  readonly ledger: MemoryLedger;
  readonly states: readonly RuleState[];
  readonly retired: readonly RuleState[];
  readonly counts: EventCounts;
  readonly clockMs: number | undefined;
}

class RunningDetector implements Detector {
  readonly #options: DetectorOptions;
  readonly #limits: DetectorLimits;
  readonly #states: readonly RuleState[];
  /** Of rules that are gone, as long as a signal of theirs is open. */
  #retired: readonly RuleState[];
  readonly #gates: Readonly<Record<DataSource, Gate>>;
  readonly #ledger: MemoryLedger;
  readonly #counts: EventCounts;
  #clockMs: number | undefined;

  constructor(options: DetectorOptions, before: Carried) {
    this.#options = options;
    this.#limits = { ...DETECTOR_LIMITS, ...options.limits };
    this.#ledger = before.ledger;
    const old = new Map(before.states.map((state) => [state.rule.identity.id, state]));
    this.#states = options.rules.filter(({ rule }) => rule.enabled).map((rule) => this.#stateOf(rule, old));
    const kept = new Set(this.#states);
    this.#retired = this.#retire([...before.states, ...before.retired].filter((state) => !kept.has(state)));
    const onMistake = this.#report.bind(this);
    this.#gates = {
      logs: new Gate(this.#states, 'logs', onMistake),
      spans: new Gate(this.#states, 'spans', onMistake),
    };
    this.#clockMs = before.clockMs;
    this.#counts = before.counts;
  }

  ingest(event: Event): readonly SignalChange[] {
    this.#counts.events += 1;
    if (!(Math.abs(event.tsMs) <= MAX_TIME_MS)) {
      this.#counts.invalidEvents += 1;
      return [];
    }
    const out: SignalChange[] = [];
    try {
      this.#judge(new EventInHand(event, this.#countedAtMs(event.tsMs)), out);
    } catch (error) {
      this.#report(error, event);
    }
    return out;
  }

  advance(nowMs: number): readonly SignalChange[] {
    this.#clockMs = Math.max(this.#clockMs ?? nowMs, nowMs);
    const out: SignalChange[] = [];
    const settledMs = this.#clockMs - this.#limits.allowedDelayMs;
    for (const state of [...this.#states, ...this.#retired]) {
      try {
        state.advance(settledMs, out);
      } catch (error) {
        this.#report(error, undefined, state);
      }
    }
    this.#retired = this.#retire(this.#retired);
    return out;
  }

  withRules(content: DetectorContent): Detector {
    return new RunningDetector(
      { ...this.#options, ...content },
      {
        ledger: this.#ledger,
        states: this.#states,
        retired: this.#retired,
        counts: this.#counts,
        clockMs: this.#clockMs,
      },
    );
  }

  stats(): DetectorStats {
    return {
      ...this.#counts,
      heldBytes: this.#ledger.heldBytes,
      rules: this.#states.map((state) => state.stats()),
    };
  }

  #judge(event: EventInHand, out: SignalChange[]): void {
    if (!this.#isLookedAt(event)) {
      this.#counts.filteredEvents += 1;
      return;
    }
    const gate = this.#gates[event.event.dataSource];
    const matches = gate.matches(event);
    this.#counts.matcherRuns += gate.lastRuns;
    for (const { state, positions } of matches) {
      try {
        state.take(event, positions, out);
      } catch (error) {
        this.#report(error, event.event, state);
      }
    }
    if (matches.length > 0) this.#relieve(out);
  }

  #isLookedAt({ event, document }: EventInHand): boolean {
    const { securityFilters } = this.#options;
    if (securityFilters === undefined || event.dataSource !== 'logs') return true;
    return securityFilters.some((finds) => finds(document));
  }

  #report(error: unknown, event?: Event, state?: RuleState): void {
    const { onMistake } = this.#options;
    if (onMistake === undefined) throw error;
    onMistake({
      error,
      ...(event !== undefined && { eventId: event.id }),
      ...(state !== undefined && { ruleId: state.rule.identity.id }),
    });
  }

  #stateOf(rule: CompiledRule, old: ReadonlyMap<string, RuleState>): RuleState {
    const controls = controlsOf(this.#options, rule);
    const known = old.get(rule.identity.id);
    if (known !== undefined && isUnchanged(known.rule, rule)) {
      known.control(controls);
      return known;
    }
    const { observe } = this.#options;
    return new RuleState(rule, controls, {
      ledger: this.#ledger,
      maxGroups: this.#limits.groupsPerRule,
      extendEveryMs: this.#limits.extendEveryMs,
      ...(observe !== undefined && { observe }),
    });
  }

  #countedAtMs(tsMs: number): number {
    if (this.#clockMs === undefined || tsMs <= this.#clockMs + MAX_AHEAD_MS) return tsMs;
    this.#counts.futureEvents += 1;
    return this.#clockMs;
  }

  /** Lets go of rules without an open signal. */
  #retire(states: readonly RuleState[]): readonly RuleState[] {
    return states.filter((state) => {
      if (state.openSignals > 0) return true;
      this.#ledger.heldBytes -= state.heldBytes;
      return false;
    });
  }

  /** Over the budget, the rule that holds most gives up a sixteenth of its groups. */
  #relieve(out: SignalChange[]): void {
    while (this.#ledger.heldBytes > this.#limits.heldBytes) {
      let largest: RuleState | undefined;
      for (const state of this.#states) if (state.heldBytes > (largest?.heldBytes ?? 0)) largest = state;
      const groups = largest?.groupCount ?? 0;
      // One group alone is bounded by its own limits.
      if (largest === undefined || groups <= 1) return;
      for (let left = Math.ceil(groups / 16); left > 0 && largest.evictOldest(out); left -= 1);
    }
  }
}

function isUnchanged(before: CompiledRule, after: CompiledRule): boolean {
  if (before === after) return true;
  return (
    before.identity.version === after.identity.version &&
    JSON.stringify(before.rule) === JSON.stringify(after.rule)
  );
}
