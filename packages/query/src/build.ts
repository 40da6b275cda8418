/**
 * Constructors that keep the normal form. Use them to join queries: a rule's query with its extension,
 * or with the negation of what a suppression hides.
 */

import {
  NOWHERE,
  type Field,
  type Match,
  type PatternPart,
  type Query,
  type Span,
  type Test,
} from './ast.ts';

/** All of them: none is match-all, one is itself. */
export function allOf(queries: readonly Query[], span: Span = NOWHERE): Query {
  return join('and', queries, span);
}

/** At least one of them: none is match-none, one is itself. */
export function anyOf(queries: readonly Query[], span: Span = NOWHERE): Query {
  return join('or', queries, span);
}

export function not(query: Query, span: Span = NOWHERE): Query {
  switch (query.kind) {
    case 'match-all':
      return Object.freeze({ kind: 'match-none', ...place(span) });
    case 'match-none':
      return Object.freeze({ kind: 'match-all', ...place(span) });
    case 'not':
      return query.child;
    default:
      return Object.freeze({ kind: 'not', child: query, ...place(span) });
  }
}

export function matchAll(span: Span = NOWHERE): Query {
  return Object.freeze({ kind: 'match-all', ...place(span) });
}

/** A leaf. A lone `*` on the whole of everything is match-all, since each document has a message. */
export function leaf(field: Field, test: Test, span: Span = NOWHERE): Query {
  if (field.kind === 'everything' && test.kind === 'exists') return matchAll(span);
  const node: Match = { kind: 'match', field: Object.freeze(field), test: freezeTest(test), ...place(span) };
  return Object.freeze(node);
}

/** Turns scanned parts into the test they mean: text only is equality, a lone `*` is presence. */
export function testOfParts(parts: readonly PatternPart[], span: Span): Test {
  if (parts.every((part) => part.kind === 'text')) {
    return { kind: 'equals', value: parts.map((part) => part.text).join(''), ...place(span) };
  }
  if (parts.every((part) => part.kind === 'any-run')) return { kind: 'exists', ...place(span) };
  return { kind: 'pattern', parts, ...place(span) };
}

function join(kind: 'and' | 'or', queries: readonly Query[], span: Span): Query {
  const [only] = queries;
  if (only === undefined) return kind === 'and' ? matchAll(span) : not(matchAll(span), span);
  if (queries.length === 1 && only.kind !== kind) return only;
  const children: Query[] = [];
  for (const query of queries) {
    if (query.kind === kind) for (const child of query.children) children.push(child);
    else children.push(query);
  }
  return Object.freeze({ kind, children: Object.freeze(children), ...place(span) });
}

function freezeTest(test: Test): Test {
  if (test.kind === 'pattern') Object.freeze(test.parts);
  if (test.kind === 'cidr') Object.freeze(test.blocks);
  return Object.freeze(test);
}

function place(span: Span): Span {
  return { start: span.start, end: span.end };
}
