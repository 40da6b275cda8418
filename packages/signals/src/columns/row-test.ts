/**
 * A query asked of rows instead of documents, many rows at a time. What concerns one column alone is asked once for
 * each of its values, by the very matcher of the query language, on a document that has nothing but that value. Where
 * the columns cannot tell, the answer is that they cannot, and the document has to be read.
 */

import {
  allOf,
  anyOf,
  compileMatcher,
  type Matcher,
  type Query,
  type QueryDocument,
} from '@signalwright/query';

import { MISSING, UNKEPT, type Cell, type DictionaryColumn } from './dictionary-column.ts';
import type { DocumentColumns } from './document-columns.ts';
import type { NumberColumn } from './number-column.ts';

/** Ordered, so that AND is the least of several answers, OR the greatest, and NOT turns them around. */
export const NO = 0;
export const UNSURE = 1;
export const YES = 2;

/** Rows that are asked about at once, at most. */
export const BLOCK_ROWS = 4_096;

/** Writes an answer for each of the rows, at most BLOCK_ROWS, into the beginning of `answers`. */
export type RowTest = (rows: Uint32Array, answers: Uint8Array) => void;

/** Good until the columns change. */
export function compileRowTest(query: Query, columns: DocumentColumns): RowTest {
  const source = onlySource(query, columns);
  if (source !== undefined) return testSource(source, query, columns);
  switch (query.kind) {
    case 'match-all':
      return (rows, answers) => void answers.fill(YES, 0, rows.length);
    case 'match-none':
      return (rows, answers) => void answers.fill(NO, 0, rows.length);
    case 'not': {
      const child = compileRowTest(query.child, columns);
      return (rows, answers) => {
        child(rows, answers);
        for (let at = 0; at < rows.length; at += 1) answers[at] = YES - (answers[at] as number);
      };
    }
    case 'and':
      return joinTests(testsOf(query.children, allOf, columns), false);
    case 'or':
      return joinTests(testsOf(query.children, anyOf, columns), true);
    case 'match': {
      const tests = sourcesOf(query, columns).map((each) => testSource(each, query, columns));
      return joinTests(tests, true);
    }
  }
}

type Source =
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

type DictionarySource = Extract<Source, { kind: 'dictionary' }>;

/** The one place where all that a query asks is kept; undefined when it needs several, or none. */
function onlySource(query: Query, columns: DocumentColumns): Source | undefined {
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
function sourcesOf({ field, test }: Query & { kind: 'match' }, columns: DocumentColumns): readonly Source[] {
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

const EMPTY: QueryDocument = { reserved: {}, tags: [], attributes: {}, message: '' };

function messageDocument([text]: Cell): QueryDocument {
  return { ...EMPTY, message: String(text) };
}

function testSource(source: Source, query: Query, { partialRows }: DocumentColumns): RowTest {
  const matches = compileMatcher(query);
  switch (source.kind) {
    case 'document':
      return (rows, answers) => void answers.fill(UNSURE, 0, rows.length);
    case 'partial': {
      const ofNothing = matches(EMPTY) ? YES : NO;
      if (partialRows.size === 0) return (rows, answers) => void answers.fill(ofNothing, 0, rows.length);
      return (rows, answers) => {
        for (let at = 0; at < rows.length; at += 1)
          answers[at] = partialRows.has(rows[at] as number) ? UNSURE : ofNothing;
      };
    }
    case 'number': {
      const ofNothing = matches(EMPTY) ? YES : NO;
      return (rows, answers) => {
        const { values } = source.column;
        for (let at = 0; at < rows.length; at += 1) {
          const value = values[rows[at] as number] as number;
          answers[at] = Number.isNaN(value) ? ofNothing : matches(source.documentOf(value)) ? YES : NO;
        }
      };
    }
    case 'dictionary':
      return testDictionary(source, query, matches);
  }
}

const NOT_ASKED = 3;

function testDictionary(source: DictionarySource, query: Query, matches: Matcher): RowTest {
  const { codes, cells } = source.column;
  const answerOf = new Uint8Array(cells.length).fill(NOT_ASKED);
  const texts = source.isExact ? comparedTexts(query) : undefined;
  if (texts !== undefined) answerOthers(source, texts, matches, answerOf);
  answerOf[MISSING] = matches(EMPTY) ? YES : NO;
  answerOf[UNKEPT] = UNSURE;
  return (rows, answers) => {
    for (let at = 0; at < rows.length; at += 1) {
      const code = codes[rows[at] as number] as number;
      let answer = answerOf[code] as number;
      if (answer === NOT_ASKED) {
        answer = matches(source.documentOf(cells[code] ?? [])) ? YES : NO;
        answerOf[code] = answer;
      }
      answers[at] = answer;
    }
  };
}

/**
 * Where values are only compared with some texts, all other texts have one and the same answer, and nobody has to ask
 * for each of a hundred thousand addresses.
 */
function answerOthers(
  { column, documentOf }: DictionarySource,
  texts: ReadonlySet<string>,
  matches: Matcher,
  answerOf: Uint8Array,
): void {
  let another = 'another';
  while (texts.has(another)) another += '-';
  answerOf.fill(matches(documentOf([another])) ? YES : NO);
  for (const text of texts) {
    const code = column.codeOfText(text);
    if (code !== undefined) answerOf[code] = NOT_ASKED;
  }
  for (const code of column.otherCodes()) answerOf[code] = NOT_ASKED;
}

/** The texts that a query compares with, when it does nothing else; undefined when it does. */
function comparedTexts(query: Query): ReadonlySet<string> | undefined {
  const texts = new Set<string>();
  return collectTexts(query, texts) ? texts : undefined;
}

function collectTexts(query: Query, into: Set<string>): boolean {
  switch (query.kind) {
    case 'not':
      return collectTexts(query.child, into);
    case 'and':
    case 'or':
      return query.children.every((child) => collectTexts(child, into));
    case 'match':
      if (query.test.kind === 'equals') into.add(query.test.value);
      return query.test.kind === 'equals' || query.test.kind === 'exists';
    default:
      return true;
  }
}

/** Children about one column are asked together: a generated list has hundreds of values of one field. */
function testsOf(
  children: readonly Query[],
  join: (queries: readonly Query[]) => Query,
  columns: DocumentColumns,
): readonly RowTest[] {
  const byColumn = new Map<unknown, Query[]>();
  for (const child of children) {
    const source = onlySource(child, columns);
    const key = source !== undefined && 'column' in source ? source.column : child;
    const group = byColumn.get(key);
    if (group === undefined) byColumn.set(key, [child]);
    else group.push(child);
  }
  return [...byColumn.values()].map((group) => compileRowTest(join(group), columns));
}

function joinTests(tests: readonly RowTest[], isAny: boolean): RowTest {
  const [first, ...others] = tests;
  if (first === undefined) return (rows, answers) => void answers.fill(isAny ? NO : YES, 0, rows.length);
  if (others.length === 0) return first;
  const settled = isAny ? YES : NO;
  const more = new Uint8Array(BLOCK_ROWS);
  return (rows, answers) => {
    first(rows, answers);
    for (const test of others) {
      if (isAllOf(answers, rows.length, settled)) return;
      test(rows, more);
      for (let at = 0; at < rows.length; at += 1) {
        const one = answers[at] as number;
        const other = more[at] as number;
        answers[at] = one > other === isAny ? one : other;
      }
    }
  };
}

function isAllOf(answers: Uint8Array, length: number, answer: number): boolean {
  for (let at = 0; at < length; at += 1) if (answers[at] !== answer) return false;
  return true;
}
