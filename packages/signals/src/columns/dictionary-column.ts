/**
 * One field of many documents: a number a row, which stands for the values that the row has there. Equal values share
 * a number, so that a question about the field alone is asked once for each of them and not once for each row.
 * Numbers that no row has any longer are given out again: a column is as large as what it holds now.
 */

import type { Scalar } from '@signalwright/model';

/** The values of one field of one document, each once. */
export type Cell = readonly Scalar[];

/** The row has nothing there. */
export const MISSING = 0;
/** The row has something there that the column did not take: only the document knows. */
export const UNKEPT = 1;
const FIRST_CODE = 2;

/** Chosen: different cells of one column. What an attacker makes different each time must not fill the memory. */
export const MAX_COLUMN_CELLS = 1 << 18;
/** Chosen: characters of all cells of one column together. */
export const MAX_COLUMN_CHARACTERS = 1 << 25;

export type Codes = Uint8Array | Uint16Array | Uint32Array;

export class DictionaryColumn {
  /** By row. */
  codes: Codes = new Uint8Array(INITIAL_ROWS);
  /** By code; undefined for the two codes that stand for no values, and for those that are free. */
  readonly cells: (Cell | undefined)[] = [undefined, undefined];
  /** Rows that have it, by code; of MISSING it counts nothing. */
  readonly rows: number[] = [0, 0];
  readonly #codeOf = new Map<string, number>();
  readonly #free: number[] = [];
  #characters = 0;

  set(row: number, cell: Cell): void {
    this.#move(row, cell.length === 0 ? MISSING : this.#intern(cell));
  }

  clear(row: number): void {
    if (row < this.codes.length) this.#move(row, MISSING);
  }

  setUnkept(row: number): void {
    this.#move(row, UNKEPT);
  }

  #move(row: number, code: number): void {
    this.#fit(row, code);
    const before = this.codes[row] as number;
    if (before === code) return;
    this.codes[row] = code;
    if (code !== MISSING) this.rows[code] = (this.rows[code] as number) + 1;
    if (before !== MISSING) this.#release(before);
  }

  #intern(cell: Cell): number {
    const key = keyOf(cell);
    const known = this.#codeOf.get(key);
    if (known !== undefined) return known;
    const isFull = this.#codeOf.size >= MAX_COLUMN_CELLS;
    if (isFull || this.#characters + key.length > MAX_COLUMN_CHARACTERS) return UNKEPT;
    const code = this.#free.pop() ?? Math.max(this.cells.length, FIRST_CODE);
    this.cells[code] = cell;
    this.rows[code] = 0;
    this.#codeOf.set(key, code);
    this.#characters += key.length;
    return code;
  }

  #release(code: number): void {
    const left = (this.rows[code] as number) - 1;
    this.rows[code] = left;
    const cell = this.cells[code];
    if (left > 0 || cell === undefined) return;
    const key = keyOf(cell);
    this.#codeOf.delete(key);
    this.#characters -= key.length;
    this.cells[code] = undefined;
    this.#free.push(code);
  }

  /** Room for the row, and numbers as wide as the code needs: most columns fit into a byte a row. */
  #fit(row: number, code: number): void {
    const { codes } = this;
    const width = Math.max(codes.BYTES_PER_ELEMENT, code < 1 << 8 ? 1 : code < 1 << 16 ? 2 : 4);
    if (row < codes.length && width === codes.BYTES_PER_ELEMENT) return;
    const length = row < codes.length ? codes.length : grownLength(codes.length, row);
    const wider =
      width === 1 ? new Uint8Array(length) : width === 2 ? new Uint16Array(length) : new Uint32Array(length);
    wider.set(codes);
    this.codes = wider;
  }
}

const INITIAL_ROWS = 1_024;

/** The length of an array that has room for `row`. */
export function grownLength(length: number, row: number): number {
  return Math.max(INITIAL_ROWS, row + 1, Math.ceil(length * 1.5));
}

/** Equal for equal cells alone: a text begins with a letter, a list with a bracket. */
function keyOf(cell: Cell): string {
  const [only] = cell;
  return cell.length === 1 && typeof only === 'string' ? `t${only}` : JSON.stringify(cell);
}
