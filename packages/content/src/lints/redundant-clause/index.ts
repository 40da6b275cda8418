/** A clause that changes nothing, because another one on the same field already demands more, or allows more. */

import {
  compileMatcher,
  implies,
  likelyDocument,
  queryPaths,
  type Match,
  type Query,
  type QueryDocument,
} from '@signalwright/query';
import type { ContentPath } from '@signalwright/model';
import { quoted } from '../../diagnostic.ts';
import type { Report } from '../../link/link-context.ts';
import { once } from '../../once.ts';
import type { Lint } from '../lint-contract.ts';
import { queriesOf } from '../queries-of.ts';

/** Clauses of one level that are compared pair by pair. */
const MAX_CLAUSES = 40;

export const redundantClause: Lint = (object, report, context) => {
  for (const { path, text } of queriesOf(object)) {
    const query = context.query(text);
    if (query !== undefined) visit(query, path, text, report);
  }
};

function visit(query: Query, path: ContentPath, text: string, report: Report): void {
  if (query.kind === 'not') return visit(query.child, path, text, report);
  if (query.kind !== 'and' && query.kind !== 'or') return;
  const { children, kind } = query;
  for (const child of children) visit(child, path, text, report);
  if (children.length > MAX_CLAUSES) return;
  const clauses = children.map(comparable);
  if (!isAnyBeside(clauses)) return;
  const gone = new Set<Clause>();
  for (const clause of clauses) {
    const other = clauses.find(
      (each) => each !== undefined && each !== clause && !gone.has(each) && makesIdle(each, clause, kind),
    );
    if (clause === undefined || other === undefined) continue;
    gone.add(clause);
    const why = kind === 'and' ? 'already demands more' : 'already allows more';
    const { start, end } = other.written;
    report.inText(
      path,
      clause.written,
      'lint/redundant-clause',
      `${quoted(text.slice(start, end))} ${why}.`,
      {
        hint: 'Remove this clause, or mend the one that was meant otherwise.',
      },
    );
  }
}

/** A clause with one test. */
interface Clause {
  readonly written: Query;
  readonly isNegated: boolean;
  /** What is tested, without the negation. */
  readonly test: Match;
  /** What it looks at, and whether it wants it there: only clauses that have both in common are compared. */
  readonly key: string;
  passes(example: QueryDocument): boolean;
  /** Most likely passes the test; two clauses that it tells apart need no further question. */
  example(): QueryDocument;
}

/** Groups are left alone: asking about every pair of them could take minutes, and a person reads them as one. */
function comparable(written: Query): Clause | undefined {
  const isNegated = written.kind === 'not';
  const test = isNegated ? written.child : written;
  if (test.kind !== 'match') return undefined;
  const matcher = once(() => compileMatcher(test));
  return {
    written,
    isNegated,
    test,
    key: `${isNegated ? '-' : ''}${queryPaths(test)[0]?.path ?? ''}`,
    passes: (example) => matcher()(example),
    example: once(() => likelyDocument(test)),
  };
}

function isAnyBeside(clauses: readonly (Clause | undefined)[]): boolean {
  const keys = clauses.flatMap((clause) => clause?.key ?? []);
  return new Set(keys).size < keys.length;
}

/**
 * Whether `clause` changes nothing beside `other`: within AND the stricter one rules, within OR the wider one. Of a
 * clause and a negated one neither does, since an event may hold both values.
 */
function makesIdle(other: Clause, clause: Clause | undefined, kind: 'and' | 'or'): boolean {
  if (clause === undefined || other.key !== clause.key || areOtherValues(other.test, clause.test))
    return false;
  // A negation turns it round: `-a` demands more than `-b` where `b` implies `a`.
  const isStricter = (kind === 'and') !== other.isNegated;
  const [stricter, wider] = isStricter ? [other, clause] : [clause, other];
  const example = stricter.example();
  if (stricter.passes(example) && !wider.passes(example)) return false;
  return implies(stricter.test, wider.test, { effort: 'quick' }).verdict === 'yes';
}

/** Lists of values are long, and neither of two values implies the other. */
function areOtherValues(a: Match, b: Match): boolean {
  const isWhole = a.field.kind === 'attribute' || a.field.kind === 'reserved' || a.field.kind === 'tag';
  return isWhole && a.test.kind === 'equals' && b.test.kind === 'equals' && a.test.value !== b.test.value;
}
