/**
 * The part of a payload that content decides, in one canonical form: defaults filled in, sets sorted, fields of
 * the server removed. Two payloads mean the same exactly when their normal forms are equal.
 * Source: recorded answers (which defaults the server fills, which lists come back in another order).
 *
 * A field of the request schema that our content never sets is kept with its default, so that a change made by
 * hand shows as drift. A field that no request may set is dropped: a newer server must not look like drift.
 */

import {
  DETECTION_METHODS,
  RULE_TYPES,
  TYPE_DATA_SOURCE,
  defaultWindows,
  type DetectionMethodName,
  type Payload,
  type RuleType,
} from '@signalwright/model';
import { attributesOf, type RemoteKind } from './ownership.ts';
import { isEmptyValue, isJsonObject, type JsonObject } from './payload-reader.ts';
import { withoutDerived } from './rule-derived.ts';
import { canonicalDataSource } from './rule-query.ts';

type Normalise = (fields: JsonObject) => Payload;

const NORMALISE = {
  'detection-rule': normaliseRule,
  suppression: normaliseSuppression,
  'notification-rule': normaliseNotificationRule,
  workflow: normaliseWorkflow,
} as const satisfies Record<RemoteKind, Normalise>;

/** @param payload a create body or an answer; JSON:API kinds with or without `data` around */
export function normalisePayload(kind: RemoteKind, payload: unknown): Payload {
  return NORMALISE[kind](attributesOf(payload));
}

function normaliseRule(answered: JsonObject): Payload {
  const rule = withoutDerived(answered);
  const options = objectOf(rule['options']);
  const type = ruleTypeOf(rule['type']);
  const windows = defaultWindows(type, methodOf(options['detectionMethod']));
  return {
    name: rule['name'] ?? '',
    type: rule['type'] ?? 'log_detection',
    isEnabled: rule['isEnabled'] ?? false,
    message: rule['message'] ?? '',
    tags: setOf(rule['tags']),
    hasExtendedTitle: rule['hasExtendedTitle'] ?? type === 'cloud_configuration',
    queries: listOf(rule['queries']).map((query) => normaliseQuery(query, type)),
    cases: listOf(rule['cases']).map(normaliseCase),
    options: {
      ...keep(options, METHOD_OPTIONS),
      detectionMethod: options['detectionMethod'] ?? 'threshold',
      evaluationWindow: options['evaluationWindow'] ?? windows.evaluationWindowMs / 1_000,
      keepAlive: options['keepAlive'] ?? windows.keepAliveMs / 1_000,
      maxSignalDuration: options['maxSignalDuration'] ?? windows.maxSignalDurationMs / 1_000,
      decreaseCriticalityBasedOnEnv: options['decreaseCriticalityBasedOnEnv'] ?? false,
    },
    ...keep(rule, OPTIONAL_RULE_FIELDS),
  };
}

/** Fields that most rules do not have. */
const OPTIONAL_RULE_FIELDS = [
  'filters',
  'groupSignalsBy',
  'referenceTables',
  'calculatedFields',
  'schedulingOptions',
  'thirdPartyCases',
  'complianceSignalOptions',
  'customName',
  'customMessage',
] as const;

const METHOD_OPTIONS = [
  'newValueOptions',
  'anomalyDetectionOptions',
  'impossibleTravelOptions',
  'thirdPartyRuleOptions',
  'sequenceDetectionOptions',
  'hardcodedEvaluatorType',
  'complianceRuleOptions',
] as const;

function ruleTypeOf(type: unknown): RuleType {
  return RULE_TYPES.find((known) => known === type) ?? 'log_detection';
}

function methodOf(method: unknown): DetectionMethodName {
  return DETECTION_METHODS.find((known) => known === method) ?? 'threshold';
}

function normaliseQuery(value: unknown, type: RuleType): Payload {
  const query = objectOf(value);
  const metrics = listOf(query['metrics'] ?? (isEmptyValue(query['metric']) ? [] : [query['metric']]));
  return {
    name: query['name'] ?? '',
    query: query['query'] ?? '',
    dataSource: canonicalDataSource(query['dataSource'] ?? TYPE_DATA_SOURCE[type]),
    aggregation: query['aggregation'] ?? 'count',
    groupByFields: listOf(query['groupByFields']),
    hasOptionalGroupByFields: query['hasOptionalGroupByFields'] ?? false,
    distinctFields: listOf(query['distinctFields']),
    metrics,
    ...keep(query, [
      'customQueryExtension',
      'index',
      'indexes',
      'correlatedByFields',
      'correlatedQueryIndex',
    ]),
    ...(correlatedRule(query) !== undefined && { ruleId: correlatedRule(query) }),
  };
}

/** A request names a rule of Datadog by `ruleId`, answers by `defaultRuleId`. */
function correlatedRule(query: JsonObject): unknown {
  return query['ruleId'] ?? query['defaultRuleId'];
}

function normaliseCase(value: unknown): Payload {
  const ruleCase = objectOf(value);
  return {
    name: ruleCase['name'] ?? '',
    status: ruleCase['status'] ?? '',
    condition: ruleCase['condition'] ?? '',
    notifications: setOf(ruleCase['notifications']),
    actions: listOf(ruleCase['actions']).map((action) => {
      const { type, options } = objectOf(action);
      const blocks = type === 'block_ip' || type === 'block_user';
      return { type: type ?? '', options: { ...(blocks && { duration: 0 }), ...objectOf(options) } };
    }),
    ...keep(ruleCase, ['customStatus']),
  };
}

function normaliseSuppression(suppression: JsonObject): Payload {
  return {
    name: suppression['name'] ?? '',
    enabled: suppression['enabled'] ?? false,
    description: suppression['description'] ?? '',
    tags: setOf(suppression['tags']),
    rule_query: suppression['rule_query'] ?? '',
    suppression_query: suppression['suppression_query'] ?? '',
    data_exclusion_query: suppression['data_exclusion_query'] ?? '',
    start_date: suppression['start_date'] ?? null,
    expiration_date: suppression['expiration_date'] ?? null,
  };
}

function normaliseNotificationRule(rule: JsonObject): Payload {
  const selectors = objectOf(rule['selectors']);
  return {
    name: rule['name'] ?? '',
    enabled: rule['enabled'] ?? true,
    selectors: {
      trigger_source: selectors['trigger_source'] ?? '',
      rule_types: setOf(selectors['rule_types']),
      severities: setOf(selectors['severities']),
      query: selectors['query'] ?? '',
    },
    targets: setOf(rule['targets']),
    time_aggregation: rule['time_aggregation'] ?? 0,
    ...keep(rule, ['routing']),
  };
}

function normaliseWorkflow(workflow: JsonObject): Payload {
  const spec = objectOf(workflow['spec']);
  return {
    name: workflow['name'] ?? '',
    description: workflow['description'] ?? '',
    tags: setOf(workflow['tags']),
    published: workflow['published'] ?? true,
    spec: {
      handle: spec['handle'] ?? '',
      triggers: listOf(spec['triggers']).map((trigger) => {
        const fields = objectOf(trigger);
        return { ...fields, startStepNames: setOf(fields['startStepNames']) };
      }),
      steps: listOf(spec['steps']).map(normaliseStep),
      inputSchema: { parameters: listOf(objectOf(spec['inputSchema'])['parameters']).map(normaliseInput) },
      ...keep(spec, ['outputSchema']),
    },
  };
}

function normaliseInput(value: unknown): Payload {
  const input = objectOf(value);
  return {
    name: input['name'] ?? '',
    type: input['type'] ?? '',
    description: input['description'] ?? '',
    ...(input['defaultValue'] !== undefined && { defaultValue: input['defaultValue'] }),
    ...keep(input, ['label', 'allowedValues', 'allowExtraValues']),
  };
}

/** Parameters are a map and leaving edges a set: their order means nothing. */
function normaliseStep(value: unknown): Payload {
  const step = objectOf(value);
  return {
    name: step['name'] ?? '',
    actionId: step['actionId'] ?? '',
    parameters: sortBy(listOf(step['parameters']), (item) => String(objectOf(item)['name'])),
    outboundEdges: sortBy(listOf(step['outboundEdges']), (item) => {
      const edge = objectOf(item);
      return `${String(edge['branchName'])} ${String(edge['nextStepName'])}`;
    }),
    errorHandlers: listOf(step['errorHandlers']),
    readinessGate: isEmptyValue(step['readinessGate']) ? { thresholdType: 'ANY' } : step['readinessGate'],
    ...keep(step, ['completionGate']),
  };
}

function keep(from: JsonObject, keys: readonly string[]): Payload {
  const kept = keys.map((key) => [key, withoutEmpty(from[key])] as const);
  return Object.fromEntries(kept.filter(([, value]) => !isEmptyValue(value)));
}

/** Inside a part that is kept, what carries nothing is no difference either. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (!isJsonObject(value)) return value;
  const parts = Object.entries(value).map(([key, part]) => [key, withoutEmpty(part)] as const);
  return Object.fromEntries(parts.filter(([, part]) => !isEmptyValue(part)));
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function setOf(value: unknown): readonly unknown[] {
  return sortBy([...new Set(listOf(value))], String);
}

/** By UTF-16 units, so that no locale has a say. */
function sortBy(items: readonly unknown[], key: (item: unknown) => string): readonly unknown[] {
  return items.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
