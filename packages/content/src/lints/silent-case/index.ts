/** A high or critical case that tells nobody: neither its own handles nor a notification rule of the folder. */

import { severityRank, type DetectionRule, type RuleCase } from '@signalwright/model';
import { quoted } from '../../diagnostic.ts';
import type { LinkContext } from '../../link/link-context.ts';
import type { Lint } from '../lint-contract.ts';

export const silentCase: Lint = (object, report, context) => {
  if (object.kind !== 'detection-rule' || !object.object.enabled) return;
  const rule = object.object;
  rule.cases.forEach((each, index) => {
    if (severityRank(each.severity) < severityRank('high') || each.notifications.length > 0) return;
    if (isRouted(rule, each, context)) return;
    const message = `A ${each.severity} signal of ${each.name === '' ? 'this case' : quoted(each.name)} tells nobody.`;
    report.at(['cases', index, 'severity'], 'lint/silent-case', message, {
      hint: 'Add notifications: to the case, or a notification rule that selects it.',
    });
  });
};

/** The query of a selector is not asked: what it leaves out here, it may have good reasons for. */
function isRouted(rule: DetectionRule, { severity }: RuleCase, context: LinkContext): boolean {
  return context.ofKind('notification-rule').some((other) => {
    if (!other.object.enabled) return false;
    const { ruleTypes, severities } = other.object.selectors;
    return (
      (ruleTypes.length === 0 || ruleTypes.includes(rule.type)) &&
      (severities.length === 0 || severities.includes(severity))
    );
  });
}
