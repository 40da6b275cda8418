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

/** Chosen: different cells of one column. What an attacker makes different each time must not fill the memory. */
export const MAX_COLUMN_CELLS = 1 << 18;
/** Chosen: characters of all cells of one column together. */
export const MAX_COLUMN_CHARACTERS = 1 << 25;

export class DictionaryColumn {
  /** By row. Always of one type, since a loop over several types takes twice as long. */
  codes = new Uint32Array(INITIAL_ROWS);
  /** By code; undefined for the two codes that stand for no values, and for those that are free. */
  readonly cells: (Cell | undefined)[] = [undefined, undefined];
  /** Rows that have it, by code; of MISSING it counts nothing. */
  readonly #rows: number[] = [0, 0];
  /** Most cells are one text, and a text is its own key; the keys of others are JSON. */
  readonly #codeOfText = new Map<string, number>();
  readonly #codeOfOther = new Map<string, number>();
  readonly #free: number[] = [];
  #characters = 0;

  /** Whether each cell is one text, so that no two cells have a value in common. */
  get isPlain(): boolean {
    return this.#codeOfOther.size === 0;
  }

  /** @returns undefined when no row has this text and nothing else */
  codeOfText(text: string): number | undefined {
    return this.#codeOfText.get(text);
  }

  /** Of cells that are not one text. */
  otherCodes(): Iterable<number> {
    return this.#codeOfOther.values();
  }

  set(row: number, cell: Cell): void {
    const [only] = cell;
    if (only === undefined) this.#move(row, MISSING);
    else if (cell.length === 1) this.setValue(row, only);
    else this.#move(row, this.#codeOfOther.get(JSON.stringify(cell)) ?? this.#add(cell));
  }

  setValue(row: number, value: Scalar): void {
    const known =
      typeof value === 'string'
        ? this.#codeOfText.get(value)
        : this.#codeOfOther.get(JSON.stringify([value]));
    this.#move(row, known ?? this.#add([value]));
  }

  clear(row: number): void {
    this.#move(row, MISSING);
  }

  setUnkept(row: number): void {
    this.#move(row, UNKEPT);
  }

  #move(row: number, code: number): void {
    this.#fit(row);
    const before = this.codes[row] as number;
    if (before === code) return;
    this.codes[row] = code;
    if (code !== MISSING) this.#rows[code] = (this.#rows[code] as number) + 1;
    if (before !== MISSING) this.#release(before);
  }

  #add(cell: Cell): number {
    const { codes, key } = this.#entryOf(cell);
    const isFull = this.#codeOfText.size + this.#codeOfOther.size >= MAX_COLUMN_CELLS;
    if (isFull || this.#characters + key.length > MAX_COLUMN_CHARACTERS) return UNKEPT;
    const code = this.#free.pop() ?? this.cells.length;
    this.cells[code] = cell;
    this.#rows[code] = 0;
    codes.set(key, code);
    this.#characters += key.length;
    return code;
  }

  #release(code: number): void {
    const left = (this.#rows[code] as number) - 1;
    this.#rows[code] = left;
    const cell = this.cells[code];
    if (left > 0 || cell === undefined) return;
    const { codes, key } = this.#entryOf(cell);
    codes.delete(key);
    this.#characters -= key.length;
    this.cells[code] = undefined;
    this.#free.push(code);
  }

  #entryOf(cell: Cell): { readonly codes: Map<string, number>; readonly key: string } {
    const [only] = cell;
    return cell.length === 1 && typeof only === 'string'
      ? { codes: this.#codeOfText, key: only }
      : { codes: this.#codeOfOther, key: JSON.stringify(cell) };
  }

  #fit(row: number): void {
    if (row < this.codes.length) return;
    const longer = new Uint32Array(grownLength(this.codes.length, row));
    longer.set(this.codes);
    this.codes = longer;
  }
}

const INITIAL_ROWS = 1_024;

/** The length of an array that has room for `row`. */
export function grownLength(length: number, row: number): number {
  return Math.max(INITIAL_ROWS, row + 1, Math.ceil(length * 1.5));
}
