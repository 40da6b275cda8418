/**
 * The signals that a query finds, by row. The columns answer nearly all of it; where they cannot, the signal is read
 * from the database and asked itself, and that has a limit: a walk that met it says so.
 */

import { signalDocument, type Signal } from '@signalwright/model';
import { compileMatcher, type Matcher, type Query } from '@signalwright/query';
import { parseStored, type Database } from '@signalwright/store';

import { BLOCK_ROWS, NO, UNSURE, YES, compileRowTest } from './columns/row-test.ts';
import type { SignalIndex } from './signal-index.ts';
import type { Position } from './time-order.ts';

/** Chosen: signals that one search reads because no column can answer for them. */
export const MAX_SCANNED_SIGNALS = 50_000;

/** The first rows are often enough for a page. */
const FIRST_BLOCK_ROWS = 256;
/** Signals read by one statement. */
const READ_AT_ONCE = 500;

/** Places in the order of time, half-open. */
export interface Places {
  readonly from: number;
  readonly to: number;
}

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
  { from, to }: Places,
  options: { readonly isAscending: boolean; readonly count: number },
): MatchList {
  const walk = new Walk(index, query);
  const found: number[] = [];
  const order = index.order.rows;
  const block = new Uint32Array(BLOCK_ROWS);
  for (let done = 0, size = FIRST_BLOCK_ROWS; done < to - from; size = Math.min(size * 4, BLOCK_ROWS)) {
    const length = Math.min(size, to - from - done);
    for (let at = 0; at < length; at += 1) {
      const place = options.isAscending ? from + done + at : to - 1 - done - at;
      block[at] = order[place] as number;
    }
    const rows = block.subarray(0, length);
    const { answers, settled } = walk.ask(rows);
    for (let at = 0; at < settled; at += 1) {
      if (answers[at] === YES) found.push(rows[at] as number);
      if (found.length === options.count) return { rows: found };
    }
    if (settled < length) {
      const last = settled > 0 ? (rows[settled - 1] as number) : undefined;
      return { rows: found, ...(last !== undefined && { stoppedAt: index.order.positionOf(last) }) };
    }
    done += length;
  }
  return { rows: found };
}

export interface MatchSet {
  readonly rows: Uint32Array;
  /** False when MAX_SCANNED_SIGNALS was met. */
  readonly isComplete: boolean;
}

/** All rows that match, oldest first. */
export function allMatches(index: SignalIndex, query: Query, { from, to }: Places): MatchSet {
  const order = index.order.rows.subarray(from, to);
  if (query.kind === 'match-all') return { rows: order, isComplete: true };
  const walk = new Walk(index, query);
  const rows = new Uint32Array(order.length);
  let count = 0;
  for (let done = 0; done < order.length; done += BLOCK_ROWS) {
    const block = order.subarray(done, done + BLOCK_ROWS);
    const { answers, settled } = walk.ask(block);
    for (let at = 0; at < settled; at += 1) {
      rows[count] = block[at] as number;
      count += (answers[at] as number) >> 1;
    }
    if (settled < block.length) return { rows: rows.subarray(0, count), isComplete: false };
  }
  return { rows: rows.subarray(0, count), isComplete: true };
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
