/** Detection rule: normal form to written form. */

import type { CaseAction, DetectionRule, RuleCase, RuleQuery } from '@signalwright/model';
import { RULE_DEFAULTS, unreachable } from '@signalwright/model';
import { isDeepStrictEqual } from 'node:util';
import type { WrittenRule, WrittenRuleAction, WrittenRuleCase, WrittenRuleQuery } from '../schema/written.ts';
import { durationText, ownerAndTags, unknownFieldsOf, unlessEmpty } from './scalar.ts';

export function writeDetectionRule(rule: DetectionRule): WrittenRule {
  const groupBy = sharedGroupBy(rule.queries);
  const isOptional = rule.queries.length > 0 && rule.queries.every((query) => query.optionalGroupBy);
  return {
    kind: 'detection-rule',
    id: rule.id,
    name: rule.name,
    type: rule.type as WrittenRule['type'],
    ...(!rule.enabled && { enabled: false }),
    ...ownerAndTags(rule.tags),
    ...(groupBy !== undefined && { groupBy }),
    ...(isOptional && { hasOptionalGroupByFields: true }),
    queries: rule.queries.map((query) => writeQuery(query, groupBy, isOptional)),
    cases: rule.cases.map(writeCase),
    ...writeWindow('evaluationWindow', rule.evaluationWindowMs, RULE_DEFAULTS.evaluationWindowMs),
    ...writeWindow('keepAlive', rule.keepAliveMs, RULE_DEFAULTS.keepAliveMs),
    ...writeWindow('maxSignalDuration', rule.maxSignalDurationMs, RULE_DEFAULTS.maxSignalDurationMs),
    ...(rule.decreaseSeverityOutsideProduction !== undefined && {
      decreaseCriticalityBasedOnEnv: rule.decreaseSeverityOutsideProduction,
    }),
    ...(rule.hasExtendedTitle && { hasExtendedTitle: true }),
    ...(rule.message !== '' && { message: rule.message }),
    ...unknownFieldsOf(rule),
  };
}

/** Queries join on equal values, so they mostly group alike: then it is written once. */
function sharedGroupBy(queries: readonly RuleQuery[]): readonly string[] | undefined {
  const first = queries[0]?.groupBy ?? [];
  return first.length > 0 && queries.every((query) => isDeepStrictEqual(query.groupBy, first))
    ? first
    : undefined;
}

function writeQuery(
  query: RuleQuery,
  groupBy: readonly string[] | undefined,
  isOptional: boolean,
): WrittenRuleQuery {
  return {
    ...(query.name !== '' && { name: query.name }),
    query: query.query,
    ...writeAggregation(query),
    ...(groupBy === undefined && unlessEmpty('groupBy', query.groupBy)),
    ...(query.optionalGroupBy && !isOptional && { hasOptionalGroupByFields: true }),
  };
}

function writeAggregation({ aggregation }: RuleQuery): Partial<WrittenRuleQuery> {
  switch (aggregation.kind) {
    case 'count':
      return {};
    case 'cardinality':
      return { cardinality: aggregation.fields };
    case 'sum':
      return { sum: aggregation.field };
    case 'max':
      return { max: aggregation.field };
    default:
      return {};
  }
}

function writeCase(ruleCase: RuleCase): WrittenRuleCase {
  return {
    ...(ruleCase.name !== '' && { name: ruleCase.name }),
    condition: ruleCase.condition ?? '',
    severity: ruleCase.severity,
    ...unlessEmpty('notifications', ruleCase.notifications),
    ...unlessEmpty('actions', ruleCase.actions.map(writeAction)),
  };
}

function writeAction(action: CaseAction): WrittenRuleAction {
  switch (action.kind) {
    case 'block_ip':
    case 'block_user':
      return { [action.kind]: action.durationMs === undefined ? 'permanent' : durationText(action.durationMs) };
    case 'user_behavior':
      return { user_behavior: action.behavior };
    case 'flag_ip':
      return { flag_ip: action.flag };
    default:
      return unreachable(action);
  }
}

function writeWindow<K extends string>(key: K, ms: number, defaultMs: number): { readonly [P in K]?: string } {
  return ms === defaultMs ? {} : ({ [key]: durationText(ms) } as { readonly [P in K]: string });
}
