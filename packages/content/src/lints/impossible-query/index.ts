/** A query that no event, signal or rule can match: what it stands for never happens. */

import { implies, not, matchAll } from '@signalwright/query';
import type { Lint } from '../lint-contract.ts';
import { queriesOf } from '../queries-of.ts';
import { repeatsAField } from '../repeated-fields.ts';

export const impossibleQuery: Lint = (object, report, context) => {
  for (const { path, text } of queriesOf(object)) {
    const query = context.query(text);
    if (query === undefined) continue;
    const isImpossible =
      query.kind === 'match-none' ||
      (repeatsAField(query) && implies(query, not(matchAll())).verdict === 'yes');
    if (!isImpossible) continue;
    report.at(
      path,
      'lint/impossible-query',
      'Nothing can match this query: its clauses contradict each other.',
      {
        hint: 'Join alternatives with OR, and look for a clause that excludes what another one demands.',
      },
    );
  }
};
