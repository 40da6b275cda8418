/** A suppression that no signal or event of its rules can match: it looks like protection and is none. */

import { allOf, satisfiable, type Query } from '@signalwright/query';
import type { Lint } from '../lint-contract.ts';
import { askAbout } from '../queries-of.ts';
import { ofSeverity, severitiesOf, suppressedRules } from '../suppressed-rules.ts';

export const suppressionHidesNothing: Lint = (object, report, context) => {
  if (object.kind !== 'suppression') return;
  const rules = suppressedRules(object, context);
  if (rules === undefined || rules.length === 0) return;
  const isImpossible = (query: Query): boolean => satisfiable(query, askAbout('signals')).verdict === 'no';
  const { suppressSignals, excludeEvents } = object.object;
  const signals = suppressSignals === '' ? undefined : context.query(suppressSignals);
  if (signals !== undefined && !isImpossible(signals)) {
    const raised = [...new Set(rules.flatMap(severitiesOf))];
    if (isImpossible(allOf([signals, ofSeverity(raised)]))) {
      report.at(
        ['suppressSignals'],
        'lint/suppression-hides-nothing',
        'No signal of these rules has such a status.',
        {
          hint: `They raise ${raised.join(', ')}.`,
        },
      );
    }
  }
  const events = excludeEvents === '' ? undefined : context.query(excludeEvents);
  if (events === undefined || isImpossible(events)) return;
  const queries = rules.flatMap((rule) => rule.queries.map(({ query }) => context.query(query)));
  if (
    queries.length === 0 ||
    !queries.every((query) => query !== undefined && isImpossible(allOf([query, events])))
  )
    return;
  report.at(
    ['excludeEvents'],
    'lint/suppression-hides-nothing',
    'No event that these rules count matches this.',
    {
      hint: 'Compare it with the queries of the rules: two clauses exclude each other.',
    },
  );
};
