/**
 * A query asked of rows instead of documents, many rows at a time. What concerns one column alone is asked once for
 * each of its values, by the very matcher of the query language, on a document that has nothing but that value. Where
 * the columns cannot tell, the answer is that they cannot, and the document has to be read.
 */

import { allOf, anyOf, compileMatcher, type Query } from '@signalwright/query';

import { fill, intersect, negate, newAnswers, setBit, unite, type Answers } from './answers.ts';
import { EMPTY, UNKEPT } from './cell.ts';
import type { DictionaryColumn } from './dictionary-column.ts';
import type { DocumentColumns } from './document-columns.ts';
import { groupsOf, onlySource, sourcesOf, type Source } from './sources.ts';
import { MAYBE_BIT, NOT_ASKED, YES_BIT, verdictsOf, type Verdicts } from './verdicts.ts';

/** At most BLOCK_ROWS of them. */
export interface Block {
  readonly rows: Uint32Array;
  /** Whether each row is one more than the one before: then they need not be looked up. */
  readonly isRun: boolean;
}

/** Writes an answer for each of the rows; of what is beyond them it says nothing. */
export type RowTest = (block: Block, answers: Answers) => void;

/** Good until the columns change. */
export function compileRowTest(query: Query, columns: DocumentColumns): RowTest {
  const source = onlySource(query, columns);
  if (source !== undefined) return testSource(source, query, columns);
  switch (query.kind) {
    case 'match-all':
      return always(true);
    case 'match-none':
      return always(false);
    case 'not': {
      const child = compileRowTest(query.child, columns);
      return (block, answers) => {
        child(block, answers);
        negate(answers);
      };
    }
    case 'and':
      return joinTests(testsOf(groupsOf(query.children, allOf, columns), columns), intersect, true);
    case 'or':
      return joinTests(testsOf(groupsOf(query.children, anyOf, columns), columns), unite, false);
    case 'match': {
      const tests = sourcesOf(query, columns).map((each) => testSource(each, query, columns));
      return joinTests(tests, unite, false);
    }
  }
}

function testsOf(queries: readonly Query[], columns: DocumentColumns): readonly RowTest[] {
  return queries.map((each) => compileRowTest(each, columns));
}

function always(yes: boolean, maybe = yes): RowTest {
  return (_block, answers) => fill(answers, { yes, maybe });
}

/** @param ofNone what several tests say together when there are none */
function joinTests(
  tests: readonly RowTest[],
  join: (bits: Int32Array, others: Int32Array) => void,
  ofNone: boolean,
): RowTest {
  const [first, ...others] = tests;
  if (first === undefined) return always(ofNone);
  const more = newAnswers();
  return (block, answers) => {
    first(block, answers);
    for (const test of others) {
      test(block, more);
      join(answers.yes, more.yes);
      join(answers.maybe, more.maybe);
    }
  };
}

function testSource(source: Source, query: Query, { partialRows }: DocumentColumns): RowTest {
  if (source.kind === 'document') return always(false, true);
  if (source.kind === 'dictionary') return testDictionary(source.column, verdictsOf(source, query));
  const matches = compileMatcher(query);
  const ofNothing = matches(EMPTY);
  if (source.kind === 'partial') {
    if (partialRows.size === 0) return always(ofNothing);
    return ({ rows }, { yes, maybe }) => {
      rows.forEach((row, at) => {
        const isPartial = partialRows.has(row);
        setBit(yes, at, !isPartial && ofNothing);
        setBit(maybe, at, isPartial || ofNothing);
      });
    };
  }
  return ({ rows }, { yes, maybe }) => {
    const { values } = source.column;
    rows.forEach((row, at) => {
      const value = values[row] as number;
      setBit(yes, at, Number.isNaN(value) ? ofNothing : matches(source.documentOf(value)));
    });
    maybe.set(yes);
  };
}

/** Chosen: cells that are asked beforehand, so that the rows need not look whether theirs was. */
const ASKED_BEFORE = 4_096;

function testDictionary({ codes, rowsOf }: DictionaryColumn, verdicts: Verdicts): RowTest {
  const isSettled = verdicts.askAll(ASKED_BEFORE);
  const isKept = rowsOf[UNKEPT] === 0;
  const { table } = verdicts;
  return (block, { yes, maybe }) => {
    if (!isSettled) askCells(block.rows, codes, verdicts);
    readBits(block, yes, codes, table, YES_BIT);
    if (isKept) maybe.set(yes);
    else readBits(block, maybe, codes, table, MAYBE_BIT);
  };
}

function askCells(rows: Uint32Array, codes: Uint32Array, verdicts: Verdicts): void {
  const { table } = verdicts;
  for (let at = 0; at < rows.length; at += 1) {
    const code = codes[rows[at] as number] as number;
    if (table[code] === NOT_ASKED) verdicts.ask(code);
  }
}

/** The one loop that every search spends its time in. */
function readBits(
  { rows, isRun }: Block,
  bits: Int32Array,
  codes: Uint32Array,
  table: Uint8Array,
  bit: number,
): void {
  const first = rows[0] ?? 0;
  for (let from = 0; from < rows.length; from += 32) {
    const to = Math.min(from + 32, rows.length);
    let word = 0;
    if (isRun) {
      for (let at = from; at < to; at += 1) {
        word |= (((table[codes[first + at] as number] as number) >>> bit) & 1) << at;
      }
    } else {
      for (let at = from; at < to; at += 1) {
        word |= (((table[codes[rows[at] as number] as number] as number) >>> bit) & 1) << at;
      }
    }
    bits[from >>> 5] = word;
  }
}
