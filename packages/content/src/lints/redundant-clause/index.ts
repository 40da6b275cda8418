/** A clause that changes nothing, because another one on the same field already demands more, or allows more. */

import { implies, queryPaths, type Query } from '@signalwright/query';
import type { ContentPath } from '@signalwright/model';
import { quoted } from '../../diagnostic.ts';
import type { Report } from '../../link/link-context.ts';
import type { Lint } from '../lint-contract.ts';
import { queriesOf } from '../queries-of.ts';
import { repeatsAField } from '../repeated-fields.ts';

/** Clauses of one level that are compared pair by pair. */
const MAX_CLAUSES = 40;

export const redundantClause: Lint = (object, report, context) => {
  for (const { path, text } of queriesOf(object)) {
    const query = context.query(text);
    if (query !== undefined && repeatsAField(query)) visit(query, path, text, report);
  }
};

function visit(query: Query, path: ContentPath, text: string, report: Report): void {
  if (query.kind === 'not') return visit(query.child, path, text, report);
  if (query.kind !== 'and' && query.kind !== 'or') return;
  const { children, kind } = query;
  for (const child of children) visit(child, path, text, report);
  if (children.length > MAX_CLAUSES) return;
  const gone = new Set<Query>();
  for (const [index, clause] of children.entries()) {
    const other = children.find(
      (each, position) => position !== index && !gone.has(each) && makesIdle(each, clause, kind),
    );
    if (other === undefined) continue;
    gone.add(clause);
    const why = kind === 'and' ? 'already demands more' : 'already allows more';
    report.inText(
      path,
      clause,
      'lint/redundant-clause',
      `${quoted(text.slice(other.start, other.end))} ${why}.`,
      {
        hint: 'Remove this clause, or mend the one that was meant otherwise.',
      },
    );
  }
}

/** Whether `clause` changes nothing beside `other`: within AND the stricter one rules, within OR the wider one. */
function makesIdle(other: Query, clause: Query, kind: 'and' | 'or'): boolean {
  // Groups are left alone: asking about every pair of them could take minutes, and a person reads them as one.
  if (!isLeaf(other) || !isLeaf(clause) || !sharesField(other, clause)) return false;
  const [stricter, wider] = kind === 'and' ? [other, clause] : [clause, other];
  return implies(stricter, wider, { effort: 'quick' }).verdict === 'yes';
}

function sharesField(a: Query, b: Query): boolean {
  const fields = new Set(queryPaths(a).map(({ path }) => path));
  return queryPaths(b).some(({ path }) => fields.has(path));
}

function isLeaf(query: Query): boolean {
  return query.kind === 'match' || (query.kind === 'not' && query.child.kind === 'match');
}
