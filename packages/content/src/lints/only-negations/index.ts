/** A rule query that only says what it does not want: it counts every other event of the source. */

import type { Query } from '@signalwright/query';
import type { Lint } from '../lint-contract.ts';
import { queriesOf } from '../queries-of.ts';

export const onlyNegations: Lint = (object, report, context) => {
  if (object.kind !== 'detection-rule') return;
  for (const { path, text } of queriesOf(object)) {
    const query = context.query(text);
    if (query === undefined || !onlyExcludes(query)) continue;
    report.at(path, 'lint/only-negations', 'This query only says which events do not count.', {
      hint: 'Add a clause for the events that do, such as @appsec.security_activity:attack_attempt.*',
    });
  }
};

function onlyExcludes(query: Query): boolean {
  if (query.kind === 'not') return true;
  return (query.kind === 'and' || query.kind === 'or') && query.children.every(onlyExcludes);
}
