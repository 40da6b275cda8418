/** A cheap look before an expensive question: clauses only contradict, repeat or complete each other on one field. */

import { queryPaths, type Query } from '@signalwright/query';

/** Whether two clauses of the query look at one field. */
export function repeatsAField(query: Query): boolean {
  return meets(query, 'and', false) || meets(query, 'or', false);
}

/** False only where some event certainly matches: no two clauses that hold together look at one field. */
export function mayContradict(query: Query): boolean {
  return query.kind === 'match-none' || meets(query, 'and', false);
}

/** False only where some event certainly does not match: no two alternatives look at one field, or none is negated. */
export function mayCoverAll(query: Query): boolean {
  return (
    query.kind === 'match-all' ||
    (meets(query, 'or', false) && queryPaths(query).some(({ negated }) => negated))
  );
}

/** Whether two parts that are joined so look at one field. Under a NOT, AND joins as OR does, and the other way round. */
function meets(query: Query, joint: 'and' | 'or', isNegated: boolean): boolean {
  if (query.kind === 'not') return meets(query.child, joint, !isNegated);
  if (query.kind !== 'and' && query.kind !== 'or') return false;
  const isJoint = (query.kind === joint) !== isNegated;
  return (
    (isJoint && overlap(query.children)) || query.children.some((child) => meets(child, joint, isNegated))
  );
}

/** Searches over everything meet every other part, and `@usr` meets `@usr.id`: to have one is to have the other. */
function overlap(parts: readonly Query[]): boolean {
  const seen = new Set<string>();
  const above = new Set<string>();
  for (const part of parts) {
    const paths = queryPaths(part);
    for (const { path, kind } of paths) {
      if (kind === 'everything' || kind === 'tags' || above.has(path)) return true;
      if (parents(path).some((each) => seen.has(each))) return true;
    }
    for (const { path } of paths) {
      seen.add(path);
      for (const each of parents(path)) above.add(each);
    }
  }
  return false;
}

/** `@a.b.c`, `@a.b` and `@a`. */
function parents(path: string): readonly string[] {
  const found = [path];
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1))
    found.push(path.slice(0, dot));
  return found;
}
