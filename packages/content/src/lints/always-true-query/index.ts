/**
 * A query that everything matches, though it looks as if it chose. A view or a notification rule may mean everything
 * by `*`; a detection rule that counts every event of its source never does.
 */

import { alwaysTrue } from '@signalwright/query';
import type { Lint } from '../lint-contract.ts';
import { askAbout, queriesOf } from '../queries-of.ts';
import { mayCoverAll } from '../repeated-fields.ts';

export const alwaysTrueQuery: Lint = (object, report, context) => {
  for (const { path, text, over } of queriesOf(object)) {
    const query = context.query(text);
    if (query === undefined) continue;
    const isOpen = query.kind === 'match-all';
    if (isOpen && object.kind !== 'detection-rule') continue;
    if (!isOpen && !(mayCoverAll(query) && alwaysTrue(query, askAbout(over)).verdict === 'yes')) continue;
    report.at(path, 'lint/always-true-query', 'Everything matches this query.', {
      hint: isOpen
        ? 'Say which events count.'
        : 'Two of its alternatives leave nothing out; did you mean to join them with AND?',
    });
  }
};
