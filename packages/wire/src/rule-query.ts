/**
 * Queries of a rule on the wire: what they read, how they count, and queries over the signals of another rule.
 * Source: rules API, SecurityMonitoringStandardRuleQuery and SecurityMonitoringSignalRuleQuery, recorded answers.
 */

import {
  QUERY_DATA_SOURCES,
  TYPE_DATA_SOURCE,
  present,
  unreachable,
  type Aggregation,
  type CorrelatedRule,
  type Correlation,
  type Payload,
  type RuleQuery,
  type RuleType,
} from '@signalwright/model';
import type { EncodeContext } from './decode-context.ts';
import { ownershipTag, parseOwnershipTag } from './ownership.ts';
import type { PayloadReader } from './payload-reader.ts';

/** As the service answers it: with every field that it fills in. */
export function encodeQuery(query: RuleQuery, type: RuleType, ctx: EncodeContext): Payload {
  const { aggregation, correlation } = query;
  return {
    name: query.name,
    ...(correlation === undefined
      ? { query: query.query, dataSource: query.dataSource ?? TYPE_DATA_SOURCE[type] }
      : { ...encodeCorrelation(correlation, ctx), ...present({ dataSource: query.dataSource }) }),
    aggregation: aggregation.kind,
    groupByFields: [...query.groupBy],
    hasOptionalGroupByFields: query.optionalGroupBy,
    distinctFields: aggregation.kind === 'cardinality' ? [...aggregation.fields] : [],
    ...encodeMetrics(aggregation),
    ...present({
      index: query.index,
      indexes: query.indexes,
      customQueryExtension: query.customQueryExtension,
    }),
  };
}

function encodeMetrics(aggregation: Aggregation): Payload {
  switch (aggregation.kind) {
    case 'sum':
    case 'max':
    case 'geo_data':
      return { metrics: [aggregation.field] };
    case 'new_value':
      return { metrics: [...aggregation.fields] };
    case 'count':
    case 'cardinality':
    case 'event_count':
    case 'none':
      return {};
    default:
      return unreachable(aggregation);
  }
}

function encodeCorrelation(correlation: Correlation, ctx: EncodeContext): Payload {
  return {
    ...encodeCorrelatedRule(correlation.rule, ctx),
    correlatedByFields: [...correlation.correlatedByFields],
    ...present({ correlatedQueryIndex: correlation.correlatedQueryIndex }),
  };
}

/** A rule of ours has no remote id before it is applied: until then its ownership tag stands for it. */
function encodeCorrelatedRule(rule: CorrelatedRule, ctx: EncodeContext): Payload {
  switch (rule.kind) {
    case 'content':
      return { ruleId: ownershipTag(ctx.stack, rule.id) };
    case 'remote':
      return { ruleId: rule.ruleId };
    case 'default':
      return { defaultRuleId: rule.defaultRuleId };
    default:
      return unreachable(rule);
  }
}

export function decodeQuery(reader: PayloadReader, type: RuleType): RuleQuery {
  const dataSource = reader.has('dataSource') ? reader.oneOf('dataSource', QUERY_DATA_SOURCES) : undefined;
  const query: RuleQuery = {
    name: reader.text('name', ''),
    query: reader.text('query', ''),
    aggregation: decodeAggregation(reader),
    groupBy: reader.texts('groupByFields'),
    optionalGroupBy: reader.flag('hasOptionalGroupByFields', false),
    ...(dataSource !== TYPE_DATA_SOURCE[type] && present({ dataSource })),
    ...present({
      index: reader.optionalText('index'),
      indexes: reader.optionalTexts('indexes'),
      customQueryExtension: reader.optionalText('customQueryExtension'),
    }),
    ...decodeCorrelation(reader),
  };
  reader.close();
  return query;
}

function decodeCorrelation(reader: PayloadReader): Pick<RuleQuery, 'correlation'> {
  const rule = decodeCorrelatedRule(reader);
  if (rule === undefined) return {};
  return {
    correlation: {
      rule,
      correlatedByFields: reader.texts('correlatedByFields'),
      ...present({ correlatedQueryIndex: decodeQueryIndex(reader) }),
    },
  };
}

/** Two sources disagree on its type: a number in the specification, text in Terraform. */
function decodeQueryIndex(reader: PayloadReader): number | undefined {
  const raw = reader.raw('correlatedQueryIndex');
  if (raw === '') return undefined;
  if (typeof raw === 'string' && /^\d$/.test(raw)) return Number(raw);
  return reader.optionalCount('correlatedQueryIndex');
}

function decodeCorrelatedRule(reader: PayloadReader): CorrelatedRule | undefined {
  const ruleId = reader.optionalText('ruleId');
  if (ruleId !== undefined && ruleId !== '') {
    const id = parseOwnershipTag(ruleId)?.id;
    return id === undefined ? { kind: 'remote', ruleId } : { kind: 'content', id };
  }
  const defaultRuleId = reader.optionalText('defaultRuleId');
  return defaultRuleId === undefined || defaultRuleId === '' ? undefined : { kind: 'default', defaultRuleId };
}

const AGGREGATIONS = [
  'count',
  'cardinality',
  'sum',
  'max',
  'new_value',
  'geo_data',
  'event_count',
  'none',
] as const satisfies readonly Aggregation['kind'][];

function decodeAggregation(reader: PayloadReader): Aggregation {
  const kind = reader.oneOf('aggregation', AGGREGATIONS, 'count');
  switch (kind) {
    case 'count':
    case 'event_count':
    case 'none':
      return { kind };
    case 'cardinality':
      return { kind, fields: reader.texts('distinctFields') };
    case 'new_value':
      return { kind, fields: decodeMetrics(reader) };
    case 'sum':
    case 'max':
    case 'geo_data': {
      const [field, ...more] = decodeMetrics(reader);
      if (field !== undefined && more.length === 0) return { kind, field };
      const found = field === undefined ? 0 : more.length + 1;
      reader.refuse('metrics', `The aggregation ${kind} takes exactly one field, found ${found}.`);
      return { kind, field: '' };
    }
    default:
      return unreachable(kind);
  }
}

/** `metric` is deprecated and echoed from `metrics`. */
function decodeMetrics(reader: PayloadReader): readonly string[] {
  const metric = reader.raw('metric');
  if (reader.has('metrics')) return reader.texts('metrics');
  return typeof metric === 'string' && metric !== '' ? [metric] : [];
}

/** `app_sec_spans` is the old name of `spans`. */
export function canonicalDataSource(dataSource: unknown): unknown {
  return dataSource === 'app_sec_spans' ? 'spans' : dataSource;
}
