/** What stands before a colon: `@path`, `#name`, `*`, a reserved name, or the key of a tag. */

import { isReservedName, type Field, type Span } from '../ast.ts';
import { excerpt, fail, type Cursor } from './cursor.ts';
import { MAX_PATH_DOTS } from './limits.ts';
import { wordText, type Word } from './scan.ts';

/** `_exists_:x` and `_missing_:x` name their field in the value. */
export type Key = Field | '_exists_' | '_missing_';

/** Undefined, with an error, when the word cannot be a key. */
export function readKey(cursor: Cursor, word: Word): Key | undefined {
  const span: Span = { start: word.start, end: word.end };
  if (word.raw === '') {
    const colon = { start: word.start, end: word.start + 1 };
    fail(
      cursor,
      'empty-key',
      colon,
      'There is no key before ":".',
      'Write @attribute:value, or \\: for the character.',
    );
    return undefined;
  }
  if (word.raw === '*') return Object.freeze({ kind: 'everything', ...span });
  const text = wordText(word);
  if (text === undefined) {
    fail(
      cursor,
      'wildcard-in-key',
      span,
      `The key "${excerpt(word.raw)}" holds a wildcard.`,
      'Name one attribute; "*:" alone searches all of them.',
    );
    return undefined;
  }
  if (word.raw.startsWith('@')) return readPath(cursor, text.slice(1), span);
  if (word.raw.startsWith('#')) {
    if (text.length > 1) return Object.freeze({ kind: 'calculated', name: text.slice(1), ...span });
    fail(cursor, 'empty-key', span, 'There is no name after "#".');
    return undefined;
  }
  if (text === '_exists_' || text === '_missing_') return text;
  return Object.freeze(namedField(text, span));
}

/** The field that a key without `@` names. */
export function namedField(name: string, span: Span): Field {
  if (name === 'message' || name === 'tags') return { kind: name, ...span };
  return isReservedName(name) ? { kind: 'reserved', name, ...span } : { kind: 'tag', key: name, ...span };
}

function readPath(cursor: Cursor, path: string, span: Span): Field | undefined {
  if (path === '') {
    fail(cursor, 'empty-key', span, 'There is no attribute after "@".', 'Write @http.status_code:500.');
    return undefined;
  }
  if (path.length > MAX_PATH_DOTS && path.split('.', MAX_PATH_DOTS + 2).length > MAX_PATH_DOTS + 1) {
    fail(cursor, 'path-too-long', span, `The path has more than ${MAX_PATH_DOTS} dots.`);
    return undefined;
  }
  return Object.freeze({ kind: 'attribute', path, ...span });
}
