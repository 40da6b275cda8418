/** Queries of a detection rule: normal form to written form. */

import { present, type Aggregation, type CorrelatedRule, type RuleQuery } from '@signalwright/model';
import type { WrittenRuleQuery } from '../schema/written.ts';
import { unlessEmpty } from './scalar.ts';

/** What the rule writes for all of its queries. */
export interface SharedGrouping {
  readonly groupBy: readonly string[] | undefined;
  readonly isOptional: boolean;
}

export function writeQuery(query: RuleQuery, shared: SharedGrouping): WrittenRuleQuery {
  const { correlation, dataSource, index, indexes, customQueryExtension } = query;
  const writesGroupBy = shared.groupBy === undefined || correlation !== undefined;
  return {
    ...(query.name !== '' && { name: query.name }),
    ...(correlation === undefined ? { query: query.query } : query.query !== '' && { query: query.query }),
    ...(correlation !== undefined && {
      ...writeCorrelated(correlation.rule),
      ...unlessEmpty('correlatedByFields', correlation.correlatedByFields),
      ...present({ correlatedQueryIndex: correlation.correlatedQueryIndex }),
    }),
    ...writeAggregation(query.aggregation, correlation === undefined ? 'count' : 'event_count'),
    ...(writesGroupBy && unlessEmpty('groupBy', query.groupBy)),
    ...(query.optionalGroupBy && !shared.isOptional && { hasOptionalGroupByFields: true }),
    ...present({ dataSource, index, indexes, customQueryExtension }),
  };
}

function writeCorrelated(rule: CorrelatedRule): Pick<WrittenRuleQuery, 'rule' | 'ruleId' | 'defaultRuleId'> {
  if (rule.kind === 'content') return { rule: rule.id };
  return rule.kind === 'remote' ? { ruleId: rule.ruleId } : { defaultRuleId: rule.defaultRuleId };
}

function writeAggregation(aggregation: Aggregation, usual: Aggregation['kind']): Partial<WrittenRuleQuery> {
  switch (aggregation.kind) {
    case 'cardinality':
      return { cardinality: aggregation.fields };
    case 'sum':
      return { sum: aggregation.field };
    case 'max':
      return { max: aggregation.field };
    case 'new_value':
      return { new_value: aggregation.fields };
    case 'geo_data':
      return { geo_data: aggregation.field };
    default:
      return aggregation.kind === usual ? {} : { aggregation: aggregation.kind };
  }
}
