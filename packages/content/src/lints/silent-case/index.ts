/** A high or critical case that tells nobody: neither its own handles nor a notification rule of the folder. */

import { severityRank } from '@signalwright/model';
import { quoted } from '../../diagnostic.ts';
import type { Lint } from '../lint-contract.ts';

export const silentCase: Lint = (object, report, context) => {
  if (object.kind !== 'detection-rule' || !object.object.enabled) return;
  const rule = object.object;
  rule.cases.forEach((each, index) => {
    if (severityRank(each.severity) < severityRank('high') || each.notifications.length > 0) return;
    // The query of a selector is not asked: what it leaves out here, it may have good reasons for.
    if (context.isTold(rule.type, each.severity)) return;
    const message = `A ${each.severity} signal of ${each.name === '' ? 'this case' : quoted(each.name)} tells nobody.`;
    report.at(['cases', index, 'severity'], 'lint/silent-case', message, {
      hint: 'Add notifications: to the case, or a notification rule that selects it.',
    });
  });
};
