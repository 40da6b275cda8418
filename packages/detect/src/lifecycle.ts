/**
 * The life of a signal: firings of one rule and group become one signal that opens, grows and ends.
 * Rule tests, backtests and the live org use this very function. Pure.
 *
 * - A firing without an open signal opens one. First seen is the earliest event in the window that no
 *   earlier signal counted; it never moves, since id and maximum duration hang on it.
 * - A later firing extends it as long as it comes within keep-alive of the firing before it and within the
 *   maximum duration of first seen, both to the millisecond inclusive. After that the signal has ended.
 * - Severity goes up to the highest case reached and never down; among cases of equal severity the one
 *   that stands first in the rule wins. Chosen: the service says nothing about severity on update.
 * - An event counts once in the life of all signals of its group: at the first firing that has it in its
 *   window. Events that leave the window before any firing never count.
 *
 * Source: Datadog custom detection rules, "Rule options"; chosen where the pages are silent
 * (docs/decisions/0073).
 */

import { severityRank, type Severity } from '@signalwright/model';

/** The first true case of a rule for one group at one moment, with what no signal has counted yet. */
export interface Firing {
  /** Event time of the newest event of the group. */
  readonly atMs: number;
  /** Earliest event of the window that no signal has counted yet. */
  readonly firstEventMs: number;
  readonly caseIndex: number;
  /** After it was lowered outside production. */
  readonly severity: Severity;
  readonly newEvents: number;
  /** By position of the query. An event that matches two queries counts in both, and once in `newEvents`. */
  readonly newEventsPerQuery: readonly number[];
}

export interface SignalLife {
  readonly firstSeenMs: number;
  /** Time of the last firing. */
  readonly lastSeenMs: number;
  /** Time of the firing that opened it. */
  readonly openedAtMs: number;
  readonly caseIndex: number;
  readonly severity: Severity;
  readonly eventsMatched: number;
  readonly eventsPerQuery: readonly number[];
}

export interface SignalTiming {
  readonly keepAliveMs: number;
  readonly maxSignalDurationMs: number;
}

export type CloseReason =
  | 'keep_alive'
  | 'max_duration'
  /** The rule watched more groups than the detector may hold, and this one was quiet for longest. */
  | 'high_cardinality';

export type LifeStep =
  | { readonly kind: 'opened'; readonly life: SignalLife }
  | { readonly kind: 'extended'; readonly life: SignalLife }
  | { readonly kind: 'raised'; readonly life: SignalLife; readonly previousSeverity: Severity };

/** What a firing does to a life that has not ended, or to none. */
export function stepLife(life: SignalLife | undefined, firing: Firing): LifeStep {
  if (life === undefined) {
    return {
      kind: 'opened',
      life: {
        firstSeenMs: firing.firstEventMs,
        lastSeenMs: firing.atMs,
        openedAtMs: firing.atMs,
        caseIndex: firing.caseIndex,
        severity: firing.severity,
        eventsMatched: firing.newEvents,
        eventsPerQuery: firing.newEventsPerQuery,
      },
    };
  }
  const gain = severityRank(firing.severity) - severityRank(life.severity);
  const decides = gain > 0 || (gain === 0 && firing.caseIndex < life.caseIndex);
  const next: SignalLife = {
    ...life,
    lastSeenMs: Math.max(life.lastSeenMs, firing.atMs),
    ...(decides && { caseIndex: firing.caseIndex, severity: firing.severity }),
    eventsMatched: life.eventsMatched + firing.newEvents,
    eventsPerQuery: life.eventsPerQuery.map(
      (events, query) => events + (firing.newEventsPerQuery[query] ?? 0),
    ),
  };
  return gain > 0
    ? { kind: 'raised', life: next, previousSeverity: life.severity }
    : { kind: 'extended', life: next };
}

/** Last moment at which a firing still extends the signal. */
export function deadlineMs(life: SignalLife, timing: SignalTiming): number {
  return Math.min(life.lastSeenMs + timing.keepAliveMs, life.firstSeenMs + timing.maxSignalDurationMs);
}

/** @returns why the signal has ended at `nowMs`; undefined while a firing would still extend it */
export function lifeEnd(life: SignalLife, nowMs: number, timing: SignalTiming): CloseReason | undefined {
  if (nowMs <= deadlineMs(life, timing)) return undefined;
  const quietEndMs = life.lastSeenMs + timing.keepAliveMs;
  return quietEndMs <= life.firstSeenMs + timing.maxSignalDurationMs ? 'keep_alive' : 'max_duration';
}
