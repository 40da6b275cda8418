/**
 * Detection rules on the wire. Source: `POST /api/v2/security_monitoring/rules`
 * (SecurityMonitoringStandardRuleCreatePayload) and recorded answers of `GET …/rules`.
 */

import {
  AUTHORED_RULE_TYPES,
  RULE_DEFAULTS,
  SEVERITIES,
  WINDOW_SECONDS,
  unreachable,
  type Aggregation,
  type AuthoredRuleType,
  type CaseAction,
  type DetectionRule,
  type Payload,
  type RuleCase,
  type RuleQuery,
} from '@signalwright/model';
import { decodeId, ownTags, type DecodeContext, type EncodeContext } from './decode-context.ts';
import { withOwnershipTag } from './ownership.ts';
import { PayloadReader, decoded, type Decoded, type Problem } from './payload-reader.ts';
import { SERVER_FILLED, fieldNames } from './server-filled.ts';
import { toSeconds } from './units.ts';
import { layOver } from './unknown-fields.ts';

/** The data source that goes with a rule type; older answers write `app_sec_spans` for `spans`. */
const DATA_SOURCE = {
  application_security: 'spans',
  api_security: 'spans',
  log_detection: 'logs',
  workload_security: 'security_runtime',
  workload_activity: 'security_runtime',
} as const satisfies Record<AuthoredRuleType, string>;

/** Create payload of a rule. */
export function encodeRule(rule: DetectionRule, ctx: EncodeContext): Payload {
  const fields = {
    name: rule.name,
    type: rule.type,
    isEnabled: rule.enabled,
    message: rule.message,
    tags: [...rule.tags],
    hasExtendedTitle: rule.hasExtendedTitle,
    queries: rule.queries.map((query) => encodeQuery(query, DATA_SOURCE[rule.type])),
    cases: rule.cases.map(encodeCase),
    options: {
      detectionMethod: rule.method.kind,
      evaluationWindow: toSeconds(rule.evaluationWindowMs),
      keepAlive: toSeconds(rule.keepAliveMs),
      maxSignalDuration: toSeconds(rule.maxSignalDurationMs),
      decreaseCriticalityBasedOnEnv: rule.decreaseSeverityOutsideProduction,
    },
  };
  return withOwnershipTag(layOver(fields, rule.unknownFields), ctx.stack, rule.id);
}

function encodeQuery(query: RuleQuery, dataSource: string): Payload {
  return {
    name: query.name,
    query: query.query,
    dataSource,
    aggregation: query.aggregation.kind,
    groupByFields: [...query.groupBy],
    hasOptionalGroupByFields: query.optionalGroupBy,
    distinctFields: query.aggregation.kind === 'cardinality' ? [...query.aggregation.fields] : [],
    ...((query.aggregation.kind === 'sum' || query.aggregation.kind === 'max') && {
      metrics: [query.aggregation.field],
    }),
  };
}

function encodeCase(ruleCase: RuleCase): Payload {
  return {
    name: ruleCase.name,
    status: ruleCase.severity,
    condition: ruleCase.condition,
    notifications: [...ruleCase.notifications],
    ...(ruleCase.actions.length > 0 && { actions: ruleCase.actions.map(encodeAction) }),
  };
}

function encodeAction(action: CaseAction): Payload {
  switch (action.kind) {
    case 'block_ip':
    case 'block_user':
      return {
        type: action.kind,
        options: { duration: action.durationMs === undefined ? 0 : toSeconds(action.durationMs) },
      };
    case 'user_behavior':
      return { type: action.kind, options: { userBehaviorName: action.behavior } };
    case 'flag_ip':
      return { type: action.kind, options: { flaggedIPType: action.flag } };
    default:
      return unreachable(action);
  }
}

/** Reads a rule as the API answers it, or a create payload. Only threshold rules of the authored types. */
export function decodeRule(payload: unknown, ctx: DecodeContext = {}): Decoded<DetectionRule> {
  const problems: Problem[] = [];
  const reader = new PayloadReader(payload, '', problems);
  const type = reader.oneOf('type', AUTHORED_RULE_TYPES, 'log_detection');
  const options = reader.child('options');
  options.oneOf('detectionMethod', ['threshold'], 'threshold');
  const rule: DetectionRule = {
    kind: 'detection-rule',
    id: decodeId(payload, ctx, reader),
    name: reader.text('name'),
    type,
    enabled: reader.flag('isEnabled'),
    tags: ownTags(reader.texts('tags')),
    message: reader.text('message'),
    method: { kind: 'threshold' },
    queries: reader.list('queries', (value, path) => decodeQuery(reader.item(value, path), type)),
    cases: reader.list('cases', (value, path) => decodeCase(reader.item(value, path))),
    evaluationWindowMs: decodeWindow(options, 'evaluationWindow', RULE_DEFAULTS.evaluationWindowMs),
    keepAliveMs: decodeWindow(options, 'keepAlive', RULE_DEFAULTS.keepAliveMs),
    maxSignalDurationMs: decodeWindow(options, 'maxSignalDuration', RULE_DEFAULTS.maxSignalDurationMs),
    decreaseSeverityOutsideProduction: options.flag('decreaseCriticalityBasedOnEnv', false),
    hasExtendedTitle: reader.flag('hasExtendedTitle', false),
  };
  options.ignore(fieldNames(SERVER_FILLED['detection-rule'], 'options.')).close();
  reader.ignore(fieldNames(SERVER_FILLED['detection-rule'])).close();
  return decoded(problems, rule);
}

function decodeWindow(options: PayloadReader, key: string, defaultMs: number): number {
  const seconds = options.count(key, defaultMs / 1_000);
  if (!(WINDOW_SECONDS as readonly number[]).includes(seconds)) {
    options.refuse(key, `Expected one of ${WINDOW_SECONDS.join(', ')} seconds, found ${seconds}.`);
  }
  return seconds * 1_000;
}

function decodeQuery(reader: PayloadReader, type: AuthoredRuleType): RuleQuery {
  const dataSource = reader.text('dataSource', DATA_SOURCE[type]);
  if (canonicalDataSource(dataSource) !== DATA_SOURCE[type]) {
    reader.refuse('dataSource', `Rules of type ${type} read ${DATA_SOURCE[type]}, found "${dataSource}".`);
  }
  const query: RuleQuery = {
    name: reader.text('name', ''),
    query: reader.text('query', ''),
    aggregation: decodeAggregation(reader),
    groupBy: reader.texts('groupByFields'),
    optionalGroupBy: reader.flag('hasOptionalGroupByFields', false),
  };
  reader.close();
  return query;
}

/** `app_sec_spans` is the old name of `spans`. */
export function canonicalDataSource(dataSource: unknown): unknown {
  return dataSource === 'app_sec_spans' ? 'spans' : dataSource;
}

function decodeAggregation(reader: PayloadReader): Aggregation {
  const kind = reader.oneOf('aggregation', ['count', 'cardinality', 'sum', 'max'], 'count');
  if (kind === 'count') return { kind };
  if (kind === 'cardinality') return { kind, fields: reader.texts('distinctFields') };
  // `metric` is deprecated and echoed from `metrics`.
  const metric = reader.raw('metric');
  const metrics = reader.has('metrics')
    ? reader.texts('metrics')
    : typeof metric === 'string'
      ? [metric]
      : [];
  const field = metrics[0];
  if (metrics.length !== 1 || field === undefined) {
    reader.refuse('metrics', `The aggregation ${kind} takes exactly one field, found ${metrics.length}.`);
  }
  return { kind, field: field ?? '' };
}

function decodeCase(reader: PayloadReader): RuleCase {
  const ruleCase: RuleCase = {
    name: reader.text('name', ''),
    condition: reader.text('condition', ''),
    severity: reader.oneOf('status', SEVERITIES),
    notifications: reader.texts('notifications'),
    actions: reader.list('actions', (value, path) => decodeAction(reader.item(value, path))),
  };
  reader.close();
  return ruleCase;
}

function decodeAction(reader: PayloadReader): CaseAction {
  const kind = reader.oneOf('type', ['block_ip', 'block_user', 'user_behavior', 'flag_ip']);
  const options = reader.child('options');
  const action = decodeActionOptions(kind, options);
  options.close();
  reader.close();
  return action;
}

function decodeActionOptions(kind: CaseAction['kind'], options: PayloadReader): CaseAction {
  switch (kind) {
    case 'block_ip':
    case 'block_user': {
      // Chosen: no duration at all reads like 0, for ever; the sources state only 0.
      const seconds = options.count('duration', 0);
      return seconds === 0 ? { kind } : { kind, durationMs: seconds * 1_000 };
    }
    case 'user_behavior':
      return { kind, behavior: options.text('userBehaviorName') };
    case 'flag_ip':
      return { kind, flag: options.oneOf('flaggedIPType', ['SUSPICIOUS', 'FLAGGED']) };
    default:
      return unreachable(kind);
  }
}
