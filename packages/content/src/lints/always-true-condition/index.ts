/** `failures >= 0`: a count is never below 0, so the case is true whenever the rule looks. */

import { queryLabel, type DetectionRule } from '@signalwright/model';
import { quoted } from '../../diagnostic.ts';
import { alternativesOf, conditionsOf } from '../conditions.ts';
import type { Lint } from '../lint-contract.ts';

export const alwaysTrueCondition: Lint = (object, report) => {
  if (object.kind !== 'detection-rule' || object.object.method.kind !== 'threshold') return;
  const rule = object.object;
  conditionsOf(rule, report.texts).forEach((condition, index) => {
    if (condition === undefined) return;
    const isOpen = alternativesOf(condition)?.some((comparisons) =>
      comparisons.every(
        ({ label, operator, threshold }) =>
          isCounted(rule, label) && (operator === '>' ? threshold < 0 : threshold <= 0),
      ),
    );
    if (isOpen !== true) return;
    const message = `${quoted(rule.cases[index]?.condition)} is true without a single event.`;
    report.at(['cases', index, 'condition'], 'lint/always-true-condition', message, {
      hint: 'Counts start at 0: compare with > 0 or more.',
    });
  });
};

/** A sum or a maximum may be negative. */
function isCounted({ queries }: DetectionRule, label: string): boolean {
  const query = queries.find((each, position) => queryLabel(each, position) === label);
  return query?.aggregation.kind === 'count' || query?.aggregation.kind === 'cardinality';
}
