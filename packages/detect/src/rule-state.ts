/**
 * One rule at work: its groups, what an event does to them, and what they tell.
 * Memory is bounded by the limits of the detector; see `evictOldest` and README.md.
 */

import { lowerSeverity, type DetectedSignal, type Severity } from '@signalwright/model';
import { evaluateCondition } from '@signalwright/query';
import type { Evaluation, SignalChange } from './change.ts';
import type { CompiledCase, CompiledRule } from './compile-rule.ts';
import { buildSignal } from './detected-signal.ts';
import type { EventInHand } from './event-facts.ts';
import { EventProfile } from './event-profile.ts';
import type { GroupSignal, GroupState, QueryHit } from './group-state.ts';
import { GroupTable, type MemoryLedger } from './group-table.ts';
import {
  deadlineMs,
  lifeEnd,
  stepLife,
  type CloseReason,
  type Firing,
  type SignalLife,
} from './lifecycle.ts';
import { excludesEvent, hidesSignal, type CompiledSuppression } from './suppression.ts';
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
  #suppressions: readonly CompiledSuppression[];
  readonly #options: RuleStateOptions;
  readonly #groups: GroupTable;
  readonly #positions: ReadonlyMap<string, number>;
  /** The group that `#readLabel` speaks of. */
  #inHand: GroupState | undefined;
  readonly #readLabel = (label: string): number => this.#inHand?.value(this.#positions.get(label) ?? -1) ?? 0;
  #newestMs = Number.NEGATIVE_INFINITY;
  /** No signal ends before: spares `advance` a look at each. */
  #nextEndMs = Number.POSITIVE_INFINITY;
  /** Groups whose signal grew untold; some may have been told or closed since. */
  readonly #grown = new Set<GroupState>();
  #openSignals = 0;
  #matchedEvents = 0;
  #excludedEvents = 0;
  #lateEvents = 0;
  #evictedGroups = 0;
  #wasDegraded = false;

  constructor(rule: CompiledRule, suppressions: readonly CompiledSuppression[], options: RuleStateOptions) {
    this.rule = rule;
    this.#suppressions = suppressions;
    this.#options = options;
    this.#groups = new GroupTable(rule, options.ledger);
    this.#positions = new Map(rule.queries.map((query, position) => [query.label, position]));
  }

  get heldBytes(): number {
    return this.#groups.heldBytes;
  }

  get groupCount(): number {
    return this.#groups.size;
  }

  get openSignals(): number {
    return this.#openSignals;
  }

  /** Suppressions may change while groups live on. */
  replaceSuppressions(suppressions: readonly CompiledSuppression[]): void {
    this.#suppressions = suppressions;
  }

  /** Takes an event that matched the queries at `positions`. Changes go to `out` in order. */
  take(event: EventInHand, positions: readonly number[], out: SignalChange[]): void {
    for (const suppression of this.#suppressions) {
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
    if (nowMs > this.#nextEndMs) this.#endSignals(nowMs, out);
    for (const group of this.#grown) {
      if (group.signal?.isDirty === true) this.#tell(group, group.signal, out);
    }
    this.#grown.clear();
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
    if (group.signal !== undefined) this.#close(group, group.signal, 'high_cardinality', out);
    this.#grown.delete(group);
    this.#groups.forget(group);
    return true;
  }

  stats(): RuleStats {
    return {
      ruleId: this.rule.identity.id,
      version: this.rule.identity.version,
      groups: this.#groups.size,
      openSignals: this.#openSignals,
      heldBytes: this.#groups.heldBytes,
      matchedEvents: this.#matchedEvents,
      excludedEvents: this.#excludedEvents,
      lateEvents: this.#lateEvents,
      evictedGroups: this.#evictedGroups,
      highCardinality: this.#evictedGroups > 0 || this.#wasDegraded,
    };
  }

  #endSignals(nowMs: number, out: SignalChange[]): void {
    this.#nextEndMs = Number.POSITIVE_INFINITY;
    for (const group of this.#groups.signalling) {
      const { signal } = group;
      const life = signal?.life ?? group.hiddenLife;
      const reason = life === undefined ? undefined : lifeEnd(life, nowMs, this.rule.rule);
      if (life !== undefined && reason === undefined) this.#expectEnd(life);
      else if (signal !== undefined && reason !== undefined) this.#close(group, signal, reason, out);
      else this.#groups.change(group, () => (group.hiddenLife = undefined));
    }
  }

  /** A life ends no earlier than it would without further firings. */
  #expectEnd(life: SignalLife): void {
    this.#nextEndMs = Math.min(this.#nextEndMs, deadlineMs(life, this.rule.rule));
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
    const { signal } = group;
    if (signal !== undefined) {
      const reason = lifeEnd(signal.life, Math.max(group.newestMs, event.atMs), this.rule.rule);
      if (reason !== undefined) this.#close(group, signal, reason, out);
    }
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
    if (group.signal === undefined) this.#open(group, profile, firing, out);
    else this.#extend(group, group.signal, firing, out);
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

  #open(group: GroupState, profile: EventProfile, firing: Firing, out: SignalChange[]): void {
    const { life } = stepLife(undefined, firing);
    const paths = this.rule.queries[group.firstQuery()]?.groupBy ?? [];
    const wouldBe = buildSignal(this.rule, { key: group.key, paths, values: group.values }, life, profile);
    const hiding = this.#suppressions.find((suppression) => hidesSignal(suppression, wouldBe, firing.atMs));
    this.#groups.change(group, () => {
      if (hiding !== undefined) {
        this.#hide(group, firing, () => {
          out.push({ kind: 'suppressed', signal: wouldBe, suppressionId: hiding.suppression.id });
        });
        group.pendingProfile = profile;
        return;
      }
      this.#expectEnd(life);
      group.signal = { id: wouldBe.id, paths, life, profile, reportedAtMs: firing.atMs, isDirty: false };
      group.hiddenLife = undefined;
      group.countEvents();
      this.#openSignals += 1;
      out.push({ kind: 'opened', signal: wouldBe });
    });
  }

  /** A hidden signal is told once, though each firing tries again: a suppression ends, or asks for a severity. */
  #hide(group: GroupState, firing: Firing, tell: () => void): void {
    const hidden = group.hiddenLife;
    if (hidden === undefined || lifeEnd(hidden, firing.atMs, this.rule.rule) !== undefined) {
      tell();
      group.hiddenLife = stepLife(undefined, firing).life;
      this.#expectEnd(group.hiddenLife);
    } else {
      group.hiddenLife = stepLife(hidden, firing).life;
    }
  }

  #extend(group: GroupState, signal: GroupSignal, firing: Firing, out: SignalChange[]): void {
    const step = stepLife(signal.life, firing);
    signal.life = step.life;
    group.countEvents();
    if (step.kind === 'raised') {
      signal.reportedAtMs = firing.atMs;
      signal.isDirty = false;
      out.push({
        kind: 'raised',
        signal: this.#snapshot(group, signal),
        previousSeverity: step.previousSeverity,
      });
    } else if (firing.atMs - signal.reportedAtMs >= this.#options.extendEveryMs) {
      this.#tell(group, signal, out);
    } else {
      signal.isDirty = true;
      this.#grown.add(group);
    }
  }

  /** Tells what the signal has grown to. */
  #tell(group: GroupState, signal: GroupSignal, out: SignalChange[]): void {
    signal.reportedAtMs = signal.life.lastSeenMs;
    signal.isDirty = false;
    out.push({ kind: 'extended', signal: this.#snapshot(group, signal) });
  }

  #snapshot(group: GroupState, signal: GroupSignal): DetectedSignal {
    const { paths, life, profile } = signal;
    return buildSignal(this.rule, { key: group.key, paths, values: group.values }, life, profile);
  }

  #close(group: GroupState, signal: GroupSignal, reason: CloseReason, out: SignalChange[]): void {
    if (signal.isDirty) this.#tell(group, signal, out);
    const atMs =
      reason === 'high_cardinality' ? signal.life.lastSeenMs : deadlineMs(signal.life, this.rule.rule);
    out.push({ kind: 'closed', signalId: signal.id, reason, atMs });
    this.#groups.change(group, () => (group.signal = undefined));
    this.#openSignals -= 1;
    this.#groups.account(group);
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
