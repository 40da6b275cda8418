/** Documents field by field, in rows: what a search asks is in few places, and lies side by side for all documents. */

import type { Attributes, SearchDocument } from '@signalwright/model';
import { compileReader } from '@signalwright/query';

import { AttributeTree, type Leaf, type Walked } from './attribute-tree.ts';
import { type Cell } from './cell.ts';
import { DictionaryColumn } from './dictionary-column.ts';
import { NumberColumn } from './number-column.ts';

/** Chosen: attributes with a column; a query about another one reads the documents that have it. */
export const MAX_ATTRIBUTE_COLUMNS = 128;

type Reader = ReturnType<typeof compileReader>;

export interface AttributeColumn<Column = DictionaryColumn> {
  readonly column: Column;
  readonly read: Reader;
}

type AnyColumn = AttributeColumn<DictionaryColumn | NumberColumn>;

export interface ColumnsLayout {
  /** Reserved names that documents may have; all others are looked for among the tags. */
  readonly reserved: readonly string[];
  /** Attributes of the document's own that have one number, another one in nearly every document. */
  readonly numbers: readonly string[];
  /** Top-level attributes that are the document's own; nobody else can write under them. */
  readonly own: readonly string[];
  /** A path under one of them that changes by itself. */
  readonly branch: string;
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
  /** Rows with keys that pose as the document's own. */
  readonly #posingRows = new Set<number>();
  #lastRow = 0;
  readonly #own: readonly string[];
  readonly #branch: string;
  /** Of the first so many leaves those in the branch. */
  readonly #branchLeaves: Leaf<AnyColumn>[] = [];
  #known = 0;
  readonly #tree = new AttributeTree((path) => this.#columnOf(path));

  constructor(layout: ColumnsLayout) {
    this.#own = layout.own;
    this.#branch = `${layout.branch}.`;
    this.reserved = new Map(layout.reserved.map((name) => [name, newColumn(name)]));
    this.numbers = new Map(layout.numbers.map((path) => [path, new NumberColumn()]));
  }

  set(row: number, document: SearchDocument): void {
    this.#lastRow = Math.max(this.#lastRow, row);
    this.tags.set(row, [...new Set(document.tags)]);
    if (document.message === '') this.message.clear(row);
    else this.message.setValue(row, document.message);
    this.timestamp.set(row, Number(document.reserved['timestamp']));
    for (const [name, { column, read }] of this.reserved) {
      const value = document.reserved[name];
      if (typeof value === 'string') column.setValue(row, value);
      else column.set(row, read(document));
    }
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
    this.#posingRows.delete(row);
  }

  /**
   * Sets what stands in the branch, of a row that has a document already.
   *
   * @returns false when that cannot be done without the rest of the document
   */
  setBranch(row: number, attributes: Attributes): boolean {
    if (this.partialRows.has(row) || this.#posingRows.has(row)) return false;
    const walked = this.#tree.walk(attributes, this.#own);
    if (walked !== 'whole') return false;
    const document = { reserved: {}, tags: [], attributes, message: '' };
    for (; this.#known < this.#tree.leaves.length; this.#known += 1) {
      const leaf = this.#tree.leaves[this.#known];
      if (leaf?.path.startsWith(this.#branch) === true) this.#branchLeaves.push(leaf);
    }
    for (const leaf of this.#branchLeaves) this.#setLeaf(row, leaf, walked, document);
    return true;
  }

  #setAttributes(row: number, document: SearchDocument): void {
    const walked = this.#tree.walk(document.attributes, this.#own);
    if (walked === 'whole') this.partialRows.delete(row);
    else this.partialRows.add(row);
    if (this.#tree.isPosing) this.#posingRows.add(row);
    else this.#posingRows.delete(row);
    for (const leaf of this.#tree.leaves) this.#setLeaf(row, leaf, walked, document);
  }

  #setLeaf(row: number, leaf: Leaf<AnyColumn>, walked: Walked, document: SearchDocument): void {
    const { column, read } = leaf.column;
    const isThere = leaf.document === this.#tree.document;
    if (column instanceof NumberColumn) {
      const value = isThere ? (leaf.value ?? read(document)[0]) : undefined;
      column.set(row, typeof value === 'number' ? value : Number.NaN);
    } else if (!isThere) {
      if (walked === 'stopped') column.setUnkept(row);
      else column.clear(row);
    } else if (leaf.value === undefined) column.set(row, read(document));
    else column.setValue(row, leaf.value);
  }

  #columnOf(path: string): AnyColumn | undefined {
    const numbers = this.numbers.get(path);
    if (numbers !== undefined) return { column: numbers, read: compileReader(`@${path}`) };
    if (this.attributes.size >= MAX_ATTRIBUTE_COLUMNS) return undefined;
    const added = newColumn(`@${path}`);
    added.column.fit(this.#lastRow);
    for (const row of this.partialRows) added.column.setUnkept(row);
    this.attributes.set(path, added);
    return added;
  }
}

function newColumn(path: string): AttributeColumn {
  return { column: new DictionaryColumn(), read: compileReader(path) as (document: SearchDocument) => Cell };
}
