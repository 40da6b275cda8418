/** Signals in rows, and the rows in the order of time. A row keeps its number while its signal is there. */

import { WORD_BITS, hasBit, setBit } from './columns/answers.ts';
import { grownLength } from './columns/cell.ts';

/** Place of a signal in the order of time; signals of one millisecond are ordered by their ids. */
export interface Position {
  readonly createdAtMs: number;
  readonly id: string;
}

/** Places in the order of time, half-open. */
export interface Places {
  readonly from: number;
  readonly to: number;
}

export class TimeOrder {
  #ids: string[] = [];
  #createdAtMs = new Float64Array(0);
  readonly #rowOf = new Map<string, number>();
  readonly #freeRows: number[] = [];
  #order = new Uint32Array(0);
  #size = 0;
  /** By row: whether it has a signal. */
  #taken = new Int32Array(0);
  /** 0, 1, 2, …; as long as there are rows, or longer. */
  #numbers = new Uint32Array(0);
  #places = new Uint32Array(0);
  /** How many places, from the first on, `#places` has right. */
  #placed = 0;

  /** Rows, oldest signal first. Good until something is added or removed. */
  get rows(): Uint32Array {
    return this.#order.subarray(0, this.#size);
  }

  /** By row where it stands in `rows`; good as long. Of a row without a signal it says nothing. */
  get places(): Uint32Array {
    if (this.#places.length < this.#ids.length) this.#places = grown(this.#places, this.#ids.length);
    for (; this.#placed < this.#size; this.#placed += 1) {
      this.#places[this.#order[this.#placed] as number] = this.#placed;
    }
    return this.#places;
  }

  /** Those of the rows that stand in these places, in their order and each once. Rows without a signal may be among them. */
  sorted(rows: Uint32Array, { from, to }: Places): Uint32Array {
    const { places } = this;
    const found = new Uint32Array(rows.length);
    let count = 0;
    for (let at = 0; at < rows.length; at += 1) {
      const row = rows[at] as number;
      const place = places[row] as number;
      found[count] = place;
      if (place >= from && place < to && hasBit(this.#taken, row)) count += 1;
    }
    const sorted = found.subarray(0, count).sort();
    let kept = 0;
    for (let at = 0; at < count; at += 1) {
      if (at > 0 && sorted[at] === sorted[at - 1]) continue;
      // Never ahead of what is read: the places give way to their rows.
      found[kept] = sorted[at] as number;
      kept += 1;
    }
    return found.subarray(0, kept).map((place) => this.#order[place] as number);
  }

  /** Every row by its number, those without a signal included. */
  get numbers(): Uint32Array {
    const { length } = this.#ids;
    if (this.#numbers.length < length) {
      this.#numbers = new Uint32Array(grownLength(this.#numbers.length, length)).map((_, row) => row);
    }
    return this.#numbers.subarray(0, length);
  }

  /** A bit for each of `numbers`: whether the row has a signal. */
  get taken(): Int32Array {
    return this.#taken;
  }

  rowOf(id: string): number | undefined {
    return this.#rowOf.get(id);
  }

  idOf(row: number): string {
    return this.#ids[row] as string;
  }

  createdAtMsOf(row: number): number {
    return this.#createdAtMs[row] as number;
  }

  positionOf(row: number): Position {
    return { createdAtMs: this.createdAtMsOf(row), id: this.idOf(row) };
  }

  /** How many signals stand before this position, or at it where `including` says so. */
  countBefore(position: Position, including = false): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#compare(this.#order[middle] as number, position);
      if (order < 0 || (including && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** @returns the row of each; the ids must be new */
  add(signals: readonly Position[]): readonly number[] {
    const rows = signals.map((signal) => this.#addRow(signal));
    this.#insert(rows.toSorted((a, b) => this.#compare(a, this.positionOf(b))));
    return rows;
  }

  remove(rows: ReadonlySet<number>): void {
    let kept = 0;
    for (let at = 0; at < this.#size; at += 1) {
      const row = this.#order[at] as number;
      if (rows.has(row)) {
        this.#placed = Math.min(this.#placed, kept);
        continue;
      }
      this.#order[kept] = row;
      kept += 1;
    }
    this.#size = kept;
    for (const row of rows) {
      this.#rowOf.delete(this.idOf(row));
      this.#freeRows.push(row);
      setBit(this.#taken, row, false);
    }
  }

  #addRow({ createdAtMs, id }: Position): number {
    const row = this.#freeRows.pop() ?? this.#ids.length;
    this.#ids[row] = id;
    this.#rowOf.set(id, row);
    if (row >= this.#createdAtMs.length) {
      const longer = new Float64Array(grownLength(this.#createdAtMs.length, row));
      longer.set(this.#createdAtMs);
      this.#createdAtMs = longer;
    }
    this.#createdAtMs[row] = createdAtMs;
    if (row >= this.#taken.length * WORD_BITS) {
      const longer = new Int32Array(grownLength(this.#taken.length, row / WORD_BITS));
      longer.set(this.#taken);
      this.#taken = longer;
    }
    setBit(this.#taken, row, true);
    return row;
  }

  /** From the end: new signals are nearly always the newest, and then nothing moves. */
  #insert(added: readonly number[]): void {
    const size = this.#size + added.length;
    if (size > this.#order.length) this.#order = grown(this.#order, size);
    const last = added.at(-1);
    const isBeforeAll = last !== undefined && this.countBefore(this.positionOf(last)) === 0;
    let old = this.#size;
    let at = added.length;
    if (isBeforeAll) {
      this.#order.copyWithin(at, 0, old);
      old = 0;
    }
    while (at > 0) {
      const row = added[at - 1] as number;
      const before = this.#order[old - 1] as number;
      if (old > 0 && this.#compare(before, this.positionOf(row)) > 0) {
        old -= 1;
        this.#order[old + at] = before;
      } else {
        at -= 1;
        this.#order[old + at] = row;
      }
    }
    this.#size = size;
    this.#placed = Math.min(this.#placed, old);
  }

  #compare(row: number, { createdAtMs, id }: Position): number {
    const difference = this.createdAtMsOf(row) - createdAtMs;
    if (difference !== 0) return difference;
    const rowId = this.idOf(row);
    return rowId < id ? -1 : rowId > id ? 1 : 0;
  }
}

function grown(array: Uint32Array<ArrayBuffer>, size: number): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(grownLength(array.length, size));
  longer.set(array);
  return longer;
}
