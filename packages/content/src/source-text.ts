/** The text of one file, and how offsets in it become lines and columns. */

import type { SourcePosition, SourceRange } from '@signalwright/model';

export interface SourceText {
  /** Path relative to the root of the content, with `/`. */
  readonly file: string;
  readonly text: string;
  /** Range of the UTF-16 offsets `start` to `end`, half-open; offsets outside the text are clamped. */
  rangeAt(start: number, end: number): SourceRange;
}

/** Lines end in `\n` or `\r\n`; the table of line starts reaches as far as places have been asked for. */
export function sourceText(file: string, text: string): SourceText {
  const starts = [0];
  let feed = -1;
  const positionAt = (offset: number): SourcePosition => {
    const clamped = Math.max(0, Math.min(offset, text.length));
    while (feed < clamped && feed < text.length) {
      feed = text.indexOf('\n', feed + 1);
      if (feed === -1) feed = text.length;
      else starts.push(feed + 1);
    }
    const line = lastNotAfter(starts, clamped);
    return { line: line + 1, col: clamped - (starts[line] ?? 0) + 1 };
  };
  return {
    file,
    text,
    rangeAt: (start, end) => ({ file, start: positionAt(start), end: positionAt(Math.max(start, end)) }),
  };
}

/** A range for diagnostics about a file as a whole. */
export function startOfFile(file: string): SourceRange {
  return { file, start: { line: 1, col: 1 }, end: { line: 1, col: 1 } };
}

/** Index of the last element that is not greater than `value`. */
function lastNotAfter(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
