/**
 * `-@workflow.triage.assignee.id:*` for "nobody": an unassigned signal has the assignee -1, Unassigned, so nothing
 * is ever found. Source: recorded answers of the signals API.
 */

import type { ContentPath } from '@signalwright/model';
import type { Query } from '@signalwright/query';
import type { Report } from '../../link/link-context.ts';
import type { Lint } from '../lint-contract.ts';
import { queriesOf } from '../queries-of.ts';

const ASSIGNEE = 'workflow.triage.assignee';

export const assigneeExists: Lint = (object, report, context) => {
  for (const { path, text, over } of queriesOf(object)) {
    const query = over === 'signals' ? context.query(text) : undefined;
    if (query !== undefined) visit(query, false, path, report);
  }
};

function visit(query: Query, isNegated: boolean, path: ContentPath, report: Report): void {
  switch (query.kind) {
    case 'and':
    case 'or':
      for (const child of query.children) visit(child, isNegated, path, report);
      return;
    case 'not':
      return visit(query.child, !isNegated, path, report);
    case 'match': {
      const { field, test } = query;
      if (field.kind !== 'attribute' || test.kind !== 'exists') return;
      if (field.path !== ASSIGNEE && !field.path.startsWith(`${ASSIGNEE}.`)) return;
      const answer = isNegated ? 'so this finds nothing' : 'so this finds everything';
      const message = `Every signal has an assignee, nobody being one of them, ${answer}.`;
      report.inText(path, query, 'lint/assignee-exists', message, {
        hint: `Write ${isNegated ? '' : '-'}@${ASSIGNEE}.name:Unassigned`,
      });
      return;
    }
    default:
      return;
  }
}
