/**
 * One field of many documents: a number a row, which stands for the values that the row has there. Equal values share
 * a number, so that a question about the field alone is asked once for each of them and not once for each row.
 * Numbers that no row has any longer are given out again: a column is as large as what it holds now.
 */

import type { Scalar } from '@signalwright/model';

import { MISSING, UNKEPT, grownLength, type Cell } from './cell.ts';
import { RowLists } from './row-lists.ts';
import type { Verdicts } from './verdicts.ts';

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
  rowsOf = new Uint32Array(INITIAL_CODES);
  /** Most cells are one text, and a text is its own key. */
  readonly #codeOfText = new Map<string, number>();
  /** One number or boolean is its own key too; the keys of several values are JSON. */
  readonly #codeOfOther = new Map<Scalar, number>();
  readonly #free: number[] = [];
  #characters = 0;
  /** What the last queries said of the cells, by the text of the query. */
  readonly verdicts = new Map<string, Verdicts>();
  #lists: RowLists | undefined;

  /** Whether each cell is one text, so that no two cells have a value in common. */
  get isPlain(): boolean {
    return this.#codeOfOther.size === 0;
  }

  /** @returns undefined when no row has this text and nothing else */
  codeOfText(text: string): number | undefined {
    return this.#codeOfText.get(text);
  }

  /** How many cells are not one text. */
  get otherCells(): number {
    return this.#codeOfOther.size;
  }

  /** All rows that have one of the codes (never MISSING), in no order; some twice, and some that have none of them. */
  rowsWith(codes: readonly number[]): Uint32Array {
    this.#lists ??= new RowLists(this.codes, this.rowsOf);
    return this.#lists.rowsWith(codes);
  }

  /** Of cells that are not one text. */
  otherCodes(): Iterable<number> {
    return this.#codeOfOther.values();
  }

  set(row: number, cell: Cell): void {
    const [only] = cell;
    if (only === undefined) this.#move(row, MISSING);
    else if (cell.length === 1) this.setValue(row, only);
    // What is written again is nearly always what is there, and comparing costs less than making a key.
    else if (!isSame(cell, this.#cellAt(row))) {
      this.#move(row, this.#codeOfOther.get(JSON.stringify(cell)) ?? this.#add(cell));
    }
  }

  setValue(row: number, value: Scalar): void {
    const cell = this.#cellAt(row);
    if (cell !== undefined && cell.length === 1 && cell[0] === value) return;
    const known = typeof value === 'string' ? this.#codeOfText.get(value) : this.#codeOfOther.get(value);
    this.#move(row, known ?? this.#add([value]));
  }

  clear(row: number): void {
    this.#move(row, MISSING);
  }

  setUnkept(row: number): void {
    this.#move(row, UNKEPT);
  }

  /** Rows up to this one have nothing until they are set. */
  fit(row: number): void {
    if (row >= this.codes.length) this.codes = grown(this.codes, row);
  }

  #cellAt(row: number): Cell | undefined {
    return row < this.codes.length ? this.cells[this.codes[row] as number] : undefined;
  }

  #move(row: number, code: number): void {
    this.fit(row);
    const before = this.codes[row] as number;
    if (before === code) return;
    this.codes[row] = code;
    if (this.#lists?.noteChange(row) === false) this.#lists = undefined;
    if (code !== MISSING) this.rowsOf[code] = (this.rowsOf[code] as number) + 1;
    if (before !== MISSING) this.#release(before);
  }

  #add(cell: Cell): number {
    const key = keyOf(cell);
    const isFull = this.#codeOfText.size + this.#codeOfOther.size >= MAX_COLUMN_CELLS;
    if (isFull || this.#characters + charactersOf(key) > MAX_COLUMN_CHARACTERS) return UNKEPT;
    const code = this.#free.pop() ?? this.cells.length;
    this.cells[code] = cell;
    if (code >= this.rowsOf.length) this.rowsOf = grown(this.rowsOf, code);
    for (const each of this.verdicts.values()) each.forget(code);
    this.#setCode(cell, key, code);
    this.#characters += charactersOf(key);
    return code;
  }

  #release(code: number): void {
    const left = (this.rowsOf[code] as number) - 1;
    this.rowsOf[code] = left;
    const cell = this.cells[code];
    if (left > 0 || cell === undefined) return;
    const key = keyOf(cell);
    this.#setCode(cell, key, undefined);
    this.#characters -= charactersOf(key);
    this.cells[code] = undefined;
    this.#free.push(code);
  }

  #setCode(cell: Cell, key: Scalar, code: number | undefined): void {
    const isText = cell.length === 1 && typeof key === 'string';
    const codes: Map<Scalar, number> = isText ? this.#codeOfText : this.#codeOfOther;
    if (code === undefined) codes.delete(key);
    else codes.set(key, code);
  }
}

function keyOf(cell: Cell): Scalar {
  return cell.length === 1 ? (cell[0] as Scalar) : JSON.stringify(cell);
}

function charactersOf(key: Scalar): number {
  return typeof key === 'string' ? key.length : 8;
}

function isSame(a: Cell, b: Cell | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((value, at) => value === b[at]);
}

const INITIAL_ROWS = 1_024;
const INITIAL_CODES = 64;

function grown(array: Uint32Array<ArrayBuffer>, at: number): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(grownLength(array.length, at));
  longer.set(array);
  return longer;
}
