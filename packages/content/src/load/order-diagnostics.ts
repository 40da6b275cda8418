/** Findings in the order of their places, and not more of one file than a person mends in one go. */

import type { Diagnostic } from '@signalwright/model';
import { diagnostic } from '../diagnostic.ts';

export function comparePlaces(a: Diagnostic, b: Diagnostic): number {
  return (
    compare(a.range.file, b.range.file) ||
    a.range.start.line - b.range.start.line ||
    a.range.start.col - b.range.start.col ||
    compare(a.code, b.code)
  );
}

/** What a person mends in one go; a file with more has one cause that the first ones tell. */
const MAX_DIAGNOSTICS_OF_FILE = 100;

/**
 * A file with errors always keeps its first one.
 *
 * @param sorted by place
 */
export function firstOfEachFile(sorted: readonly Diagnostic[]): readonly Diagnostic[] {
  const kept = new Map<string, number>();
  const firstError = new Map<string, Diagnostic>();
  for (const each of sorted) {
    if (each.severity === 'error' && !firstError.has(each.range.file)) firstError.set(each.range.file, each);
  }
  return sorted.flatMap((each) => {
    const { file } = each.range;
    const count = (kept.get(file) ?? 0) + 1;
    kept.set(file, count);
    if (count <= MAX_DIAGNOSTICS_OF_FILE || firstError.get(file) === each) return each;
    if (count > MAX_DIAGNOSTICS_OF_FILE + 1) return [];
    const message = `This file has more than ${MAX_DIAGNOSTICS_OF_FILE} problems; the rest is not shown.`;
    return diagnostic('file/more-problems', each.range, message, {
      hint: 'Mend the first ones and check again.',
    });
  });
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
