/** One clause: a group, a call, a keyed value, or free text. */

import { NOWHERE, type Field, type Query } from '../ast.ts';
import { CIDR_CALL, isCidrCall, readCidr } from './cidr.ts';
import { excerpt, fail, peek, warn, type Cursor } from './cursor.ts';
import { refuseGlued, skipJunk } from './junk.ts';
import { readKeyed, type GroupReader } from './keyed.ts';
import { scanWord, type Word } from './scan.ts';
import { readMarkedValue, wordLeaf } from './value.ts';

/** Reads one clause. `readGroup` reads what stands in parentheses. */
export function readClause(
  cursor: Cursor,
  field: Field | undefined,
  readGroup: GroupReader,
): Query | undefined {
  const start = cursor.at;
  const char = peek(cursor);
  if (char === '(') return readGroup(cursor, field, start);
  if (isCidrCall(cursor)) return readCidr(cursor);
  if (field === undefined && (char === '<' || char === '>' || char === '[' || char === '{'))
    return refuseBareComparison(cursor);
  const here: Field = field ?? { kind: 'message', start, end: start };
  const marked = readMarkedValue(cursor, here, start);
  if (marked !== undefined) return marked === 'failed' ? undefined : marked;
  const word = scanWord(cursor);
  if (peek(cursor) === ':') return readKeyed(cursor, field, word, readGroup);
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
  if ('~^='.includes(word.raw.charAt(0))) {
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
