/** Documents field by field, in rows: what a search asks is in few places, and lies side by side for all documents. */

import type { SearchDocument } from '@signalwright/model';
import { compileReader } from '@signalwright/query';

import { DictionaryColumn, type Cell } from './dictionary-column.ts';
import { flattenAttributes } from './flatten.ts';
import { NumberColumn } from './number-column.ts';

/** Chosen: attributes with a column; a query about another one reads the documents that have it. */
export const MAX_ATTRIBUTE_COLUMNS = 128;

type Reader = ReturnType<typeof compileReader>;

export interface AttributeColumn {
  readonly column: DictionaryColumn;
  readonly read: Reader;
}

export interface ColumnsLayout {
  /** Reserved names that documents may have; all others are looked for among the tags. */
  readonly reserved: readonly string[];
  /** Attributes of the document's own that have one number, another one in nearly every document. */
  readonly numbers: readonly string[];
  /** Top-level attributes that are the document's own; nobody else can write under them. */
  readonly own: readonly string[];
}

export class DocumentColumns {
  readonly tags = new DictionaryColumn();
  readonly message = new DictionaryColumn();
  readonly timestamp = new NumberColumn();
  readonly reserved: ReadonlyMap<string, AttributeColumn>;
  readonly numbers: ReadonlyMap<string, NumberColumn>;
  /** By path, without the `@`. */
  readonly attributes = new Map<string, AttributeColumn>();
  /** Rows that have attributes which no column holds. */
  readonly partialRows = new Set<number>();
  readonly #own: readonly string[];

  constructor(layout: ColumnsLayout) {
    this.#own = layout.own;
    this.reserved = new Map(layout.reserved.map((name) => [name, newColumn(name)]));
    this.numbers = new Map(layout.numbers.map((path) => [path, new NumberColumn()]));
  }

  set(row: number, document: SearchDocument): void {
    this.tags.set(row, [...new Set(document.tags)]);
    this.message.set(row, document.message === '' ? [] : [document.message]);
    this.timestamp.set(row, Number(document.reserved['timestamp']));
    for (const { column, read } of this.reserved.values()) column.set(row, read(document));
    this.#setAttributes(row, document);
  }

  clear(row: number): void {
    this.tags.clear(row);
    this.message.clear(row);
    this.timestamp.clear(row);
    for (const { column } of this.reserved.values()) column.clear(row);
    for (const { column } of this.attributes.values()) column.clear(row);
    for (const column of this.numbers.values()) column.clear(row);
    this.partialRows.delete(row);
  }

  #setAttributes(row: number, document: SearchDocument): void {
    const { paths, isWhole } = flattenAttributes(document.attributes, this.#own);
    this.partialRows.delete(row);
    for (const [path, { column }] of this.attributes) {
      if (paths.has(path)) continue;
      if (isWhole) column.clear(row);
      else column.setUnkept(row);
    }
    for (const [path, column] of this.numbers) {
      const value = paths.get(path);
      column.set(row, typeof value === 'number' ? value : Number.NaN);
    }
    if (!isWhole) this.partialRows.add(row);
    for (const [path, value] of paths) {
      if (this.numbers.has(path)) continue;
      const attribute = this.attributes.get(path) ?? this.#addAttribute(path);
      if (attribute === undefined) this.partialRows.add(row);
      else if (value === undefined) attribute.column.set(row, attribute.read(document));
      else attribute.column.setValue(row, value);
    }
  }

  #addAttribute(path: string): AttributeColumn | undefined {
    if (this.attributes.size >= MAX_ATTRIBUTE_COLUMNS) return undefined;
    const added = newColumn(`@${path}`);
    for (const row of this.partialRows) added.column.setUnkept(row);
    this.attributes.set(path, added);
    return added;
  }
}

function newColumn(path: string): AttributeColumn {
  return { column: new DictionaryColumn(), read: compileReader(path) as (document: SearchDocument) => Cell };
}
