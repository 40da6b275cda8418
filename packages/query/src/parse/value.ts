/** What stands after a key, or inside the group of one: a word, a phrase, a comparison or a range. */

import type { Field, Query } from '../ast.ts';
import { matchAll, testOfParts } from '../build.ts';
import { makeLeaf } from './checked-leaf.ts';
import { readComparison, readRange } from './comparison.ts';
import { countTerm, fail, isTypographicQuote, peek, type Cursor } from './cursor.ts';
import { refuseAttached, skipJunk } from './junk.ts';
import { MAX_PATTERN_CHARS } from './limits.ts';
import { scanPhrase, warnSpecials, type Word } from './scan.ts';

/** Reads a phrase, comparison or range at the cursor; undefined without an error when none starts here. */
export function readMarkedValue(cursor: Cursor, field: Field, start: number): Query | undefined | 'failed' {
  const char = peek(cursor);
  if (char === '"' || isTypographicQuote(char)) return readPhrase(cursor, field, start);
  if (char === '>' || char === '<') return readComparison(cursor, field, start);
  if (char === '[' || char === '{') return readRange(cursor, field, start);
  return undefined;
}

/** The leaf that a bare word makes under a field. A lone `*` in free text is match-all. */
export function wordLeaf(cursor: Cursor, field: Field, word: Word, start: number): Query {
  const span = { start, end: word.end };
  countTerm(cursor, span);
  warnSpecials(cursor, word);
  if (word.parts.length > 1 && word.raw.length > MAX_PATTERN_CHARS) {
    const message = `A value with wildcards has more than ${MAX_PATTERN_CHARS} characters.`;
    fail(cursor, 'pattern-too-long', word, message, 'Keep the part that tells values apart.');
  }
  const test = testOfParts(word.parts, { start: word.start, end: word.end });
  if (test.kind === 'exists' && field.kind === 'message' && field.start === field.end) return matchAll(span);
  return makeLeaf(cursor, field, test, span);
}

function readPhrase(cursor: Cursor, field: Field, start: number): Query | 'failed' {
  const phrase = scanPhrase(cursor);
  if (phrase === undefined) {
    cursor.at = cursor.text.length;
    return 'failed';
  }
  const end = cursor.at;
  const next = peek(cursor);
  if (next === ':' && start === phrase.start) {
    skipJunk(cursor);
    fail(
      cursor,
      'quoted-key',
      phrase,
      'A key cannot stand in quotes.',
      'Escape its special characters: @first\\ name:x.',
    );
    return 'failed';
  }
  if (refuseAttached(cursor, end)) return 'failed';
  const span = { start, end };
  countTerm(cursor, span);
  return makeLeaf(cursor, field, { kind: 'equals', value: phrase.text, start: phrase.start, end }, span);
}
