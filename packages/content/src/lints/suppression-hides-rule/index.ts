/**
 * A suppression as wide as its rule: whatever the rule finds is hidden. Then the rule should be changed or switched
 * off, where everybody sees it.
 */

import { allOf, implies, type Query } from '@signalwright/query';
import type { DetectionRule } from '@signalwright/model';
import type { LinkContext } from '../../link/link-context.ts';
import type { Lint } from '../lint-contract.ts';
import { askAbout } from '../queries-of.ts';
import { ofSeverity, severitiesOf, suppressedRules } from '../suppressed-rules.ts';

export const suppressionHidesRule: Lint = (object, report, context) => {
  if (object.kind !== 'suppression') return;
  const rules = suppressedRules(object, context);
  for (const key of ['excludeEvents', 'suppressSignals'] as const) {
    const hidden = object.object[key] === '' ? undefined : context.query(object.object[key]);
    if (hidden === undefined || hidden.kind === 'match-all') continue;
    const covered = rules?.find((rule) => covers(hidden, rule, key, context));
    if (covered === undefined) continue;
    report.at([key], 'lint/suppression-hides-rule', `This hides all that ${covered.id} can find.`, {
      hint: 'Narrow it, or change the rule itself: enabled: false is seen by everybody.',
    });
  }
};

/**
 * A signal carries what all its events agree on, so what each of a query's events has, its signals have. With several
 * queries the events may differ; then nothing is said of signals.
 */
function covers(
  hidden: Query,
  rule: DetectionRule,
  key: 'excludeEvents' | 'suppressSignals',
  context: LinkContext,
): boolean {
  const queries = rule.queries.map(({ query }) => context.query(query));
  if (queries.length === 0 || queries.some((query) => query === undefined)) return false;
  if (key === 'suppressSignals' && queries.length > 1) return false;
  return queries.every((query) => {
    const found =
      key === 'suppressSignals' ? [query as Query, ofSeverity(severitiesOf(rule))] : [query as Query];
    return implies(allOf(found), hidden, askAbout('signals')).verdict === 'yes';
  });
}
