/** How a search over signals is asked for, by parameters or by a body, and answered. Source: the signals API. */

import type { SearchRefusal, SignalSearch, SignalSearchResult } from '@signalwright/signals';
import { encodeSignal, plainErrors } from '@signalwright/wire';

import { isObject } from '../http/json-body.ts';
import { json, type Answer, type RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';
import { parseTimeFilter } from './time-filter.ts';

/** What a request asked for, not yet looked at. */
export type AskedSearch = Readonly<Record<'query' | 'from' | 'to' | 'sort' | 'cursor' | 'limit', unknown>>;

export function askedByParameters(query: URLSearchParams): AskedSearch {
  return {
    query: query.get('filter[query]') ?? undefined,
    from: query.get('filter[from]') ?? undefined,
    to: query.get('filter[to]') ?? undefined,
    sort: query.get('sort') ?? undefined,
    cursor: query.get('page[cursor]') ?? undefined,
    limit: query.has('page[limit]') ? Number(query.get('page[limit]')) : undefined,
  };
}

export async function askedByBody(
  request: RouteRequest,
): Promise<
  | { readonly ok: true; readonly value: AskedSearch; readonly options: unknown }
  | { readonly ok: false; readonly answer: Answer }
> {
  const body = await request.json();
  if (!body.ok) return { ok: false, answer: refuse(body.reason) };
  if (!isObject(body.value)) return { ok: false, answer: refuse('The body must be an object.') };
  const value = askedByFields(body.value);
  return typeof value === 'string'
    ? { ok: false, answer: refuse(value) }
    : { ok: true, value, options: body.value['options'] };
}

/** @returns why it is no search, where it is none */
export function askedByFields(fields: Readonly<Record<string, unknown>>): AskedSearch | string {
  const { filter = {}, page = {}, sort } = fields;
  if (!isObject(filter)) return 'Invalid filter';
  if (!isObject(page)) return 'Invalid page';
  const { query, from, to } = filter;
  return { query, from, to, sort, cursor: page['cursor'], limit: page['limit'] };
}

export async function answerSearch(
  services: OrgServices,
  asked: AskedSearch,
  find: (search: SignalSearch) => SignalSearchResult | Promise<SignalSearchResult>,
): Promise<Answer> {
  const read = readSearch(asked, services.context.nowMs());
  if (typeof read === 'string') return refuse(read);
  const result = await find(read);
  if (!result.ok) return refuse(...describeSearchRefusal(result.refusal));
  const data = result.signals.map((signal) => encodeSignal(signal, 'search'));
  const { nextCursor } = result;
  return json(200, {
    data,
    ...(nextCursor !== undefined && { meta: { page: { after: nextCursor } } }),
  });
}

/** @returns why it is none, where it is none */
export function readSearch(asked: AskedSearch, nowMs: number): SignalSearch | string {
  const fromMs = asked.from === undefined ? undefined : parseTimeFilter(asked.from, nowMs);
  const toMs = asked.to === undefined ? undefined : parseTimeFilter(asked.to, nowMs);
  const { sort, cursor, limit } = asked;
  const query = asked.query ?? '';
  if (asked.from !== undefined && fromMs === undefined) return 'Invalid filter.from';
  if (asked.to !== undefined && toMs === undefined) return 'Invalid filter.to';
  if (typeof query !== 'string') return 'Invalid filter.query';
  if (sort !== undefined && sort !== 'timestamp' && sort !== '-timestamp') {
    return 'Invalid sort: expected timestamp or -timestamp';
  }
  if (cursor !== undefined && typeof cursor !== 'string') return 'Invalid page.cursor';
  if (limit !== undefined && typeof limit !== 'number') return 'Invalid page.limit';
  return {
    query,
    ...(fromMs !== undefined && { fromMs }),
    ...(toMs !== undefined && { toMs }),
    ...(sort !== undefined && { sort }),
    ...(cursor !== undefined && { cursor }),
    ...(limit !== undefined && { limit }),
  };
}

/** In words for whoever searched. */
export function describeSearchRefusal(refusal: SearchRefusal): readonly string[] {
  switch (refusal.reason) {
    case 'bad_query':
      return refusal.errors.map((error) => `Invalid query at ${error.start}: ${error.message}`);
    case 'bad_cursor':
      return ['Invalid page.cursor'];
    case 'bad_limit':
      return ['Invalid page.limit: expected 1 to 1000'];
  }
}

function refuse(...messages: readonly string[]): Answer {
  return json(400, plainErrors(...messages));
}
