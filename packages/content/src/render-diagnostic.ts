/** A diagnostic as people read it in a terminal: place, code, message, the line with a caret, what to do. */

import type { Diagnostic, SourcePosition, SourceRange } from '@signalwright/model';
import { maskSecrets, stars } from '@signalwright/template';

export interface RenderOptions {
  readonly color: boolean;
  /** Columns of the terminal; long source lines are cut around the caret. */
  readonly width: number;
}

const MIN_WIDTH = 40;
/** Wider carets say no more. */
const TAB = '    ';

/**
 * `file:line:col severity code message`, then the excerpt and the hint. Characters that a terminal would obey are
 * spelled out, since the text comes from files; secrets are masked, since the output goes to logs.
 *
 * @param source text of the file; undefined leaves the excerpt out
 */
export function renderDiagnostic(
  diagnostic: Diagnostic,
  source: string | undefined,
  options: RenderOptions,
): string {
  const paint = painter(options.color);
  const { severity, code, message, range, hint, related = [] } = diagnostic;
  const place = placeOf(range);
  const lines = [
    `${paint.bold(place)} ${paint[severity](severity)} ${paint.dim(code)} ${spellControls(message)}`,
    ...excerpt(range, source, options, paint[severity], code === 'lint/secret-in-clear'),
  ];
  if (hint !== undefined) lines.push(`  ${paint.dim('=')} ${paint.hint('hint:')} ${spellControls(hint)}`);
  for (const other of related) {
    lines.push(`  ${paint.dim('=')} ${placeOf(other.range)}: ${spellControls(other.message)}`);
    if (other.range.file === range.file) lines.push(...excerpt(other.range, source, options, paint.dim));
  }
  return lines.join('\n');
}

/** Whoever names a file may write what he likes into its name. */
function placeOf({ file, start }: SourceRange): string {
  return `${spellControls(file)}:${start.line}:${start.col}`;
}

type Paint = (text: string) => string;

function painter(
  color: boolean,
): Readonly<Record<'error' | 'warning' | 'info' | 'dim' | 'bold' | 'hint', Paint>> {
  const style =
    (open: number, close: number): Paint =>
    (text) =>
      color ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    error: style(31, 39),
    warning: style(33, 39),
    info: style(34, 39),
    hint: style(36, 39),
    dim: style(2, 22),
    bold: style(1, 22),
  };
}

/**
 * The first line of the range; carets under what belongs to it.
 *
 * @param isSecret whether what is marked is a secret, however it is written
 */
function excerpt(
  range: SourceRange,
  source: string | undefined,
  options: RenderOptions,
  mark: Paint,
  isSecret = false,
): string[] {
  const line = source === undefined ? undefined : lineAt(source, range.start);
  if (line === undefined) return [];
  const number = String(range.start.line);
  const room = Math.max(MIN_WIDTH, options.width) - number.length - 5;
  const end = range.end.line === range.start.line ? range.end.col - 1 : line.length;
  const cut = cutAround(line, range.start.col - 1, Math.max(end, range.start.col), room);
  const before = displayText(cut.before);
  const inside = displayText(isSecret ? stars(cut.inside) : cut.inside);
  const gutter = ' '.repeat(number.length);
  const carets = '^'.repeat(Math.max(1, displayWidth(inside)));
  const shown = `${before}${inside}${displayText(cut.after)}`.trimEnd();
  return [`  ${number} | ${shown}`, `  ${gutter} | ${' '.repeat(displayWidth(before))}${mark(carets)}`];
}

/** How far around a mark secrets are looked for: the longest of them, and more than any terminal is wide. */
const MASKED_AROUND = 8_000;

function lineAt(source: string, { line, col }: SourcePosition): string | undefined {
  let start = 0;
  for (let at = 1; at < line; at += 1) {
    const feed = source.indexOf('\n', start);
    if (feed === -1) return undefined;
    start = feed + 1;
  }
  const feed = source.indexOf('\n', start);
  const end = feed === -1 ? source.length : feed;
  // A private key stands on several lines, of which only its first says what it is.
  const from = Math.max(0, start + col - MASKED_AROUND);
  const to = start + col + MASKED_AROUND;
  const masked = maskSecrets(source.slice(from, to)).slice(
    Math.max(0, start - from),
    Math.max(0, end - from),
  );
  return `${source.slice(start, Math.max(start, from))}${masked}${source.slice(Math.min(to, end), end)}`.replace(
    /\r$/,
    '',
  );
}

interface Cut {
  readonly before: string;
  readonly inside: string;
  readonly after: string;
}

/** A long line keeps the marked part and what fits around it. */
function cutAround(line: string, start: number, end: number, room: number): Cut {
  if (line.length <= room) {
    return { before: line.slice(0, start), inside: line.slice(start, end), after: line.slice(end) };
  }
  const lead = Math.floor(room / 3);
  const from = start <= lead ? 0 : start - lead;
  const to = from + room;
  const first = from > 0 ? from + 1 : 0;
  const last = to < line.length ? to - 1 : to;
  const stop = Math.min(end, last);
  return {
    before: `${from > 0 ? '…' : ''}${wholeCharacters(line.slice(first, start))}`,
    inside: stop < end ? wholeCharacters(line.slice(start, stop)) : line.slice(start, stop),
    after:
      to < line.length ? `${wholeCharacters(line.slice(stop, Math.max(stop, last)))}…` : line.slice(stop),
  };
}

/** A cut goes by UTF-16 units: half of a character at its edge is left out. */
function wholeCharacters(text: string): string {
  return text.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '');
}

function displayText(text: string): string {
  return spellControls(text.replaceAll('\t', TAB));
}

/** What a terminal would obey, or what reorders a line, is shown as its code point. */
function spellControls(text: string): string {
  return text.replace(
    /[\u0000-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]|\p{Cs}/gu,
    (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
  );
}

/** Columns a terminal needs; East Asian wide characters and emoji take two, marks none. */
function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F200}-\u{1F2FF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u;
