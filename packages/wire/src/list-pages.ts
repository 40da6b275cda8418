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

type Rows = ApiOutcome<readonly unknown[]>;

export function listPages(
  send: Transport,
  kind: RemoteKind | 'instance' | 'person',
  path: string,
): Promise<Rows> {
  // Notification rules answer in one piece and state no parameters.
  if (kind === 'notification-rule') return walk(send, () => ({ method: 'GET', path }), 1);
  return walk(send, (page) => ({
    method: 'GET',
    path,
    query: { 'page[size]': String(PAGE_SIZE), 'page[number]': String(page) },
  }));
}

export function listWorkflowPages(send: Transport): Promise<Rows> {
  return walk(send, (page) => ({
    method: 'GET',
    path: PATHS.workflows,
    query: {
      limit: String(PAGE_SIZE),
      page: String(page),
      'filter[includeUnpublished]': 'true',
      'filter[includeSpecs]': 'true',
    },
  }));
}

async function walk(
  send: Transport,
  request: (page: number) => ApiRequest,
  pages: number = MAX_PAGES,
): Promise<Rows> {
  const rows = new Map<string, unknown>();
  const allowance = { bytesLeft: MAX_LIST_BYTES };
  for (let page = 0; page < pages; page += 1) {
    const outcome = await send({ ...request(page), allowance });
    if (outcome.kind !== 'done') return outcome;
    const data = isJsonObject(outcome.value) ? outcome.value['data'] : undefined;
    if (!Array.isArray(data))
      return { kind: 'unknown', reason: `The list of ${request(page).path} has no data.` };
    const known = rows.size;
    for (const row of data as readonly unknown[]) {
      const id = remoteIdOf(row);
      if (id === undefined) return { kind: 'unknown', reason: `A row of ${request(page).path} has no id.` };
      rows.set(id, row);
    }
    if (rows.size === known || pages === 1) return { kind: 'done', value: [...rows.values()] };
  }
  return { kind: 'unknown', reason: `The list is longer than ${pages} pages.` };
}

/** Signals have a cursor; the last page is empty and has no meta, and a full page before it may still have one. */
export async function listCursor(send: Transport, search: SignalSearch): Promise<Rows> {
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
