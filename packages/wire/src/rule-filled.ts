/**
 * A rule as the service answers it: with what it adds where a request says nothing, and with the parts that it makes
 * from others. Source: recorded answers beside the requests that led to them; facts of the API, section 6.
 */

import {
  DETECTION_METHODS,
  RULE_TYPES,
  defaultWindows,
  type DetectionMethodName,
  type Payload,
  type RuleType,
} from '@signalwright/model';
import { isEmptyValue, isJsonObject, type JsonObject } from './payload-reader.ts';
import { derivedParts } from './rule-derived.ts';

/** @param rule fields as a request set them; what is no list or object is left as it is */
export function fillRule(rule: JsonObject): Payload {
  const type = ruleTypeOf(rule['type']);
  const made = madeParts(rule);
  return {
    tags: [],
    filters: [],
    hasExtendedTitle: type === 'cloud_configuration',
    ...rule,
    type: rule['type'] ?? type,
    queries: each(made.queries, (query) => fillQuery(query, type)),
    cases: each(made.cases, fillCase),
    options: fillOptions(isJsonObject(rule['options']) ? rule['options'] : {}, type),
    ...fillBeside(rule),
  };
}

/** What stands beside the options of a method: where a rule has it, it is answered whole. */
export function fillBeside(rule: JsonObject): Payload {
  const { thirdPartyCases, complianceSignalOptions } = rule;
  return {
    ...(thirdPartyCases !== undefined && { thirdPartyCases: each(thirdPartyCases, fillCase) }),
    ...(isJsonObject(complianceSignalOptions) && {
      complianceSignalOptions: { ...NO_ACTIVATION, ...complianceSignalOptions },
    }),
  };
}

/** Cases of third party rules are always made anew; a query over resources only where there is none. */
function madeParts(rule: JsonObject): { readonly queries: unknown; readonly cases: unknown } {
  const written = { queries: rule['queries'] ?? [], cases: rule['cases'] ?? [] };
  const derived = derivedParts(rule);
  if (derived === undefined) return written;
  if (rule['thirdPartyCases'] !== undefined) return derived;
  return { queries: isEmptyValue(written.queries) ? derived.queries : written.queries, cases: derived.cases };
}

function fillQuery(query: JsonObject, type: RuleType): Payload {
  const { metric, metrics, ...rest } = query;
  const named = isEmptyValue(metrics) ? [metric].filter((name) => !isEmptyValue(name)) : metrics;
  return {
    groupByFields: [],
    hasOptionalGroupByFields: false,
    distinctFields: [],
    aggregation: 'count',
    name: '',
    // Recorded: a rule over spans without a data source is answered with the old name.
    ...(type !== 'signal_correlation' && { dataSource: isOverSpans(type) ? 'app_sec_spans' : 'logs' }),
    ...rest,
    ...(Array.isArray(named) && named.length > 0 && { metric: metric ?? named[0], metrics: named }),
  };
}

/** Rules of App and API Protection. */
export function isOverSpans(type: unknown): boolean {
  return type === 'application_security' || type === 'api_security';
}

function fillCase(ruleCase: JsonObject): Payload {
  return { name: '', notifications: [], ...ruleCase };
}

/** The options of a rule and of its method. */
export function fillOptions(options: JsonObject, type: RuleType): Payload {
  const method = DETECTION_METHODS.find((known) => known === options['detectionMethod']) ?? 'threshold';
  const windows = defaultWindows(type, method);
  return {
    detectionMethod: method,
    evaluationWindow: windows.evaluationWindowMs / 1_000,
    keepAlive: windows.keepAliveMs / 1_000,
    maxSignalDuration: windows.maxSignalDurationMs / 1_000,
    ...options,
    ...fillMethod(method, options),
  };
}

function fillMethod(method: DetectionMethodName, options: JsonObject): Payload {
  switch (method) {
    case 'anomaly_detection':
      return {
        // Recorded twice: whatever was sent.
        evaluationWindow: 1_800,
        anomalyDetectionOptions: { ...BASELINE, ...objectOf(options['anomalyDetectionOptions']) },
      };
    case 'third_party':
      return {
        thirdPartyRuleOptions: { defaultNotifications: [], ...objectOf(options['thirdPartyRuleOptions']) },
      };
    default:
      return {};
  }
}

const BASELINE: Payload = { instantaneousBaseline: false, instantaneousBaselineTimeoutMinutes: 30 };

const NO_ACTIVATION: Payload = {
  defaultActivationStatus: null,
  defaultGroupByFields: null,
  userActivationStatus: null,
  userGroupByFields: null,
};

export function ruleTypeOf(type: unknown): RuleType {
  return RULE_TYPES.find((known) => known === type) ?? 'log_detection';
}

function each(list: unknown, fill: (item: JsonObject) => Payload): unknown {
  if (!Array.isArray(list)) return list;
  return list.map((item: unknown) => (isJsonObject(item) ? fill(item) : item));
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
