/** Which clauses of a query changed, as a sentence that follows `because`. */

import { list, listData, say, type Phrase } from '../phrase.ts';
import type { ClauseDifference } from './compare-clauses.ts';

const MAX_CLAUSES = 8;

/** Empty where no clause changed: the query only looks different. */
export function becauseText({ replaced, removed, added, joinedBy }: ClauseDifference): Phrase {
  const noun = joinedBy === 'or' ? 'alternative ' : '';
  const parts: Phrase[] = [
    ...replaced.slice(0, MAX_CLAUSES).map(({ before, after }) => say`${before} became ${after}`),
    ...(removed.length > 0
      ? [say`${[noun]}${listData(removed, MAX_CLAUSES)} ${[wasWere(removed)]} removed`]
      : []),
    ...(added.length > 0 ? [say`${[noun]}${listData(added, MAX_CLAUSES)} ${[wasWere(added)]} added`] : []),
  ];
  return list(parts);
}

/** What a verdict rests on besides the language: `if @http.status_code never holds a list`. */
export function assumedText(paths: readonly string[]): Phrase {
  return say`provided that ${listData(paths, MAX_CLAUSES)} never ${[paths.length === 1 ? 'holds' : 'hold']} a list`;
}

function wasWere(items: readonly string[]): string {
  return items.length === 1 ? 'was' : 'were';
}
