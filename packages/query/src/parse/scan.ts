/**
 * The two tokens that carry text: a word and a quoted phrase. Wildcards are told apart from characters
 * here, before anything is unescaped, so that `foo\*` and `foo*` can never become the same pattern.
 */

import type { PatternPart, Span } from '../ast.ts';
import { fail, isSpace, isTypographicQuote, warn, type Cursor } from './cursor.ts';

export interface Word extends Span {
  readonly kind: 'word';
  readonly parts: readonly PatternPart[];
  /** As written, with its backslashes. */
  readonly raw: string;
}

export interface Phrase extends Span {
  readonly kind: 'phrase';
  readonly text: string;
}

const ENDS_WORD = new Set('()[]{}":');
/** Documented as special, harmless inside a word. `-`, `+` and `=` too, but everybody writes `my-service`. */
const LOOKS_SPECIAL = /[!^~<>#=]/;

/** Reads up to a space, parenthesis, bracket, quote, colon, `&&` or `||`. May be empty. Never fails. */
export function scanWord(cursor: Cursor): Word {
  const { text } = cursor;
  const start = cursor.at;
  const parts: PatternPart[] = [];
  let run = '';
  const flush = (): void => {
    if (run !== '') parts.push(Object.freeze({ kind: 'text', text: run }));
    run = '';
  };
  for (;;) {
    const ordinary = cursor.at;
    while (isOrdinary(text, cursor.at)) cursor.at += 1;
    run += text.slice(ordinary, cursor.at);
    const char = text.charAt(cursor.at);
    if (char === '\\') {
      // A backslash makes the next character a character; at the very end it stands for itself.
      run += text.charAt(cursor.at + 1) || '\\';
      cursor.at = Math.min(cursor.at + 2, text.length);
    } else if (char === '*' || char === '?') {
      flush();
      if (char === '?') parts.push(ANY_ONE);
      else if (parts.at(-1) !== ANY_RUN) parts.push(ANY_RUN);
      cursor.at += 1;
    } else break;
  }
  flush();
  return { kind: 'word', parts, raw: text.slice(start, cursor.at), start, end: cursor.at };
}

/** Reads a phrase that starts at the cursor. Undefined, with an error, when it is not closed. */
export function scanPhrase(cursor: Cursor): Phrase | undefined {
  const { text } = cursor;
  const start = cursor.at;
  const typographic = isTypographicQuote(text.charAt(start));
  let content = '';
  let wildcard = false;
  cursor.at += 1;
  while (cursor.at < text.length) {
    const ordinary = cursor.at;
    while (isOrdinary(text, cursor.at)) cursor.at += 1;
    content += text.slice(ordinary, cursor.at);
    const char = text.charAt(cursor.at);
    if (char === '"' || (typographic && isTypographicQuote(char))) {
      cursor.at += 1;
      const span = { start, end: cursor.at };
      if (typographic) warnTypographic(cursor, span);
      if (wildcard) warnWildcard(cursor, span);
      return { kind: 'phrase', text: content, ...span };
    }
    if (char === '\\' && cursor.at + 1 < text.length) {
      content += text.charAt(cursor.at + 1);
      cursor.at += 2;
      continue;
    }
    if (char === '*' || char === '?') wildcard = true;
    content += char;
    cursor.at += 1;
  }
  fail(
    cursor,
    'unterminated-quote',
    { start, end: text.length },
    'This quote is never closed.',
    'Close it with ", or write \\" for the character itself.',
  );
  return undefined;
}

/** Says so, once for a word, when special characters stand in it unescaped. */
export function warnSpecials(cursor: Cursor, word: Word): void {
  const found = firstSpecial(word.raw);
  if (found === undefined) return;
  warn(
    cursor,
    'unescaped-special',
    { start: word.start + found.at, end: word.start + found.at + 1 },
    `"${found.char}" is read as the character itself.`,
    `The documentation wants it escaped: \\${found.char}, or the value in quotes.`,
  );
}

/** The word's text where it has no wildcard; undefined otherwise. */
export function wordText(word: Word): string | undefined {
  let text = '';
  for (const part of word.parts) {
    if (part.kind !== 'text') return undefined;
    text += part.text;
  }
  return text;
}

const ANY_RUN: PatternPart = Object.freeze({ kind: 'any-run' });
const ANY_ONE: PatternPart = Object.freeze({ kind: 'any-one' });

/** Whether the character is one of the text itself: it neither ends a word nor means anything in it. */
function isOrdinary(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 128) {
    if (ORDINARY[code] === 1) return true;
    // Doubled they are operators.
    return (code === AMPERSAND || code === BAR) && text.charCodeAt(at + 1) !== code;
  }
  return !Number.isNaN(code) && !isSpace(code) && !isTypographicQuote(text.charAt(at));
}

const AMPERSAND = 38;
const BAR = 124;

const ORDINARY = Uint8Array.from({ length: 128 }, (_, code) =>
  isSpace(code) || ENDS_WORD.has(String.fromCharCode(code)) || '\\*?&|'.includes(String.fromCharCode(code))
    ? 0
    : 1,
);

function firstSpecial(raw: string): { at: number; char: string } | undefined {
  if (!LOOKS_SPECIAL.test(raw)) return undefined;
  for (let at = 0; at < raw.length; at += 1) {
    const char = raw.charAt(at);
    if (char === '\\') at += 1;
    else if (LOOKS_SPECIAL.test(char)) return { at, char };
  }
  return undefined;
}

function warnTypographic(cursor: Cursor, span: Span): void {
  warn(cursor, 'typographic-quotes', span, 'These are typographic quotes.', 'Write straight quotes: "…".');
}

function warnWildcard(cursor: Cursor, span: Span): void {
  warn(
    cursor,
    'wildcard-in-quotes',
    span,
    'Inside quotes "*" and "?" are ordinary characters.',
    'For a wildcard leave the quotes away and escape the rest; for the character write \\* or \\?.',
  );
}
