/** Lines at the end of a block of text that readers of YAML take for different things. Source: YAML 1.2.2 chapter 8.1. */

import type { Diagnostic } from '@signalwright/model';
import { diagnostic } from '../diagnostic.ts';
import type { SourceText } from '../source-text.ts';

/**
 * A line of only blanks at the end of a block that has a number in its header, or with a tab in a block that holds
 * nothing else. By the specification the blanks beyond the indentation are text; `yaml` 2.9 drops some of them, and
 * takes such tabs for text where js-yaml sees the end of the block. Refused even where they agree, as nobody sees how
 * many blanks there are.
 *
 * @param header such as `>-2`
 * @param start where the text of the block starts, behind the line break of its header
 * @param end where the lexer ends it, before or behind such lines
 */
export function blankEnd(
  source: SourceText,
  header: string,
  start: number,
  end: number,
): Diagnostic | undefined {
  const isNumbered = /\d/.test(header);
  const { text } = source;
  let from = end;
  while (from > start && isBlankOrBreak(text[from - 1])) from -= 1;
  let until = end;
  while (isBlankOrBreak(text[until])) until += 1;
  // What stands behind the last word of the block belongs to its line, and what stands before the next one to that.
  let lineStart = from === start ? start : text.indexOf('\n', from) + 1;
  const lastStart = until === text.length ? until : text.lastIndexOf('\n', until) + 1;
  while (lineStart > from - 1 && lineStart < lastStart) {
    const feed = text.indexOf('\n', lineStart);
    const lineEnd = feed === -1 ? text.length : feed;
    const line = text.slice(lineStart, lineEnd).replace('\r', '');
    if (isNumbered ? line !== '' : from === start && line.includes('\t')) {
      const message = 'Readers of YAML differ in whether these blanks are a part of the block above.';
      return diagnostic('yaml/blank-end', source.rangeAt(lineStart, lineStart + line.length), message, {
        hint: HINT,
      });
    }
    lineStart = lineEnd + 1;
  }
  return undefined;
}

const HINT = 'Remove them; if they are meant, write the text in double quotes, with \\n for its line breaks.';

function isBlankOrBreak(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}
