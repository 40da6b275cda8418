/**
 * A case that can never decide, although no single earlier case covers it: each of its alternatives makes some earlier
 * case true. Sound and not complete.
 */

import { quoted } from '../../diagnostic.ts';
import { alternativesOf, conditionsOf, entails, impliesCondition } from '../conditions.ts';
import type { Lint } from '../lint-contract.ts';

export const unreachableCase: Lint = (object, report) => {
  if (object.kind !== 'detection-rule') return;
  const conditions = conditionsOf(object.object, report.texts);
  conditions.forEach((condition, index) => {
    if (condition === undefined) return;
    const earlier = conditions.slice(0, index).filter((each) => each !== undefined);
    // One earlier case that covers it all is shadowed-case or duplicate-condition.
    if (earlier.some((each) => impliesCondition(condition, each))) return;
    const isCovered = alternativesOf(condition)?.every((comparisons) =>
      earlier.some((each) => entails(comparisons, each)),
    );
    if (isCovered !== true) return;
    const message = `${quoted(object.object.cases[index]?.condition)} can never be the first true condition.`;
    report.at(['cases', index, 'condition'], 'lint/unreachable-case', message, {
      hint: 'Whenever it is true, an earlier case is too: put the stricter cases first.',
    });
  });
};
