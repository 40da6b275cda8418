/** The words and signs that join clauses. */

import type { Span } from '../ast.ts';
import { isSpace, type Cursor } from './cursor.ts';

/** The operator at the cursor, if one stands there. */
export function atOperator(cursor: Cursor): (Span & { kind: 'and' | 'or' }) | undefined {
  const { at, text } = cursor;
  // Most characters begin none.
  if (!'&|AO'.includes(text.charAt(at))) return undefined;
  if (text.startsWith('&&', at)) return { kind: 'and', start: at, end: at + 2 };
  if (text.startsWith('||', at)) return { kind: 'or', start: at, end: at + 2 };
  if (isKeyword(cursor, 'AND')) return { kind: 'and', start: at, end: at + 3 };
  if (isKeyword(cursor, 'OR')) return { kind: 'or', start: at, end: at + 2 };
  return undefined;
}

/** A capital word of its own: followed by a space, parenthesis, quote or the end. */
export function isKeyword(cursor: Cursor, keyword: string): boolean {
  if (!cursor.text.startsWith(keyword, cursor.at)) return false;
  const next = cursor.text.charAt(cursor.at + keyword.length);
  return next === '' || next === '(' || next === ')' || next === '"' || isSpace(next.charCodeAt(0));
}
