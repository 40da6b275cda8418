/**
 * How a value is written in YAML: as a person would where that is exact, with escapes where it is not. Nothing of a
 * text is lost or changed: blanks at line ends, tabs, missing and repeated line ends, characters that nobody sees.
 */

import { suspiciousCharacters } from '../parse/guard-text.ts';
import { queryLines } from './query-lines.ts';

export type ScalarUse =
  /** A search query: quoted, or a folded block with one clause a line. */
  | 'query'
  /** Inside brackets, where commas and brackets mean something. */
  | 'flow'
  | 'text';

const MAX_QUERY_CHARS = 80;
/** One line of text beyond it is written as a block. */
const MAX_LINE_CHARS = 100;

/** Lines of a scalar: the first stands behind its key, the others one level in. At least one. */
export function scalarLines(value: string | number | boolean | null, use: ScalarUse): readonly string[] {
  if (typeof value !== 'string') return [JSON.stringify(Object.is(value, -0) ? 0 : value)];
  if (!isVisible(value)) return doubleQuotedLines(value, use);
  if (use === 'query' && LONE_HASH.test(value))
    return value.includes('\n') ? doubleQuotedLines(value, use) : [quote(value)];
  if (value.includes('\n')) return literalLines(value, use) ?? doubleQuotedLines(value, use);
  if (use === 'flow') return [isPlainInFlow(value) ? value : quote(value)];
  if (use === 'query') return queryText(value);
  if (value.length > MAX_LINE_CHARS && isFoldable(value)) return ['>-', ...proseLines(value)];
  return [isPlain(value) ? value : quote(value)];
}

/** Inside a block it looks like a comment, and is none. */
const LONE_HASH = /(?:^|\s)#(?:\s|$)/;

/** Everything in it is seen as what it is. */
function isVisible(text: string): boolean {
  return suspiciousCharacters(text).next().done === true && !/[\r\u0085]/.test(text);
}

function queryText(text: string): readonly string[] {
  const isLong = text.length > MAX_QUERY_CHARS || (text.includes("'") && text.includes('"'));
  return isLong && isFoldable(text) ? ['>-', ...queryLines(text)] : [quote(text)];
}

/** A folded block loses no blank of it. */
function isFoldable(text: string): boolean {
  return text.trim() === text && !text.includes('\t');
}

/** Prose on lines of even length; joined by single spaces they are the text. */
function proseLines(text: string): readonly string[] {
  const lines: string[] = [];
  let start = 0;
  let last: number | undefined;
  const cut = (end: number): void => {
    lines.push(text.slice(start, end));
    start = end + 1;
    last = undefined;
  };
  for (const { index } of text.matchAll(/(?<! ) (?! )/g)) {
    while (index - start > MAX_LINE_CHARS) cut(last ?? index);
    if (index >= start) last = index;
  }
  if (last !== undefined && text.length - start > MAX_LINE_CHARS) cut(last);
  return [...lines, text.slice(start)];
}

/** Single quotes need no escapes but their own; double ones are read better around single ones. */
function quote(text: string): string {
  if (text.includes("'") && !/["\\]/.test(text)) return `"${text}"`;
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * A `|` block, with the sign for how it ends and the number of blanks where its first line starts with one.
 *
 * @returns undefined for a text of nothing but blanks and line ends
 */
function literalLines(text: string, use: ScalarUse): readonly string[] | undefined {
  if (use === 'flow' || /^[ \t\n]*$/.test(text)) return undefined;
  const lines = text.split('\n');
  const ends = lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  const sign = lines.at(-1) !== '' ? '-' : ends.at(-1) === '' ? '+' : '';
  const first = lines.find((line) => /[^ \t]/.test(line)) ?? '';
  // The indentation would be read from the first line that holds something, or from a longer blank one above it.
  const startsBlank = lines.slice(0, lines.indexOf(first) + 1).some((line) => /^[ \t]/.test(line));
  // Blanks at the end would be taken for indentation, or not seen.
  if (/\n[ \t]+\n*$/.test(text)) return undefined;
  return [`|${startsBlank ? '2' : ''}${sign}`, ...ends];
}

/** Escapes, and one line of the text a line of the file where there are several. */
function doubleQuotedLines(text: string, use: ScalarUse): readonly string[] {
  const lines = text.split(/(?<=\n)/);
  if (lines.length < 2 || use === 'flow') return [`"${escape(text)}"`];
  const written = lines.map((line) => escape(line).replace(/^[ \t]/, '\\$&'));
  return ['"\\', ...written.map((line) => `${line}\\`), '"'];
}

function escape(text: string): string {
  const hidden = new Set([...suspiciousCharacters(text)].map(({ offset }) => offset));
  let result = '';
  let offset = 0;
  for (const character of text) {
    result +=
      hidden.has(offset) || isControl(character) ? escapeCharacter(character) : escapePrintable(character);
    offset += character.length;
  }
  return result;
}

function isControl(character: string): boolean {
  return /[\u0000-\u001F\u007F-\u009F]/.test(character);
}

function escapePrintable(character: string): string {
  return character === '"' || character === '\\' ? `\\${character}` : character;
}

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0' };

function escapeCharacter(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  const hex = codePoint.toString(16);
  return (
    NAMED[character] ?? (codePoint > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`)
  );
}

/** Reads as this text in YAML 1.2, and in tools that still follow YAML 1.1. */
function isPlain(text: string): boolean {
  return /^[\p{L}\p{N}_./(][^\t]*$/u.test(text) && !/: |:$| #| $/.test(text) && !MISREAD.test(text);
}

function isPlainInFlow(text: string): boolean {
  return isPlain(text) && !/[,[\]{}]/.test(text) && !/:["']/.test(text);
}

/** What some YAML takes for a boolean, nothing, a number, a date or a time. */
const MISREAD =
  /^(?:y|n|yes|no|on|off|true|false|null|~|\.nan|[-+]?\.inf|[-+]?[0-9.][0-9_.,:xoa-f]*(?:e[-+]?[0-9]+)?|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*)$/i;
