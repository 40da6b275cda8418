/** Queries of a detection rule: written form to normal form. */

import {
  present,
  type Aggregation,
  type CorrelatedRule,
  type Correlation,
  type RuleQuery,
} from '@signalwright/model';
import type { WrittenRule, WrittenRuleQuery } from '../schema/written.ts';

export function decodeQuery(query: WrittenRuleQuery, rule: WrittenRule): RuleQuery {
  const correlated = correlatedRule(query);
  const { dataSource, index, indexes, customQueryExtension } = query;
  return {
    name: query.name ?? '',
    query: query.query ?? '',
    aggregation: decodeAggregation(query, correlated),
    groupBy: query.groupBy ?? (correlated === undefined ? rule.groupBy : undefined) ?? [],
    optionalGroupBy: query.hasOptionalGroupByFields ?? rule.hasOptionalGroupByFields ?? false,
    ...present({ dataSource, index, indexes, customQueryExtension }),
    ...(correlated !== undefined && { correlation: decodeCorrelation(query, correlated) }),
  };
}

/** The schema lets at most one of the keys stand. */
function correlatedRule({ rule, ruleId, defaultRuleId }: WrittenRuleQuery): CorrelatedRule | undefined {
  if (rule !== undefined) return { kind: 'content', id: rule };
  if (ruleId !== undefined) return { kind: 'remote', ruleId };
  return defaultRuleId === undefined ? undefined : { kind: 'default', defaultRuleId };
}

function decodeCorrelation(query: WrittenRuleQuery, rule: CorrelatedRule): Correlation {
  return {
    rule,
    correlatedByFields: query.correlatedByFields ?? [],
    ...present({ correlatedQueryIndex: query.correlatedQueryIndex }),
  };
}

function decodeAggregation(query: WrittenRuleQuery, correlated: CorrelatedRule | undefined): Aggregation {
  const { cardinality, sum, max, new_value: newValue, geo_data: geoData, aggregation } = query;
  if (cardinality !== undefined) return { kind: 'cardinality', fields: cardinality };
  if (sum !== undefined) return { kind: 'sum', field: sum };
  if (max !== undefined) return { kind: 'max', field: max };
  if (newValue !== undefined) return { kind: 'new_value', fields: newValue };
  if (geoData !== undefined) return { kind: 'geo_data', field: geoData };
  return { kind: aggregation ?? (correlated === undefined ? 'count' : 'event_count') };
}
