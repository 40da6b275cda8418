/** Carries out what fixes say. */

import type { Diagnostic, TextEdit } from '@signalwright/model';

/**
 * Takes the fixes in the order of the file; one that would touch what another has changed waits.
 *
 * @returns the text, and the findings whose fix was carried out
 */
export function applyFixes(
  text: string,
  diagnostics: readonly Diagnostic[],
): { readonly text: string; readonly fixed: readonly Diagnostic[] } {
  const offsetOf = offsets(text);
  const fixed: Diagnostic[] = [];
  const edits: (TextEdit & Span)[] = [];
  let end = -1;
  for (const each of diagnostics) {
    const own = (each.fix?.edits ?? [])
      .map((edit) => ({ ...edit, start: offsetOf(edit.range.start), end: offsetOf(edit.range.end) }))
      .toSorted((a, b) => a.start - b.start);
    const last = own.at(-1);
    if (last === undefined || (own[0]?.start ?? 0) <= end) continue;
    edits.push(...own);
    fixed.push(each);
    end = last.end;
  }
  const parts: string[] = [];
  let at = 0;
  for (const edit of edits) {
    parts.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  return { text: [...parts, text.slice(at)].join(''), fixed };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function offsets(text: string): (position: { readonly line: number; readonly col: number }) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return ({ line, col }) => Math.min(text.length, (starts[line - 1] ?? text.length) + col - 1);
}
