/**
 * Notification rules on the wire, over signals and over findings: one body, two endpoints.
 * Source: `POST /api/v2/security/{signals,vulnerabilities}/notification_rules`.
 * They have no tags: the owner's mark ends the name.
 */

import {
  NOTIFICATION_RULE_TYPES,
  NOTIFICATION_SEVERITIES,
  NOTIFICATION_SOURCES,
  ROUTING_MODES,
  type NotificationRule,
  type NotificationTarget,
  type Payload,
} from '@signalwright/model';
import { decodeId, type DecodeContext, type EncodeContext } from './decode-context.ts';
import { attributesOf, ownershipSuffix, splitName } from './ownership.ts';
import { PayloadReader, decoded, type Decoded, type Problem } from './payload-reader.ts';
import { SERVER_FILLED, fieldNames } from './server-filled.ts';
import { toSeconds } from './units.ts';
import { layOver } from './unknown-fields.ts';
import { parseWorkflowHandle, workflowHandle } from './workflow-handle.ts';

/** A notification rule as the service answers it, `{ data: { type, attributes } }`: at once is 0 seconds. */
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
    time_aggregation: toSeconds(rule.timeAggregationMs ?? 0),
    ...(rule.routing !== undefined && { routing: { mode: rule.routing.mode } }),
  };
  return { data: { type: 'notification_rules', attributes: layOver(fields, rule.unknownFields) } };
}

function encodeTarget(target: NotificationTarget): string {
  return target.kind === 'handle'
    ? target.handle
    : workflowHandle(target.handle ?? target.workflowId, target.inputs);
}

/**
 * Reads a notification rule as the API answers it (with or without `data` around), or a create body.
 * Its name holds only a digest of the id: `ctx.id` says it, else the remote id stands in.
 */
export function decodeNotificationRule(payload: unknown, ctx: DecodeContext = {}): Decoded<NotificationRule> {
  const problems: Problem[] = [];
  const reader = new PayloadReader(attributesOf(payload), '', problems);
  const selectors = reader.child('selectors');
  const aggregation = reader.count('time_aggregation', 0);
  const routing = reader.has('routing') ? reader.child('routing') : undefined;
  const rule: NotificationRule = {
    kind: 'notification-rule',
    id: decodeId(payload, ctx, reader),
    name: splitName(reader.text('name')).name,
    enabled: reader.flag('enabled', true),
    selectors: {
      source: selectors.oneOf('trigger_source', NOTIFICATION_SOURCES),
      ruleTypes: selectors.eachOf('rule_types', NOTIFICATION_RULE_TYPES),
      severities: selectors.eachOf('severities', NOTIFICATION_SEVERITIES),
      query: selectors.text('query', ''),
    },
    targets: reader.texts('targets').map((target, index) => {
      if (!target.startsWith('@')) reader.refuse(`targets[${index}]`, 'A target starts with @.');
      return decodeTarget(target);
    }),
    // 0 and none are one: told at once.
    ...(aggregation > 0 && { timeAggregationMs: aggregation * 1_000 }),
    ...(routing !== undefined && { routing: { mode: routing.oneOf('mode', ROUTING_MODES) } }),
  };
  routing?.close();
  selectors.close();
  reader.ignore(fieldNames(SERVER_FILLED['notification-rule'])).close();
  return decoded(problems, rule);
}

function decodeTarget(target: string): NotificationTarget {
  const workflow = parseWorkflowHandle(target);
  return workflow === undefined ? { kind: 'handle', handle: target } : { kind: 'workflow', ...workflow };
}

/** One spelling of a target: blanks between the inputs of a workflow mean nothing. */
export function canonicalTarget(target: string): string {
  return encodeTarget(decodeTarget(target));
}
