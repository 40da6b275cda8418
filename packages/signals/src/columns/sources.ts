/** Where the columns keep what a query asks about. */

import type { Query, QueryDocument } from '@signalwright/query';

import { EMPTY, type Cell } from './cell.ts';
import type { DictionaryColumn } from './dictionary-column.ts';
import type { DocumentColumns } from './document-columns.ts';
import type { NumberColumn } from './number-column.ts';

export type Source =
  | {
      readonly kind: 'dictionary';
      readonly column: DictionaryColumn;
      readonly documentOf: (cell: Cell) => QueryDocument;
      /** Whether "equals" means the whole value; of words it does not, and of tags the key is a part. */
      readonly isExact: boolean;
    }
  | {
      readonly kind: 'number';
      readonly column: NumberColumn;
      readonly documentOf: (value: number) => QueryDocument;
    }
  /** An attribute without a column: only rows that did not fit into the columns can have it. */
  | { readonly kind: 'partial' }
  /** Every text of a document together: no column has it. */
  | { readonly kind: 'document' };

/** The one place where all that a query asks is kept; undefined when it needs several, or none. */
export function onlySource(query: Query, columns: DocumentColumns): Source | undefined {
  switch (query.kind) {
    case 'match-all':
    case 'match-none':
      return undefined;
    case 'not':
      return onlySource(query.child, columns);
    case 'and':
    case 'or': {
      const sources = query.children.map((child) => onlySource(child, columns));
      const [first] = sources;
      return first !== undefined && sources.every((each) => isSameColumn(each, first)) ? first : undefined;
    }
    case 'match': {
      const sources = sourcesOf(query, columns);
      return sources.length === 1 ? sources[0] : undefined;
    }
  }
}

function isSameColumn(a: Source | undefined, b: Source): boolean {
  return a !== undefined && 'column' in a && 'column' in b && a.column === b.column;
}

/** Where a leaf looks: it is true of a row when it is true of what one of these has. */
export function sourcesOf(
  { field, test }: Query & { kind: 'match' },
  columns: DocumentColumns,
): readonly Source[] {
  switch (field.kind) {
    case 'message':
      return [{ kind: 'dictionary', column: columns.message, documentOf: messageDocument, isExact: false }];
    case 'everything':
      return [{ kind: 'document' }];
    case 'calculated':
      return [];
    case 'tags':
    case 'tag':
      return [tagSource(columns)];
    case 'reserved': {
      const { name } = field;
      if (name === 'timestamp') {
        const documentOf = (value: number): QueryDocument => ({ ...EMPTY, reserved: { timestamp: value } });
        return [{ kind: 'number', column: columns.timestamp, documentOf }];
      }
      const column = columns.reserved.get(name)?.column;
      if (column === undefined) return [tagSource(columns)];
      const documentOf = (cell: Cell): QueryDocument => ({
        ...EMPTY,
        reserved: { [name]: cell as readonly string[] },
      });
      const own: Source = { kind: 'dictionary', column, documentOf, isExact: true };
      // A bare tag `env` counts as the presence of `env`, and is no value of it.
      return test.kind === 'exists' ? [own, tagSource(columns)] : [own];
    }
    case 'attribute':
      return attributeSources(field.path, test.kind === 'exists', columns);
  }
}

function tagSource(columns: DocumentColumns): Source {
  const documentOf = (cell: Cell): QueryDocument => ({ ...EMPTY, tags: cell as readonly string[] });
  return { kind: 'dictionary', column: columns.tags, documentOf, isExact: false };
}

/** An attribute is there also when it is an object that has a value somewhere below. */
function attributeSources(path: string, withBelow: boolean, columns: DocumentColumns): readonly Source[] {
  const isMeant = (name: string): boolean => name === path || (withBelow && name.startsWith(`${path}.`));
  // Under the column's own name: a key with dots is read like nested ones.
  const documentOf = (name: string, values: Cell): QueryDocument => ({
    ...EMPTY,
    attributes: { [name]: values },
  });
  const sources: Source[] = [];
  for (const [name, { column }] of columns.attributes) {
    if (!isMeant(name)) continue;
    sources.push({ kind: 'dictionary', column, documentOf: (cell) => documentOf(name, cell), isExact: true });
  }
  for (const [name, column] of columns.numbers) {
    if (!isMeant(name)) continue;
    sources.push({ kind: 'number', column, documentOf: (value) => documentOf(name, [value]) });
  }
  const isKept = columns.attributes.has(path) || columns.numbers.has(path);
  if (!isKept || (withBelow && columns.partialRows.size > 0)) sources.push({ kind: 'partial' });
  return sources;
}

function messageDocument([text]: Cell): QueryDocument {
  return { ...EMPTY, message: String(text) };
}

/** Children about one column are asked together: a generated list has hundreds of values of one field. */
export function groupsOf(
  children: readonly Query[],
  join: (queries: readonly Query[]) => Query,
  columns: DocumentColumns,
): readonly Query[] {
  const byColumn = new Map<unknown, Query[]>();
  for (const child of children) {
    const source = onlySource(child, columns);
    const key = source !== undefined && 'column' in source ? source.column : child;
    const group = byColumn.get(key);
    if (group === undefined) byColumn.set(key, [child]);
    else group.push(child);
  }
  return [...byColumn.values()].map(join);
}
