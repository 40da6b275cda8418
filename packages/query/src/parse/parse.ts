/**
 * Text to query. A recursive descent whose depth is bounded before it recurses; it collects errors and goes
 * on at the next clause, so that one look shows most of what is wrong. AND binds tighter than OR.
 */

import type { Field, Query, Span } from '../ast.ts';
import { allOf, anyOf, matchAll, not } from '../build.ts';
import { readClause } from './clause.ts';
import { fail, isAtEnd, peek, skipSpace, startCursor, warn, type Cursor } from './cursor.ts';
import { MAX_QUERY_CHARS, MAX_QUERY_DEPTH } from './limits.ts';
import { atOperator, isKeyword } from './operator.ts';
import type { QueryError, QueryWarning } from './problem.ts';

export type ParseResult =
  | { readonly ok: true; readonly query: Query; readonly warnings: readonly QueryWarning[] }
  | { readonly ok: false; readonly errors: readonly QueryError[] };

/**
 * Reads a query. Never throws; time and memory are linear in the text, which is bounded by the constants
 * of `limits.ts`. Errors stand in order of their place, and lie inside the text.
 */
export function parseQuery(text: string): ParseResult {
  if (text.length > MAX_QUERY_CHARS) {
    const message = `The query has ${text.length} characters; ${MAX_QUERY_CHARS} is the limit.`;
    const code = 'too-long';
    return {
      ok: false,
      errors: [{ code, message, start: MAX_QUERY_CHARS, end: text.length, hint: 'Split the query.' }],
    };
  }
  const cursor = startCursor(text);
  refuseBadCharacters(cursor);
  const query = readAlternatives(cursor, undefined);
  while (!isAtEnd(cursor)) {
    // Only a closing parenthesis without a partner ends the top level early.
    fail(
      cursor,
      'unbalanced-parenthesis',
      { start: cursor.at, end: cursor.at + 1 },
      'This ")" closes nothing.',
      'Remove it, or write \\) for the character.',
    );
    cursor.at += 1;
    readAlternatives(cursor, undefined);
  }
  if (cursor.errors.length > 0) {
    return { ok: false, errors: cursor.errors.toSorted((a, b) => a.start - b.start || a.end - b.end) };
  }
  return { ok: true, query: query ?? matchAll({ start: 0, end: text.length }), warnings: cursor.warnings };
}

/** `a OR b OR c`; undefined where there is nothing, or only what failed. */
function readAlternatives(cursor: Cursor, field: Field | undefined): Query | undefined {
  const alternatives: Query[] = [];
  let mixed: Query | undefined;
  let operator: Span | undefined;
  for (;;) {
    const { clauses, attempted } = readConjunction(cursor, field);
    const next = atOperator(cursor);
    if (attempted === 0) refuseEmptyAlternative(cursor, next, operator);
    if (clauses.length > 0) alternatives.push(allOf(clauses, cover(clauses)));
    if (attempted > 1) mixed ??= alternatives.at(-1);
    if (next === undefined || cursor.stopped) break;
    cursor.at = next.end;
    operator = next;
  }
  if (alternatives.length === 0) return undefined;
  if (alternatives.length > 1 && mixed !== undefined) {
    const hint = 'Write parentheses to say what you mean: (a b) OR c.';
    warn(cursor, 'mixed-operators', mixed, 'AND binds tighter than OR, so this part belongs together.', hint);
  }
  return anyOf(alternatives, cover(alternatives));
}

/** `a b AND -c`, up to an OR, a closing parenthesis or the end. `attempted` also counts what failed. */
function readConjunction(cursor: Cursor, field: Field | undefined): { clauses: Query[]; attempted: number } {
  const clauses: Query[] = [];
  let attempted = 0;
  let operator: Span | undefined;
  for (;;) {
    skipSpace(cursor);
    if (isAtEnd(cursor) || peek(cursor) === ')') break;
    const next = atOperator(cursor);
    if (next?.kind === 'or') break;
    if (next !== undefined) {
      if (attempted === 0 || operator !== undefined) refuseLeading(cursor, next);
      attempted += attempted === 0 ? 1 : 0;
      operator = next;
      cursor.at = next.end;
      continue;
    }
    attempted += 1;
    operator = undefined;
    const clause = readUnary(cursor, field);
    if (clause !== undefined) clauses.push(clause);
  }
  if (operator !== undefined) refuseTrailing(cursor, operator);
  return { clauses, attempted };
}

function refuseEmptyAlternative(cursor: Cursor, next: Span | undefined, previous: Span | undefined): void {
  if (next !== undefined) refuseLeading(cursor, next);
  else if (previous !== undefined) refuseTrailing(cursor, previous);
}

function refuseLeading(cursor: Cursor, operator: Span): void {
  const word = cursor.text.slice(operator.start, operator.end);
  const hint = `Remove it; to search the word write "${word}" in quotes.`;
  fail(cursor, 'missing-operand', operator, `Nothing stands before ${word}.`, hint);
}

function refuseTrailing(cursor: Cursor, operator: Span): void {
  const word = cursor.text.slice(operator.start, operator.end);
  fail(
    cursor,
    'missing-operand',
    operator,
    `Nothing follows ${word}.`,
    'Add what it should join, or remove it.',
  );
}

/** Any number of `-`, `NOT` and `+`, then a clause. */
function readUnary(cursor: Cursor, field: Field | undefined): Query | undefined {
  const start = cursor.at;
  let negative = false;
  let operator: Span | undefined;
  for (;;) {
    const char = peek(cursor);
    const length = char === '-' || char === '+' || char === '!' ? 1 : isKeyword(cursor, 'NOT') ? 3 : 0;
    if (length === 0) break;
    operator = { start: cursor.at, end: cursor.at + length };
    if (char === '!') {
      fail(
        cursor,
        'unsupported-operator',
        operator,
        '"!" is not an operator.',
        'To exclude write -, for the character \\!.',
      );
    }
    if (char !== '+') negative = !negative;
    cursor.at += length;
    skipSpace(cursor);
  }
  const nothing = isAtEnd(cursor) || peek(cursor) === ')' || atOperator(cursor) !== undefined;
  if (operator !== undefined && nothing) {
    const written = cursor.text.slice(operator.start, operator.end);
    const literal = written === 'NOT' ? '"NOT" in quotes' : `\\${written}`;
    const hint = `Remove it; to search the text write ${literal}.`;
    fail(cursor, 'missing-operand', operator, `Nothing follows ${written}.`, hint);
    return undefined;
  }
  const clause = readClause(cursor, field, readGroup);
  if (clause === undefined || !negative) return clause;
  return not(clause, { start, end: clause.end });
}

/** `( ... )`, under the field of the key before it. The parenthesis stands at the cursor. */
function readGroup(cursor: Cursor, field: Field | undefined, start: number): Query | undefined {
  const open = { start: cursor.at, end: cursor.at + 1 };
  if (cursor.depth >= MAX_QUERY_DEPTH) {
    fail(
      cursor,
      'too-deep',
      open,
      `Parentheses are nested more than ${MAX_QUERY_DEPTH} deep.`,
      'Flatten the query.',
    );
    cursor.stopped = true;
    return undefined;
  }
  cursor.at += 1;
  cursor.depth += 1;
  const before = cursor.errors.length;
  const inner = readAlternatives(cursor, field);
  cursor.depth -= 1;
  if (peek(cursor) !== ')') {
    fail(
      cursor,
      'unbalanced-parenthesis',
      open,
      'This "(" is never closed.',
      'Close it, or write \\( for the character.',
    );
    return undefined;
  }
  cursor.at += 1;
  const span = { start, end: cursor.at };
  if (inner === undefined && cursor.errors.length === before) {
    fail(
      cursor,
      'empty-group',
      { start: open.start, end: cursor.at },
      'These parentheses hold nothing.',
      'Remove them.',
    );
  }
  return inner && within(inner, span);
}

/** The same query, placed where its parentheses are. */
function within(query: Query, span: Span): Query {
  return query.kind === 'and' || query.kind === 'or' ? Object.freeze({ ...query, ...span }) : query;
}

function cover(queries: readonly Query[]): Span {
  return { start: queries[0]?.start ?? 0, end: queries.at(-1)?.end ?? 0 };
}

/** Control characters and halves of surrogate pairs cannot be typed, printed or stored safely. */
function refuseBadCharacters(cursor: Cursor): void {
  if (!NOT_PRINTABLE.test(cursor.text)) return;
  for (const found of cursor.text.matchAll(BAD_CHARACTER)) {
    if (cursor.stopped) return;
    const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    fail(
      cursor,
      'invalid-character',
      { start: found.index, end: found.index + 1 },
      `The character U+${code} cannot stand in a query.`,
      'Remove it.',
    );
  }
}

/** Nearly every query is written in these alone. */
const NOT_PRINTABLE = /[^ -~]/;
const BAD_CHARACTER =
  /[\u0000-\u0008\u000E-\u001F\u007F]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
