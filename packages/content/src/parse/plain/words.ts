/** Keys, words and texts in quotes, all on one line. */

import type { PlainKey } from './build.ts';
import { CODE, type Cursor } from './cursor.ts';
import { notPlain } from './not-plain.ts';
import { isPlainKey } from './plain-scalar.ts';

/** The longest key that YAML takes on one line has 1,024 characters. */
const MAX_KEY_CHARS = 500;

/** By character code: may stand in a key without quotes. Keys of other characters are for the full parser. */
const KEY_CHARACTERS = tableOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-/|');
/** By character code: means something else at the start of a word. */
const INDICATORS = tableOf(',[]{}#&*!|>\'"%@` \n');

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(128);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

/**
 * Reads a key and its colon, when they stand at the cursor; the cursor then stands behind the colon, and else where it
 * was.
 */
export function readKey(cursor: Cursor): PlainKey | undefined {
  const { at: start, text } = cursor;
  const code = cursor.code();
  const isQuoted = code === CODE.singleQuote || code === CODE.doubleQuote;
  const end = isQuoted ? text.indexOf(text.charAt(start), start + 1) + 1 : endOfKeyWord(text, start);
  if (end <= start || text.charCodeAt(end) !== CODE.colon) return undefined;
  const next = text.charCodeAt(end + 1);
  if (next !== CODE.space && next !== CODE.lineFeed) return undefined;
  const name = isQuoted ? text.slice(start + 1, end - 1) : text.slice(start, end);
  if (!isPlainKey(name, isQuoted) || end - start > MAX_KEY_CHARS) notPlain();
  cursor.at = end + 1;
  const style = code === CODE.singleQuote ? 'single' : code === CODE.doubleQuote ? 'double' : 'plain';
  return { name, start, end, style };
}

function endOfKeyWord(text: string, start: number): number {
  const first = text.charCodeAt(start);
  const isLetter = (first >= 65 && first <= 90) || (first >= 97 && first <= 122) || first === CODE.underscore;
  if (!isLetter) return start;
  let at = start + 1;
  while (KEY_CHARACTERS[text.charCodeAt(at)] === 1) at += 1;
  return at;
}

/** Whether a word without quotes may start at the cursor. */
export function isWordStart(cursor: Cursor, isInFlow: boolean): boolean {
  const code = cursor.code();
  if (Number.isNaN(code) || INDICATORS[code] === 1 || code === CODE.question || code === CODE.colon)
    return false;
  if (code !== CODE.dash) return true;
  const next = cursor.code(1);
  if (Number.isNaN(next) || next === CODE.space || next === CODE.lineFeed) return false;
  return !isInFlow || !isFlowSign(next);
}

function isFlowSign(code: number): boolean {
  return (
    code === CODE.comma ||
    code === CODE.openBracket ||
    code === CODE.closeBracket ||
    code === CODE.openBrace ||
    code === CODE.closeBrace
  );
}

/** Offset behind the last character of the word at the cursor, inside brackets. */
export function endOfFlowWord(cursor: Cursor): number {
  const { text } = cursor;
  let { at } = cursor;
  let end = at;
  for (; ; at += 1) {
    const code = text.charCodeAt(at);
    if (Number.isNaN(code) || code === CODE.openBracket || code === CODE.openBrace) return notPlain();
    if (isFlowSign(code) || code === CODE.lineFeed) return end;
    if (code === CODE.space) continue;
    if (code === CODE.hash && text.charCodeAt(at - 1) === CODE.space) return notPlain();
    if (code === CODE.colon) {
      const next = text.charCodeAt(at + 1);
      if (Number.isNaN(next) || next === CODE.space || next === CODE.lineFeed || isFlowSign(next))
        return notPlain();
    }
    end = at + 1;
  }
}

export function readSingleQuoted(cursor: Cursor): string {
  const { text } = cursor;
  const start = cursor.at + 1;
  let end = text.indexOf("'", start);
  let hasQuotes = false;
  while (end !== -1 && text.charCodeAt(end + 1) === CODE.singleQuote) {
    hasQuotes = true;
    end = text.indexOf("'", end + 2);
  }
  if (end === -1) return notPlain();
  const raw = text.slice(start, end);
  if (raw.includes('\n')) notPlain();
  cursor.at = end + 1;
  return hasQuotes ? raw.replaceAll("''", "'") : raw;
}

/** Escapes that JSON and YAML share, and that make no character that nobody sees. */
const OTHER_ESCAPE = /\\(?!["\\/nt])/;

export function readDoubleQuoted(cursor: Cursor): string {
  const { text } = cursor;
  const start = cursor.at + 1;
  let end = text.indexOf('"', start);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  if (end === -1) return notPlain();
  const raw = text.slice(start, end);
  if (raw.includes('\n')) notPlain();
  cursor.at = end + 1;
  if (!raw.includes('\\')) return raw;
  if (OTHER_ESCAPE.test(raw.replaceAll('\\\\', ''))) notPlain();
  return JSON.parse(`"${raw}"`) as string;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === 92) backslashes += 1;
  return backslashes % 2 === 1;
}
