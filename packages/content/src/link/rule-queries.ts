/** Every search query that a detection rule holds must be one. */

import type { DetectionRule } from '@signalwright/model';
import { checkQuery } from './check-text.ts';
import type { Report } from './link-context.ts';

export function checkRuleQueries({ queries, filters, method }: DetectionRule, report: Report): void {
  queries.forEach(({ query, correlation }, index) => {
    // One that counts the signals of another rule has none.
    if (correlation === undefined) checkQuery(report, ['queries', index, 'query'], query);
  });
  filters.forEach(({ action, query }, index) => checkQuery(report, ['filters', index, action], query));
  if (method.kind !== 'third_party') return;
  method.rootQueries.forEach(({ query }, index) =>
    checkQuery(report, ['third_party', 'rootQueries', index, 'query'], query),
  );
  method.cases.forEach(({ query }, index) =>
    checkQuery(report, ['third_party', 'cases', index, 'query'], query),
  );
}
