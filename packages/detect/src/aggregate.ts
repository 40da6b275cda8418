/**
 * The value of one query over its sliding window, kept up to date event by event: distinct values, sum or
 * largest. A count needs nothing of its own, the tally of events has it.
 */

import type { Aggregation, SearchDocument, Scalar } from '@signalwright/model';
import { compileQuickReader } from './quick-reader.ts';
import { DistinctValues } from './distinct-values.ts';
import { compileTuples, tupleKey } from './tuple.ts';
import { TimedQueue } from './timed-queue.ts';

/** What one event adds: nothing to measure, the keys of its distinct tuples, or its numbers. */
export type Measure =
  | { readonly kind: 'count' }
  | { readonly kind: 'keys'; readonly keys: readonly string[] }
  | { readonly kind: 'numbers'; readonly numbers: readonly number[] };

export interface Aggregate {
  add(atMs: number, measure: Measure): void;
  /** Drops what happened at `edgeMs` or before. */
  forgetThrough(edgeMs: number): void;
  clear(): void;
  /** 0 when the window is empty. */
  value(): number;
  /** Roughly what it holds in memory. */
  heldBytes(): number;
  /** True while it had to give up exactness for want of room. */
  isDegraded(): boolean;
}

/** Sums of larger numbers would lose whole events, and two of opposite sign could make a NaN that hides all. */
const MAX_MEASURE = Number.MAX_SAFE_INTEGER;
/** Of one event's list; the rest is not added. */
const MAX_NUMBERS_PER_EVENT = 16;
/** What memory is accounted with, measured on floods of groups; see README.md. */
const ENTRY_BYTES = 16;
const KEY_BYTES = 96;
const QUEUE_BYTES = 240;
const DISTINCT_BYTES = 480;

const COUNT: Measure = { kind: 'count' };

/**
 * What an event is worth to a query: undefined when it lacks the field that is measured. Chosen: such an
 * event does not count for the query at all, as one that lacks a group value does not.
 */
export type MeasureReader = (document: SearchDocument) => Measure | undefined;

export function compileMeasure(aggregation: Aggregation): MeasureReader {
  switch (aggregation.kind) {
    case 'count':
    // Refused before a rule with one of these compiles, see `whatIsNotRun`.
    case 'new_value':
    case 'geo_data':
    case 'event_count':
    case 'none':
      return () => COUNT;
    case 'cardinality': {
      const read = compileTuples(aggregation.fields, false);
      return (document) => {
        const tuples = read(document);
        return tuples.length === 0 ? undefined : { kind: 'keys', keys: tuples.map(tupleKey) };
      };
    }
    case 'sum':
    case 'max': {
      const read = compileQuickReader(aggregation.field);
      return (document) => {
        const numbers = read(document).slice(0, MAX_NUMBERS_PER_EVENT).flatMap(finiteNumber);
        return numbers.length === 0 ? undefined : { kind: 'numbers', numbers };
      };
    }
  }
}

/** @returns undefined for a count */
export function createAggregate(aggregation: Aggregation, windowMs: number): Aggregate | undefined {
  switch (aggregation.kind) {
    case 'count':
    case 'new_value':
    case 'geo_data':
    case 'event_count':
    case 'none':
      return undefined;
    case 'cardinality':
      return new Cardinality();
    case 'sum':
      return new Sum(windowMs);
    case 'max':
      return new Largest(windowMs);
  }
}

class Cardinality implements Aggregate {
  readonly #values = new DistinctValues();

  add(atMs: number, measure: Measure): void {
    if (measure.kind !== 'keys') return;
    for (const key of measure.keys) this.#values.add(atMs, key);
  }

  forgetThrough(edgeMs: number): void {
    this.#values.forgetThrough(edgeMs);
  }

  clear(): void {
    this.#values.clear();
  }

  value(): number {
    return this.#values.size;
  }

  heldBytes(): number {
    return DISTINCT_BYTES + this.#values.size * KEY_BYTES + this.#values.keyChars;
  }

  isDegraded(): boolean {
    return this.#values.isFull;
  }
}

/** Never subtracts: taking 1e15 back out of a float would leave the rest wrong, and an attacker may send it. */
class Sum implements Aggregate {
  readonly #terms: TimedQueue;
  #total = 0;
  #isStale = false;

  constructor(windowMs: number) {
    this.#terms = new TimedQueue({ windowMs, combine: (older, newer) => older + newer });
  }

  add(atMs: number, measure: Measure): void {
    if (measure.kind !== 'numbers') return;
    for (const term of measure.numbers) {
      if (this.#terms.add(atMs, term)) this.#total += term;
      else this.#isStale = true;
    }
  }

  forgetThrough(edgeMs: number): void {
    const before = this.#terms.size;
    this.#terms.forgetThrough(edgeMs);
    if (this.#terms.size !== before) this.#isStale = true;
  }

  clear(): void {
    this.#terms.clear();
    this.#total = 0;
    this.#isStale = false;
  }

  value(): number {
    if (this.#isStale) {
      this.#total = 0;
      this.#terms.forEach((_atMs, term) => {
        this.#total += term;
      });
      this.#isStale = false;
    }
    return this.#total;
  }

  heldBytes(): number {
    return QUEUE_BYTES + this.#terms.size * ENTRY_BYTES;
  }

  isDegraded(): boolean {
    return this.#terms.isCoarse;
  }
}

/** Holds only numbers that no later one reaches, so the first is the largest of the window. */
class Largest implements Aggregate {
  readonly #falling: TimedQueue;

  constructor(windowMs: number) {
    this.#falling = new TimedQueue({ windowMs, combine: Math.max });
  }

  add(atMs: number, measure: Measure): void {
    if (measure.kind !== 'numbers') return;
    for (const number of measure.numbers) {
      if (this.#falling.hasLaterAtLeast(atMs, number)) continue;
      this.#falling.dropEarlierAtMost(atMs, number);
      this.#falling.add(atMs, number);
    }
  }

  forgetThrough(edgeMs: number): void {
    this.#falling.forgetThrough(edgeMs);
  }

  clear(): void {
    this.#falling.clear();
  }

  value(): number {
    return this.#falling.firstValue ?? 0;
  }

  heldBytes(): number {
    return QUEUE_BYTES + this.#falling.size * ENTRY_BYTES;
  }

  isDegraded(): boolean {
    return this.#falling.isCoarse;
  }
}

function finiteNumber(value: Scalar): readonly number[] {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' ? numberOfText(value) : Number.NaN;
  if (!Number.isFinite(number)) return [];
  return [Math.max(-MAX_MEASURE, Math.min(MAX_MEASURE, number))];
}

/** Numeric strings are numbers, as in comparisons of the search language. */
function numberOfText(text: string): number {
  return /^[+-]?\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
}
