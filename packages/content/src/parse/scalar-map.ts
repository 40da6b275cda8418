/**
 * Where each character of a scalar's text stands in the file: through quotes, escapes, folded lines and block
 * indentation. Mirrors YAML 1.2.2 chapters 7.3 and 8.1 as the `yaml` package decodes them; a property test holds the
 * two together.
 */

/** How the scalar is written. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface ScalarMap {
  readonly text: string;
  /** Offset in the file of UTF-16 unit `i` of the text; one more entry than the text has units. */
  readonly starts: readonly number[];
  /** Offset behind the last character that makes unit `i`. */
  readonly ends: readonly number[];
}

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

class MapBuilder {
  readonly #units: string[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** `text` as a whole comes from the characters `start` to `end`. */
  add(text: string, start: number, end: number): void {
    for (const unit of text.split('')) {
      this.#units.push(unit);
      this.#starts.push(start);
      this.#ends.push(end);
    }
  }

  /** Each character stands for itself. */
  copy(source: string, start: number, end: number): void {
    for (let at = start; at < end; at += 1) this.add(source.charAt(at), at, at + 1);
  }

  finish(end: number): ScalarMap {
    return {
      text: this.#units.join(''),
      starts: [...this.#starts, this.#ends.at(-1) ?? end],
      ends: this.#ends,
    };
  }
}

interface Line {
  readonly start: number;
  /** Without the line break. */
  readonly end: number;
}

function linesOf(source: string, start: number, end: number): readonly Line[] {
  const lines: Line[] = [];
  let at = start;
  for (let feed = source.indexOf('\n', at); feed !== -1 && feed < end; feed = source.indexOf('\n', at)) {
    lines.push({ start: at, end: source[feed - 1] === '\r' && feed > at ? feed - 1 : feed });
    at = feed + 1;
  }
  lines.push({ start: at, end });
  return lines;
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

interface BlockLine extends Line {
  /** Number of leading spaces. */
  readonly indent: number;
  readonly isEmpty: boolean;
}

function mapBlock(
  map: MapBuilder,
  source: string,
  { start, end }: Line,
  style: 'literal' | 'folded',
  value: string,
): void {
  const headerEnd = source.indexOf('\n', start);
  if (headerEnd === -1 || headerEnd >= end) return;
  const header = /^[|>]([-+0-9]*)/.exec(source.slice(start, headerEnd))?.[1] ?? '';
  const lines = linesOf(source, headerEnd + 1, end).map((line): BlockLine => {
    let indent = 0;
    while (line.start + indent < line.end && source[line.start + indent] === ' ') indent += 1;
    return { ...line, indent, isEmpty: line.start + indent === line.end };
  });
  const first = lines.findIndex((line) => !line.isEmpty);
  if (first === -1) return mapOnlyEmpty(map, lines, header, end);
  const own = /\d/.test(header) ? (/^ */.exec(value.split('\n')[first] ?? '')?.[0].length ?? 0) : 0;
  const trim = Math.max(0, (lines[first]?.indent ?? 0) - own);
  let chompStart = lines.length;
  while (chompStart > 0 && lines[chompStart - 1]?.isEmpty === true) chompStart -= 1;
  for (let index = lines.length - 1; index >= chompStart; index -= 1) {
    if ((lines[index]?.indent ?? 0) > trim) chompStart = index + 1;
  }
  mapLeadingEmpty(map, source, lines.slice(0, first), trim);
  const body = lines.slice(first, chompStart);
  if (style === 'literal') mapLiteral(map, source, body, trim);
  else mapFolded(map, source, body, trim);
  const last = body.at(-1);
  if (last === undefined || header.includes('-')) return;
  const breakEnd = Math.min(end, last.end + 1);
  if (!header.includes('+')) return map.add('\n', last.end, breakEnd);
  for (const line of lines.slice(chompStart)) {
    map.add('\n', Math.max(last.end, line.start - 1), line.start);
    map.copy(source, Math.min(line.start + trim, line.end), line.end);
  }
  if (!endsInBreak(lines.slice(chompStart), trim)) map.add('\n', last.end, breakEnd);
}

function endsInBreak(lines: readonly BlockLine[], trim: number): boolean {
  const last = lines.at(-1);
  return last !== undefined && last.indent <= trim;
}

function mapOnlyEmpty(map: MapBuilder, lines: readonly BlockLine[], header: string, end: number): void {
  if (header.includes('+')) map.add('\n'.repeat(Math.max(1, lines.length - 1)), end, end);
}

function mapLeadingEmpty(map: MapBuilder, source: string, lines: readonly BlockLine[], trim: number): void {
  for (const line of lines) {
    map.copy(source, Math.min(line.start + trim, line.end), line.end);
    map.add('\n', line.end, line.end + 1);
  }
}

function mapLiteral(map: MapBuilder, source: string, lines: readonly BlockLine[], trim: number): void {
  lines.forEach((line, index) => {
    const before = lines[index - 1];
    if (before !== undefined) map.add('\n', before.end, before.end + 1);
    map.copy(source, Math.min(line.start + trim, line.end), line.end);
  });
}

function mapFolded(map: MapBuilder, source: string, lines: readonly BlockLine[], trim: number): void {
  let separator = '';
  let breakAt = 0;
  let wasMoreIndented = false;
  for (const line of lines) {
    const from = Math.min(line.start + trim, line.end);
    const isMoreIndented = line.indent > trim || source[from] === '\t';
    if (isMoreIndented) {
      if (separator === ' ') separator = '\n';
      else if (!wasMoreIndented && separator === '\n') separator = '\n\n';
    } else if (line.isEmpty) {
      if (separator === '\n') map.add('\n', breakAt, breakAt + 1);
      else separator = '\n';
      breakAt = line.end;
      continue;
    }
    map.add(separator, breakAt, breakAt + 1);
    map.copy(source, from, line.end);
    separator = isMoreIndented ? '\n' : ' ';
    wasMoreIndented = isMoreIndented;
    breakAt = line.end;
  }
}
