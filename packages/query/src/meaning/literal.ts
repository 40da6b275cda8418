/**
 * A query as a boolean formula over literals. A literal says that some value at a place passes a test, or
 * that none does. Places are chosen so that those of different names do not influence each other; the few
 * that may (`opaque`) are never used to prove anything.
 */

import type { Field, Match, PatternPart, Query, Span, Test } from '../ast.ts';
import { testOfParts } from '../build.ts';
import { printQuery } from '../print.ts';
import { unreachable } from '../unreachable.ts';

export type Place =
  /** The values of `@path`. */
  | { readonly kind: 'attribute'; readonly path: string }
  /** The values of a reserved name. */
  | { readonly kind: 'reserved'; readonly name: string }
  /** What stands after `key:` in tags. */
  | { readonly kind: 'tag'; readonly key: string }
  /** Tags without a colon. */
  | { readonly kind: 'bare-tag' }
  /** The word form of the message: exactly one. */
  | { readonly kind: 'message' }
  /** `*:x`, patterns over whole tags: tests that look at several places. */
  | { readonly kind: 'opaque' };

export interface Literal {
  /** The same for both signs. */
  readonly atom: string;
  readonly positive: boolean;
  readonly place: Place;
  readonly test: Test;
  /** The leaf it came from, to be matched for real. */
  readonly leaf: Match;
}

export type Formula =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'literal'; readonly literal: Literal }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Formula[] };

/** Negations move to the leaves. `positive: false` gives the formula of the negated query. */
export function toFormula(query: Query, positive: boolean): Formula {
  switch (query.kind) {
    case 'match-all':
      return { kind: 'constant', value: positive };
    case 'match-none':
      return { kind: 'constant', value: !positive };
    case 'not':
      return toFormula(query.child, !positive);
    case 'and':
    case 'or': {
      const kind = (query.kind === 'and') === positive ? 'and' : 'or';
      return { kind, parts: query.children.map((child) => toFormula(child, positive)) };
    }
    case 'match':
      return { kind: 'literal', literal: toLiteral(query, positive) };
    default:
      return unreachable(query);
  }
}

/** A name that no other place has. */
export function placeName(place: Place): string {
  switch (place.kind) {
    case 'attribute':
      return `@${place.path}`;
    case 'reserved':
      return `reserved:${place.name}`;
    case 'tag':
      return `tag:${place.key}`;
    default:
      return place.kind;
  }
}

function toLiteral(leaf: Match, positive: boolean): Literal {
  const { place, test } = locate(leaf.field, leaf.test);
  const { field } = leaf;
  // Printing under one fixed key gives tests a name; opaque places keep their own.
  const key: Field = place.kind === 'opaque' ? field : { kind: 'calculated', name: 'v', start: 0, end: 0 };
  const name = printQuery({ kind: 'match', field: key, test, start: 0, end: 0 });
  return { atom: `${placeName(place)} ${name}`, positive, place, test, leaf };
}

function locate(field: Field, test: Test): { place: Place; test: Test } {
  switch (field.kind) {
    case 'attribute':
      return { place: { kind: 'attribute', path: field.path }, test };
    case 'reserved':
      return { place: { kind: 'reserved', name: field.name }, test };
    case 'tag':
      return locateTag(field.key, test);
    case 'tags':
      return locateTags(test);
    case 'message':
      return { place: { kind: 'message' }, test };
    case 'everything':
    case 'calculated':
      return { place: { kind: 'opaque' }, test };
    default:
      return unreachable(field);
  }
}

/** The tag `a:b:c` has the key `a`; the query key `a:b` therefore asks for values of `a` that start `b:`. */
function locateTag(key: string, test: Test): { place: Place; test: Test } {
  const colon = key.indexOf(':');
  if (colon < 0) return { place: { kind: 'tag', key }, test };
  const rest = prefixed(key.slice(colon + 1), test);
  return rest === undefined
    ? { place: { kind: 'opaque' }, test }
    : { place: { kind: 'tag', key: key.slice(0, colon) }, test: rest };
}

/** `tags:"team:x"` and `team:x` ask for the same tag. */
function locateTags(test: Test): { place: Place; test: Test } {
  if (test.kind !== 'equals') return { place: { kind: 'opaque' }, test };
  const colon = test.value.indexOf(':');
  if (colon < 0) return { place: { kind: 'bare-tag' }, test };
  return {
    place: { kind: 'tag', key: test.value.slice(0, colon) },
    test: { ...test, value: test.value.slice(colon + 1) },
  };
}

function prefixed(prefix: string, test: Test): Test | undefined {
  const span: Span = test;
  if (test.kind === 'equals') return { ...test, value: `${prefix}:${test.value}` };
  if (test.kind !== 'pattern') return undefined;
  const [first, ...rest] = test.parts;
  const head: PatternPart = { kind: 'text', text: `${prefix}:${first?.kind === 'text' ? first.text : ''}` };
  return testOfParts([head, ...(first?.kind === 'text' ? rest : test.parts)], span);
}
