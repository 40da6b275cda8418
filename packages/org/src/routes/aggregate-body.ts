/**
 * What a request asks to be counted. Source: `POST /api/v2/logs/analytics/aggregate`; signals are asked the same way.
 * Chosen: counting is the only aggregation, since what detection needs is counts; another one is refused by name.
 */

import { parseDuration } from '@signalwright/model';
import {
  DEFAULT_GROUP_LIMIT,
  MAX_GROUP_FIELDS,
  MAX_GROUP_LIMIT,
  MAX_TIME_BUCKETS,
  isPlainField,
  type AggregateResult,
  type Aggregation,
  type GroupBy,
} from '@signalwright/signals';

import { isObject } from '../http/json-body.ts';

type Fields = Readonly<Record<string, unknown>>;

/** @returns why it is none, where it is none */
export function readAggregation(body: Fields, spanMs: number): Aggregation | string {
  const { compute = [{ aggregation: 'count' }], group_by: groups = [] } = body;
  if (!Array.isArray(compute) || compute.length !== 1 || !isObject(compute[0])) {
    return 'Invalid compute: expected a list of one computation';
  }
  if (!Array.isArray(groups) || groups.length > MAX_GROUP_FIELDS) {
    return `Invalid group_by: expected at most ${MAX_GROUP_FIELDS} groups`;
  }
  const intervalMs = readInterval(compute[0], spanMs);
  if (typeof intervalMs === 'string') return intervalMs;
  const groupBy = groups.map(readGroup);
  const wrong = groupBy.find((group) => typeof group === 'string');
  if (wrong !== undefined) return wrong;
  return {
    groupBy: groupBy.filter((group) => typeof group !== 'string'),
    ...(intervalMs !== undefined && { intervalMs }),
  };
}

function readInterval(compute: Fields, spanMs: number): number | undefined | string {
  const { aggregation, type = 'total', interval = '1h' } = compute;
  if (aggregation !== 'count') return 'Invalid compute.aggregation: this org only counts';
  if (type === 'total') return undefined;
  if (type !== 'timeseries') return 'Invalid compute.type: expected total or timeseries';
  const intervalMs = typeof interval === 'string' ? parseDuration(interval) : undefined;
  if (intervalMs === undefined || intervalMs < 1) return 'Invalid compute.interval';
  return spanMs / intervalMs <= MAX_TIME_BUCKETS
    ? intervalMs
    : `Invalid compute.interval: more than ${MAX_TIME_BUCKETS} points`;
}

function readGroup(group: unknown): GroupBy | string {
  if (!isObject(group)) return 'Invalid group_by';
  const { facet, limit = DEFAULT_GROUP_LIMIT, sort = {}, missing } = group;
  if (typeof facet !== 'string' || !isPlainField(facet)) return 'Invalid group_by.facet';
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > MAX_GROUP_LIMIT) {
    return `Invalid group_by.limit: expected 1 to ${MAX_GROUP_LIMIT}`;
  }
  const order = isObject(sort) ? (sort['order'] ?? 'desc') : undefined;
  if (order !== 'asc' && order !== 'desc') return 'Invalid group_by.sort';
  if (missing !== undefined && typeof missing !== 'string') return 'Invalid group_by.missing';
  return { field: facet, limit, order, ...(missing !== undefined && { missing }) };
}

/** The `data` of an answer. */
export function encodeBuckets(
  { buckets }: Extract<AggregateResult, { ok: true }>,
  { groupBy, intervalMs }: Aggregation,
): { readonly buckets: readonly { readonly by: object; readonly computes: object }[] } {
  return {
    buckets: buckets.map(({ by, count, series }) => ({
      by: Object.fromEntries(groupBy.map(({ field }, at) => [field, by[at]])),
      computes: {
        c0:
          intervalMs === undefined
            ? count
            : series.map(({ atMs, count: value }) => ({ time: new Date(atMs).toISOString(), value })),
      },
    })),
  };
}
