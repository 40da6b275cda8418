/** Notification rule: written form to normal form. */

import {
  addressOf,
  type AuthoredNotificationRule,
  type NotificationTarget,
  type NotificationTestSubject,
  type Origin,
} from '@signalwright/model';
import type {
  WrittenFields,
  WrittenNotificationRule,
  WrittenNotificationRuleTarget,
  WrittenNotificationRuleTest,
} from '../schema/written.ts';
import { durationMs, importedParts } from './scalar.ts';
import { decodeFields, decodeTestSignal } from './test-fields.ts';

export function decodeNotificationRule(
  written: WrittenNotificationRule,
  origin: Origin,
): AuthoredNotificationRule {
  const { selectors, timeAggregation, routing } = written;
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
      ...(timeAggregation !== undefined && { timeAggregationMs: durationMs(timeAggregation) }),
      ...(routing !== undefined && { routing: { mode: routing.mode } }),
      ...importedParts(written),
    },
    ...(written.owner !== undefined && { owner: written.owner }),
    tests: (written.tests ?? []).map((test) => ({
      name: test.name,
      about: decodeSubject(test),
      targets: test.targets,
    })),
    origin,
  };
}

/** The schema asks for one of the two. */
function decodeSubject({ signal, finding }: WrittenNotificationRuleTest): NotificationTestSubject {
  if (finding === undefined) return { kind: 'signal', signal: decodeTestSignal(signal) };
  const { type, severity } = finding;
  const fields = decodeFields(finding as WrittenFields, ['type', 'severity']);
  return { kind: 'finding', finding: { type, severity, fields } };
}

function decodeTarget(written: WrittenNotificationRuleTarget): NotificationTarget {
  if (typeof written === 'string') return { kind: 'handle', handle: written };
  return { kind: 'workflow', workflowId: written.workflow, inputs: { ...written.with } };
}
