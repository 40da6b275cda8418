/**
 * A case whose condition implies that of an earlier one: the earlier one is always true first.
 * Sound and not complete: what is reported can never decide, what is not reported may still never do.
 */

import { printCondition } from '@signalwright/query';
import { quoted } from '../../diagnostic.ts';
import { conditionsOf, impliesCondition } from '../conditions.ts';
import type { Lint } from '../lint-contract.ts';

export const shadowedCase: Lint = (object, report) => {
  if (object.kind !== 'detection-rule') return;
  const conditions = conditionsOf(object.object, report.texts);
  conditions.forEach((condition, index) => {
    if (condition === undefined) return;
    const first = conditions.findIndex(
      (earlier, position) =>
        position < index &&
        earlier !== undefined &&
        printCondition(earlier) !== printCondition(condition) &&
        impliesCondition(condition, earlier),
    );
    if (first === -1) return;
    const earlier = object.object.cases[first];
    const message = `Whenever ${quoted(object.object.cases[index]?.condition)} is true, ${quoted(earlier?.condition)} is true before it.`;
    report.at(['cases', index, 'condition'], 'lint/shadowed-case', message, {
      hint: 'The first true case decides: put the stricter case first.',
      related: [
        { message: 'The earlier case.', range: report.origin.rangeOf(['cases', first, 'condition']) },
      ],
    });
  });
};
