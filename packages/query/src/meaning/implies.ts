/**
 * Does every document that one query matches match another too? The question is whether `a AND NOT b` can be
 * true. `yes` is proved; `no` comes with a document on which both real matchers were run; all else is `unknown`.
 */

import type { Query, Test } from '../ast.ts';
import { compileMatcher } from '../match/compile.ts';
import { compileReader } from '../match/read.ts';
import type { QueryDocument } from '../match/document.ts';
import { textOf } from '../match/document.ts';
import { sameQuery } from '../same.ts';
import { toFormula, type Place } from './literal.ts';
import { MAX_TOTAL_MOVES, search } from './search.ts';

export type Implication =
  | { readonly verdict: 'yes' }
  /** The witness matches the first query and not the second. */
  | { readonly verdict: 'no'; readonly witness: QueryDocument }
  | { readonly verdict: 'unknown'; readonly reason: string };

export interface MeaningOptions {
  /** A document whose other values a witness keeps, so that a person recognises it. */
  readonly fill?: QueryDocument;
  /**
   * Paths (as `readAttribute` takes them) that never hold more than one value. Without it every attribute may
   * be a list, as the matcher allows, and witnesses may hold lists.
   */
  readonly singleValued?: ReadonlySet<string>;
}

export function implies(a: Query, b: Query, options: MeaningOptions = {}): Implication {
  if (sameQuery(a, b)) return { verdict: 'yes' };
  const obstacle = obstacleIn(a) ?? obstacleIn(b);
  if (obstacle !== undefined) return { verdict: 'unknown', reason: obstacle };
  const both = { kind: 'and', parts: [toFormula(a, true), toFormula(b, false)] } as const;
  const result = search(both, {
    fill: options.fill,
    budget: { moves: MAX_TOTAL_MOVES },
    singleValued: (path) => options.singleValued?.has(path) === true,
    preferred: (place) => (options.fill === undefined ? [] : valuesAt(options.fill, place)),
  });
  if (result.kind === 'unsatisfiable') return { verdict: 'yes' };
  if (result.kind === 'unknown') return { verdict: 'unknown', reason: result.reason };
  const matchesA = compileMatcher(a);
  const matchesB = compileMatcher(b);
  const witness = result.candidates.find((document) => matchesA(document) && !matchesB(document));
  return witness === undefined
    ? { verdict: 'unknown', reason: 'internal: the matchers disagree with the witness' }
    : { verdict: 'no', witness };
}

/** What no search should start on. */
function obstacleIn(query: Query): string | undefined {
  switch (query.kind) {
    case 'match-all':
    case 'match-none':
      return undefined;
    case 'not':
      return obstacleIn(query.child);
    case 'and':
    case 'or':
      for (const child of query.children) {
        const found = obstacleIn(child);
        if (found !== undefined) return found;
      }
      return undefined;
    case 'match':
      if (query.field.kind === 'calculated') return 'calculated fields get their values at query time';
      // The parser refuses these; a query made by hand may hold them.
      return textsOf(query.test).some((text) => LONE_SURROGATE.test(text))
        ? 'a value holds half a character'
        : undefined;
    default:
      return undefined;
  }
}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

function textsOf(test: Test): readonly string[] {
  if (test.kind === 'equals') return [test.value];
  return test.kind === 'pattern' ? test.parts.map((part) => (part.kind === 'text' ? part.text : '')) : [];
}

function valuesAt(document: QueryDocument, place: Place): readonly string[] {
  switch (place.kind) {
    case 'attribute':
      return compileReader(`@${place.path}`)(document).map(textOf);
    case 'reserved':
      return compileReader(place.name)(document).map(textOf);
    case 'tag':
      return compileReader(place.key)(document).map(textOf);
    default:
      return [];
  }
}
