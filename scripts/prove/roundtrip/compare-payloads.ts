/**
 * Whether two payloads are the same, by the book: written from the notes on the API (section 6, "Ignore in diffs" and
 * "Server-added defaults") without a look at the importer's own comparison. Every other difference counts: an order, a
 * null, an empty list, a field that is missing on either side.
 */

import { isDeepStrictEqual } from 'node:util';
import type { Kind } from '@signalwright/model';

type Json = Readonly<Record<string, unknown>>;

const FILLED: Readonly<Record<Kind, readonly string[]>> = {
  'detection-rule': [
    'id',
    'version',
    'createdAt',
    'updatedAt',
    'creationAuthorId',
    'updateAuthorId',
    'creator',
    'updater',
    'isDefault',
    'isPartner',
    'isBeta',
    'isDeleted',
    'isDeprecated',
    'deprecationDate',
    'defaultTags',
    'defaultRuleId',
    'partnerIntegrationId',
    'blocking',
    'metadata',
    'dependencies',
    'findingType',
    'projectedPerQuery',
    'options.relatedSignalsFields',
  ],
  suppression: ['creation_date', 'creator', 'update_date', 'updater', 'editable', 'version'],
  'notification-rule': ['created_at', 'created_by', 'modified_at', 'modified_by', 'version'],
  workflow: ['createdAt', 'updatedAt', 'webhookSecret'],
  'saved-view': [],
};

/** What the server adds where a request says nothing; `*` stands for a position. */
const ADDED: Readonly<Record<Kind, Readonly<Record<string, unknown>>>> = {
  'detection-rule': {
    'queries.*.name': '',
    'queries.*.dataSource': 'logs',
    'queries.*.hasOptionalGroupByFields': false,
    'queries.*.distinctFields': [],
    'queries.*.groupByFields': [],
    'options.detectionMethod': 'threshold',
    filters: [],
    tags: [],
    hasExtendedTitle: false,
    'cases.*.notifications': [],
  },
  suppression: { tags: [], data_exclusion_query: '', suppression_query: '' },
  'notification-rule': { time_aggregation: 0 },
  workflow: { tags: [] },
  'saved-view': {},
};

/** @returns the paths at which they differ; empty when they are the same */
export function differencesOf(kind: Kind, original: Json, compiled: Json): readonly string[] {
  const differences: string[] = [];
  const before = fieldsOf(kind, original);
  const after = fieldsOf(kind, compiled);
  compare(before, after, [], (path, left, right) => {
    const pattern = path.map((step) => (typeof step === 'number' ? '*' : step)).join('.');
    const isAdded =
      (left === undefined || right === undefined) &&
      Object.hasOwn(ADDED[kind], pattern) &&
      isDeepStrictEqual(left ?? right, ADDED[kind][pattern]);
    const isDataSource = pattern === 'queries.*.dataSource' && left === undefined;
    if (!isAdded && !isDataSource) differences.push(`${path.join('.')}: ${show(left)} became ${show(right)}`);
  });
  return differences;
}

/** Without envelope, what the server fills, and our own mark. Tags come back in any order. */
function fieldsOf(kind: Kind, payload: Json): Json {
  const data = (payload['data'] ?? payload) as Json;
  const attributes = { ...((data['attributes'] ?? data) as Json) };
  for (const path of FILLED[kind]) {
    const [first = '', second] = path.split('.');
    if (second === undefined) delete attributes[first];
    else if (isObject(attributes[first])) {
      const { [second]: _filled, ...rest } = attributes[first];
      attributes[first] = rest;
    }
  }
  // Our mark is always there, so that no tags and an empty list of them are one.
  attributes['tags'] ??= [];
  if (Array.isArray(attributes['tags'])) {
    const tags = (attributes['tags'] as readonly unknown[]).filter(
      (tag) => !String(tag).startsWith('signalwright:'),
    );
    attributes['tags'] = [...new Set(tags)].toSorted();
  }
  if (kind === 'notification-rule' && typeof attributes['name'] === 'string')
    attributes['name'] = attributes['name'].replace(/ \[sw:[0-9a-f]{8}\]$/, '');
  if (kind === 'detection-rule' && Array.isArray(attributes['queries']))
    attributes['queries'] = attributes['queries'].map(withoutEcho);
  return attributes;
}

/** `metric` is echoed from `metrics`. */
function withoutEcho(query: unknown): unknown {
  if (!isObject(query) || !Array.isArray(query['metrics'])) return query;
  if (query['metrics'].length !== 1 || query['metrics'][0] !== query['metric']) return query;
  const { metric: _echo, ...rest } = query;
  return rest;
}

type Report = (path: readonly (string | number)[], left: unknown, right: unknown) => void;

function compare(left: unknown, right: unknown, path: readonly (string | number)[], report: Report): void {
  if (isObject(left) && isObject(right)) {
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)]))
      compare(own(left, key), own(right, key), [...path, key], report);
  } else if (Array.isArray(left) && Array.isArray(right)) {
    for (let index = 0; index < Math.max(left.length, right.length); index += 1)
      compare(left[index], right[index], [...path, index], report);
  } else if (!Object.is(left, right) && !isDeepStrictEqual(left, right)) report(path, left, right);
}

function own(object: Json, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 80);
}
