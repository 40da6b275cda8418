/** The signals that a query finds, by row: the first ones in the order of time, or all. */

import type { Query } from '@signalwright/query';

import { BLOCK_ROWS, BLOCK_WORDS, WORD_BITS, countBits, placesOfBits } from './columns/answers.ts';
import { narrowRows } from './columns/narrow-rows.ts';
import type { SignalIndex } from './signal-index.ts';
import { Walk } from './signal-walk.ts';
import type { Places, Position } from './time-order.ts';

/** The first rows are often enough for a page. */
const FIRST_BLOCK_ROWS = 256;
/** Chosen: one signal of so many is few enough to be sorted. */
const NARROWED_SHARE = 64;
/** Creation in Unix milliseconds, both ends inclusive. */
export function placesOf(index: SignalIndex, fromMs = 0, toMs = Number.MAX_SAFE_INTEGER): Places {
  const from = index.order.countBefore({ createdAtMs: fromMs, id: '' });
  // Ids come after an empty one, so that the next millisecond begins where this one ends.
  const to = index.order.countBefore({ createdAtMs: toMs + 1, id: '' });
  return { from, to: Math.max(from, to) };
}

export interface MatchList {
  /** In the order of time, or against it. */
  readonly rows: readonly number[];
  /** The last row that was looked at, when the limit was met before the list was full. */
  readonly stoppedAt?: Position;
}

/** The first `count` rows from one end. */
export function firstMatches(
  index: SignalIndex,
  query: Query,
  places: Places,
  options: { readonly isAscending: boolean; readonly count: number },
): MatchList {
  const walk = new Walk(index, query);
  const found: number[] = [];
  const asked = rowsToAsk(index, query, places, walk);
  let last: number | undefined;
  for (let done = 0, size = FIRST_BLOCK_ROWS; done < asked.length; size = Math.min(size * 4, BLOCK_ROWS)) {
    const end = Math.min(done + size, asked.length);
    const rows = options.isAscending
      ? asked.subarray(done, end)
      : asked.slice(asked.length - end, asked.length - done).reverse();
    const { yes, settled } = walk.ask({ rows, isRun: false });
    for (const at of placesOfBits(yes)) {
      found.push(rows[at] as number);
      if (found.length === options.count) return { rows: found };
    }
    // None of this block, when the limit was met at the end of the one before.
    if (settled > 0) last = rows[settled - 1];
    if (settled < rows.length) {
      return { rows: found, ...(last !== undefined && { stoppedAt: index.order.positionOf(last) }) };
    }
    done = end;
  }
  return { rows: found };
}

export interface MatchSet {
  readonly total: number;
  /** In no order. */
  readonly rows: () => Uint32Array;
  /** All other rows, where these are fewer and no signal was left out: what all have together is known. */
  readonly others?: () => Uint32Array;
  /** False when MAX_SCANNED_SIGNALS was met. */
  readonly isComplete: boolean;
}

/** All rows that match. */
export function allMatches(index: SignalIndex, query: Query, places: Places): MatchSet {
  const walk = new Walk(index, query);
  const asked = rowsToAsk(index, query, places, walk);
  const isOfAll = asked.length === index.order.rows.length;
  if (query.kind === 'match-all') {
    const none = new Uint32Array(0);
    return { ...setOf(asked, true), ...(isOfAll && { others: () => none }) };
  }
  if (isOfAll) return matchesOfAll(index, walk);
  const found = new Uint32Array(asked.length);
  let count = 0;
  for (let done = 0; done < asked.length; done += BLOCK_ROWS) {
    const rows = asked.subarray(done, done + BLOCK_ROWS);
    const { yes, settled } = walk.ask({ rows, isRun: false });
    for (const at of placesOfBits(yes)) {
      found[count] = rows[at] as number;
      count += 1;
    }
    if (settled < rows.length) return setOf(found.subarray(0, count), false);
  }
  return setOf(found.subarray(0, count), true);
}

function setOf(rows: Uint32Array, isComplete: boolean): MatchSet {
  return { total: rows.length, rows: () => rows, isComplete };
}

/** Row by row as they lie, which is faster than in the order of time. */
function matchesOfAll(index: SignalIndex, walk: Walk): MatchSet {
  const { numbers, taken } = index.order;
  const bits = new Int32Array(Math.ceil(numbers.length / BLOCK_ROWS) * BLOCK_WORDS);
  for (let done = 0; done < numbers.length; done += BLOCK_ROWS) {
    const rows = numbers.subarray(done, done + BLOCK_ROWS);
    const word = done / WORD_BITS;
    const { yes, settled } = walk.ask({ rows, isRun: true }, taken.subarray(word, word + BLOCK_WORDS));
    bits.set(yes, word);
    if (settled < rows.length) return setOf(placesOfBits(bits), false);
  }
  const total = countBits(bits);
  const others = (): Uint32Array => placesOfBits(bits.map((word, at) => ~word & (taken[at] ?? 0)));
  const isMost = total > index.order.rows.length / 2;
  return { total, rows: () => placesOfBits(bits), isComplete: true, ...(isMost && { others }) };
}

/** In the order of time. */
function rowsToAsk(index: SignalIndex, query: Query, places: Places, walk: Walk): Uint32Array {
  const all = index.order.rows.subarray(places.from, places.to);
  const few = narrowRows(query, index.columns, all.length / NARROWED_SHARE);
  return few === undefined ? all : index.order.sorted(walk.likely(few), places);
}
