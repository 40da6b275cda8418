/** Mends what can be mended for certain, in memory: findings whose fix is known, until none is left. */

import type { Diagnostic } from '@signalwright/model';
import { CheckCache } from '../load/check-cache.ts';
import { checkFiles, type CheckOptions } from '../workspace.ts';
import { applyFixes } from './apply-edits.ts';

/** Mending a quote lets a schema see what is behind it, and so on; more layers than this are none. */
const MAX_ROUNDS = 10;

export interface FixedContent {
  /** Files that changed, with their new text. */
  readonly changed: ReadonlyMap<string, string>;
  /** In the order in which they were mended, with the places that they had then. */
  readonly fixed: readonly Diagnostic[];
}

/**
 * @param files path relative to the root to text
 * @param isWanted which findings to mend; those that are ignored or turned off are left alone anyway
 */
export function fixContent(
  files: ReadonlyMap<string, string>,
  options: CheckOptions,
  isWanted: (diagnostic: Diagnostic) => boolean = () => true,
): FixedContent {
  const current = new Map(files);
  const changed = new Map<string, string>();
  const fixed: Diagnostic[] = [];
  // Each round changes few of the files.
  const cache = options.cache ?? new CheckCache('fix');
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const { diagnostics } = checkFiles(current, { ...options, cache });
    const fixable = diagnostics.filter((each) => each.fix !== undefined && isWanted(each));
    if (fixable.length === 0) break;
    for (const file of new Set(fixable.map(({ range }) => range.file))) {
      const own = fixable.filter(({ range }) => range.file === file);
      const result = applyFixes(current.get(file) ?? '', own);
      current.set(file, result.text);
      changed.set(file, result.text);
      fixed.push(...result.fixed);
    }
  }
  return { changed, fixed };
}
