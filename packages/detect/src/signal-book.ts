/** The signals of one rule: opened, hidden, extended and closed as its groups fire, and told as they change. */

import type { DetectedSignal } from '@signalwright/model';
import type { SignalChange } from './change.ts';
import type { CompiledRule } from './compile-rule.ts';
import { severityOnAssets, type CompiledCriticalAsset } from './critical-asset.ts';
import { buildSignal } from './detected-signal.ts';
import type { EventProfile } from './event-profile.ts';
import type { GroupSignal, GroupState } from './group-state.ts';
import type { GroupTable } from './group-table.ts';
import {
  deadlineMs,
  lifeEnd,
  stepLife,
  type CloseReason,
  type Firing,
  type SignalLife,
} from './lifecycle.ts';
import type { RuleControls } from './rule-controls.ts';
import { hidesSignal } from './suppression.ts';

export class SignalBook {
  readonly #rule: CompiledRule;
  readonly #groups: GroupTable;
  readonly #extendEveryMs: number;
  /** No signal ends before: spares `advance` a look at each. */
  #nextEndMs = Number.POSITIVE_INFINITY;
  /** Groups whose signal grew untold; some may have been told or closed since. */
  readonly #grown = new Set<GroupState>();
  #openSignals = 0;

  /** @param extendEveryMs how often growth alone is told, in event time */
  constructor(rule: CompiledRule, groups: GroupTable, extendEveryMs: number) {
    this.#rule = rule;
    this.#groups = groups;
    this.#extendEveryMs = extendEveryMs;
  }

  get openSignals(): number {
    return this.#openSignals;
  }

  /** Takes a firing of a group whose signal, if it has one, has not ended; `profile` knows its events. */
  fire(
    group: GroupState,
    profile: EventProfile,
    asRuled: Firing,
    { suppressions, criticalAssets }: RuleControls,
    out: SignalChange[],
  ): void {
    const firing = this.#rate(group, profile, asRuled, criticalAssets);
    if (group.signal !== undefined) {
      this.#extend(group, group.signal, firing, out);
      return;
    }
    const { life } = stepLife(undefined, firing);
    const paths = this.#pathsOf(group);
    const wouldBe = this.#picture(group, paths, life, profile);
    const hiding = suppressions.find((suppression) => hidesSignal(suppression, wouldBe, firing.atMs));
    if (hiding !== undefined) {
      if (this.#hide(group, firing)) {
        out.push({ kind: 'suppressed', signal: wouldBe, suppressionId: hiding.suppression.id });
      }
      group.pendingProfile = profile;
      return;
    }
    this.#groups.change(group, () => {
      group.signal = { id: wouldBe.id, paths, life, profile, reportedAtMs: firing.atMs, isDirty: false };
      group.hiddenLife = undefined;
    });
    group.countEvents();
    this.#expectEnd(life);
    this.#openSignals += 1;
    out.push({ kind: 'opened', signal: wouldBe });
  }

  /** Closes the group's signal if it has ended at `atMs`. */
  endIfOver(group: GroupState, atMs: number, out: SignalChange[]): void {
    const { signal } = group;
    const reason = signal === undefined ? undefined : lifeEnd(signal.life, atMs, this.#rule.rule);
    if (signal !== undefined && reason !== undefined) this.#close(group, signal, reason, out);
  }

  /** Ends what has ended at `nowMs`, and tells growth that was held back. */
  advance(nowMs: number, out: SignalChange[]): void {
    if (nowMs > this.#nextEndMs) this.#endAll(nowMs, out);
    for (const group of this.#grown) {
      // Taken out first: a group that cannot be told must not hold up the others at every look.
      this.#grown.delete(group);
      if (group.signal?.isDirty === true) this.#tellGrowth(group, group.signal, out);
    }
  }

  /** Closes the signal of a group that is about to be forgotten for want of room. */
  giveUp(group: GroupState, out: SignalChange[]): void {
    if (group.signal !== undefined) this.#close(group, group.signal, 'high_cardinality', out);
    this.#grown.delete(group);
  }

  /** The firing with the severity that it has for the critical assets that the signal is about. */
  #rate(
    group: GroupState,
    profile: EventProfile,
    firing: Firing,
    assets: readonly CompiledCriticalAsset[],
  ): Firing {
    if (assets.length === 0) return firing;
    const { caseIndex, severity, atMs } = firing;
    const life = { ...stepLife(group.signal?.life, firing).life, caseIndex, severity };
    const ruled = this.#picture(group, group.signal?.paths ?? this.#pathsOf(group), life, profile);
    return { ...firing, severity: severityOnAssets(assets, ruled, atMs) };
  }

  /**
   * A hidden signal is told once a life, though each firing tries again: a suppression may end, or ask for a
   * severity.
   *
   * @returns whether a new life began
   */
  #hide(group: GroupState, firing: Firing): boolean {
    const hidden = group.hiddenLife;
    const isNew = hidden === undefined || lifeEnd(hidden, firing.atMs, this.#rule.rule) !== undefined;
    const { life } = stepLife(isNew ? undefined : hidden, firing);
    this.#groups.change(group, () => (group.hiddenLife = life));
    this.#expectEnd(life);
    return isNew;
  }

  #extend(group: GroupState, signal: GroupSignal, firing: Firing, out: SignalChange[]): void {
    const step = stepLife(signal.life, firing);
    signal.life = step.life;
    group.countEvents();
    if (step.kind === 'raised') {
      signal.reportedAtMs = firing.atMs;
      signal.isDirty = false;
      const { previousSeverity } = step;
      out.push({ kind: 'raised', signal: this.#snapshot(group, signal), previousSeverity });
    } else if (firing.atMs - signal.reportedAtMs >= this.#extendEveryMs) {
      this.#tellGrowth(group, signal, out);
    } else {
      signal.isDirty = true;
      this.#grown.add(group);
    }
  }

  #tellGrowth(group: GroupState, signal: GroupSignal, out: SignalChange[]): void {
    signal.reportedAtMs = signal.life.lastSeenMs;
    signal.isDirty = false;
    out.push({ kind: 'extended', signal: this.#snapshot(group, signal) });
  }

  #snapshot(group: GroupState, signal: GroupSignal): DetectedSignal {
    return this.#picture(group, signal.paths, signal.life, signal.profile);
  }

  #picture(
    group: GroupState,
    paths: readonly string[],
    life: SignalLife,
    profile: EventProfile,
  ): DetectedSignal {
    return buildSignal(this.#rule, { key: group.key, paths, values: group.values }, life, profile);
  }

  #pathsOf(group: GroupState): readonly string[] {
    return this.#rule.queries[group.firstQuery()]?.groupBy ?? [];
  }

  #endAll(nowMs: number, out: SignalChange[]): void {
    let nextEndMs = Number.POSITIVE_INFINITY;
    for (const group of this.#groups.signalling) {
      const { signal } = group;
      const life = signal?.life ?? group.hiddenLife;
      const reason = life === undefined ? undefined : lifeEnd(life, nowMs, this.#rule.rule);
      if (life !== undefined && reason === undefined) {
        nextEndMs = Math.min(nextEndMs, deadlineMs(life, this.#rule.rule));
      } else if (signal !== undefined && reason !== undefined) this.#close(group, signal, reason, out);
      else this.#groups.change(group, () => (group.hiddenLife = undefined));
    }
    // Only now: after a group that could not be told, the others are still looked at.
    this.#nextEndMs = nextEndMs;
  }

  #close(group: GroupState, signal: GroupSignal, reason: CloseReason, out: SignalChange[]): void {
    if (signal.isDirty) this.#tellGrowth(group, signal, out);
    const atMs =
      reason === 'high_cardinality' ? signal.life.lastSeenMs : deadlineMs(signal.life, this.#rule.rule);
    out.push({ kind: 'closed', signalId: signal.id, reason, atMs });
    this.#groups.change(group, () => (group.signal = undefined));
    this.#openSignals -= 1;
    this.#groups.account(group);
  }

  /** A life ends no earlier than it would without further firings. */
  #expectEnd(life: SignalLife): void {
    this.#nextEndMs = Math.min(this.#nextEndMs, deadlineMs(life, this.#rule.rule));
  }
}
