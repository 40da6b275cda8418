/** A query that no event, signal or rule can match: what it stands for never happens. */

import { satisfiable } from '@signalwright/query';
import type { Lint } from '../lint-contract.ts';
import { askAbout, queriesOf } from '../queries-of.ts';
import { mayContradict } from '../repeated-fields.ts';

export const impossibleQuery: Lint = (object, report, context) => {
  for (const { path, text, over } of queriesOf(object)) {
    const query = context.query(text);
    // A lower-case operator is a word, which is said where it stands, and contradicts most of its neighbours.
    if (query === undefined || /\s(?:or|and)\s/.test(text)) continue;
    if (!mayContradict(query)) continue;
    const answer = satisfiable(query, askAbout(over));
    if (answer.verdict !== 'no') continue;
    const assumed =
      answer.assumed === undefined ? '' : `, since ${answer.assumed.join(' and ')} holds one value`;
    report.at(path, 'lint/impossible-query', `Nothing can match this query${assumed}.`, {
      hint: 'Its clauses contradict each other: join alternatives with OR, or drop the clause that excludes another.',
    });
  }
};
