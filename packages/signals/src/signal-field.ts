/** One field of the signals that a search found, read from its column: what facets and groups count. */

import { DictionaryColumn, MISSING, UNKEPT, type Cell } from './columns/dictionary-column.ts';
import type { NumberColumn } from './columns/number-column.ts';
import type { SignalIndex } from './signal-index.ts';

export interface FieldCodes {
  /** For each of the rows in turn: MISSING, UNKEPT, or the place of its values in `cells`. */
  readonly codes: Uint32Array;
  readonly cells: readonly (Cell | undefined)[];
}

/** @param field as queries name it: `@a.b`, `service`, `message`, `tags`, or the key of a tag */
export function readField(index: SignalIndex, field: string, rows: Uint32Array): FieldCodes {
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
  return { codes: rows.map((row) => (columns.partialRows.has(row) ? UNKEPT : MISSING)), cells: [] };
}

/** Whether every character of it stands for itself in a query, so that the name can be written before a colon. */
export function isPlainField(field: string): boolean {
  return /^@?[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}$/.test(field) && !/^_(exists|missing)_$/.test(field);
}

function ofDictionary({ codes, cells }: DictionaryColumn, rows: Uint32Array): FieldCodes {
  const read = new Uint32Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) read[at] = codes[rows[at] as number] as number;
  return { codes: read, cells };
}

/** A number has few values among the signals of one search, or none of them matters. */
function ofNumbers({ values }: NumberColumn, rows: Uint32Array): FieldCodes {
  const column = new DictionaryColumn();
  rows.forEach((row, at) => {
    const value = values[row] as number;
    column.set(at, Number.isNaN(value) ? [] : [value]);
  });
  return { codes: Uint32Array.from(column.codes.subarray(0, rows.length)), cells: column.cells };
}

/** What stands behind `key:` in the tags, worked out once for each list of tags. */
function ofTag(tags: DictionaryColumn, key: string, rows: Uint32Array): FieldCodes {
  const prefix = `${key}:`;
  const ofList = new Map<number, number>();
  const cells: (Cell | undefined)[] = [undefined, undefined];
  const codeOf = (list: number): number => {
    const values = (tags.cells[list] ?? []).map(String).filter((tag) => tag.startsWith(prefix));
    if (values.length === 0) return list === UNKEPT ? UNKEPT : MISSING;
    return cells.push(values.map((tag) => tag.slice(prefix.length))) - 1;
  };
  const codes = new Uint32Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) {
    const list = tags.codes[rows[at] as number] as number;
    let code = ofList.get(list);
    if (code === undefined) {
      code = codeOf(list);
      ofList.set(list, code);
    }
    codes[at] = code;
  }
  return { codes, cells };
}
