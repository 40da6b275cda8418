/** Blocks of text behind `|` and `>`, without an indentation number and without kept line breaks at the end. */

import { CODE, type Cursor } from './cursor.ts';
import { notPlain } from './not-plain.ts';

export interface BlockScalar {
  readonly value: string;
  readonly start: number;
  readonly end: number;
  readonly style: 'literal' | 'folded';
}

interface Block {
  /** One text a line, empty ones included, without indentation. */
  readonly lines: readonly string[];
  /** Behind the line break of the last line. */
  readonly end: number;
}

/** Reads the block whose `|` or `>` stands at the cursor, and goes on to the next value. */
export function readBlockScalar(cursor: Cursor, indent: number): BlockScalar {
  const start = cursor.at;
  const isLiteral = cursor.code() === CODE.bar;
  cursor.at += 1;
  const isStripped = cursor.code() === CODE.dash;
  if (isStripped) cursor.at += 1;
  cursor.skipSpaces();
  if (cursor.code() !== CODE.lineFeed) notPlain();
  cursor.at += 1;
  const { lines, end } = readLines(cursor, indent);
  const text = isLiteral ? lines.join('\n') : fold(lines);
  cursor.at = end;
  cursor.toNextLine();
  return {
    start,
    end,
    style: isLiteral ? 'literal' : 'folded',
    value: isStripped ? text : `${text}\n`,
  };
}

function readLines(cursor: Cursor, indent: number): Block {
  const { text } = cursor;
  const lines: string[] = [];
  let lineStart = cursor.at;
  let end = lineStart;
  let trim = -1;
  let filled = 0;
  /** Behind the last line that is filled; at the end of a block readers of YAML count them differently. */
  let hasBlanks = false;
  while (lineStart < text.length) {
    let at = lineStart;
    while (text.charCodeAt(at) === CODE.space) at += 1;
    const feed = text.indexOf('\n', at);
    const lineEnd = feed === -1 ? text.length : feed;
    if (at === lineEnd) {
      if (trim === -1 && at > lineStart) notPlain();
      // Blanks in an empty line are a part of the text when there are more of them than indentation.
      const line = text.slice(lineStart + trim, lineEnd);
      if (trim !== -1 && line !== '') hasBlanks = true;
      lines.push(trim === -1 ? '' : line);
    } else {
      if (trim === -1) {
        // It may hold nothing but tabs, which readers take for different things.
        if (text.charCodeAt(at) === CODE.tab) notPlain();
        trim = at - lineStart;
      }
      if (at - lineStart < trim) break;
      const line = text.slice(lineStart + trim, lineEnd);
      cursor.tabsInBlocks += tabsIn(line);
      lines.push(line);
      filled = lines.length;
      hasBlanks = false;
      end = feed === -1 ? text.length : feed + 1;
    }
    if (feed === -1) break;
    lineStart = feed + 1;
  }
  if (trim <= indent || hasBlanks) notPlain();
  lines.length = filled;
  return { lines, end };
}

/** Most lines have none. */
export function tabsIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\t'); at !== -1; at = text.indexOf('\t', at + 1)) count += 1;
  return count;
}

/** Lines are joined by a space, empty ones become line breaks. Lines that are indented further fold in another way. */
function fold(lines: readonly string[]): string {
  let text = '';
  let breaks = 0;
  let isFirst = true;
  for (const line of lines) {
    if (line === '') {
      breaks += 1;
      continue;
    }
    const first = line.charCodeAt(0);
    if (first === CODE.space || first === CODE.tab) notPlain();
    if (breaks > 0) text += '\n'.repeat(breaks);
    else if (!isFirst) text += ' ';
    text += line;
    breaks = 0;
    isFirst = false;
  }
  return text;
}
