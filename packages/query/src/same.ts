/** Structural equality of queries, whatever their places in a text. */

import type { Bound, Field, OpenEnd, PatternPart, Query, Test } from './ast.ts';
import { unreachable } from './unreachable.ts';

/** True when both have the same shape, keys and values; says nothing of queries that only mean the same. */
export function sameQuery(a: Query, b: Query): boolean {
  switch (a.kind) {
    case 'match-all':
    case 'match-none':
      return a.kind === b.kind;
    case 'and':
    case 'or':
      return a.kind === b.kind && sameList(a.children, b.children, sameQuery);
    case 'not':
      return b.kind === 'not' && sameQuery(a.child, b.child);
    case 'match':
      return b.kind === 'match' && sameField(a.field, b.field) && sameTest(a.test, b.test);
    default:
      return unreachable(a);
  }
}

export function sameField(a: Field, b: Field): boolean {
  return fieldName(a) === fieldName(b);
}

/** A name that no other field has: `@a.b`, `reserved:service`, `tag:team`, `tags`, `message`, `*`, `#name`. */
export function fieldName(field: Field): string {
  switch (field.kind) {
    case 'message':
    case 'tags':
      return field.kind;
    case 'everything':
      return '*';
    case 'attribute':
      return `@${field.path}`;
    case 'reserved':
      return `reserved:${field.name}`;
    case 'tag':
      return `tag:${field.key}`;
    case 'calculated':
      return `#${field.name}`;
    default:
      return unreachable(field);
  }
}

function sameTest(a: Test, b: Test): boolean {
  switch (a.kind) {
    case 'exists':
      return b.kind === 'exists';
    case 'equals':
      return b.kind === 'equals' && a.value === b.value;
    case 'pattern':
      return b.kind === 'pattern' && sameList(a.parts, b.parts, samePart);
    case 'compare':
      return b.kind === 'compare' && a.operator === b.operator && sameBound(a.bound, b.bound);
    case 'range':
      return (
        b.kind === 'range' &&
        a.inclusive === b.inclusive &&
        sameBound(a.lower, b.lower) &&
        sameBound(a.upper, b.upper)
      );
    case 'cidr':
      return b.kind === 'cidr' && sameList(a.blocks, b.blocks, (x, y) => x === y);
    default:
      return unreachable(a);
  }
}

function samePart(a: PatternPart, b: PatternPart): boolean {
  return a.kind === 'text' ? b.kind === 'text' && a.text === b.text : a.kind === b.kind;
}

function sameBound(a: Bound | OpenEnd, b: Bound | OpenEnd): boolean {
  if (a.kind === 'open' || b.kind === 'open') return a.kind === b.kind;
  return a.kind === b.kind && a.value === b.value;
}

function sameList<T>(a: readonly T[], b: readonly T[], same: (x: T, y: T) => boolean): boolean {
  return a.length === b.length && a.every((item, at) => same(item, b[at] as T));
}
