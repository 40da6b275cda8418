/**
 * Names of revisions as a caller may give them. They become arguments of git, so what could be an option, a
 * path or a search is refused here, before git sees it.
 * Source: reliability T31.
 */

const MAX_REVISION_CHARS = 255;

/** Letters first: nothing that starts with a dash can be an option. `:` would name a path, `^{/` a search. */
const REVISION = /^(?:@|[\p{L}\p{N}_][\p{L}\p{N}_./@#=,+-]*)(?:@\{[\w.-]+\}|\^\{commit\}|[~^]\d{0,6})*$/u;

/** `main`, `origin/main`, `v1.2.0`, `HEAD~2`, `main@{upstream}`, a commit id. */
export function isRevisionName(text: string): boolean {
  return text.length <= MAX_REVISION_CHARS && REVISION.test(text) && !text.includes('..');
}

export interface RevisionRange {
  readonly base: string;
  /** Undefined is the working tree. */
  readonly head?: string;
  /** `a...b`: from where both parted, as a pull request is shown. */
  readonly fromMergeBase: boolean;
}

/** Reads `base`, `base..head` and `base...head`; a missing side is HEAD. Undefined when it is no such thing. */
export function parseRevisionRange(text: string): RevisionRange | undefined {
  const dots = /^(.*?)(\.{2,3})(.*)$/s.exec(text);
  if (dots === null) return isRevisionName(text) ? { base: text, fromMergeBase: false } : undefined;
  const base = dots[1] === '' ? 'HEAD' : (dots[1] ?? '');
  const head = dots[3] === '' ? 'HEAD' : (dots[3] ?? '');
  if (!isRevisionName(base) || !isRevisionName(head)) return undefined;
  return { base, head, fromMergeBase: dots[2] === '...' };
}
