/** What differs between two texts: lines that left and lines that came; of one long line, what lies around the place. */

import { maskSecrets } from '@signalwright/template';

export interface Sides {
  readonly removed: readonly unknown[];
  readonly added: readonly unknown[];
}

/** Shorter texts are shown from their beginning. */
const LONG_CHARACTERS = 60;
/** Kept before the first difference, so that a reader finds the place. */
const CONTEXT_CHARACTERS = 24;

/** Secrets are masked before anything is cut: half of one would not be known for what it is. */
export function textSides(before: string, after: string): Sides {
  const [old, young] = [maskSecrets(before), maskSecrets(after)];
  if (old.includes('\n') || young.includes('\n')) {
    const [was, is] = [old.split('\n'), young.split('\n')];
    const [left, came] = [new Set(was), new Set(is)];
    const removed = was.filter((line) => !came.has(line));
    const added = is.filter((line) => !left.has(line));
    if (removed.length === 1 && added.length === 1) return around(removed[0] ?? '', added[0] ?? '');
    if (removed.length + added.length > 0) return { removed, added };
  }
  return around(old, young);
}

function around(before: string, after: string): Sides {
  const same = commonLength(before, after);
  const isShort = Math.max(before.length, after.length) <= LONG_CHARACTERS;
  if (isShort || same <= 2 * CONTEXT_CHARACTERS) return { removed: [before], added: [after] };
  let from = same - CONTEXT_CHARACTERS;
  // Not in the middle of a pair.
  if (/[\udc00-\udfff]/.test(before.charAt(from))) from -= 1;
  return { removed: [`…${before.slice(from)}`], added: [`…${after.slice(from)}`] };
}

function commonLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let same = 0;
  while (same < most && a[same] === b[same]) same += 1;
  return same;
}
