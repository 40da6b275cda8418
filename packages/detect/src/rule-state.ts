/**
 * One rule at work: its groups, what an event does to them, and what they tell.
 * Memory is bounded by the limits of the detector; see `evictOldest` and README.md.
 */

import { lowerSeverity, type Severity } from '@signalwright/model';
import { evaluateCondition } from '@signalwright/query';
import type { Evaluation, SignalChange } from './change.ts';
import type { CompiledCase, CompiledRule } from './compile-rule.ts';
import type { EventInHand } from './event-facts.ts';
import { EventProfile } from './event-profile.ts';
import type { GroupState, QueryHit } from './group-state.ts';
import { GroupTable, type MemoryLedger } from './group-table.ts';
import type { Firing } from './lifecycle.ts';
import type { RuleControls } from './rule-controls.ts';
import { SignalBook } from './signal-book.ts';
import { excludesEvent } from './suppression.ts';
import { tupleKey, type TupleReader } from './tuple.ts';

export interface RuleStats {
  readonly ruleId: string;
  readonly version: number;
  readonly groups: number;
  readonly openSignals: number;
  readonly heldBytes: number;
  /** Events that matched at least one query and were not excluded. */
  readonly matchedEvents: number;
  readonly excludedEvents: number;
  /** Times an event was older than its group's window. */
  readonly lateEvents: number;
  /** Groups forgotten for want of room while they still mattered. */
  readonly evictedGroups: number;
  /** Exactness was given up for want of room: groups were evicted, or windows rounded. */
  readonly highCardinality: boolean;
}

export interface RuleStateOptions {
  readonly ledger: MemoryLedger;
  readonly maxGroups: number;
  readonly extendEveryMs: number;
  readonly observe?: (evaluation: Evaluation) => void;
}

interface GroupHits {
  readonly key: string;
  readonly values: readonly string[];
  readonly hits: QueryHit[];
}

export class RuleState {
  readonly rule: CompiledRule;
  #controls: RuleControls;
  readonly #options: RuleStateOptions;
  readonly #groups: GroupTable;
  readonly #signals: SignalBook;
  readonly #positions: ReadonlyMap<string, number>;
  /** The group that `#readLabel` speaks of. */
  #inHand: GroupState | undefined;
  readonly #readLabel = (label: string): number => this.#inHand?.value(this.#positions.get(label) ?? -1) ?? 0;
  #newestMs = Number.NEGATIVE_INFINITY;
  #matchedEvents = 0;
  #excludedEvents = 0;
  #lateEvents = 0;
  #evictedGroups = 0;
  #wasDegraded = false;

  constructor(rule: CompiledRule, controls: RuleControls, options: RuleStateOptions) {
    this.rule = rule;
    this.#controls = controls;
    this.#options = options;
    this.#groups = new GroupTable(rule, options.ledger);
    this.#signals = new SignalBook(rule, this.#groups, options.extendEveryMs);
    this.#positions = new Map(rule.queries.map((query, position) => [query.label, position]));
  }

  get heldBytes(): number {
    return this.#groups.heldBytes;
  }

  get groupCount(): number {
    return this.#groups.size;
  }

  get openSignals(): number {
    return this.#signals.openSignals;
  }

  /** Suppressions and assets may change while groups live on. */
  control(controls: RuleControls): void {
    this.#controls = controls;
  }

  /** Takes an event that matched the queries at `positions`. Changes go to `out` in order. */
  take(event: EventInHand, positions: readonly number[], out: SignalChange[]): void {
    for (const suppression of this.#controls.suppressions) {
      if (!excludesEvent(suppression, event.document, event.atMs)) continue;
      this.#excludedEvents += 1;
      return;
    }
    this.#matchedEvents += 1;
    this.#newestMs = Math.max(this.#newestMs, event.atMs);
    for (const hits of this.#hitsByGroup(event, positions)) this.#takeInGroup(event, hits, out);
  }

  /** Ends what has ended, tells what was held back, forgets what no longer matters. */
  advance(nowMs: number, out: SignalChange[]): void {
    this.#signals.advance(nowMs, out);
    for (const group of this.#groups.watching) {
      if (!group.isIdle(nowMs)) break;
      this.#groups.forget(group);
    }
  }

  /**
   * Forgets the group that was untouched for longest, those without a signal first. Chosen: an attacker who
   * floods a rule with groups pushes out quiet groups, never busy ones, and cannot do it unseen.
   *
   * @param spared the group in hand
   * @returns false when there was nothing to forget
   */
  evictOldest(out: SignalChange[], spared?: GroupState): boolean {
    const group = this.#groups.quietest(spared);
    if (group === undefined) return false;
    if (!group.isIdle(this.#newestMs)) this.#evictedGroups += 1;
    this.#signals.giveUp(group, out);
    this.#groups.forget(group);
    return true;
  }

  stats(): RuleStats {
    return {
      ruleId: this.rule.identity.id,
      version: this.rule.identity.version,
      groups: this.#groups.size,
      openSignals: this.#signals.openSignals,
      heldBytes: this.#groups.heldBytes,
      matchedEvents: this.#matchedEvents,
      excludedEvents: this.#excludedEvents,
      lateEvents: this.#lateEvents,
      evictedGroups: this.#evictedGroups,
      highCardinality: this.#evictedGroups > 0 || this.#wasDegraded,
    };
  }

  /** Which groups the event stands in, each with the queries it counts for there. */
  #hitsByGroup(event: EventInHand, positions: readonly number[]): Iterable<GroupHits> {
    const groups = new Map<string, GroupHits>();
    let lastReader: TupleReader | undefined;
    let tuples: readonly (readonly string[])[] = [];
    for (const position of positions) {
      const query = this.rule.queries[position];
      const measure = query?.readMeasure(event.document);
      if (query === undefined || measure === undefined) continue;
      if (query.readGroups !== lastReader) tuples = query.readGroups(event.document);
      lastReader = query.readGroups;
      for (const values of tuples) {
        const key = tupleKey(values);
        const known = groups.get(key);
        if (known === undefined) groups.set(key, { key, values, hits: [{ position, measure }] });
        else known.hits.push({ position, measure });
      }
    }
    return groups.values();
  }

  #takeInGroup(event: EventInHand, { key, values, hits }: GroupHits, out: SignalChange[]): void {
    const group = this.#groups.take(key, values);
    while (this.#groups.size > this.#options.maxGroups && this.evictOldest(out, group));
    this.#signals.endIfOver(group, Math.max(group.newestMs, event.atMs), out);
    if (group.add(event.atMs, hits)) this.#evaluate(group, event, out);
    else this.#lateEvents += 1;
    if (group.isDegraded()) this.#wasDegraded = true;
    this.#groups.account(group);
  }

  #evaluate(group: GroupState, event: EventInHand, out: SignalChange[]): void {
    this.#inHand = group;
    const caseIndex = this.rule.cases.findIndex(({ condition }) =>
      evaluateCondition(condition, this.#readLabel),
    );
    this.#observe(group, caseIndex);
    const fired = this.rule.cases[caseIndex];
    if (fired === undefined) {
      group.pendingProfile ??= new EventProfile();
      group.pendingProfile.absorb(event.facts, event.atMs);
      return;
    }
    const profile = this.#gather(group, event);
    const firing: Firing = {
      atMs: group.newestMs,
      firstEventMs: group.earliestNewMs ?? group.newestMs,
      caseIndex,
      severity: this.#severityOf(fired, profile),
      newEvents: group.newEvents,
      newEventsPerQuery: group.newEventsPerQuery(),
    };
    this.#signals.fire(group, profile, firing, this.#controls, out);
  }

  /** Joins the event, and those that waited for a firing, to what the group's signal knows. */
  #gather(group: GroupState, event: EventInHand): EventProfile {
    const profile = group.signal?.profile ?? group.pendingProfile ?? new EventProfile();
    if (group.pendingProfile !== undefined && group.pendingProfile !== profile)
      profile.merge(group.pendingProfile);
    profile.absorb(event.facts, event.atMs);
    group.pendingProfile = undefined;
    return profile;
  }

  /** Source: rules API, `decreaseCriticalityBasedOnEnv`. Chosen: one event from production is enough against it. */
  #severityOf(fired: CompiledCase, profile: EventProfile): Severity {
    const { severity } = fired.written;
    if (!this.rule.rule.decreaseSeverityOutsideProduction || profile.hasUnknownEnv) return severity;
    return profile.envs.length > 0 && profile.envs.every(isOutsideProduction)
      ? lowerSeverity(severity)
      : severity;
  }

  #observe(group: GroupState, caseIndex: number): void {
    const { observe } = this.#options;
    if (observe === undefined) return;
    const paths = group.signal?.paths ?? this.rule.queries[group.firstQuery()]?.groupBy ?? [];
    observe({
      ruleId: this.rule.identity.id,
      group: Object.fromEntries(paths.map((path, index) => [path, group.values[index] ?? ''])),
      atMs: group.newestMs,
      values: Object.fromEntries(
        this.rule.queries.map(({ label }, position) => [label, group.value(position)]),
      ),
      ...(caseIndex >= 0 && { caseIndex }),
    });
  }
}

function isOutsideProduction(env: string): boolean {
  return env.startsWith('staging') || env.startsWith('test') || env.startsWith('dev');
}
