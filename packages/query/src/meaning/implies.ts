/**
 * Questions about what queries match. `yes` and `no` are proved, or come with a document on which the real
 * matchers were run; all else is `unknown`, with a reason.
 */

import type { Query } from '../ast.ts';
import { matchAll } from '../build.ts';
import type { QueryDocument } from '../match/document.ts';
import { sameQuery } from '../same.ts';
import { findDocument, type MeaningOptions } from './find-document.ts';

/** A proof; the paths it takes to hold one value, if it needs that of any (see `MeaningOptions`). */
export interface Proved<V extends 'yes' | 'no'> {
  readonly verdict: V;
  readonly assumed?: readonly string[];
}

export interface Undecided {
  readonly verdict: 'unknown';
  readonly reason: string;
}

export type Implication =
  | Proved<'yes'>
  /** The witness matches the first query and not the second. */
  | { readonly verdict: 'no'; readonly witness: QueryDocument }
  | Undecided;

export type Equivalence =
  | Proved<'yes'>
  /** The witness matches only the query that `matches` names. */
  | { readonly verdict: 'no'; readonly witness: QueryDocument; readonly matches: 'first' | 'second' }
  | Undecided;

export type Satisfiability =
  | { readonly verdict: 'yes'; readonly witness: QueryDocument }
  | Proved<'no'>
  | Undecided;

/** Does every document that `a` matches match `b` too? */
export function implies(a: Query, b: Query, options: MeaningOptions = {}): Implication {
  if (sameQuery(a, b)) return { verdict: 'yes' };
  const answer = findDocument(a, b, options);
  if (answer.kind === 'found') return { verdict: 'no', witness: answer.document };
  return answer.kind === 'none' ? proved('yes', answer.assumed) : undecided(answer.reason);
}

/** Do both match the same documents? */
export function equivalent(a: Query, b: Query, options: MeaningOptions = {}): Equivalence {
  const there = implies(a, b, options);
  if (there.verdict === 'no') return { ...there, matches: 'first' };
  const back = implies(b, a, options);
  if (back.verdict === 'no') return { ...back, matches: 'second' };
  if (there.verdict === 'unknown') return there;
  if (back.verdict === 'unknown') return back;
  return proved('yes', [...(there.assumed ?? []), ...(back.assumed ?? [])]);
}

/** Is there a document that the query matches? */
export function satisfiable(query: Query, options: MeaningOptions = {}): Satisfiability {
  const answer = findDocument(query, undefined, options);
  if (answer.kind === 'found') return { verdict: 'yes', witness: answer.document };
  return answer.kind === 'none' ? proved('no', answer.assumed) : undecided(answer.reason);
}

/** Does every document match? A `no` comes with one that does not. */
export function alwaysTrue(query: Query, options: MeaningOptions = {}): Implication {
  return implies(matchAll(), query, options);
}

function proved<V extends 'yes' | 'no'>(verdict: V, assumed: readonly string[]): Proved<V> {
  return { verdict, ...(assumed.length > 0 && { assumed: [...new Set(assumed)].toSorted() }) };
}

function undecided(reason: string): Undecided {
  return { verdict: 'unknown', reason };
}
