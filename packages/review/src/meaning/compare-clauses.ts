/** Which clauses of a query changed. Queries are compared as compiled, so layout and quoting never show. */

import {
  compileMatcher,
  printQuery,
  queryPaths,
  sameQuery,
  type Match,
  type Query,
} from '@signalwright/query';

export interface ClauseDifference {
  readonly replaced: readonly { readonly before: string; readonly after: string }[];
  /** Lists of alternatives on one path in which some changed. */
  readonly edited: readonly EditedList[];
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** `and`: clauses that all must hold; `or`: alternatives of which one suffices. */
  readonly joinedBy: 'and' | 'or';
}

export interface EditedList {
  /** `@usr.id:(...)`, or `-@usr.id:(...)` where its alternatives are excluded. */
  readonly list: string;
  readonly removed: readonly string[];
  readonly added: readonly string[];
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
  return new Set(
    changedClauses(before, after)
      .flatMap(queryPaths)
      .map(({ path }) => path),
  );
}

/** Whether a text holds what a changed clause searches everywhere: then it is what a witness turns on. */
export function changedWords(before: Query, after: Query): (text: string) => boolean {
  const searches = changedClauses(before, after)
    .flatMap(leavesOf)
    .filter(({ field }) => field.kind === 'everything');
  const matchers = searches.map(compileMatcher);
  return (message) =>
    matchers.some((matches) => matches({ reserved: {}, tags: [], attributes: {}, message }));
}

function changedClauses(before: Query, after: Query): readonly Query[] {
  const [old, young] = [clausesOf(before, 'and'), clausesOf(after, 'and')];
  return [...without(old, young), ...without(young, old)];
}

function leavesOf(query: Query): readonly Match[] {
  switch (query.kind) {
    case 'match':
      return [query];
    case 'not':
      return leavesOf(query.child);
    case 'and':
    case 'or':
      return query.children.flatMap(leavesOf);
    default:
      return [];
  }
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
  const edited: EditedList[] = [];
  const gone: string[] = [];
  for (const clause of removed) {
    const at = left.findIndex((other) => subjectOf(other) === subjectOf(clause));
    const [partner] = at === -1 ? [] : left.splice(at, 1);
    const list = partner && editedList(clause, partner);
    if (partner === undefined) gone.push(printQuery(clause));
    else if (list !== undefined) edited.push(list);
    else replaced.push({ before: printQuery(clause), after: printQuery(partner) });
  }
  return { replaced, edited, removed: gone, added: left.map(printQuery), joinedBy };
}

/** Undefined unless both are lists on one path, wanted or excluded, with something in common. */
function editedList(before: Query, after: Query): EditedList | undefined {
  const isExcluded = before.kind === 'not';
  const [old, young] = [before, after].map((query) => (query.kind === 'not' ? query.child : query));
  if (old?.kind !== 'or' || young?.kind !== 'or' || isExcluded !== (after.kind === 'not')) return undefined;
  const subject = subjectOf(before);
  const removed = without(old.children, young.children);
  if (subject.includes(' ') || subject === '' || removed.length === old.children.length) return undefined;
  return {
    list: `${isExcluded ? '-' : ''}${subject}:(...)`,
    removed: removed.map(printQuery),
    added: without(young.children, old.children).map(printQuery),
  };
}

function subjectOf(clause: Query): string {
  return [...new Set(queryPaths(clause).map(({ path }) => path))].toSorted().join(' ');
}
