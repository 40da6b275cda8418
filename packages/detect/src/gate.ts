/** The rules that read one intake, behind one index of their queries. */

import type { DataSource, Event } from '@signalwright/model';
import type { EventInHand } from './event-facts.ts';
import { QueryIndex } from './query-index.ts';
import type { RuleState } from './rule-state.ts';

export interface RuleMatch {
  readonly state: RuleState;
  /** Of the queries that matched, ascending. */
  readonly positions: readonly number[];
}

interface Target {
  readonly state: RuleState;
  readonly position: number;
}

export class Gate {
  readonly #index: QueryIndex;
  /** Every query of every rule, in their order; the index speaks of them by position. */
  readonly #targets: readonly Target[];
  readonly #onMistake: (error: unknown, event: Event, state: RuleState) => void;
  #lastRuns = 0;

  /** @param onMistake told when a query cannot cope with an event: it did not match then, and others go on */
  constructor(
    states: readonly RuleState[],
    dataSource: DataSource,
    onMistake: (error: unknown, event: Event, state: RuleState) => void,
  ) {
    this.#onMistake = onMistake;
    this.#targets = states
      .filter((state) => state.rule.dataSource === dataSource)
      .flatMap((state) => state.rule.queries.map((_query, position) => ({ state, position })));
    this.#index = new QueryIndex(
      this.#targets.flatMap(({ state, position }) => state.rule.queries[position]?.query ?? []),
    );
  }

  /** Queries run for the last event. */
  get lastRuns(): number {
    return this.#lastRuns;
  }

  /** The rules whose queries match, in the order of the rules. */
  matches(event: EventInHand): readonly RuleMatch[] {
    const candidates = this.#index.candidates(event.document);
    this.#lastRuns = candidates.length;
    const hits = candidates.filter((candidate) => this.#isHit(candidate, event));
    // Targets stand in the order of rules and queries, so sorted positions do too.
    if (hits.length > 1) hits.sort((a, b) => a - b);
    const matches: { state: RuleState; positions: number[] }[] = [];
    for (const hit of hits) {
      const target = this.#targets[hit];
      if (target === undefined) continue;
      const last = matches.at(-1);
      if (last?.state === target.state) last.positions.push(target.position);
      else matches.push({ state: target.state, positions: [target.position] });
    }
    return matches;
  }

  #isHit(candidate: number, event: EventInHand): boolean {
    const target = this.#targets[candidate];
    if (target === undefined) return false;
    try {
      return target.state.rule.queries[target.position]?.matches(event.document) === true;
    } catch (error) {
      this.#onMistake(error, event.event, target.state);
      return false;
    }
  }
}
