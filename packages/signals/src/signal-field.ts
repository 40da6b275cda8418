/** One field of the signals that a search found, read from its column: what facets and groups count. */

import { type Cell } from './columns/cell.ts';
import { DictionaryColumn } from './columns/dictionary-column.ts';
import type { NumberColumn } from './columns/number-column.ts';
import type { SignalIndex } from './signal-index.ts';

/** Chosen: the longest name of a field that somebody may ask for. */
const MAX_FIELD_CHARACTERS = 256;

/** Whether every character of it stands for itself in a query, so that the name can be written before a colon. */
export function isPlainField(field: string): boolean {
  if (field.length > MAX_FIELD_CHARACTERS || /^_(exists|missing)_$/.test(field)) return false;
  return /^@?[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(field);
}

/** What some rows have in one field. */
export interface FieldValues {
  /** MISSING, UNKEPT, or a number that stands for values. */
  readonly codes: Uint32Array;
  /** For each of the rows its place in `codes`. */
  readonly places: Uint32Array;
  /** By code. */
  readonly cellOf: (code: number) => Cell;
  /** How many of all signals have it, by code, of those that stand for values; undefined where nobody counts them. */
  readonly totals?: Uint32Array;
  /** One more than the greatest code. */
  readonly size: number;
  /** Whether each cell is one text, so that no two cells have a value in common. */
  readonly isPlain: boolean;
}

/** @param field as queries name it: `@a.b`, `service`, `message`, `tags`, or the key of a tag */
export function readField(index: SignalIndex, field: string, rows: Uint32Array): FieldValues {
  const { columns } = index;
  if (field === 'message') return fieldOf(columns.message, rows);
  if (field === 'tags') return fieldOf(columns.tags, rows);
  if (field === 'timestamp') return ofNumbers(columns.timestamp, rows);
  if (!field.startsWith('@')) {
    const reserved = columns.reserved.get(field);
    return reserved === undefined ? ofTag(columns.tags, field, rows) : fieldOf(reserved.column, rows);
  }
  const path = field.slice(1);
  const numbers = columns.numbers.get(path);
  if (numbers !== undefined) return ofNumbers(numbers, rows);
  const attribute = columns.attributes.get(path);
  if (attribute !== undefined) return fieldOf(attribute.column, rows);
  const unkept = new DictionaryColumn();
  rows.forEach((row, at) => {
    if (columns.partialRows.has(row)) unkept.setUnkept(at);
    else unkept.clear(at);
  });
  return ofOwn(unkept, rows.length);
}

const NOTHING: Cell = [];

/** What these rows have in a column. */
function fieldOf(column: DictionaryColumn, rows: Uint32Array): FieldValues {
  const { codes, cells, isPlain, rowsOf } = column;
  return {
    codes,
    places: rows,
    cellOf: (code) => cells[code] ?? NOTHING,
    totals: rowsOf,
    size: cells.length,
    isPlain,
  };
}

/** Of a column that was made for some rows alone, in turn. */
export function ofOwn(column: DictionaryColumn, length: number): FieldValues {
  const { totals: _totals, ...field } = fieldOf(
    column,
    Uint32Array.from({ length }, (_, at) => at),
  );
  return field;
}

/** Numbers differ in nearly every signal, so they have no dictionary until somebody asks. */
function ofNumbers({ values }: NumberColumn, rows: Uint32Array): FieldValues {
  const column = new DictionaryColumn();
  rows.forEach((row, at) => {
    const value = values[row] as number;
    column.set(at, Number.isNaN(value) ? NOTHING : [value]);
  });
  return ofOwn(column, rows.length);
}

/** What stands behind `key:` in the tags. */
function ofTag(tags: DictionaryColumn, key: string, rows: Uint32Array): FieldValues {
  const prefix = `${key}:`;
  const cellOf = (list: number): Cell =>
    (tags.cells[list] ?? NOTHING)
      .map(String)
      .filter((tag) => tag.startsWith(prefix))
      .map((tag) => tag.slice(prefix.length));
  return { ...fieldOf(tags, rows), cellOf, isPlain: false };
}
