/**
 * Search over the events that the org still holds: log lines and spans, listed and counted.
 * Source: ListLogs, ListLogsGet, AggregateLogs, ListSpans, ListSpansGet and AggregateSpans of the public API. Spans are
 * asked in an envelope of JSON:API, logs are not.
 */

import type { DataSource, Event, Payload, Permission } from '@signalwright/model';
import { aggregateEvents, searchEvents, type EventFilter } from '@signalwright/signals';
import { PATHS, encodeLogEvent, encodeSpanEvent, plainErrors } from '@signalwright/wire';

import { isObject } from '../http/json-body.ts';
import { EMPTY } from '../http/read-body.ts';
import { json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';
import { encodeBuckets, readAggregation } from './aggregate-body.ts';
import {
  askedByFields,
  askedByParameters,
  describeSearchRefusal,
  readSearch,
  type AskedSearch,
} from './signal-search.ts';

interface EventKind {
  readonly dataSource: DataSource;
  readonly permission: Permission;
  readonly list: string;
  readonly aggregate: string;
  readonly encode: (event: Event) => Payload;
  /** The fields of a request, where an envelope stands around them. */
  readonly unwrap: (body: unknown) => unknown;
}

const KINDS: readonly EventKind[] = [
  {
    dataSource: 'logs',
    permission: 'logs_read_data',
    list: PATHS.logEvents,
    aggregate: PATHS.logAggregate,
    encode: encodeLogEvent,
    unwrap: (body) => body,
  },
  {
    dataSource: 'spans',
    permission: 'apm_read',
    list: PATHS.spanEvents,
    aggregate: PATHS.spanAggregate,
    encode: encodeSpanEvent,
    unwrap: (body) => {
      const data = isObject(body) ? (body['data'] ?? {}) : undefined;
      return isObject(data) ? (data['attributes'] ?? {}) : undefined;
    },
  },
];

/** Source: both endpoints; what is left out means this. */
const DEFAULT_FROM = 'now-15m';

export function eventRoutes(services: OrgServices): readonly Route[] {
  return KINDS.flatMap((kind) => {
    const access = { kind: 'permission', permission: kind.permission } as const;
    return [
      {
        method: 'GET',
        path: kind.list,
        access,
        handle: ({ query }) => answerEvents(services, kind, askedByParameters(query)),
      },
      {
        method: 'POST',
        path: `${kind.list}/search`,
        access,
        handle: (request) => searchKind(services, kind, request),
      },
      {
        method: 'POST',
        path: kind.aggregate,
        access,
        handle: (request) => aggregateKind(services, kind, request),
      },
    ] satisfies readonly Route[];
  });
}

/** A search of everything may have no body. */
async function readFields(
  kind: EventKind,
  request: RouteRequest,
): Promise<Readonly<Record<string, unknown>> | string> {
  const body = await request.json();
  if (body === EMPTY) return {};
  if (!body.ok) return body.reason;
  const fields = kind.unwrap(body.value);
  return isObject(fields) ? fields : 'The body must be an object.';
}

async function searchKind(services: OrgServices, kind: EventKind, request: RouteRequest): Promise<Answer> {
  const fields = await readFields(kind, request);
  if (typeof fields === 'string') return refuse(fields);
  const asked = askedByFields(fields);
  return typeof asked === 'string' ? refuse(asked) : answerEvents(services, kind, asked);
}

function answerEvents(services: OrgServices, kind: EventKind, asked: AskedSearch): Answer {
  const nowMs = services.context.nowMs();
  const search = readSearch(withDefaults(asked), nowMs);
  if (typeof search === 'string') return refuse(search);
  const { sort = '-timestamp', cursor, limit } = search;
  const result = searchEvents(services.context.db, {
    ...filterOf(kind, search),
    sort,
    ...(cursor !== undefined && { cursor }),
    ...(limit !== undefined && { limit }),
  });
  if (!result.ok) return refuse(...describeSearchRefusal(result.refusal));
  const { events, nextCursor, isComplete } = result;
  return json(200, {
    data: events.map(kind.encode),
    ...(nextCursor !== undefined && { links: { next: nextLink(kind, asked, nextCursor) } }),
    meta: metaOf(services, nowMs, isComplete, nextCursor),
  });
}

async function aggregateKind(services: OrgServices, kind: EventKind, request: RouteRequest): Promise<Answer> {
  const fields = await readFields(kind, request);
  if (typeof fields === 'string') return refuse(fields);
  const asked = askedByFields(fields);
  if (typeof asked === 'string') return refuse(asked);
  const nowMs = services.context.nowMs();
  const { query, from, to } = withDefaults(asked);
  const search = readSearch({ ...NOTHING_ASKED, query, from, to }, nowMs);
  if (typeof search === 'string') return refuse(search);
  const filter = filterOf(kind, search);
  const aggregation = readAggregation(fields, filter.toMs - filter.fromMs);
  if (typeof aggregation === 'string') return refuse(aggregation);
  const result = aggregateEvents(services.context.db, filter, aggregation);
  if (!result.ok) return refuse(...describeSearchRefusal(result.refusal));
  return json(200, {
    data:
      kind.dataSource === 'logs'
        ? encodeBuckets(result, aggregation)
        : encodeSpanBuckets(result, aggregation),
    meta: metaOf(services, nowMs, result.isComplete, undefined),
  });
}

/** Spans give each bucket the envelope of a resource. */
function encodeSpanBuckets(...given: Parameters<typeof encodeBuckets>): readonly object[] {
  return encodeBuckets(...given).buckets.map(({ by, computes }, at) => ({
    id: String(at),
    type: 'bucket',
    attributes: { by, compute: {}, computes },
  }));
}

const NOTHING_ASKED: AskedSearch = {
  query: undefined,
  from: undefined,
  to: undefined,
  sort: undefined,
  cursor: undefined,
  limit: undefined,
};

function withDefaults(asked: AskedSearch): AskedSearch {
  const { from = DEFAULT_FROM, to = 'now', query = '*' } = asked;
  return { ...asked, from, to, query };
}

function filterOf(
  { dataSource }: EventKind,
  {
    query,
    fromMs = 0,
    toMs = 0,
  }: { readonly query: string; readonly fromMs?: number; readonly toMs?: number },
): EventFilter {
  return { dataSource, query, fromMs, toMs };
}

/** The list with the same questions, from where this page ended. */
function nextLink({ list }: EventKind, asked: AskedSearch, cursor: string): string {
  const parameters = new URLSearchParams();
  const add = (name: string, value: unknown): void => {
    if (typeof value === 'string' || typeof value === 'number') parameters.set(name, String(value));
  };
  add('filter[query]', asked.query);
  add('filter[from]', asked.from);
  add('filter[to]', asked.to);
  add('sort', asked.sort);
  add('page[cursor]', cursor);
  add('page[limit]', asked.limit);
  return `${list}?${parameters.toString()}`;
}

/** A search that stopped at its limit says `timeout`, the only word that the API has for it. */
function metaOf(
  { context }: OrgServices,
  startedAtMs: number,
  isComplete: boolean,
  after: string | undefined,
): object {
  return {
    elapsed: context.nowMs() - startedAtMs,
    ...(after !== undefined && { page: { after } }),
    request_id: Buffer.from(context.random(12)).toString('base64url'),
    status: isComplete ? 'done' : 'timeout',
    ...(!isComplete && { warnings: [STOPPED] }),
  };
}

const STOPPED = {
  code: 'search_limit',
  title: 'The search stopped at its limit.',
  detail: 'There may be more: go on with the cursor, or ask for a shorter time.',
};

function refuse(...messages: readonly string[]): Answer {
  return json(400, plainErrors(...messages));
}
