/**
 * A document that a query most likely matches, guessed in one walk: what its first alternatives want, each place with
 * one value, and nothing of what it excludes. A guess is no answer before a matcher has seen it; most questions of
 * lints end with one.
 */

import type { Bound, Field, OpenEnd, Query, Test } from '../ast.ts';
import type { QueryDocument } from '../match/document.ts';

interface Guess {
  readonly attributes: Map<string, string | number>;
  readonly reserved: Map<string, string | number>;
  readonly tags: string[];
  readonly words: string[];
}

/** Attributes stand under their whole paths, `{'a.b': 'x'}`, which a matcher reads like nested ones. */
export function likelyDocument(query: Query): QueryDocument {
  const guess: Guess = { attributes: new Map(), reserved: new Map(), tags: [], words: [] };
  want(query, guess);
  return {
    attributes: Object.fromEntries(guess.attributes),
    reserved: Object.fromEntries(guess.reserved),
    tags: guess.tags,
    message: guess.words.join(' '),
  };
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
      put(query.field, likelyValue(query.test), guess);
      return;
    default:
  }
}

/** The first value of a place stays: some places never hold two. */
function put(field: Field, value: string | number, guess: Guess): void {
  switch (field.kind) {
    case 'attribute':
      if (!guess.attributes.has(field.path)) guess.attributes.set(field.path, value);
      return;
    case 'reserved':
      if (!guess.reserved.has(field.name)) guess.reserved.set(field.name, value);
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
