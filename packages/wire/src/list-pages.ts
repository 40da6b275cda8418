/**
 * Lists over all pages. Totals are never trusted: recorded answers give the page's own length as the total.
 * A page that holds nothing new ends a list, which also holds for a server that clamps the page size or knows no
 * pages at all. Too many pages is an unknown outcome, never a short list: whatever is missing would be made twice.
 */

import { remoteIdOf, type RemoteKind } from './ownership.ts';
import { PATHS } from './paths.ts';
import { isJsonObject } from './payload-reader.ts';
import type { ApiOutcome, ApiRequest, Transport } from './transport.ts';

const PAGE_SIZE = 100;
const MAX_PAGES = 1_000;
/** Chosen: ten times the rules of the largest organisation that was seen, and a fraction of what a process may hold. */
const MAX_LIST_BYTES = 128 * 1024 * 1024;
const MAX_SIGNAL_PAGE = 1_000;

export interface SignalSearch {
  readonly query?: string;
  /** Unix time in milliseconds. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly order?: 'newest' | 'oldest';
  /** At most this many signals. @default 1000 */
  readonly limit?: number;
}

type Rows<T> = ApiOutcome<readonly T[]>;

/** What a list is made of. */
export interface ListReading<T> {
  /** Undefined for a row that cannot be read: then there is no list, since what is missing would be made twice. */
  readonly read: (row: unknown) => T | undefined;
  /** Awaited beside the next page. */
  readonly onPage?: OnPage<T> | undefined;
}

/** Told of a page of a list while the next one is on its way, for what takes time. A row may come again, changed. */
export type OnPage<T> = (rows: readonly T[]) => Promise<void>;

export function listPages<T>(
  send: Transport,
  kind: RemoteKind | 'instance' | 'person',
  path: string,
  reading: ListReading<T>,
): Promise<Rows<T>> {
  // Notification rules answer in one piece and state no parameters.
  if (kind === 'notification-rule') return walk(send, () => ({ method: 'GET', path }), reading, 1);
  const request = (page: number): ApiRequest => ({
    method: 'GET',
    path,
    query: { 'page[size]': String(PAGE_SIZE), 'page[number]': String(page) },
  });
  return walk(send, request, reading);
}

export function listWorkflowPages<T>(send: Transport, reading: ListReading<T>): Promise<Rows<T>> {
  const request = (page: number): ApiRequest => ({
    method: 'GET',
    path: PATHS.workflows,
    query: {
      limit: String(PAGE_SIZE),
      page: String(page),
      'filter[includeUnpublished]': 'true',
      'filter[includeSpecs]': 'true',
    },
  });
  return walk(send, request, reading);
}

async function walk<T>(
  sendOne: Transport,
  request: (page: number) => ApiRequest,
  { read, onPage }: ListReading<T>,
  pages: number = MAX_PAGES,
): Promise<Rows<T>> {
  const rows = new Map<string, T>();
  const { path } = request(0);
  const allowance = { bytesLeft: MAX_LIST_BYTES };
  const send = (page: number): ReturnType<Transport> => sendOne({ ...request(page), allowance });
  let outcome = await send(0);
  for (let page = 1; ; page += 1) {
    if (outcome.kind !== 'done') return outcome;
    const data = isJsonObject(outcome.value) ? outcome.value['data'] : undefined;
    if (!Array.isArray(data)) return { kind: 'unknown', reason: `The list of ${path} has no data.` };
    const known = rows.size;
    const fresh: T[] = [];
    for (const row of data as readonly unknown[]) {
      const id = remoteIdOf(row);
      if (id === undefined) return { kind: 'unknown', reason: `A row of ${path} has no id.` };
      const value = read(row);
      if (value === undefined)
        return { kind: 'unknown', reason: `The list of ${path} holds something that cannot be read.` };
      rows.set(id, value);
      fresh.push(value);
    }
    if (rows.size === known || pages === 1) return { kind: 'done', value: [...rows.values()] };
    if (page >= pages) return { kind: 'unknown', reason: `The list is longer than ${pages} pages.` };
    [outcome] = await Promise.all([send(page), onPage?.(fresh)]);
  }
}

/** Signals have a cursor; the last page is empty and has no meta, and a full page before it may still have one. */
export async function listCursor(send: Transport, search: SignalSearch): Promise<Rows<unknown>> {
  const limit = search.limit ?? MAX_SIGNAL_PAGE;
  const rows: unknown[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES && rows.length < limit; page += 1) {
    const size = Math.min(limit - rows.length, MAX_SIGNAL_PAGE);
    const outcome = await send(searchRequest(search, size, cursor));
    if (outcome.kind !== 'done') return outcome;
    const body = isJsonObject(outcome.value) ? outcome.value : {};
    if (!Array.isArray(body['data'])) return { kind: 'unknown', reason: 'The search answer has no data.' };
    rows.push(...(body['data'] as readonly unknown[]));
    const after =
      isJsonObject(body['meta']) && isJsonObject(body['meta']['page']) && body['meta']['page']['after'];
    if (body['data'].length === 0 || typeof after !== 'string' || after === '' || after === cursor) break;
    cursor = after;
  }
  return { kind: 'done', value: rows.slice(0, limit) };
}

function searchRequest(search: SignalSearch, size: number, cursor: string | undefined): ApiRequest {
  return {
    method: 'POST',
    path: `${PATHS.signals}/search`,
    readsOnly: true,
    body: {
      filter: {
        query: search.query ?? '*',
        ...(search.fromMs !== undefined && { from: new Date(search.fromMs).toISOString() }),
        ...(search.toMs !== undefined && { to: new Date(search.toMs).toISOString() }),
      },
      sort: search.order === 'oldest' ? 'timestamp' : '-timestamp',
      page: { limit: size, ...(cursor !== undefined && { cursor }) },
    },
  };
}
