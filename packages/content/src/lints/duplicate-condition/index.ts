/** Two cases with one condition: the second can never decide. */

import { printCondition } from '@signalwright/query';
import { quoted } from '../../diagnostic.ts';
import type { Lint } from '../lint-contract.ts';

export const duplicateCondition: Lint = (object, report) => {
  if (object.kind !== 'detection-rule') return;
  const firstOf = new Map<string, number>();
  object.object.cases.forEach((each, index) => {
    const parsed = report.texts.condition(each.condition ?? '');
    if (!parsed.ok) return;
    const text = printCondition(parsed.condition);
    const first = firstOf.get(text);
    if (first === undefined) {
      firstOf.set(text, index);
      return;
    }
    const path = ['cases', index, 'condition'];
    report.at(
      path,
      'lint/duplicate-condition',
      `${quoted(each.condition)} is the condition of an earlier case.`,
      {
        hint: 'The first true case decides, so this one never does: change it or remove it.',
        related: [
          { message: 'The earlier case.', range: report.origin.rangeOf(['cases', first, 'condition']) },
        ],
      },
    );
  });
};
