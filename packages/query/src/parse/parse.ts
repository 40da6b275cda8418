/**
 * Text to query. A recursive descent whose depth is bounded before it recurses; it collects errors and goes
 * on at the next clause, so that one look shows most of what is wrong. AND binds tighter than OR.
 */

import { NOWHERE, type Field, type Query, type Span } from '../ast.ts';
import { allOf, anyOf, leaf, matchAll, not } from '../build.ts';
import { CIDR_CALL, isCidrCall, readCidr } from './cidr.ts';
import {
  countTerm,
  excerpt,
  fail,
  isAtEnd,
  isSpace,
  peek,
  skipSpace,
  startCursor,
  warn,
  type Cursor,
} from './cursor.ts';
import { namedField, readKey } from './key.ts';
import { MAX_QUERY_CHARS, MAX_QUERY_DEPTH } from './limits.ts';
import type { QueryError, QueryWarning } from './problem.ts';
import { scanPhrase, scanWord, type Word } from './scan.ts';
import { readMarkedValue, refuseGlued, skipJunk, wordLeaf } from './value.ts';

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
  const clause = readClause(cursor, field);
  if (clause === undefined || !negative) return clause;
  return not(clause, { start, end: clause.end });
}

function readClause(cursor: Cursor, field: Field | undefined): Query | undefined {
  const start = cursor.at;
  const char = peek(cursor);
  if (char === '(') return readGroup(cursor, field, start);
  if (isCidrCall(cursor)) return readCidr(cursor);
  if (field === undefined && /^[<>[{]$/.test(char)) return refuseBareComparison(cursor);
  const here: Field = field ?? { kind: 'message', start, end: start };
  const marked = readMarkedValue(cursor, here, start);
  if (marked !== undefined) return marked === 'failed' ? undefined : marked;
  const word = scanWord(cursor);
  if (peek(cursor) === ':') return readKeyed(cursor, field, word);
  if (word.raw === '') return refuseStray(cursor);
  return readBareWord(cursor, field, here, word);
}

function readBareWord(cursor: Cursor, field: Field | undefined, here: Field, word: Word): Query | undefined {
  const { start, end } = word;
  if (word.raw.toUpperCase() === 'CIDR' && peek(cursor) === '(') {
    skipJunk(cursor);
    fail(
      cursor,
      'unescaped-character',
      { start, end: end + 1 },
      `"${excerpt(word.raw)}(" is not a function.`,
      `Write ${CIDR_CALL}...) in capitals.`,
    );
    return undefined;
  }
  if (refuseGlued(cursor, start, end)) return undefined;
  if (field === undefined && (word.raw.startsWith('@') || word.raw.startsWith('#'))) {
    const hint = `Write ${excerpt(word.raw)}:* for "has any value"; "@" and "#" cannot be searched in free text.`;
    fail(cursor, 'attribute-without-value', word, `"${excerpt(word.raw)}" has no value.`, hint);
    return undefined;
  }
  if (/^[~^=]/.test(word.raw)) {
    fail(
      cursor,
      'unescaped-character',
      { start, end: start + 1 },
      `"${word.raw.charAt(0)}" cannot start a word.`,
      `Escape it: \\${word.raw.charAt(0)}.`,
    );
    return undefined;
  }
  if (word.raw === 'and' || word.raw === 'or' || word.raw === 'not') {
    const upper = word.raw.toUpperCase();
    warn(
      cursor,
      'lower-case-operator',
      word,
      `"${excerpt(word.raw)}" is searched as a word.`,
      `For the operator write ${upper}.`,
    );
  }
  return wordLeaf(cursor, here, word, start);
}

/** What follows `key:`. The colon stands at the cursor. */
function readKeyed(cursor: Cursor, group: Field | undefined, word: Word): Query | undefined {
  const key = readKey(cursor, word);
  cursor.at += 1;
  const { start } = word;
  const char = peek(cursor);
  if (char === '' || char === ')' || isSpace(char.charCodeAt(0))) {
    const hint = `Write ${excerpt(word.raw)}:* for "has any value"; no space may follow the colon.`;
    fail(cursor, 'missing-value', { start, end: cursor.at }, `"${excerpt(word.raw)}" has no value.`, hint);
    return undefined;
  }
  if (typeof key === 'string') return readPresence(cursor, key, start);
  if (group !== undefined && key !== undefined) {
    warn(
      cursor,
      'key-in-group',
      key,
      `"${excerpt(word.raw)}" stands inside the group of another key, and wins.`,
      'Move it out of the group.',
    );
  }
  if (key === undefined) {
    // Said already; the value is read so that the rest of the query is looked at.
    const ignored: Field = { kind: 'calculated', name: '', ...NOWHERE };
    if (char === '(') readGroup(cursor, ignored, start);
    else skipJunk(cursor);
    return undefined;
  }
  if (char === '(') return readGroup(cursor, key, start);
  const marked = readMarkedValue(cursor, key, start);
  if (marked !== undefined) return marked === 'failed' ? undefined : marked;
  const value = scanWord(cursor);
  if (refuseGlued(cursor, value.start, value.end) || value.raw === '') return undefined;
  return wordLeaf(cursor, key, value, start);
}

/** `_exists_:@a` and `_missing_:"@a"`, the older spelling of `@a:*` and `-@a:*`. */
function readPresence(cursor: Cursor, key: '_exists_' | '_missing_', start: number): Query | undefined {
  const valueStart = cursor.at;
  const value = peek(cursor) === '"' ? scanPhrase(cursor) : scanWord(cursor);
  if (value === undefined) {
    cursor.at = cursor.text.length;
    return undefined;
  }
  const span = { start: valueStart, end: cursor.at };
  if (refuseGlued(cursor, valueStart, span.end)) return undefined;
  const field = value.kind === 'word' ? readKey(cursor, value) : phraseField(value.text, span);
  if (field === undefined) return undefined;
  if (typeof field === 'string' || field.kind === 'everything') {
    fail(
      cursor,
      'missing-value',
      span,
      'This is not the name of an attribute.',
      'Write _exists_:@http.status_code.',
    );
    return undefined;
  }
  const whole = { start, end: span.end };
  countTerm(cursor, whole);
  const present = leaf(field, { kind: 'exists', ...span }, whole);
  return key === '_missing_' ? not(present, whole) : present;
}

function phraseField(text: string, span: Span): Field {
  return text.startsWith('@') && text.length > 1
    ? { kind: 'attribute', path: text.slice(1), ...span }
    : namedField(text, span);
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

function refuseBareComparison(cursor: Cursor): undefined {
  const start = cursor.at;
  const range = peek(cursor) === '[' || peek(cursor) === '{';
  const ignored: Field = { kind: 'calculated', name: '', ...NOWHERE };
  const before = cursor.errors.length;
  readMarkedValue(cursor, ignored, start);
  if (cursor.errors.length === before) {
    fail(
      cursor,
      'comparison-without-key',
      { start, end: cursor.at },
      `This ${range ? 'range' : 'comparison'} has no attribute.`,
      'Write @http.status_code:>=500, or quote the text.',
    );
  }
  return undefined;
}

/** A character that starts nothing: a stray bracket, or half of an operator. */
function refuseStray(cursor: Cursor): undefined {
  const start = cursor.at;
  const char = peek(cursor);
  cursor.at += 1;
  fail(
    cursor,
    'unescaped-character',
    { start, end: start + 1 },
    `"${char}" cannot stand here.`,
    `For the character write \\${char}.`,
  );
  skipJunk(cursor);
  return undefined;
}

function atOperator(cursor: Cursor): (Span & { kind: 'and' | 'or' }) | undefined {
  const { at, text } = cursor;
  if (text.startsWith('&&', at)) return { kind: 'and', start: at, end: at + 2 };
  if (text.startsWith('||', at)) return { kind: 'or', start: at, end: at + 2 };
  if (isKeyword(cursor, 'AND')) return { kind: 'and', start: at, end: at + 3 };
  if (isKeyword(cursor, 'OR')) return { kind: 'or', start: at, end: at + 2 };
  return undefined;
}

/** A capital word of its own: followed by a space, parenthesis, quote or the end. */
function isKeyword(cursor: Cursor, keyword: string): boolean {
  if (!cursor.text.startsWith(keyword, cursor.at)) return false;
  const next = cursor.text.charAt(cursor.at + keyword.length);
  return next === '' || next === '(' || next === ')' || next === '"' || isSpace(next.charCodeAt(0));
}

function cover(queries: readonly Query[]): Span {
  return { start: queries[0]?.start ?? 0, end: queries.at(-1)?.end ?? 0 };
}

/** Control characters and halves of surrogate pairs cannot be typed, printed or stored safely. */
function refuseBadCharacters(cursor: Cursor): void {
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

const BAD_CHARACTER =
  /[\u0000-\u0008\u000E-\u001F\u007F]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
