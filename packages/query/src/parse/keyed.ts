/** A clause with a key: `@a:x`, `env:(prod OR test)`, `_exists_:@a`. */

import { NOWHERE, type Field, type Query, type Span } from '../ast.ts';
import { leaf, not } from '../build.ts';
import { countTerm, excerpt, fail, isSpace, peek, warn, type Cursor } from './cursor.ts';
import { refuseGlued, skipJunk } from './junk.ts';
import { namedField, readKey } from './key.ts';
import { scanPhrase, scanWord, type Word } from './scan.ts';
import { readMarkedValue, wordLeaf } from './value.ts';

/** Reads `( ... )` under a field; `start` is where the clause begins. Given by the parser, which it recurses into. */
export type GroupReader = (cursor: Cursor, field: Field | undefined, start: number) => Query | undefined;

/** What follows `key:`. The colon stands at the cursor. */
export function readKeyed(
  cursor: Cursor,
  group: Field | undefined,
  word: Word,
  readGroup: GroupReader,
): Query | undefined {
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
