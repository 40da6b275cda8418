/** Which attributes and tags a query mentions, and where: for lints, completion and review. */

import type { Field, Query, Span } from './ast.ts';
import { unreachable } from './unreachable.ts';

export interface QueryPath extends Span {
  /** As `readAttribute` takes it: `@a.b`, `service`, a tag key, `message`, `tags`; `*` for everything. */
  readonly path: string;
  readonly kind: Field['kind'];
  /** True under an odd number of negations. */
  readonly negated: boolean;
}

/** One entry for each leaf, in order of place. The span is that of the key; empty for free text. */
export function queryPaths(query: Query): readonly QueryPath[] {
  const found: QueryPath[] = [];
  collect(query, false, found);
  return found;
}

function collect(query: Query, negated: boolean, into: QueryPath[]): void {
  switch (query.kind) {
    case 'match-all':
    case 'match-none':
      return;
    case 'not':
      collect(query.child, !negated, into);
      return;
    case 'and':
    case 'or':
      for (const child of query.children) collect(child, negated, into);
      return;
    case 'match': {
      const { field } = query;
      into.push({ path: pathOf(field), kind: field.kind, negated, start: field.start, end: field.end });
      return;
    }
    default:
      unreachable(query);
  }
}

function pathOf(field: Field): string {
  switch (field.kind) {
    case 'message':
    case 'tags':
      return field.kind;
    case 'everything':
      return '*';
    case 'attribute':
      return `@${field.path}`;
    case 'reserved':
      return field.name;
    case 'tag':
      return field.key;
    case 'calculated':
      return `#${field.name}`;
    default:
      return unreachable(field);
  }
}
