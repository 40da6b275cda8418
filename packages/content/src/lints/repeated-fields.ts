/** A cheap look before an expensive question: clauses can only contradict or repeat each other on one field. */

import { queryPaths, type Query } from '@signalwright/query';

/** Whether two clauses of the query look at one field. Searches over everything meet every other clause. */
export function repeatsAField(query: Query): boolean {
  if (query.kind === 'match' || query.kind === 'not') return false;
  const seen = new Set<string>();
  for (const { path, kind } of queryPaths(query)) {
    if (kind === 'everything' || kind === 'tags' || seen.has(path)) return true;
    seen.add(path);
  }
  return false;
}
