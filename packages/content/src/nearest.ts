/** "Did you mean": the known word that is closest to a written one. */

/** Longer words are never guessed at, nor more words than this looked at, so that the cost stays bounded. */
const MAX_WORD = 80;
const MAX_WORDS = 5_000;

/**
 * @returns the known word with the fewest edits (insert, delete, replace, swap of neighbours), or undefined when even
 * that one needs more than a third of the letters
 */
export function nearest(found: string, known: Iterable<string>): string | undefined {
  if (found.length > MAX_WORD) return undefined;
  let best: { readonly word: string; readonly distance: number } | undefined;
  let seen = 0;
  for (const word of known) {
    seen += 1;
    if (seen > MAX_WORDS) break;
    const allowed = Math.max(1, Math.floor(Math.max(found.length, word.length) / 3));
    const least = Math.abs(found.length - word.length);
    if (word.length > MAX_WORD || word === found || least > allowed) continue;
    const distance = editDistance(found.toLowerCase(), word.toLowerCase());
    if (distance <= allowed && (best === undefined || distance < best.distance)) best = { word, distance };
  }
  return best?.word;
}

/** `Did you mean "x"?`, or undefined. */
export function didYouMean(found: string, known: Iterable<string>): string | undefined {
  const word = nearest(found, known);
  return word === undefined ? undefined : `Did you mean "${word}"?`;
}

/** Optimal string alignment distance. */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (beforePrevious[j - 2] ?? 0) + 1);
      }
      current.push(least);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
