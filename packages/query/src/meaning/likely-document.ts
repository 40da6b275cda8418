/**
 * A document that a query most likely matches, guessed in one walk: what its first alternatives want, each place with
 * one value, and nothing of what it excludes. A guess is no answer before a matcher has seen it; most questions of
 * lints end with one.
 */

import type { Bound, Field, OpenEnd, Query, Test } from '../ast.ts';
import { valueCheck } from '../match/compile.ts';
import type { QueryDocument } from '../match/document.ts';

interface Guess {
  readonly attributes: Map<string, Likely>;
  readonly reserved: Map<string, Likely>;
  readonly tags: string[];
  readonly words: string[];
}

interface Likely {
  readonly value: string | number;
  /** Whether more text around it may pass as well. */
  readonly isPattern: boolean;
}

/** Attributes stand under their whole paths, `{'a.b': 'x'}`, which a matcher reads like nested ones. */
export function likelyDocument(query: Query): QueryDocument {
  const guess: Guess = { attributes: new Map(), reserved: new Map(), tags: [], words: [] };
  want(query, guess);
  return {
    attributes: valuesOf(guess.attributes),
    reserved: valuesOf(guess.reserved),
    tags: guess.tags,
    message: guess.words.join(' '),
  };
}

function valuesOf(likely: ReadonlyMap<string, Likely>): Readonly<Record<string, string | number>> {
  return Object.fromEntries(Array.from(likely, ([name, { value }]) => [name, value]));
}

function want(query: Query, guess: Guess): void {
  switch (query.kind) {
    case 'and':
      for (const child of query.children) want(child, guess);
      return;
    case 'or':
      if (query.children[0] !== undefined) want(query.children[0], guess);
      return;
    case 'match':
      put(query.field, query.test, guess);
      return;
    default:
  }
}

function put(field: Field, test: Test, guess: Guess): void {
  const value = likelyValue(test);
  switch (field.kind) {
    case 'attribute':
      putAt(guess.attributes, field.path, value, test);
      return;
    case 'reserved':
      putAt(guess.reserved, field.name, value, test);
      return;
    case 'tag':
      guess.tags.push(`${field.key}:${value}`);
      return;
    case 'tags':
      guess.tags.push(String(value));
      return;
    case 'message':
    case 'everything':
      guess.words.push(String(value));
      return;
    default:
  }
}

/** Some places never hold two values: what is not passed by the first one may be by `*a*` and `*b*` put together. */
function putAt(places: Map<string, Likely>, name: string, value: string | number, test: Test): void {
  const isPattern = test.kind === 'pattern';
  const known = places.get(name);
  if (known === undefined) places.set(name, { value, isPattern });
  else if (known.isPattern && isPattern && !valueCheck(test)(known.value))
    places.set(name, { value: `${known.value}${value}`, isPattern });
}

function likelyValue(test: Test): string | number {
  switch (test.kind) {
    case 'equals':
      return test.value;
    case 'pattern':
      return test.parts.map((part) => (part.kind === 'text' ? part.text : 'x')).join('');
    case 'compare':
      return beside(test.bound, test.operator.startsWith('>') ? 1 : -1);
    case 'range':
      return test.lower.kind === 'open' ? beside(test.upper, -1) : beside(test.lower, test.inclusive ? 0 : 1);
    case 'cidr':
      return (test.blocks[0] ?? '').split('/', 1)[0] ?? '';
    default:
      return 'x';
  }
}

function beside(bound: Bound | OpenEnd, step: number): string | number {
  if (bound.kind === 'open') return 'x';
  if (bound.kind === 'number') return bound.value + step;
  return step > 0 ? `${bound.value}x` : bound.value;
}
