/**
 * Blocks of Terraform's own language as its JSON form has them, which one reader then understands. Literals become
 * values; whatever is computed stays text in `${…}`. Nothing is evaluated but `jsonencode` of a literal.
 * Source: HCL native syntax specification (structure, literals, templates, heredocs), Terraform JSON syntax.
 */

import { Cursor, HclError } from './hcl-cursor.ts';

/** Chosen: configurations nest a few blocks deep. */
const MAX_HCL_DEPTH = 32;

export type HclBody = Readonly<Record<string, unknown>>;

/** @returns the file, blocks as lists under type and labels; or what is wrong with it and where */
export function readHcl(text: string): { readonly value: HclBody } | string {
  try {
    const cursor = new Cursor(text.replace(/^\uFEFF/, ''));
    const value = readBody(cursor, 0, true);
    return { value };
  } catch (error) {
    if (error instanceof HclError) return error.message;
    throw error;
  }
}

function emptyBody(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>;
}

function readBody(cursor: Cursor, depth: number, isFile: boolean): HclBody {
  if (depth > MAX_HCL_DEPTH) throw cursor.error(`It nests deeper than ${MAX_HCL_DEPTH} blocks.`);
  const body = emptyBody();
  for (;;) {
    cursor.skipBlank(true);
    if (cursor.isEnd) {
      if (isFile) return body;
      throw cursor.error('A block is not closed.');
    }
    if (!isFile && cursor.take('}')) return body;
    const name = cursor.identifier();
    cursor.skipBlank(false);
    if (cursor.peek() === '=' && cursor.peek(1) !== '=') {
      cursor.take('=');
      cursor.skipBlank(false);
      body[name] = readExpression(cursor, depth + 1);
    } else readBlock(cursor, body, name, depth);
  }
}

/** `resource "type" "name" { … }` becomes `{ resource: { type: { name: [ … ] } } }`. */
function readBlock(cursor: Cursor, body: Record<string, unknown>, name: string, depth: number): void {
  const labels: string[] = [];
  while (cursor.peek() !== '{') {
    labels.push(cursor.peek() === '"' ? cursor.quoted() : cursor.identifier());
    cursor.skipBlank(false);
  }
  cursor.take('{');
  const inner = readBody(cursor, depth + 1, false);
  let holder = body;
  for (const label of [name, ...labels].slice(0, -1)) holder = innerOf(holder, label);
  const last = labels.at(-1) ?? name;
  const before = holder[last];
  if (Array.isArray(before)) before.push(inner);
  else holder[last] = [inner];
}

function innerOf(holder: Record<string, unknown>, label: string): Record<string, unknown> {
  const there = holder[label];
  if (typeof there === 'object' && there !== null && !Array.isArray(there))
    return there as Record<string, unknown>;
  const made = emptyBody();
  holder[label] = made;
  return made;
}

/** A literal, or text in `${…}`. */
function readExpression(cursor: Cursor, depth: number): unknown {
  const start = cursor.at;
  const value = readLiteral(cursor, depth);
  if (value !== undefined && cursor.isAtEndOfExpression()) return value.literal;
  // An operator, a call, a reference: what it gives is known to nobody here.
  cursor.at = start;
  return `\${${cursor.rawExpression()}}`;
}

function readLiteral(cursor: Cursor, depth: number): { readonly literal: unknown } | undefined {
  if (depth > MAX_HCL_DEPTH) throw cursor.error(`It nests deeper than ${MAX_HCL_DEPTH} values.`);
  const char = cursor.peek();
  if (char === '"') return { literal: cursor.quoted() };
  if (char === '<' && cursor.peek(1) === '<') return { literal: cursor.heredoc() };
  if (char === '[') return readList(cursor, depth);
  if (char === '{') return readObject(cursor, depth);
  const number = cursor.match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
  if (number !== undefined) return { literal: Number(number) };
  const word = cursor.match(/[A-Za-z_][A-Za-z0-9_-]*/y);
  if (word === 'true' || word === 'false') return { literal: word === 'true' };
  if (word === 'null') return { literal: null };
  return word === 'jsonencode' ? readJsonEncode(cursor, depth) : undefined;
}

function readList(cursor: Cursor, depth: number): { readonly literal: unknown } | undefined {
  cursor.take('[');
  const items: unknown[] = [];
  for (;;) {
    cursor.skipBlank(true);
    if (cursor.take(']')) return { literal: items };
    if (cursor.match(/for\s/y) !== undefined) return undefined;
    items.push(readExpression(cursor, depth + 1));
    cursor.skipBlank(true);
    if (!cursor.take(',') && cursor.peek() !== ']') return undefined;
  }
}

function readObject(cursor: Cursor, depth: number): { readonly literal: unknown } | undefined {
  cursor.take('{');
  const object = emptyBody();
  for (;;) {
    cursor.skipBlank(true);
    if (cursor.take('}')) return { literal: object };
    const key = cursor.peek() === '"' ? cursor.quoted() : cursor.match(/[A-Za-z_][A-Za-z0-9_-]*/y);
    cursor.skipBlank(false);
    if (key === undefined || !(cursor.take('=') || cursor.take(':'))) return undefined;
    cursor.skipBlank(false);
    object[key] = readExpression(cursor, depth + 1);
    cursor.skipBlank(false);
    cursor.take(',');
  }
}

/** What it is given must hold no expression; its text then holds none either. */
function readJsonEncode(cursor: Cursor, depth: number): { readonly literal: unknown } | undefined {
  cursor.skipBlank(false);
  if (!cursor.take('(')) return undefined;
  cursor.skipBlank(true);
  const value = readLiteral(cursor, depth + 1);
  cursor.skipBlank(true);
  if (value === undefined || !cursor.take(')')) return undefined;
  // The texts in it keep their templates, so the whole is one as well.
  return { literal: JSON.stringify(value.literal) };
}
