/** Notification rule: written form to normal form. */

import {
  addressOf,
  type AuthoredNotificationRule,
  type NotificationTarget,
  type Origin,
} from '@signalwright/model';
import type { WrittenNotificationRule, WrittenNotificationRuleTarget } from '../schema/written.ts';
import { unknownFieldsOf } from './scalar.ts';
import { decodeTestSignal } from './test-fields.ts';

export function decodeNotificationRule(
  written: WrittenNotificationRule,
  origin: Origin,
): AuthoredNotificationRule {
  const { selectors } = written;
  return {
    kind: 'notification-rule',
    address: addressOf('notification-rule', written.id),
    object: {
      kind: 'notification-rule',
      id: written.id,
      name: written.name,
      enabled: written.enabled ?? true,
      selectors: {
        source: selectors.source ?? 'security_signals',
        ruleTypes: selectors.ruleTypes ?? [],
        severities: selectors.severities ?? [],
        query: selectors.query ?? '',
      },
      targets: written.targets.map(decodeTarget),
      ...unknownFieldsOf(written),
    },
    ...(written.owner !== undefined && { owner: written.owner }),
    tests: (written.tests ?? []).map((test) => ({
      name: test.name,
      signal: decodeTestSignal(test.signal),
      targets: test.targets,
    })),
    origin,
  };
}

function decodeTarget(written: WrittenNotificationRuleTarget): NotificationTarget {
  if (typeof written === 'string') return { kind: 'handle', handle: written };
  return { kind: 'workflow', workflowId: written.workflow, inputs: { ...written.with } };
}
