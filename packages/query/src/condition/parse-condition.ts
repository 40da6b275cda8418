/** Text to condition. Bounded before it recurses, collects what is wrong, never throws. */

import type { Span } from '../ast.ts';
import { parseNumber } from '../number.ts';
import { excerpt } from '../parse/cursor.ts';
import type { ConditionErrorCode, QueryError } from '../parse/problem.ts';
import type { Condition, ConditionCompare } from './condition.ts';

/** Chosen: published conditions have at most four comparisons and 110 characters. */
export const MAX_CONDITION_CHARS = 8_192;
export const MAX_CONDITION_DEPTH = 32;
export const MAX_CONDITION_TERMS = 128;

const MAX_CONDITION_ERRORS = 10;

export type ConditionResult =
  | { readonly ok: true; readonly condition: Condition }
  | { readonly ok: false; readonly errors: readonly QueryError[] };

/** Reads `failures > 10 && successes >= 1`. Errors are in order of place and lie inside the text. */
export function parseCondition(text: string): ConditionResult {
  const reader: Reader = { text, tokens: [], at: 0, depth: 0, terms: 0, stopped: false, errors: [] };
  if (text.length > MAX_CONDITION_CHARS) {
    const message = `The condition has ${text.length} characters; ${MAX_CONDITION_CHARS} is the limit.`;
    fail(reader, 'too-long', { start: MAX_CONDITION_CHARS, end: text.length }, message);
    return { ok: false, errors: reader.errors };
  }
  reader.tokens.push(...tokenize(text));
  if (reader.tokens.length === 0) {
    fail(
      reader,
      'empty-condition',
      { start: 0, end: text.length },
      'The condition is empty.',
      'Write a > 0.',
    );
    return { ok: false, errors: reader.errors };
  }
  const condition = readToEnd(reader, undefined);
  if (condition === undefined || reader.errors.length > 0) {
    return { ok: false, errors: reader.errors.toSorted((a, b) => a.start - b.start || a.end - b.end) };
  }
  return { ok: true, condition };
}

type TokenKind =
  | 'label'
  | 'number'
  | 'operator'
  | 'and'
  | 'or'
  | 'open'
  | 'close'
  | 'then'
  | 'not'
  | 'word'
  | 'other';

interface Token extends Span {
  readonly kind: TokenKind;
  readonly text: string;
}

interface Reader {
  readonly text: string;
  readonly tokens: Token[];
  at: number;
  depth: number;
  terms: number;
  /** A bound was met: nothing more is read or said. */
  stopped: boolean;
  readonly errors: QueryError[];
}

const TOKEN = /\s+|[<>=!]=?=?|&+|\|+|[()]|-?\d[\w.+-]*|[A-Za-z_][\w.-]*|[^\s<>=!&|()]/gy;

const FIXED: ReadonlyMap<string, TokenKind> = new Map([
  ['&&', 'and'],
  ['||', 'or'],
  ['(', 'open'],
  [')', 'close'],
  ['!', 'not'],
  ['THEN', 'then'],
  ['AND', 'word'],
  ['OR', 'word'],
  ['NOT', 'word'],
  ['and', 'word'],
  ['or', 'word'],
  ['not', 'word'],
]);

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const found of text.matchAll(TOKEN)) {
    const word = found[0];
    if (word.trim() === '') continue;
    tokens.push({ kind: kindOf(word), text: word, start: found.index, end: found.index + word.length });
  }
  return tokens;
}

function kindOf(word: string): TokenKind {
  const fixed = FIXED.get(word);
  if (fixed !== undefined) return fixed;
  if (/^[<>=!]/.test(word)) return 'operator';
  if (/^-?\d/.test(word)) return 'number';
  return /^[A-Za-z_]/.test(word) ? 'label' : 'other';
}

function readOr(reader: Reader): Condition | undefined {
  return readList(reader, 'or', (inner) => readList(inner, 'and', readTerm));
}

/** Reads on after what is out of place, so that one mistake is said once. `until` ends a group. */
function readToEnd(reader: Reader, until: TokenKind | undefined): Condition | undefined {
  const condition = readOr(reader);
  for (;;) {
    const token = reader.tokens[reader.at];
    if (token === undefined || token.kind === until || isStopped(reader)) return condition;
    refuseStray(reader, token);
    reader.at += 1;
    readOr(reader);
  }
}

function readList(
  reader: Reader,
  kind: 'and' | 'or',
  readOne: (reader: Reader) => Condition | undefined,
): Condition | undefined {
  const children: Condition[] = [];
  for (;;) {
    const child = readOne(reader);
    if (child !== undefined) children.push(...(child.kind === kind ? child.children : [child]));
    if (reader.tokens[reader.at]?.kind !== kind || isStopped(reader)) break;
    reader.at += 1;
  }
  const [first] = children;
  if (first === undefined || children.length === 1) return first;
  const span = { start: first.start, end: children.at(-1)?.end ?? first.end };
  return Object.freeze({ kind, children: Object.freeze(children), ...span });
}

function readTerm(reader: Reader): Condition | undefined {
  if (isStopped(reader)) return undefined;
  const token = reader.tokens[reader.at];
  if (token === undefined || token.kind === 'and' || token.kind === 'or' || token.kind === 'close') {
    const before = reader.tokens[reader.at - 1];
    const place = token ?? before ?? { start: 0, end: reader.text.length };
    fail(reader, 'missing-operand', place, 'A comparison is missing here.', 'Write a > 0.');
    return undefined;
  }
  if (token.kind === 'open') return readGroup(reader, token);
  if (token.kind === 'not') {
    reader.at += 1;
    fail(
      reader,
      'unsupported-operator',
      token,
      'A condition cannot be negated.',
      'Say with ">" when the case fires.',
    );
    return readTerm(reader);
  }
  return readCompare(reader, token);
}

function readGroup(reader: Reader, open: Token): Condition | undefined {
  if (reader.depth >= MAX_CONDITION_DEPTH) {
    stop(reader, 'too-deep', open, `Parentheses are nested more than ${MAX_CONDITION_DEPTH} deep.`);
    return undefined;
  }
  reader.at += 1;
  reader.depth += 1;
  const inner = readToEnd(reader, 'close');
  reader.depth -= 1;
  const close = reader.tokens[reader.at];
  if (close === undefined) {
    fail(reader, 'unbalanced-parenthesis', open, 'This "(" is never closed.', 'Close it with ).');
    return inner;
  }
  reader.at += 1;
  return inner && inner.kind !== 'compare'
    ? Object.freeze({ ...inner, start: open.start, end: close.end })
    : inner;
}

function readCompare(reader: Reader, left: Token): ConditionCompare | undefined {
  const operator = reader.tokens[reader.at + 1];
  const right = reader.tokens[reader.at + 2];
  if (left.kind === 'number') return refuseSwapped(reader, left, operator, right);
  if (left.kind !== 'label') {
    refuseStray(reader, left);
    reader.at += 1;
    return undefined;
  }
  if (operator?.kind !== 'operator') {
    reader.at += 1;
    fail(
      reader,
      'missing-comparison',
      left,
      `"${excerpt(left.text)}" is not compared with a number.`,
      `Write ${excerpt(left.text)} > 0.`,
    );
    return undefined;
  }
  reader.at += 2;
  if (right?.kind === 'number' || right?.kind === 'label') reader.at += 1;
  if (operator.text !== '>' && operator.text !== '>=') {
    const hint = 'Only > and >= are known: a case fires when a count is high.';
    fail(reader, 'unsupported-operator', operator, `"${operator.text}" is not part of a condition.`, hint);
    return undefined;
  }
  const threshold = right?.kind === 'number' ? parseNumber(right.text) : undefined;
  if (right === undefined || threshold === undefined) {
    const found = right === undefined ? operator : right;
    fail(
      reader,
      'missing-number',
      found,
      `A number must follow ${operator.text}.`,
      `Write ${excerpt(left.text)} ${operator.text} 10.`,
    );
    return undefined;
  }
  countTerm(reader, left);
  const labelSpan = Object.freeze({ start: left.start, end: left.end });
  const span = { start: left.start, end: right.end };
  return Object.freeze({
    kind: 'compare',
    label: left.text,
    labelSpan,
    operator: operator.text,
    threshold,
    ...span,
  });
}

/** `3 < a` is refused by the API; say what it should be. */
function refuseSwapped(
  reader: Reader,
  left: Token,
  operator: Token | undefined,
  right: Token | undefined,
): undefined {
  const whole = operator?.kind === 'operator' && right?.kind === 'label';
  reader.at += whole ? 3 : 1;
  const turned = whole ? ({ '<': '>', '<=': '>=' } as Record<string, string>)[operator.text] : undefined;
  const hint =
    whole && turned !== undefined ? `Write ${excerpt(right.text)} ${turned} ${left.text}.` : 'Write a > 10.';
  const span = { start: left.start, end: whole ? right.end : left.end };
  fail(reader, 'label-not-on-the-left', span, 'The label of a query must stand on the left.', hint);
  return undefined;
}

function refuseStray(reader: Reader, token: Token): void {
  if (token.kind === 'then') {
    const hint = 'Use a rule with the sequence detection method, or && for both in one window.';
    fail(reader, 'then-condition', token, 'A condition on the order of two queries is not supported.', hint);
  } else if (token.kind === 'close') {
    fail(reader, 'unbalanced-parenthesis', token, 'This ")" closes nothing.', 'Remove it.');
  } else if (token.kind === 'word') {
    const hint = `Write ${token.text.toLowerCase() === 'or' ? '||' : '&&'}.`;
    fail(reader, 'unsupported-operator', token, `"${token.text}" is not part of a condition.`, hint);
  } else {
    const hint = 'Join comparisons with && or ||.';
    fail(reader, 'unexpected-text', token, `"${excerpt(token.text)}" cannot stand here.`, hint);
  }
}

function countTerm(reader: Reader, span: Span): void {
  reader.terms += 1;
  if (reader.terms > MAX_CONDITION_TERMS) {
    stop(reader, 'too-many-terms', span, `The condition has more than ${MAX_CONDITION_TERMS} comparisons.`);
  }
}

function stop(reader: Reader, code: ConditionErrorCode, span: Span, message: string): void {
  fail(reader, code, span, message);
  reader.stopped = true;
}

function isStopped(reader: Reader): boolean {
  return reader.stopped || reader.errors.length >= MAX_CONDITION_ERRORS;
}

function fail(reader: Reader, code: ConditionErrorCode, span: Span, message: string, hint?: string): void {
  if (isStopped(reader)) return;
  const { start, end } = span;
  reader.errors.push(Object.freeze({ code, message, start, end, ...(hint !== undefined && { hint }) }));
}
