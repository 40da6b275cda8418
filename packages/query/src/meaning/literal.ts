/**
 * A query as a boolean formula over literals. A literal says that some value at a place passes a test, or
 * that none does. Places are read independently of one another, except where `find-choice.ts` says how not.
 */

import type { Field, Match, PatternPart, Query, Test } from '../ast.ts';
import { leaf, testOfParts } from '../build.ts';
import { printQuery } from '../print.ts';
import { unreachable } from '../unreachable.ts';

export type Place =
  /** The values of `@path`. */
  | { readonly kind: 'attribute'; readonly path: string }
  /** The values of a reserved name; where there are none, those of the tag. */
  | { readonly kind: 'reserved'; readonly name: string }
  /** What stands after `key:` in tags. */
  | { readonly kind: 'tag'; readonly key: string }
  /** Tags without a colon. */
  | { readonly kind: 'bare-tag' }
  /** Whole tags, whatever their key. */
  | { readonly kind: 'tags' }
  /** The word form of the message: exactly one. */
  | { readonly kind: 'message' }
  /** The message and every attribute. */
  | { readonly kind: 'everything' }
  /** What no document tells: calculated fields, and comparisons behind a tag key that holds a colon. */
  | { readonly kind: 'unseen'; readonly why: string };

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
    case 'match': {
      const either = presenceBehindColon(query);
      if (either === undefined) return { kind: 'literal', literal: toLiteral(query, positive) };
      const parts = either.map((one) => toFormula(one, positive));
      return { kind: positive ? 'or' : 'and', parts };
    }
    default:
      return unreachable(query);
  }
}

/** The key `a:b` is present as the tag `a:b` and as `a:b:x`: two tests of the values of `a`. */
function presenceBehindColon({ field, test }: Match): readonly Query[] | undefined {
  const colon = field.kind === 'tag' && test.kind === 'exists' ? field.key.indexOf(':') : -1;
  if (field.kind !== 'tag' || colon < 0) return undefined;
  const own: Field = { ...field, key: field.key.slice(0, colon) };
  const value = field.key.slice(colon + 1);
  const parts = [{ kind: 'text', text: `${value}:` }, { kind: 'any-run' }] as const;
  return [
    leaf(own, { ...test, kind: 'equals', value }, field),
    leaf(own, { ...test, kind: 'pattern', parts }, field),
  ];
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
  // Printing under one fixed key gives tests a name; what is not located keeps its own.
  const key: Field = place.kind === 'unseen' ? field : { kind: 'calculated', name: 'v', start: 0, end: 0 };
  const name = printQuery({ kind: 'match', field: key, test, start: 0, end: 0 });
  return { atom: `${placeName(place)} ${test.kind} ${name}`, positive, place, test, leaf };
}

interface Located {
  readonly place: Place;
  readonly test: Test;
}

function locate(field: Field, test: Test): Located {
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
    case 'everything':
      return { place: { kind: field.kind }, test };
    case 'calculated':
      return {
        place: { kind: 'unseen', why: 'calculated fields get their values at query time' },
        test,
      };
    default:
      return unreachable(field);
  }
}

/** The tag `a:b:c` has the key `a`; the query key `a:b` therefore asks for values of `a` that start `b:`. */
function locateTag(key: string, test: Test): Located {
  const colon = key.indexOf(':');
  if (colon < 0) return { place: { kind: 'tag', key }, test };
  const rest = prefixed(`${key.slice(colon + 1)}:`, test);
  return rest === undefined
    ? { place: { kind: 'unseen', why: 'a comparison stands behind a tag key that holds a colon' }, test }
    : { place: { kind: 'tag', key: key.slice(0, colon) }, test: rest };
}

/** `tags:"team:x"` and `team:x` ask for the same tag, and so do patterns that say what stands before the colon. */
function locateTags(test: Test): Located {
  if (test.kind === 'equals') {
    const colon = test.value.indexOf(':');
    if (colon < 0) return { place: { kind: 'bare-tag' }, test };
    const place = { kind: 'tag', key: test.value.slice(0, colon) } as const;
    return { place, test: { ...test, value: test.value.slice(colon + 1) } };
  }
  const first = test.kind === 'pattern' ? test.parts[0] : undefined;
  const colon = first?.kind === 'text' ? first.text.indexOf(':') : -1;
  if (test.kind !== 'pattern' || first?.kind !== 'text' || colon < 0)
    return { place: { kind: 'tags' }, test };
  const rest = first.text.slice(colon + 1);
  const parts = [...(rest === '' ? [] : [{ kind: 'text', text: rest } as const]), ...test.parts.slice(1)];
  return { place: { kind: 'tag', key: first.text.slice(0, colon) }, test: { ...test, parts } };
}

function prefixed(prefix: string, test: Test): Test | undefined {
  if (test.kind === 'equals') return { ...test, value: prefix + test.value };
  if (test.kind !== 'pattern') return undefined;
  const [first, ...rest] = test.parts;
  const head: PatternPart = { kind: 'text', text: prefix + (first?.kind === 'text' ? first.text : '') };
  return testOfParts([head, ...(first?.kind === 'text' ? rest : test.parts)], test);
}
