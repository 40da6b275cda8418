/** Which clauses of a query changed, as a sentence that follows `because`. */

import { cutDatum, list, listData, say, type Phrase } from '../phrase.ts';
import type { ClauseDifference } from './compare-clauses.ts';

const MAX_CLAUSES = 8;

/** Empty where no clause changed: the query only looks different. */
export function becauseText({ replaced, edited, removed, added, joinedBy }: ClauseDifference): Phrase {
  const noun = joinedBy === 'or' ? 'alternative ' : '';
  const parts: Phrase[] = [
    ...replaced.slice(0, MAX_CLAUSES).map(({ before, after }) => say`${cut(before)} became ${cut(after)}`),
    ...edited
      .slice(0, MAX_CLAUSES)
      .flatMap(({ list: name, removed: gone, added: fresh }) => [
        ...(gone.length > 0 ? [say`${clauses(gone)} ${[wasWere(gone)]} removed from ${name}`] : []),
        ...(fresh.length > 0 ? [say`${clauses(fresh)} ${[wasWere(fresh)]} added to ${name}`] : []),
      ]),
    ...(removed.length > 0 ? [say`${[noun]}${clauses(removed)} ${[wasWere(removed)]} removed`] : []),
    ...(added.length > 0 ? [say`${[noun]}${clauses(added)} ${[wasWere(added)]} added`] : []),
  ];
  return list(parts);
}

/** What a verdict rests on besides the language: `if @http.status_code never holds a list`. */
export function assumedText(paths: readonly string[]): Phrase {
  return say`provided that ${listData(paths, MAX_CLAUSES)} never ${[paths.length === 1 ? 'holds' : 'hold']} a list`;
}

function clauses(texts: readonly string[]): Phrase {
  return listData(texts.map(cut), MAX_CLAUSES);
}

/** A clause that is longer than this is looked up where it stands. */
const MAX_CLAUSE_CHARACTERS = 300;

function cut(text: string): string {
  return cutDatum(text, MAX_CLAUSE_CHARACTERS);
}

function wasWere(items: readonly string[]): string {
  return items.length === 1 ? 'was' : 'were';
}
