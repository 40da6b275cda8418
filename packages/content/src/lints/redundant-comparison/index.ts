/** `failures > 3 && failures > 10`: one of two comparisons of a label says nothing. */

import type { Condition, ConditionCompare } from '@signalwright/query';
import { conditionsOf, isAtLeastAsStrict } from '../conditions.ts';
import type { Lint } from '../lint-contract.ts';

export const redundantComparison: Lint = (object, report) => {
  if (object.kind !== 'detection-rule') return;
  conditionsOf(object.object, report.texts).forEach((condition, index) => {
    if (condition === undefined) return;
    for (const idle of idleComparisons(condition)) {
      report.inText(
        ['cases', index, 'condition'],
        idle,
        'lint/redundant-comparison',
        `Another comparison of ${idle.label} beside it makes this one idle.`,
        { hint: 'Remove it, or compare the query that was meant.' },
      );
    }
  });
};

function idleComparisons(condition: Condition): readonly ConditionCompare[] {
  if (condition.kind === 'compare') return [];
  const compares = condition.children.filter((child) => child.kind === 'compare');
  const idle = compares.filter((each, index) =>
    compares.some((other, position) => {
      if (position === index || other.label !== each.label) return false;
      const [strict, wide] = condition.kind === 'and' ? [other, each] : [each, other];
      // Of two equal ones the later is idle.
      return isAtLeastAsStrict(strict, wide) && (position < index || !isAtLeastAsStrict(wide, strict));
    }),
  );
  return [...idle, ...condition.children.flatMap(idleComparisons)];
}
