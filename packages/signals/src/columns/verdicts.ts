/**
 * What a query about one column says of each of its cells. A cell is asked when a row with it is met, by the matcher
 * of the query language, and once: a column keeps the answers of its last queries, which people repeat.
 */

import {
  compileMatcher,
  printQuery,
  type Matcher,
  type Query,
  type QueryDocument,
} from '@signalwright/query';

import { EMPTY, MISSING, UNKEPT, grownLength, type Cell } from './cell.ts';

/** What a cell answers, in two bits: whether it may be so, and whether it is. */
export const MAYBE_BIT = 0;
export const YES_BIT = 1;
const NO = 0b00;
const UNSURE = 0b01;
const YES = 0b11;
export const NOT_ASKED = 0b100;

/** Chosen: queries of which a column keeps the answers, a byte a cell each. */
const KEPT_QUERIES = 4;

/** A column, and the document that has nothing but one of its cells. */
interface CellSource {
  readonly column: {
    readonly cells: readonly (Cell | undefined)[];
    readonly verdicts: Map<string, Verdicts>;
    readonly otherCells: number;
    otherCodes(): Iterable<number>;
    codeOfText(text: string): number | undefined;
  };
  readonly documentOf: (cell: Cell) => QueryDocument;
  readonly isExact: boolean;
}

/** Good until the column changes; then `verdictsOf` has to be asked again. */
export function verdictsOf(source: CellSource, query: Query): Verdicts {
  const { verdicts } = source.column;
  const text = printQuery(query);
  const found = verdicts.get(text) ?? new Verdicts(source, query);
  verdicts.delete(text);
  verdicts.set(text, found);
  for (const oldest of verdicts.keys()) {
    if (verdicts.size <= KEPT_QUERIES) break;
    verdicts.delete(oldest);
  }
  return found;
}

export class Verdicts {
  /** By code; it has room for all that there are. */
  table: Uint8Array<ArrayBuffer>;
  readonly #source: CellSource;
  readonly #matches: Matcher;
  /** The texts that are compared with, where nothing else is asked: all others have one and the same answer. */
  readonly #texts: ReadonlySet<string> | undefined;

  constructor(source: CellSource, query: Query) {
    this.#source = source;
    this.#matches = compileMatcher(query);
    this.#texts = source.isExact ? comparedTexts(query) : undefined;
    this.table = new Uint8Array(grownLength(0, source.column.cells.length)).fill(NOT_ASKED);
    if (this.#texts !== undefined) this.#answerOthers(this.#texts);
    this.table[MISSING] = this.#matches(EMPTY) ? YES : NO;
    this.table[UNKEPT] = UNSURE;
  }

  ask(code: number): number {
    const { column, documentOf } = this.#source;
    const answer = this.#matches(documentOf(column.cells[code] ?? [])) ? YES : NO;
    this.table[code] = answer;
    return answer;
  }

  /** @returns whether all cells have their answer now; not when more than `most` would have to be asked */
  askAll(most: number): boolean {
    const { length } = this.#source.column.cells;
    let code = this.table.indexOf(NOT_ASKED);
    for (let asked = 0; code >= 0 && code < length; asked += 1) {
      if (asked === most) return false;
      this.ask(code);
      code = this.table.indexOf(NOT_ASKED, code + 1);
    }
    return true;
  }

  /** The code stands for another cell than before. */
  forget(code: number): void {
    if (code >= this.table.length) {
      const longer = new Uint8Array(grownLength(this.table.length, code)).fill(NOT_ASKED);
      longer.set(this.table);
      this.table = longer;
    }
    this.table[code] = NOT_ASKED;
  }

  /** The codes that are not refused, where they are known without asking for most of them; else undefined. */
  likelyCodes(mostAsked: number): readonly number[] | undefined {
    const { column } = this.#source;
    if (this.#texts === undefined || this.table[MISSING] !== NO || column.otherCells > mostAsked)
      return undefined;
    if (this.#matches(this.#source.documentOf([textBeside(this.#texts)]))) return undefined;
    const known = [...this.#texts].flatMap((text) => column.codeOfText(text) ?? []);
    const isLikely = (code: number): boolean => {
      const answer = this.table[code] as number;
      return (answer === NOT_ASKED ? this.ask(code) : answer) !== NO;
    };
    return [UNKEPT, ...known, ...column.otherCodes()].filter(isLikely);
  }

  #answerOthers(texts: ReadonlySet<string>): void {
    const { column, documentOf } = this.#source;
    this.table.fill(this.#matches(documentOf([textBeside(texts)])) ? YES : NO);
    for (const text of texts) {
      const code = column.codeOfText(text);
      if (code !== undefined) this.table[code] = NOT_ASKED;
    }
    for (const code of column.otherCodes()) this.table[code] = NOT_ASKED;
  }
}

function textBeside(texts: ReadonlySet<string>): string {
  let another = 'another';
  while (texts.has(another)) another += '-';
  return another;
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
