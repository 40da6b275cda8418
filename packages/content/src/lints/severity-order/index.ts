/**
 * A severe case behind a milder one: when both are true, the first decides, and the signal is worth less than the
 * rule says. Source: Datadog "Set conditions": cases are tried in order.
 */

import { severityRank } from '@signalwright/model';
import { quoted } from '../../diagnostic.ts';
import { conditionsOf, impliesCondition } from '../conditions.ts';
import type { Lint } from '../lint-contract.ts';

export const severityOrder: Lint = (object, report) => {
  if (object.kind !== 'detection-rule') return;
  const { cases } = object.object;
  const conditions = conditionsOf(object.object, report.texts);
  cases.forEach((each, index) => {
    const condition = conditions[index];
    if (condition === undefined) return;
    const milder = cases.findIndex(
      (other, position) => position < index && severityRank(other.severity) < severityRank(each.severity),
    );
    const earlier = conditions[milder];
    // A case that can never decide is reported as that.
    if (
      earlier === undefined ||
      conditions.slice(0, index).some((other) => other !== undefined && impliesCondition(condition, other))
    )
      return;
    const message = `When ${quoted(cases[milder]?.condition)} is true too, the signal is ${cases[milder]?.severity}, not ${each.severity}.`;
    report.at(['cases', index, 'severity'], 'lint/severity-order', message, {
      hint: 'Put the cases in order, the most severe first.',
      related: [
        {
          message: 'The milder case that is tried first.',
          range: report.origin.rangeOf(['cases', milder, 'severity']),
        },
      ],
    });
  });
};
