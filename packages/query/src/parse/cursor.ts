/** Where the parser stands in the text, what it found wrong, and how much it may still read. */

import type { Span } from '../ast.ts';
import { MAX_QUERY_ERRORS, MAX_QUERY_TERMS, MAX_QUERY_WARNINGS } from './limits.ts';
import type { QueryError, QueryErrorCode, QueryWarning, QueryWarningCode } from './problem.ts';

/** Mutable: one parse owns it. */
export interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
  terms: number;
  /** A bound was met: every loop ends at its next turn. */
  stopped: boolean;
  readonly errors: QueryError[];
  readonly warnings: QueryWarning[];
}

export function startCursor(text: string): Cursor {
  return { text, at: 0, depth: 0, terms: 0, stopped: false, errors: [], warnings: [] };
}

export function isAtEnd(cursor: Cursor): boolean {
  return cursor.stopped || cursor.at >= cursor.text.length;
}

/** The character at the cursor; empty at the end. */
export function peek(cursor: Cursor): string {
  return cursor.text.charAt(cursor.at);
}

export function skipSpace(cursor: Cursor): void {
  while (cursor.at < cursor.text.length && isSpace(cursor.text.charCodeAt(cursor.at))) cursor.at += 1;
}

/** Counts a leaf; past the limit the parse stops with an error. */
export function countTerm(cursor: Cursor, span: Span): void {
  cursor.terms += 1;
  if (cursor.terms <= MAX_QUERY_TERMS || cursor.stopped) return;
  fail(
    cursor,
    'too-many-terms',
    span,
    `The query has more than ${MAX_QUERY_TERMS} terms.`,
    'Split the query.',
  );
  cursor.stopped = true;
}

export function fail(cursor: Cursor, code: QueryErrorCode, span: Span, message: string, hint?: string): void {
  if (cursor.stopped) return;
  cursor.errors.push(problem(code, span, message, hint));
  if (cursor.errors.length >= MAX_QUERY_ERRORS) cursor.stopped = true;
}

export function warn(
  cursor: Cursor,
  code: QueryWarningCode,
  span: Span,
  message: string,
  hint?: string,
): void {
  if (cursor.warnings.length < MAX_QUERY_WARNINGS) cursor.warnings.push(problem(code, span, message, hint));
}

/** Every Unicode space separates, so that a query pasted from a page means what it shows. */
export function isSpace(unit: number): boolean {
  if (unit < 128) return unit === 32 || (unit >= 9 && unit <= 13);
  return (
    unit === 0x85 ||
    unit === 0xa0 ||
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000
  );
}

/** “ ” „, which word processors put for straight quotes. */
export function isTypographicQuote(char: string): boolean {
  return char === '“' || char === '”' || char === '„';
}

/** As much of a text as a message should quote. */
export function excerpt(text: string): string {
  return text.length <= MAX_EXCERPT_CHARS ? text : `${text.slice(0, MAX_EXCERPT_CHARS)}…`;
}

const MAX_EXCERPT_CHARS = 80;

function problem<Code>(code: Code, span: Span, message: string, hint: string | undefined) {
  const { start, end } = span;
  return Object.freeze({ code, message, start, end, ...(hint !== undefined && { hint }) });
}
