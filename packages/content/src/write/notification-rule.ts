/** Notification rule: normal form to written form. */

import type { NotificationRule, NotificationTarget } from '@signalwright/model';
import type { WrittenNotificationRule, WrittenNotificationRuleTarget } from '../schema/written.ts';
import { durationText, importedParts, unlessEmpty } from './scalar.ts';

export function writeNotificationRule(rule: NotificationRule): WrittenNotificationRule {
  const { selectors, timeAggregationMs, routing } = rule;
  return {
    kind: 'notification-rule',
    id: rule.id,
    name: rule.name,
    ...(!rule.enabled && { enabled: false }),
    selectors: {
      ...(selectors.source !== 'security_signals' && { source: selectors.source }),
      ...unlessEmpty('ruleTypes', selectors.ruleTypes),
      ...unlessEmpty('severities', selectors.severities),
      ...(selectors.query !== '' && { query: selectors.query }),
    },
    targets: rule.targets.map(writeTarget),
    ...(timeAggregationMs !== undefined && { timeAggregation: durationText(timeAggregationMs) }),
    ...(routing !== undefined && { routing: { mode: routing.mode } }),
    ...importedParts(rule),
  };
}

function writeTarget(target: NotificationTarget): WrittenNotificationRuleTarget {
  if (target.kind === 'handle') return target.handle;
  const { workflowId, inputs } = target;
  return { workflow: workflowId, ...(Object.keys(inputs).length > 0 && { with: inputs }) };
}
