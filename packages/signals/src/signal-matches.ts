/**
 * The signals that a query finds, by row. The columns answer nearly all of it; where they cannot, the signal is read
 * from the database and asked itself, and that has a limit: a walk that met it says so.
 */

import { signalDocument, type Signal } from '@signalwright/model';
import { compileMatcher, type Matcher, type Query } from '@signalwright/query';
import { parseStored, type Database } from '@signalwright/store';

import { narrowRows } from './columns/narrow-rows.ts';
import { BLOCK_ROWS, compileRowTest } from './columns/row-test.ts';
import { NO, UNSURE, YES } from './columns/verdicts.ts';
import type { SignalIndex } from './signal-index.ts';
import type { Places, Position } from './time-order.ts';

/** Chosen: signals that one search reads because no column can answer for them. */
export const MAX_SCANNED_SIGNALS = 50_000;

/** The first rows are often enough for a page. */
const FIRST_BLOCK_ROWS = 256;
/** Chosen: one signal of so many is few enough to be sorted. */
const NARROWED_SHARE = 64;
/** Signals read by one statement. */
const READ_AT_ONCE = 500;

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
  const asked = rowsToAsk(index, query, places);
  for (let done = 0, size = FIRST_BLOCK_ROWS; done < asked.length; size = Math.min(size * 4, BLOCK_ROWS)) {
    const end = Math.min(done + size, asked.length);
    const rows = options.isAscending
      ? asked.subarray(done, end)
      : asked.slice(asked.length - end, asked.length - done).reverse();
    const { answers, settled } = walk.ask(rows);
    for (let at = 0; at < settled; at += 1) {
      if (answers[at] === YES) found.push(rows[at] as number);
      if (found.length === options.count) return { rows: found };
    }
    if (settled < rows.length) {
      const last = settled > 0 ? (rows[settled - 1] as number) : undefined;
      return { rows: found, ...(last !== undefined && { stoppedAt: index.order.positionOf(last) }) };
    }
    done = end;
  }
  return { rows: found };
}

export interface MatchSet {
  readonly rows: Uint32Array;
  /** All other rows, where all signals were asked: sometimes they are fewer, and what is counted is known of all. */
  readonly others?: Uint32Array;
  /** False when MAX_SCANNED_SIGNALS was met. */
  readonly isComplete: boolean;
}

/** All rows that match, oldest first. */
export function allMatches(index: SignalIndex, query: Query, places: Places): MatchSet {
  const asked = rowsToAsk(index, query, places);
  const isAll = asked.length === index.order.rows.length;
  if (query.kind === 'match-all') {
    return { rows: asked, isComplete: true, ...(isAll && { others: new Uint32Array(0) }) };
  }
  const walk = new Walk(index, query);
  // Matches from the front, the others from the back; they meet when all have been asked.
  const sorted = new Uint32Array(asked.length + 1);
  let count = 0;
  let back = asked.length;
  for (let done = 0; done < asked.length; done += BLOCK_ROWS) {
    const block = asked.subarray(done, done + BLOCK_ROWS);
    const { answers, settled } = walk.ask(block);
    for (let at = 0; at < settled; at += 1) {
      const row = block[at] as number;
      const matches = (answers[at] as number) >> 1;
      sorted[count] = row;
      sorted[back] = row;
      count += matches;
      back -= 1 - matches;
    }
    if (settled < block.length) return { rows: sorted.subarray(0, count), isComplete: false };
  }
  const others = sorted.subarray(count + 1);
  return { rows: sorted.subarray(0, count), isComplete: true, ...(isAll && { others }) };
}

/** In the order of time. */
function rowsToAsk(index: SignalIndex, query: Query, places: Places): Uint32Array {
  const all = index.order.rows.subarray(places.from, places.to);
  const few = narrowRows(query, index.columns, all.length / NARROWED_SHARE);
  return few === undefined ? all : index.order.sorted(few, places);
}

class Walk {
  readonly #index: SignalIndex;
  readonly #test: ReturnType<typeof compileRowTest>;
  readonly #matches: Matcher;
  readonly #answers = new Uint8Array(BLOCK_ROWS);
  #scanned = 0;

  constructor(index: SignalIndex, query: Query) {
    this.#index = index;
    this.#test = compileRowTest(query, index.columns);
    this.#matches = compileMatcher(query);
  }

  /** @returns how many of the rows, from the first on, have an answer: all of them, unless the limit was met */
  ask(rows: Uint32Array): { readonly answers: Uint8Array; readonly settled: number } {
    const answers = this.#answers;
    this.#test(rows, answers);
    if (!answers.subarray(0, rows.length).includes(UNSURE)) return { answers, settled: rows.length };
    let unsure: number[] = [];
    for (let at = 0; at < rows.length; at += 1) {
      if (answers[at] !== UNSURE) continue;
      if (this.#scanned === MAX_SCANNED_SIGNALS) {
        this.#settle(rows, unsure);
        return { answers, settled: at };
      }
      this.#scanned += 1;
      unsure.push(at);
      if (unsure.length < READ_AT_ONCE) continue;
      this.#settle(rows, unsure);
      unsure = [];
    }
    this.#settle(rows, unsure);
    return { answers, settled: rows.length };
  }

  #settle(rows: Uint32Array, unsure: readonly number[]): void {
    if (unsure.length === 0) return;
    const ids = unsure.map((at) => this.#index.order.idOf(rows[at] as number));
    const signals = readSignals(this.#index.db, ids);
    unsure.forEach((at, place) => {
      const signal = signals[place];
      this.#answers[at] = signal !== undefined && this.#matches(signalDocument(signal)) ? YES : NO;
    });
  }
}

/** In the order of the ids, at most some thousands; undefined for one that is gone. */
export function readSignals(db: Database, ids: readonly string[]): readonly (Signal | undefined)[] {
  const rows = db.all<{ readonly id: string; readonly body: string }>(
    'SELECT id, body FROM signals WHERE id IN (SELECT value FROM json_each(?))',
    [JSON.stringify(ids)],
  );
  const signals = new Map(rows.map(({ id, body }) => [id, parseStored<Signal>(db, body)]));
  return ids.map((id) => signals.get(id));
}
