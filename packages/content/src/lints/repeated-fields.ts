/** A cheap look before an expensive question: clauses only contradict or complete each other on one field. */

import { queryPaths, type Query } from '@signalwright/query';

/**
 * False only where some event certainly matches. Alternatives are impossible when each of them is, and clauses that hold
 * together only when one of them is, or two look at one field.
 */
export function mayContradict(query: Query): boolean {
  switch (query.kind) {
    case 'match-none':
      return true;
    case 'not':
      return mayCoverAll(query.child);
    case 'or':
      return query.children.every(mayContradict);
    case 'and':
      return query.children.some(mayContradict) || overlap(query.children);
    default:
      return false;
  }
}

/** False only where some event certainly does not match: what `mayContradict` says of the opposite. */
export function mayCoverAll(query: Query): boolean {
  switch (query.kind) {
    case 'match-all':
      return true;
    case 'not':
      return mayContradict(query.child);
    case 'and':
      return query.children.every(mayCoverAll);
    case 'or':
      return query.children.some(mayCoverAll) || (overlap(query.children) && hasNegation(query));
    default:
      return false;
  }
}

/** An event without anything matches none of the alternatives that only ask for something. */
function hasNegation(query: Query): boolean {
  if (query.kind === 'and' || query.kind === 'or') return query.children.some(hasNegation);
  return query.kind === 'not';
}

/** Searches over everything meet every other part, and `@usr` meets `@usr.id`: to have one is to have the other. */
function overlap(parts: readonly Query[]): boolean {
  const seen = new Set<string>();
  const above = new Set<string>();
  for (const part of parts) {
    const paths = queryPaths(part);
    for (const { path, kind } of paths) {
      if (kind === 'everything' || kind === 'tags' || above.has(path)) return true;
      if (seen.has(path) || parents(path).some((each) => seen.has(each))) return true;
    }
    for (const { path } of paths) {
      seen.add(path);
      above.add(path);
      for (const each of parents(path)) above.add(each);
    }
  }
  return false;
}

/** `@a.b` and `@a` of `@a.b.c`. */
function parents(path: string): readonly string[] {
  const found: string[] = [];
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1))
    found.push(path.slice(0, dot));
  return found;
}
