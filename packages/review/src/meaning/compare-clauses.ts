/** Which clauses of a query changed. Queries are compared as compiled, so layout and quoting never show. */

import { printQuery, queryPaths, sameQuery, type Query } from '@signalwright/query';

export interface ClauseDifference {
  readonly replaced: readonly { readonly before: string; readonly after: string }[];
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** `and`: clauses that all must hold; `or`: alternatives of which one suffices. */
  readonly joinedBy: 'and' | 'or';
}

/** Empty lists when both are the same query in another layout. */
export function compareClauses(before: Query, after: Query): ClauseDifference {
  const removed = without(clausesOf(before, 'and'), clausesOf(after, 'and'));
  const added = without(clausesOf(after, 'and'), clausesOf(before, 'and'));
  const [old, ...otherOld] = removed;
  const [young, ...otherYoung] = added;
  if (otherOld.length === 0 && otherYoung.length === 0 && isAlternation(old) && isAlternation(young)) {
    const alternatives = compareAlternatives(old, young);
    if (alternatives !== undefined) return alternatives;
  }
  return pairUp(removed, added, 'and');
}

/** The paths that changed clauses speak of: what a witness turns on. */
export function changedPaths(before: Query, after: Query): ReadonlySet<string> {
  const removed = without(clausesOf(before, 'and'), clausesOf(after, 'and'));
  const added = without(clausesOf(after, 'and'), clausesOf(before, 'and'));
  return new Set([...removed, ...added].flatMap((clause) => queryPaths(clause)).map(({ path }) => path));
}

function isAlternation(query: Query | undefined): query is Query & { readonly kind: 'or' } {
  return query?.kind === 'or';
}

/** One long list of alternatives in which some changed: name those. Undefined when they have none in common. */
function compareAlternatives(before: Query, after: Query): ClauseDifference | undefined {
  const old = clausesOf(before, 'or');
  const removed = without(old, clausesOf(after, 'or'));
  if (removed.length === old.length) return undefined;
  return pairUp(removed, without(clausesOf(after, 'or'), old), 'or');
}

function clausesOf(query: Query, joinedBy: 'and' | 'or'): readonly Query[] {
  if (query.kind === 'match-all') return [];
  return query.kind === joinedBy ? query.children : [query];
}

/** Those of `clauses` that are not among `others`; each of `others` stands for one. */
function without(clauses: readonly Query[], others: readonly Query[]): readonly Query[] {
  const left = [...others];
  return clauses.filter((clause) => {
    const at = left.findIndex((other) => sameQuery(clause, other));
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}

/** A clause that went and one that came on the same paths are one clause that became another. */
function pairUp(
  removed: readonly Query[],
  added: readonly Query[],
  joinedBy: 'and' | 'or',
): ClauseDifference {
  const left = [...added];
  const replaced: { before: string; after: string }[] = [];
  const gone: string[] = [];
  for (const clause of removed) {
    const at = left.findIndex((other) => subjectOf(other) === subjectOf(clause));
    const [partner] = at === -1 ? [] : left.splice(at, 1);
    if (partner === undefined) gone.push(printQuery(clause));
    else replaced.push({ before: printQuery(clause), after: printQuery(partner) });
  }
  return { replaced, removed: gone, added: left.map(printQuery), joinedBy };
}

function subjectOf(clause: Query): string {
  return [...new Set(queryPaths(clause).map(({ path }) => path))].toSorted().join(' ');
}
