/**
 * Where a long query is broken: one clause a line. The lines joined by single spaces are the query, to the character,
 * so that a `>-` block holds exactly the text that was imported.
 */

import { parseQuery, type Query } from '@signalwright/query';

/** A clause that is longer is broken again, at its own parts. */
const MAX_CLAUSE_CHARS = 100;

/** @returns at least one line; one alone when the query cannot be read or has nothing to break at */
export function queryLines(text: string): readonly string[] {
  const parsed = parseQuery(text);
  if (!parsed.ok) return [text];
  const breaks = new Set<number>();
  collectBreaks(text, parsed.query, breaks);
  const ends = [...breaks].toSorted((a, b) => a - b);
  const starts = [0, ...ends.map((end) => end + 1)];
  return starts.map((start, index) => text.slice(start, ends[index] ?? text.length));
}

/** Adds the spaces between the parts of an `and` or `or`: the one before its operator where it is written. */
function collectBreaks(text: string, query: Query, breaks: Set<number>): void {
  if (query.kind === 'not') return collectBreaks(text, query.child, breaks);
  if (query.kind !== 'and' && query.kind !== 'or') return;
  query.children.forEach((child, index) => {
    const before = query.children[index - 1];
    const space = before === undefined ? -1 : text.slice(before.end, child.start).indexOf(' ');
    if (before !== undefined && space !== -1 && isSingleSpace(text, before.end + space))
      breaks.add(before.end + space);
    if (child.end - child.start > MAX_CLAUSE_CHARS) collectBreaks(text, child, breaks);
  });
}

/** Only a lone space comes back from a line break. */
function isSingleSpace(text: string, at: number): boolean {
  return !/\s/.test(text.charAt(at - 1)) && !/\s/.test(text.charAt(at + 1));
}
