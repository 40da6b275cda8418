/**
 * The rows of each code of a column, so that the few that have a rare value need not be looked for. Made when they
 * are first asked for; what changes later is noted, until so much has changed that they are made anew.
 */

/** Chosen: one row of so many may have changed. */
const CHANGED_SHARE = 16;
const MIN_CHANGED = 1_024;

export class RowLists {
  readonly #starts: Uint32Array;
  readonly #rows: Uint32Array;
  readonly #changed: number[] = [];

  /** @param rowsOf how many rows have it, by code; code 0 stands for nothing, and has no list */
  constructor(codes: Uint32Array, rowsOf: Uint32Array) {
    this.#starts = new Uint32Array(rowsOf.length + 1);
    let total = 0;
    for (let code = 1; code < rowsOf.length; code += 1) {
      this.#starts[code] = total;
      total += rowsOf[code] as number;
    }
    this.#starts[rowsOf.length] = total;
    this.#rows = new Uint32Array(total);
    const ends = this.#starts.slice();
    for (let row = 0; row < codes.length; row += 1) {
      const code = codes[row] as number;
      if (code === 0) continue;
      const end = ends[code] as number;
      this.#rows[end] = row;
      ends[code] = end + 1;
    }
  }

  /** @returns false when too much has changed for the lists to be of use */
  noteChange(row: number): boolean {
    this.#changed.push(row);
    return this.#changed.length <= Math.max(MIN_CHANGED, this.#rows.length / CHANGED_SHARE);
  }

  /** All rows that have one of the codes (never 0), in no order; some twice, and some that had one before. */
  rowsWith(codes: readonly number[]): Uint32Array {
    const known = codes.filter((code) => code + 1 < this.#starts.length);
    const lists = known.map((code) => this.#rows.subarray(this.#starts[code], this.#starts[code + 1]));
    const length = lists.reduce((sum, list) => sum + list.length, this.#changed.length);
    const rows = new Uint32Array(length);
    let at = 0;
    for (const list of [...lists, this.#changed]) {
      rows.set(list, at);
      at += list.length;
    }
    return rows;
  }
}
