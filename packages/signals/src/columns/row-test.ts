/**
 * A query asked of rows instead of documents, many rows at a time. What concerns one column alone is asked once for
 * each of its values, by the very matcher of the query language, on a document that has nothing but that value. Where
 * the columns cannot tell, the answer is that they cannot, and the document has to be read.
 */

import { allOf, anyOf, compileMatcher, type Query } from '@signalwright/query';

import { EMPTY } from './cell.ts';
import type { DocumentColumns } from './document-columns.ts';
import { groupsOf, onlySource, sourcesOf, type Source } from './sources.ts';
import { NO, NOT_ASKED, UNSURE, YES, verdictsOf, type Verdicts } from './verdicts.ts';

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
      return joinTests(testsOf(groupsOf(query.children, allOf, columns), columns), false);
    case 'or':
      return joinTests(testsOf(groupsOf(query.children, anyOf, columns), columns), true);
    case 'match': {
      const tests = sourcesOf(query, columns).map((each) => testSource(each, query, columns));
      return joinTests(tests, true);
    }
  }
}

function testsOf(queries: readonly Query[], columns: DocumentColumns): readonly RowTest[] {
  return queries.map((each) => compileRowTest(each, columns));
}

function testSource(source: Source, query: Query, { partialRows }: DocumentColumns): RowTest {
  if (source.kind === 'dictionary') return testDictionary(source.column.codes, verdictsOf(source, query));
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
  }
}

function testDictionary(codes: Uint32Array, verdicts: Verdicts): RowTest {
  const { table } = verdicts;
  return (rows, answers) => {
    for (let at = 0; at < rows.length; at += 1) {
      const code = codes[rows[at] as number] as number;
      const answer = table[code] as number;
      answers[at] = answer === NOT_ASKED ? verdicts.ask(code) : answer;
    }
  };
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
