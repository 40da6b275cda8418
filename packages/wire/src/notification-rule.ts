/**
 * Notification rules on the wire. Source: `POST /api/v2/security/signals/notification_rules`.
 * They have no tags: the owner's mark ends the name.
 */

import {
  RULE_TYPE_NAMES,
  SEVERITIES,
  type NotificationRule,
  type NotificationTarget,
  type Payload,
  type RuleType,
} from '@signalwright/model';
import { decodeId, type DecodeContext, type EncodeContext } from './decode-context.ts';
import { attributesOf, ownershipSuffix, splitName } from './ownership.ts';
import { PayloadReader, decoded, type Decoded, type Problem } from './payload-reader.ts';
import { SERVER_FILLED, fieldNames } from './server-filled.ts';
import { layOver } from './unknown-fields.ts';
import { parseWorkflowHandle, workflowHandle } from './workflow-handle.ts';

const RULE_TYPES = Object.keys(RULE_TYPE_NAMES) as readonly RuleType[];

/** Create body of a notification rule, `{ data: { type, attributes } }`. */
export function encodeNotificationRule(rule: NotificationRule, ctx: EncodeContext): Payload {
  const { source, ruleTypes, severities, query } = rule.selectors;
  const fields = {
    name: `${rule.name}${ownershipSuffix(ctx.stack, rule.id)}`,
    enabled: rule.enabled,
    selectors: {
      trigger_source: source,
      ...(ruleTypes.length > 0 && { rule_types: [...ruleTypes] }),
      ...(severities.length > 0 && { severities: [...severities] }),
      ...(query !== '' && { query }),
    },
    targets: rule.targets.map(encodeTarget),
  };
  return { data: { type: 'notification_rules', attributes: layOver(fields, rule.unknownFields) } };
}

function encodeTarget(target: NotificationTarget): string {
  return target.kind === 'handle' ? target.handle : workflowHandle(target.workflowId, target.inputs);
}

/**
 * Reads a notification rule as the API answers it (with or without `data` around), or a create body.
 * Its name holds only a digest of the id: `ctx.id` says it, else the remote id stands in.
 */
export function decodeNotificationRule(payload: unknown, ctx: DecodeContext = {}): Decoded<NotificationRule> {
  const problems: Problem[] = [];
  const reader = new PayloadReader(attributesOf(payload), '', problems);
  const selectors = reader.child('selectors');
  const rule: NotificationRule = {
    kind: 'notification-rule',
    id: decodeId(payload, ctx, reader),
    name: splitName(reader.text('name')).name,
    enabled: reader.flag('enabled', true),
    selectors: {
      source: selectors.oneOf('trigger_source', ['security_signals']),
      ruleTypes: selectors.texts('rule_types').filter((type, index): type is RuleType => {
        const known = (RULE_TYPES as readonly string[]).includes(type);
        if (!known) selectors.refuse(`rule_types[${index}]`, `Unknown rule type "${type}".`);
        return known;
      }),
      severities: selectors.list('severities', (value, path) => {
        const found = SEVERITIES.find((severity) => severity === value);
        if (found === undefined) problems.push({ path, message: 'Unknown severity.' });
        return found ?? 'info';
      }),
      query: selectors.text('query', ''),
    },
    targets: reader.texts('targets').map((target, index) => {
      if (!target.startsWith('@')) reader.refuse(`targets[${index}]`, 'A target starts with @.');
      return decodeTarget(target);
    }),
  };
  selectors.close();
  reader.ignore(fieldNames(SERVER_FILLED['notification-rule'])).close();
  return decoded(problems, rule);
}

function decodeTarget(target: string): NotificationTarget {
  const workflow = parseWorkflowHandle(target);
  return workflow === undefined ? { kind: 'handle', handle: target } : { kind: 'workflow', ...workflow };
}
