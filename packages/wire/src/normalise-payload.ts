/**
 * The part of a payload that content decides, in one canonical form: defaults filled in, sets sorted, fields of
 * the server removed. Two payloads mean the same exactly when their normal forms are equal.
 * Source: recorded answers (which defaults the server fills, which lists come back in another order).
 *
 * A field of the request schema that our content never sets is kept with its default, so that a change made by
 * hand shows as drift. A field that no request may set is dropped: a newer server must not look like drift.
 */

import { TYPE_DATA_SOURCE, type Payload, type RuleType } from '@signalwright/model';
import { canonicalTarget } from './notification-rule.ts';
import { attributesOf, type RemoteKind } from './ownership.ts';
import { keep, listOf, objectOf, setOf } from './payload-parts.ts';
import { isEmptyValue, type JsonObject } from './payload-reader.ts';
import { normaliseWorkflow } from './normalise-workflow.ts';
import { isOwnedRule, normaliseOwned } from './owned-rule.ts';
import { withoutDerived } from './rule-derived.ts';
import { fillBeside, fillOptions, ruleTypeOf } from './rule-filled.ts';
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
  if (isOwnedRule(answered)) return normaliseOwned(answered);
  const rule = withoutDerived(answered);
  const type = ruleTypeOf(rule['type']);
  const options: JsonObject = fillOptions(objectOf(rule['options']), type);
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
      ...keep(options, WINDOWS),
      decreaseCriticalityBasedOnEnv: options['decreaseCriticalityBasedOnEnv'] ?? false,
    },
    ...keep({ ...rule, ...fillBeside(rule) }, OPTIONAL_RULE_FIELDS),
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

const WINDOWS = ['detectionMethod', 'evaluationWindow', 'keepAlive', 'maxSignalDuration'] as const;

const METHOD_OPTIONS = [
  'newValueOptions',
  'anomalyDetectionOptions',
  'impossibleTravelOptions',
  'thirdPartyRuleOptions',
  'sequenceDetectionOptions',
  'hardcodedEvaluatorType',
  'complianceRuleOptions',
] as const;

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
    targets: setOf(
      listOf(rule['targets']).map((target) =>
        typeof target === 'string' ? canonicalTarget(target) : target,
      ),
    ),
    time_aggregation: rule['time_aggregation'] ?? 0,
    ...keep(rule, ['routing']),
  };
}
