/**
 * Body of a request that creates an object, from its payload: without what the service fills in, makes itself or does
 * not take. Source: create payloads of the public specification, and the requests of the recordings.
 */

import { unreachable, type Payload } from '@signalwright/model';
import { isEmptyValue, isJsonObject, type JsonObject } from './payload-reader.ts';
import type { RemoteKind } from './ownership.ts';
import { withoutDerived } from './rule-derived.ts';

export function encodeCreate(kind: RemoteKind, payload: Payload): Payload {
  switch (kind) {
    case 'detection-rule': {
      const { hasExtendedTitle, ...body } = ruleRequest(payload);
      return payload['type'] === 'cloud_configuration' ? body : { ...body, hasExtendedTitle };
    }
    case 'suppression':
      return withoutAttributes(payload, { suppression_query: '', data_exclusion_query: '' });
    case 'notification-rule':
      return withoutAttributes(payload, { time_aggregation: 0 });
    case 'workflow':
      return payload;
    default:
      return unreachable(kind);
  }
}

/** Without the attributes that say what their absence says: the service answers them, and requests leave them out. */
function withoutAttributes(payload: Payload, defaults: JsonObject): Payload {
  const { data } = payload;
  if (!isJsonObject(data) || !isJsonObject(data['attributes'])) return payload;
  const attributes = Object.entries(data['attributes']).filter(([key, value]) => value !== defaults[key]);
  return { ...payload, data: { ...data, attributes: Object.fromEntries(attributes) } };
}

/** The fields of a rule's payload that a create or update may carry. */
export function ruleRequest(payload: Payload): Payload {
  const { id: _id, isDefault: _owned, defaultTags: _tags, ...rule } = withoutDerived(payload);
  switch (rule['type']) {
    case 'cloud_configuration':
      return cloudConfigurationRequest(rule);
    case 'signal_correlation':
      return { ...rule, queries: objects(rule['queries']).map(correlationQuery) };
    default:
      return rule;
  }
}

/** The service sets query, condition, method and windows; at first the extended title as well. */
function cloudConfigurationRequest(rule: JsonObject): Payload {
  const { queries, ...rest } = rule;
  const options = isJsonObject(rule['options']) ? rule['options'] : {};
  const signals = isJsonObject(rule['complianceSignalOptions']) ? rule['complianceSignalOptions'] : {};
  return {
    ...rest,
    ...(!isEmptyValue(queries) && { queries }),
    cases: objects(rule['cases']).map(withoutEmpty),
    options: { complianceRuleOptions: options['complianceRuleOptions'] },
    complianceSignalOptions: Object.fromEntries(
      Object.entries(signals).filter(([, value]) => value !== null),
    ),
  };
}

function withoutEmpty(ruleCase: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(ruleCase).filter(([, value]) => !isEmptyValue(value)));
}

/** Requests name every other rule by `ruleId`, those of Datadog too. */
function correlationQuery(query: JsonObject): Payload {
  if (query['ruleId'] === undefined && query['defaultRuleId'] === undefined) return query;
  const {
    defaultRuleId,
    groupByFields: _groups,
    hasOptionalGroupByFields: _optional,
    distinctFields: _distinct,
    ...rest
  } = query;
  return { ...rest, ruleId: query['ruleId'] ?? defaultRuleId };
}

function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
