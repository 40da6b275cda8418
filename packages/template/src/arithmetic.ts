/**
 * The arithmetic of `{{eval "first_seen_epoch - 15*60*1000"}}`: numbers, variables, `+ - * /`,
 * unary minus and parentheses. A parser of its own, because nothing here may become JavaScript.
 * Source: Datadog, "Security notification variables", section "Evaluation of numerical values".
 */

import { unreachable } from '@signalwright/model';

import { parseVariable, type TemplatePath } from './template-path.ts';

/** Nesting of parentheses and minus signs. Chosen; a message needs two or three. */
const ARITHMETIC_DEPTH_MAX = 16;
/** Numbers and variables in one calculation; a long sum is as deep as it is long. Chosen. */
const ARITHMETIC_OPERANDS_MAX = 100;

export type Arithmetic =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'variable'; readonly path: TemplatePath }
  | { readonly kind: 'negate'; readonly operand: Arithmetic }
  | {
      readonly kind: 'operation';
      readonly operator: '+' | '-' | '*' | '/';
      readonly left: Arithmetic;
      readonly right: Arithmetic;
    };

export type ArithmeticResult =
  | { readonly ok: true; readonly arithmetic: Arithmetic; readonly paths: readonly TemplatePath[] }
  /** `start` and `end` are offsets in the text given. */
  | { readonly ok: false; readonly message: string; readonly start: number; readonly end: number };

const NUMBER = /\d+(?:\.\d+)?/y;
const VARIABLE = /@?[A-Za-z_](?:[A-Za-z0-9_]|\.(?=[A-Za-z0-9_]))*/y;
const SPACE = /[ \t\r\n]*/y;

/** Parses the text of an `eval`. Never throws. */
export function parseArithmetic(text: string): ArithmeticResult {
  const reader = new Reader(text);
  try {
    const arithmetic = readSum(reader, 0);
    if (reader.peek() !== '') reader.refuse(`Expected an operator, found "${reader.peek()}".`);
    return { ok: true, arithmetic, paths: reader.paths };
  } catch (error) {
    if (error instanceof Refusal) {
      return { ok: false, message: error.message, start: error.start, end: error.end };
    }
    throw error;
  }
}

/** The number, or NaN when a variable is missing or not a number. */
export function evaluateArithmetic(node: Arithmetic, valueOf: (path: TemplatePath) => unknown): number {
  switch (node.kind) {
    case 'number':
      return node.value;
    case 'variable':
      return toNumber(valueOf(node.path));
    case 'negate':
      return -evaluateArithmetic(node.operand, valueOf);
    case 'operation': {
      const left = evaluateArithmetic(node.left, valueOf);
      const right = evaluateArithmetic(node.right, valueOf);
      return apply(node.operator, left, right);
    }
    default:
      return unreachable(node);
  }
}

function apply(operator: '+' | '-' | '*' | '/', left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    default:
      return unreachable(operator);
  }
}

/** Numbers arrive as text often enough (log attributes); anything but a plain decimal is no number. */
function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
}

function readSum(reader: Reader, depth: number): Arithmetic {
  let left = readProduct(reader, depth);
  for (let operator = reader.peek(); operator === '+' || operator === '-'; operator = reader.peek()) {
    reader.skip();
    left = { kind: 'operation', operator, left, right: readProduct(reader, depth) };
  }
  return left;
}

function readProduct(reader: Reader, depth: number): Arithmetic {
  let left = readOperand(reader, depth);
  for (let operator = reader.peek(); operator === '*' || operator === '/'; operator = reader.peek()) {
    reader.skip();
    left = { kind: 'operation', operator, left, right: readOperand(reader, depth) };
  }
  return left;
}

function readOperand(reader: Reader, depth: number): Arithmetic {
  reader.operands += 1;
  if (reader.operands > ARITHMETIC_OPERANDS_MAX)
    reader.refuse(`More than ${ARITHMETIC_OPERANDS_MAX} operands.`);
  if (depth > ARITHMETIC_DEPTH_MAX) reader.refuse(`Nested deeper than ${ARITHMETIC_DEPTH_MAX}.`);
  const next = reader.peek();
  if (next === '-') {
    reader.skip();
    return { kind: 'negate', operand: readOperand(reader, depth + 1) };
  }
  if (next === '(') {
    reader.skip();
    const inner = readSum(reader, depth + 1);
    if (reader.peek() !== ')') reader.refuse('Expected ")".');
    reader.skip();
    return inner;
  }
  const number = reader.take(NUMBER);
  if (number !== undefined) return { kind: 'number', value: Number(number.text) };
  const variable = reader.take(VARIABLE);
  if (variable === undefined) {
    return reader.refuse(
      next === ''
        ? 'Expected a number or a variable at the end.'
        : `Expected a number or a variable, found "${next}".`,
    );
  }
  if (reader.peek() === '(') {
    reader.refuse(`Functions such as "${variable.text}(…)" are not supported: only + - * / and parentheses.`);
  }
  const path = parseVariable(variable.text, variable.start);
  if (!path.ok) return reader.refuse(path.message);
  reader.paths.push(path.path);
  return { kind: 'variable', path: path.path };
}

/** A position in the text. Lives for one parse. */
class Reader {
  readonly text: string;
  readonly paths: TemplatePath[] = [];
  offset = 0;
  operands = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The next character that is not a space, or '' at the end. */
  peek(): string {
    SPACE.lastIndex = this.offset;
    SPACE.test(this.text);
    this.offset = SPACE.lastIndex;
    return this.text.charAt(this.offset);
  }

  skip(): void {
    this.offset += 1;
  }

  take(pattern: RegExp): { readonly text: string; readonly start: number } | undefined {
    pattern.lastIndex = this.offset;
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    const start = this.offset;
    this.offset += match[0].length;
    return { text: match[0], start };
  }

  refuse(message: string): never {
    const start = Math.min(this.offset, this.text.length);
    throw new Refusal(message, start, Math.min(start + 1, this.text.length));
  }
}

class Refusal extends Error {
  readonly start: number;
  readonly end: number;

  constructor(message: string, start: number, end: number) {
    super(message);
    this.start = start;
    this.end = end;
  }
}
