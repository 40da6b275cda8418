/**
 * A document that one query matches and another does not, or the proof that there is none. What is found was
 * matched by both real matchers.
 */

import type { Query, Test } from '../ast.ts';
import { compileMatcher } from '../match/compile.ts';
import { textOf, type QueryDocument } from '../match/document.ts';
import { compileReader } from '../match/read.ts';
import { likelyDocument } from './likely-document.ts';
import { toFormula, type Formula, type Place } from './literal.ts';
import { LIMITS, search } from './search.ts';

export interface MeaningOptions {
  /** A document whose other values a witness keeps, so that a person recognises it. */
  readonly fill?: QueryDocument;
  /**
   * Paths (as `readAttribute` takes them) that never hold more than one value, see `singleValuedPaths`. Without
   * it every attribute may be a list, as the matcher allows, and witnesses may hold lists.
   */
  readonly singleValued?: ReadonlySet<string>;
  /** `quick` takes the first witness that comes to mind, and gives up after a tenth of the work: for lints that ask many questions. */
  readonly effort?: 'full' | 'quick';
}

export type DocumentAnswer =
  | { readonly kind: 'found'; readonly document: QueryDocument }
  /** Proved, by taking these paths to hold one value. */
  | { readonly kind: 'none'; readonly assumed: readonly string[] }
  | { readonly kind: 'unknown'; readonly reason: string };

/** @param unmatched undefined asks for any document that `matched` matches */
export function findDocument(
  matched: Query,
  unmatched: Query | undefined,
  { fill, singleValued, effort = 'full' }: MeaningOptions,
): DocumentAnswer {
  const broken = [matched, unmatched].find((query) => query !== undefined && holdsHalfCharacter(query));
  // The parser refuses these; a query made by hand may hold them.
  if (broken !== undefined) return { kind: 'unknown', reason: 'a value holds half a character' };
  const yes = compileMatcher(matched);
  const no = unmatched === undefined ? () => false : compileMatcher(unmatched);
  const guess = effort === 'quick' ? likelyDocument(matched) : undefined;
  if (guess !== undefined && yes(guess) && !no(guess)) return { kind: 'found', document: guess };
  const parts: Formula[] = [toFormula(matched, true)];
  if (unmatched !== undefined) parts.push(toFormula(unmatched, false));
  const limits = LIMITS[effort];
  const assumed = new Set<string>();
  const result = search({ kind: 'and', parts }, limits, {
    fill,
    budget: { moves: limits.moves },
    singleValued: (path) => singleValued?.has(path) === true,
    assumed,
    preferred: (place) => (fill === undefined ? [] : valuesAt(fill, place)),
  });
  if (result.kind === 'unsatisfiable') return { kind: 'none', assumed: [...assumed].toSorted() };
  if (result.kind === 'unknown') return result;
  const document = result.candidates.find((candidate) => yes(candidate) && !no(candidate));
  return document === undefined
    ? { kind: 'unknown', reason: 'internal: the matchers disagree with the witness' }
    : { kind: 'found', document };
}

const HALF_CHARACTER = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

function holdsHalfCharacter(query: Query): boolean {
  switch (query.kind) {
    case 'not':
      return holdsHalfCharacter(query.child);
    case 'and':
    case 'or':
      return query.children.some(holdsHalfCharacter);
    case 'match':
      return textsOf(query.test).some((text) => HALF_CHARACTER.test(text));
    default:
      return false;
  }
}

function textsOf(test: Test): readonly string[] {
  switch (test.kind) {
    case 'equals':
      return [test.value];
    case 'pattern':
      return test.parts.map((part) => (part.kind === 'text' ? part.text : ''));
    case 'compare':
      return test.bound.kind === 'text' ? [test.bound.value] : [];
    case 'range':
      return [test.lower, test.upper].map((bound) => (bound.kind === 'text' ? bound.value : ''));
    default:
      return [];
  }
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
