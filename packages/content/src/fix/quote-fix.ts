/** Quotes around a text that YAML would misread, where there is no doubt how far the text goes. */

import type { DiagnosticFix } from '@signalwright/model';
import type { SourceText } from '../source-text.ts';

/** Of longer lines only this much is looked at. */
const MAX_LINE = 2_000;

/**
 * Certain is a value that stands alone behind its key or dash, up to the end of its line, and a key at its start.
 *
 * @param start offset of the text
 * @param end offset behind its last character
 */
export function quoteFix(source: SourceText, start: number, end: number): DiagnosticFix | undefined {
  const { text } = source;
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const inside = text.slice(start, end);
  const after = /^[^\n]*/.exec(text.slice(end, end + MAX_LINE))?.[0] ?? '';
  if (inside === '' || inside.includes('\n') || before.length > MAX_LINE || after.length >= MAX_LINE)
    return undefined;
  const isValue = /^\s*(- )*('[^']*'|[\w.-]+): +$/.test(before) && /^\s*$/.test(after);
  const isItem = /^\s*(- )+$/.test(before) && /^\s*$/.test(after) && !/:\s/.test(inside);
  const isKey = /^\s*(- )*$/.test(before) && /^:(\s|$)/.test(after);
  if (!isValue && !isItem && !isKey) return undefined;
  const edit = { range: source.rangeAt(start, end), text: `'${inside.replaceAll("'", "''")}'` };
  return { title: 'Quote it', edits: [edit] };
}
