/** One field of the signals that a search found, read from its column: what facets and groups count. */

import { DictionaryColumn, MISSING, UNKEPT, type Cell, type Codes } from './columns/dictionary-column.ts';
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
  /** MISSING, UNKEPT, or a number that stands for values; of the n-th row the n-th. */
  readonly codes: Uint32Array;
  /** By code. */
  readonly cellOf: (code: number) => Cell;
  /** One more than the greatest code. */
  readonly size: number;
  /** Whether each cell is one text, so that no two cells have a value in common. */
  readonly isPlain: boolean;
}

/** @param field as queries name it: `@a.b`, `service`, `message`, `tags`, or the key of a tag */
export function readField(index: SignalIndex, field: string, rows: Uint32Array): FieldValues {
  const { columns } = index;
  if (field === 'message') return ofDictionary(columns.message, rows);
  if (field === 'tags') return ofDictionary(columns.tags, rows);
  if (field === 'timestamp') return ofNumbers(columns.timestamp, rows);
  if (!field.startsWith('@')) {
    const reserved = columns.reserved.get(field);
    return reserved === undefined ? ofTag(columns.tags, field, rows) : ofDictionary(reserved.column, rows);
  }
  const path = field.slice(1);
  const numbers = columns.numbers.get(path);
  if (numbers !== undefined) return ofNumbers(numbers, rows);
  const attribute = columns.attributes.get(path);
  if (attribute !== undefined) return ofDictionary(attribute.column, rows);
  const codes = rows.map((row) => (columns.partialRows.has(row) ? UNKEPT : MISSING));
  return { codes, cellOf: () => NOTHING, size: UNKEPT + 1, isPlain: true };
}

const NOTHING: Cell = [];

function ofDictionary({ codes, cells, isPlain }: DictionaryColumn, rows: Uint32Array): FieldValues {
  return {
    codes: gather(codes, rows),
    cellOf: (code) => cells[code] ?? NOTHING,
    size: cells.length,
    isPlain,
  };
}

function gather(codes: Codes, rows: Uint32Array): Uint32Array {
  const gathered = new Uint32Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) gathered[at] = codes[rows[at] as number] as number;
  return gathered;
}

/** Numbers differ in nearly every signal, so they have no dictionary until somebody asks. */
function ofNumbers({ values }: NumberColumn, rows: Uint32Array): FieldValues {
  const column = new DictionaryColumn();
  rows.forEach((row, at) => {
    const value = values[row] as number;
    if (!Number.isNaN(value)) column.setValue(at, value);
  });
  return ofDictionary(
    column,
    Uint32Array.from(rows, (_, at) => at),
  );
}

/** What stands behind `key:` in the tags. */
function ofTag(tags: DictionaryColumn, key: string, rows: Uint32Array): FieldValues {
  const prefix = `${key}:`;
  const cellOf = (list: number): Cell =>
    (tags.cells[list] ?? NOTHING)
      .map(String)
      .filter((tag) => tag.startsWith(prefix))
      .map((tag) => tag.slice(prefix.length));
  return { codes: gather(tags.codes, rows), cellOf, size: tags.cells.length, isPlain: false };
}
