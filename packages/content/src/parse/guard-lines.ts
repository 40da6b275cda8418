/**
 * Lines that look other than they are: content behind so many blanks that no screen shows it, and line breaks of two
 * sorts. Source: reliability T12.
 */

import type { Diagnostic } from '@signalwright/model';
import { diagnostic } from '../diagnostic.ts';
import type { SourceText } from '../source-text.ts';

/** Chosen: wider than any alignment that a person types; what stands behind is off most screens. */
const MAX_BLANKS = 100;

const isBlank = (character: string | undefined): boolean => character === ' ' || character === '\t';

/** The first text of the file that stands behind too many blanks. Linear: only long lines are looked at. */
export function hiddenByBlanks(source: SourceText): readonly Diagnostic[] {
  const { text } = source;
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf('\n', start);
    const end = feed === -1 ? text.length : feed;
    const hidden = end - start <= MAX_BLANKS ? undefined : textBehindBlanks(text, start, end);
    if (hidden !== undefined) {
      const range = source.rangeAt(hidden, end);
      const message = `This text stands behind more than ${MAX_BLANKS} blanks, where a reader may not see it.`;
      return [diagnostic('text/off-screen', range, message, { hint: 'Put it on a line of its own.' })];
    }
    start = end + 1;
  }
  return [];
}

function textBehindBlanks(text: string, start: number, end: number): number | undefined {
  let blanks = 0;
  for (let at = start; at < end; at += 1) {
    if (isBlank(text[at])) blanks += 1;
    else if (blanks > MAX_BLANKS && text[at] !== '\r') return at;
    else blanks = 0;
  }
  return undefined;
}

/** Diffs show such lines as changed although nothing is. A lone `\r` is refused as a control character. */
export function mixedLineBreaks(source: SourceText): readonly Diagnostic[] {
  const { text } = source;
  const windows = text.indexOf('\r\n');
  if (windows === -1) return [];
  const plain = /(?:^|[^\r])\n/.exec(text);
  if (plain === null) return [];
  const at = Math.max(windows, plain.index + plain[0].length - 1);
  return [
    diagnostic('text/mixed-line-breaks', source.rangeAt(at, at), 'Lines of this file end in two ways.', {
      hint: '`signalwright fmt` makes them alike.',
    }),
  ];
}
