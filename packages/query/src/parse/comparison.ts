/** Comparisons (`>100`) and ranges (`[400 TO 499]`), with their bounds. */

import type { Bound, CompareOperator, Field, OpenEnd, Query, Span } from '../ast.ts';
import { isOversizedNumber, parseNumber } from '../number.ts';
import { makeLeaf } from './checked-leaf.ts';
import {
  countTerm,
  excerpt,
  fail,
  isSpace,
  isTypographicQuote,
  peek,
  skipSpace,
  warn,
  type Cursor,
} from './cursor.ts';
import { refuseAttached, refuseGlued } from './junk.ts';
import { scanPhrase, scanWord, wordText, type Word } from './scan.ts';

export function readComparison(cursor: Cursor, field: Field, start: number): Query | 'failed' {
  const { text, at } = cursor;
  const wide = text.charAt(at + 1) === '=';
  const operator = text.slice(at, at + (wide ? 2 : 1)) as CompareOperator;
  cursor.at += operator.length;
  const bound = readBound(cursor, at, false);
  const end = cursor.at;
  if (bound === undefined) return 'failed';
  if (refuseGlued(cursor, at + operator.length, end)) return 'failed';
  if (bound.kind === 'open') {
    fail(cursor, 'missing-value', { start: at, end }, 'A wildcard is no bound.', 'Compare with a number.');
    return 'failed';
  }
  if (refuseIncomparable(cursor, field, { start: at, end })) return 'failed';
  const span = { start, end };
  countTerm(cursor, span);
  return makeLeaf(cursor, field, { kind: 'compare', operator, bound, start: at, end }, span);
}

export function readRange(cursor: Cursor, field: Field, start: number): Query | 'failed' {
  const at = cursor.at;
  const inclusive = peek(cursor) === '[';
  cursor.at += 1;
  skipSpace(cursor);
  const lower = readBound(cursor, at, true);
  if (lower === undefined) return abandonRange(cursor);
  skipSpace(cursor);
  const to = scanWord(cursor);
  if (to.raw !== 'TO') {
    fail(
      cursor,
      'invalid-range',
      { start: at, end: cursor.at },
      'A range needs TO between its bounds.',
      'Write [400 TO 499].',
    );
    return abandonRange(cursor);
  }
  skipSpace(cursor);
  const upper = readBound(cursor, at, true);
  if (upper === undefined) return abandonRange(cursor);
  skipSpace(cursor);
  const close = peek(cursor);
  if (close !== ']' && close !== '}') {
    fail(
      cursor,
      'invalid-range',
      { start: at, end: cursor.at },
      'This range is never closed.',
      `Close it with ${inclusive ? ']' : '}'}.`,
    );
    return abandonRange(cursor);
  }
  cursor.at += 1;
  const whole = { start: at, end: cursor.at };
  if ((close === ']') !== inclusive) {
    fail(
      cursor,
      'mixed-brackets',
      whole,
      'This range opens and closes with different brackets.',
      'Write [1 TO 3] to include both ends, {1 TO 3} to leave both out.',
    );
    return 'failed';
  }
  return finishRange(cursor, field, { lower, upper, inclusive, ...whole }, start);
}

function finishRange(
  cursor: Cursor,
  field: Field,
  range: Span & { lower: Bound | OpenEnd; upper: Bound | OpenEnd; inclusive: boolean },
  start: number,
): Query | 'failed' {
  const { lower, upper } = range;
  const span = { start, end: range.end };
  if (refuseAttached(cursor, range.end) || refuseIncomparable(cursor, field, range)) return 'failed';
  countTerm(cursor, span);
  if (lower.kind === 'open' && upper.kind === 'open') {
    return makeLeaf(cursor, field, { kind: 'exists', start: range.start, end: range.end }, span);
  }
  if (lower.kind !== 'open' && upper.kind !== 'open') {
    if (lower.kind !== upper.kind) {
      fail(
        cursor,
        'invalid-range',
        range,
        'One bound is a number and the other is text.',
        'Quote both to compare as text.',
      );
      return 'failed';
    }
    if (lower.value > upper.value || (lower.value === upper.value && !range.inclusive)) {
      warn(cursor, 'empty-range', range, 'No value lies in this range.', 'Put the smaller bound first.');
    }
  }
  return makeLeaf(cursor, field, { kind: 'range', ...range }, span);
}

/** Undefined, with an error, where there is no bound. */
function readBound(cursor: Cursor, from: number, colons: boolean): Bound | OpenEnd | undefined {
  const start = cursor.at;
  const char = peek(cursor);
  if (char === '"' || isTypographicQuote(char)) {
    const phrase = scanPhrase(cursor);
    if (phrase === undefined) cursor.at = cursor.text.length;
    return phrase && textBound(cursor, phrase.text, phrase);
  }
  const word = scanBoundWord(cursor, colons);
  if (word.raw === '') {
    const hint = isSpace(char.charCodeAt(0)) ? 'Remove the space.' : 'Write a number, as in @duration:>100.';
    fail(
      cursor,
      'missing-value',
      { start: from, end: Math.max(start, from + 1) },
      'A bound is missing here.',
      hint,
    );
    return undefined;
  }
  if (word.raw === '*') return { kind: 'open' };
  const text = wordText(word) ?? word.raw;
  const value = parseNumber(text);
  if (value !== undefined) return Object.freeze({ kind: 'number', value });
  if (isOversizedNumber(text)) {
    fail(cursor, 'number-too-large', word, `The number ${excerpt(text)} is too large to compare with.`);
    return undefined;
  }
  return textBound(cursor, text, word);
}

/** Between brackets a colon ends nothing, so times can stand there: `[09:00 TO 17:00]`. */
function scanBoundWord(cursor: Cursor, colons: boolean): Word {
  const start = cursor.at;
  const parts = [...scanWord(cursor).parts];
  while (colons && peek(cursor) === ':') {
    cursor.at += 1;
    parts.push({ kind: 'text', text: ':' });
    for (const part of scanWord(cursor).parts) parts.push(part);
  }
  return { kind: 'word', parts, raw: cursor.text.slice(start, cursor.at), start, end: cursor.at };
}

function textBound(cursor: Cursor, value: string, span: Span): Bound {
  warn(
    cursor,
    'bound-not-a-number',
    span,
    `"${excerpt(value)}" is not a number, so values are compared with it as text.`,
    'Text compares character by character: "10" comes before "9".',
  );
  return Object.freeze({ kind: 'text', value });
}

function refuseIncomparable(cursor: Cursor, field: Field, span: Span): boolean {
  const what = INCOMPARABLE[field.kind];
  if (what === undefined) return false;
  fail(
    cursor,
    'not-comparable',
    span,
    `${what} cannot be compared.`,
    'Compare an attribute: @http.status_code:>=500.',
  );
  return true;
}

const INCOMPARABLE: Partial<Record<Field['kind'], string>> = {
  message: 'The message',
  everything: 'Everything at once',
  tags: 'The tag list',
};

function abandonRange(cursor: Cursor): 'failed' {
  while (cursor.at < cursor.text.length && !/[\]})]/.test(peek(cursor))) cursor.at += 1;
  if (peek(cursor) === ']' || peek(cursor) === '}') cursor.at += 1;
  return 'failed';
}
