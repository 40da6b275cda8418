/**
 * Where each character of a scalar's text stands in the file: through quotes, escapes, folded lines and block
 * indentation. Mirrors YAML 1.2.2 chapters 7.3 and 8.1 as the `yaml` package decodes them; a property test holds the
 * two together.
 */

import { linesOf, MapBuilder, type Line, type ScalarMap } from './map-builder.ts';
import { mapBlock } from './scalar-map-block.ts';

/** How the scalar is written. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/**
 * @param source the file
 * @param start offset of the first character of the scalar: its quote, its first letter, or its `|` or `>`
 * @param end offset behind its last character
 * @param value the text as a parser read it: tells the indentation of a block with an indentation number
 */
export function mapScalar(
  source: string,
  start: number,
  end: number,
  style: ScalarStyle,
  value: string,
): ScalarMap {
  const map = new MapBuilder();
  switch (style) {
    case 'plain':
      mapFlowLines(map, source, start, end, false);
      break;
    case 'single':
      mapFlowLines(map, source, start + 1, end - 1, true);
      break;
    case 'double':
      mapDouble(map, source, start + 1, end - 1);
      break;
    case 'literal':
    case 'folded':
      mapBlock(map, source, { start, end }, style, value);
      break;
  }
  return map.finish(style === 'plain' || style === 'literal' || style === 'folded' ? end : end - 1);
}

const isBlank = (character: string | undefined): boolean => character === ' ' || character === '\t';

function trimStart(source: string, line: Line): number {
  let at = line.start;
  while (at < line.end && isBlank(source[at])) at += 1;
  return at;
}

function trimEnd(source: string, line: Line, from: number): number {
  let at = line.end;
  while (at > from && isBlank(source[at - 1])) at -= 1;
  return at;
}

/** Plain and single-quoted: lines are trimmed and joined by a space, empty lines become line feeds. */
function mapFlowLines(map: MapBuilder, source: string, start: number, end: number, isQuoted: boolean): void {
  const lines = linesOf(source, start, end);
  let breakAt: number | undefined;
  let emptyLines = 0;
  lines.forEach((line, index) => {
    const isLast = index === lines.length - 1;
    const from = index === 0 ? line.start : trimStart(source, line);
    const to = isLast ? line.end : trimEnd(source, line, from);
    if (index > 0) {
      if (from >= to && !isLast) {
        emptyLines += 1;
        return;
      }
      const at = breakAt ?? line.start;
      if (emptyLines === 0) map.add(' ', at, at + 1);
      else map.add('\n'.repeat(emptyLines), at, at + 1);
    }
    emptyLines = 0;
    breakAt = line.end;
    if (isQuoted) mapSingleQuoted(map, source, from, to);
    else map.copy(source, from, to);
  });
}

function mapSingleQuoted(map: MapBuilder, source: string, start: number, end: number): void {
  for (let at = start; at < end; at += 1) {
    if (source[at] === "'" && source[at + 1] === "'" && at + 1 < end) {
      map.add("'", at, at + 2);
      at += 1;
    } else map.copy(source, at, at + 1);
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  '\t': '\t',
};

const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function mapDouble(map: MapBuilder, source: string, start: number, end: number): void {
  let at = start;
  while (at < end) {
    const character = source[at] ?? '';
    if (character === '\\') at = mapEscape(map, source, at, end);
    else if (character === '\n' || (character === '\r' && source[at + 1] === '\n')) {
      at = mapFold(map, source, at, end);
    } else if (isBlank(character)) {
      let after = at;
      while (after < end && isBlank(source[after])) after += 1;
      const isTrailing = source[after] === '\n' || (source[after] === '\r' && source[after + 1] === '\n');
      if (!isTrailing || after >= end) map.copy(source, at, after);
      at = after;
    } else {
      map.copy(source, at, at + 1);
      at += 1;
    }
  }
}

/** @returns where reading goes on */
function mapEscape(map: MapBuilder, source: string, at: number, end: number): number {
  const letter = source[at + 1] ?? '';
  const escaped = ESCAPES[letter];
  if (escaped !== undefined) {
    map.add(escaped, at, at + 2);
    return at + 2;
  }
  const hexLength = HEX_LENGTH[letter];
  if (hexLength !== undefined) {
    const after = at + 2 + hexLength;
    const codePoint = Number.parseInt(source.slice(at + 2, after), 16);
    if (codePoint <= 0x10ffff) map.add(String.fromCodePoint(codePoint), at, after);
    return after;
  }
  // An escaped line break joins the lines without a space; the next line's indentation is dropped.
  let after = at + (letter === '\r' ? 3 : 2);
  if (letter === '\n' || letter === '\r') while (after < end && isBlank(source[after])) after += 1;
  else map.copy(source, at, at + 2);
  return after;
}

/** One line break becomes a space, each further one a line feed. */
function mapFold(map: MapBuilder, source: string, at: number, end: number): number {
  let after = at;
  let breaks = 0;
  while (after < end && (isBlank(source[after]) || source[after] === '\n' || source[after] === '\r')) {
    if (source[after] === '\r' && source[after + 1] !== '\n') break;
    if (source[after] === '\n') breaks += 1;
    after += 1;
  }
  map.add(breaks === 1 ? ' ' : '\n'.repeat(breaks - 1), at, at + 1);
  return after;
}
