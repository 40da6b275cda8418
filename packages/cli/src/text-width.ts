/** How wide text is on a terminal: East Asian wide characters and emoji take two columns, marks none. */

import { inertTerminal } from '@signalwright/template';

/** Text from outside as one line: no escape sequence, no line end, no invisible character. */
export function oneLine(text: string): string {
  return inertTerminal(text.replaceAll(/\s+/gu, ' ')).trim();
}

/** Columns of inert text. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

/** The beginning of `text` that fits, with `…` in place of what does not. @param columns at least 1 */
export function clipColumns(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  return `${takeColumns(text, columns - 1)}…`;
}

export function padColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}

/** Words in at most `maxLines` lines; a word too long for a line is cut, and what does not fit becomes `…`. */
export function wrapColumns(text: string, columns: number, maxLines: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (lines.length < maxLines - 1 && columnsOf(rest) > columns) {
    const taken = takeColumns(rest, columns + 1);
    const space = taken.lastIndexOf(' ');
    const line = space > 0 ? taken.slice(0, space) : takeColumns(rest, columns);
    lines.push(line);
    rest = beginLine(rest.slice(line.length).trimStart());
  }
  return [...lines, clipColumns(rest, columns)];
}

/** What was inert in the middle of a line could be a command of a CI job at its beginning: `::set-output::`. */
function beginLine(text: string): string {
  return text.startsWith('::') ? `\\u{3a}${text.slice(1)}` : text;
}

function takeColumns(text: string, columns: number): string {
  let taken = '';
  let used = 0;
  for (const character of text) {
    used += columnsOfCharacter(character);
    if (used > columns) break;
    taken += character;
  }
  return taken;
}

function columnsOfCharacter(character: string): number {
  if (NARROW.test(character)) return 1;
  return NOTHING.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
}

const NARROW = /^[\u0020-\u007e]$/;
const NOTHING = /^[\p{M}\u200d]$/u;
const WIDE =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]$|^\p{Emoji_Presentation}$/u;
