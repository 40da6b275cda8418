/** Places of the characters of literal and folded blocks. Source: YAML 1.2.2 chapter 8.1. */

import { linesOf, type Line, type MapBuilder } from './map-builder.ts';

interface BlockLine extends Line {
  /** Number of leading spaces. */
  readonly indent: number;
  readonly isEmpty: boolean;
}

/** @param value the text as a parser read it: tells the indentation of a block with an indentation number */
export function mapBlock(
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
