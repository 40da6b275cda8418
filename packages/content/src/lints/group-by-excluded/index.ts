/**
 * A query that groups by a field its own clauses exclude: no event has a group, so none counts.
 * (With `hasOptionalGroupByFields` all of them stand in the group N/A, which says as little.)
 */

import { allOf, leaf, NOWHERE, parseQuery, queryPaths, satisfiable, type Query } from '@signalwright/query';
import { quoted } from '../../diagnostic.ts';
import type { Lint } from '../lint-contract.ts';

export const groupByExcluded: Lint = (object, report, context) => {
  if (object.kind !== 'detection-rule') return;
  object.object.queries.forEach(({ query: text, groupBy }, index) => {
    const query = context.query(text);
    if (query === undefined) return;
    for (const field of groupBy) {
      if (!excludes(query, field)) continue;
      const present = presenceOf(field);
      if (present === undefined) continue;
      if (satisfiable(allOf([query, present]), { effort: 'quick' }).verdict !== 'no') continue;
      if (satisfiable(query, { effort: 'quick' }).verdict === 'no') continue;
      report.at(
        ['queries', index, 'query'],
        'lint/group-by-excluded',
        `No event that this matches has ${quoted(field)}, by which it is grouped.`,
        {
          hint: 'Group by a field that the events have, or drop the clause that excludes it.',
        },
      );
    }
  });
};

/** Whether a negated clause looks at the field; others do not keep it away. */
function excludes(query: Query, field: string): boolean {
  return queryPaths(query).some(
    ({ path, kind, negated }) => negated && (kind === 'everything' || kind === 'tags' || path === field),
  );
}

function presenceOf(field: string): Query | undefined {
  if (field.startsWith('@')) {
    const path = field.slice(1);
    return leaf({ kind: 'attribute', path, ...NOWHERE }, { kind: 'exists', ...NOWHERE });
  }
  const result = parseQuery(`${field}:*`);
  return result.ok ? result.query : undefined;
}
