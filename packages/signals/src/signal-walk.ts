/**
 * Asks a query of signals, block by block. The columns answer nearly all of it; where they cannot, the signal is read
 * from the database and asked itself, and that has a limit: a walk that met it says so.
 */

import { signalDocument, type Signal } from '@signalwright/model';
import { compileMatcher, type Matcher, type Query } from '@signalwright/query';
import { parseStored, type Database } from '@signalwright/store';

import { BLOCK_ROWS, clearFrom, intersect, newAnswers, placesOfBits, setBit } from './columns/answers.ts';
import { compileRowTest, type Block, type RowTest } from './columns/row-test.ts';
import type { SignalIndex } from './signal-index.ts';

/** Chosen: signals that one search reads because no column can answer for them. */
export const MAX_SCANNED_SIGNALS = 50_000;
/** Signals read by one statement. */
const READ_AT_ONCE = 500;

export class Walk {
  readonly #index: SignalIndex;
  readonly #test: RowTest;
  readonly #matches: Matcher;
  readonly #answers = newAnswers();
  #scanned = 0;

  constructor(index: SignalIndex, query: Query) {
    this.#index = index;
    this.#test = compileRowTest(query, index.columns);
    this.#matches = compileMatcher(query);
  }

  /**
   * @param among rows whose bit is unset do not match
   * @returns a bit for each row that matches, good until the next call, and how many of the rows, from the first on,
   *   have an answer: all of them, unless the limit was met
   */
  ask(block: Block, among?: Int32Array): { readonly yes: Int32Array; readonly settled: number } {
    const { rows } = block;
    const { yes, maybe } = this.#answers;
    this.#test(block, this.#answers);
    for (const bits of [yes, maybe]) {
      clearFrom(bits, rows.length);
      if (among !== undefined) intersect(bits, among);
    }
    const unsure = placesOfBits(maybe.map((word, at) => word & ~(yes[at] as number)));
    const readable = unsure.slice(0, MAX_SCANNED_SIGNALS - this.#scanned);
    this.#scanned += readable.length;
    for (let from = 0; from < readable.length; from += READ_AT_ONCE) {
      this.#settle(rows, readable.slice(from, from + READ_AT_ONCE));
    }
    const settled = unsure[readable.length] ?? rows.length;
    clearFrom(yes, settled);
    return { yes, settled };
  }

  /** Those of the rows that the columns do not refuse: they need not be in order, and nothing is read for them. */
  likely(rows: Uint32Array): Uint32Array {
    const kept = new Uint32Array(rows.length);
    let count = 0;
    for (let from = 0; from < rows.length; from += BLOCK_ROWS) {
      const block = rows.subarray(from, from + BLOCK_ROWS);
      this.#test({ rows: block, isRun: false }, this.#answers);
      clearFrom(this.#answers.maybe, block.length);
      for (const at of placesOfBits(this.#answers.maybe)) {
        kept[count] = block[at] as number;
        count += 1;
      }
    }
    return kept.subarray(0, count);
  }

  #settle(rows: Uint32Array, places: Uint32Array): void {
    const ids = Array.from(places, (at) => this.#index.order.idOf(rows[at] as number));
    readSignals(this.#index.db, ids).forEach((signal, number) => {
      if (signal !== undefined && this.#matches(signalDocument(signal))) {
        setBit(this.#answers.yes, places[number] as number, true);
      }
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
