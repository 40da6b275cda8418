/** Search over what historical jobs found: the same questions as over signals, by a plain look at each result. */

import { signalDocument, type Signal } from '@signalwright/model';
import { compileMatcher, parseQuery } from '@signalwright/query';
import { parseStored, type Database } from '@signalwright/store';

import {
  DEFAULT_SEARCH_LIMIT,
  MAX_SEARCH_LIMIT,
  readCursor,
  writeCursor,
  type SignalSearch,
  type SignalSearchResult,
} from './search.ts';
import type { Position } from './signal-index.ts';
import { MAX_SCANNED_SIGNALS } from './signal-matches.ts';

const PAGE = 500;

/** @param jobId only what this job found; undefined looks at all jobs */
export function searchJobResults(
  db: Database,
  search: SignalSearch,
  jobId: string | undefined,
): SignalSearchResult {
  const limit = search.limit ?? DEFAULT_SEARCH_LIMIT;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_SEARCH_LIMIT) {
    return { ok: false, refusal: { reason: 'bad_limit', limit } };
  }
  const parsed = parseQuery(search.query);
  if (!parsed.ok)
    return {
      ok: false,
      refusal: { reason: 'bad_query', errors: parsed.errors },
    };
  const start = search.cursor === undefined ? undefined : readCursor(search.cursor);
  if (search.cursor !== undefined && start === undefined) {
    return { ok: false, refusal: { reason: 'bad_cursor' } };
  }
  const matches = compileMatcher(parsed.query);
  const page: Signal[] = [];
  for (const result of scan(db, search, start, jobId)) {
    if (!matches(signalDocument(result))) continue;
    const last = page.at(-1);
    if (page.length === limit && last !== undefined) {
      return { ok: true, signals: page, nextCursor: writeCursor(last) };
    }
    page.push(result);
  }
  return { ok: true, signals: page };
}

interface ResultRow {
  readonly created_at_ms: number;
  readonly id: string;
  readonly body: string;
}

function* scan(
  db: Database,
  search: SignalSearch,
  start: Position | undefined,
  jobId: string | undefined,
): Generator<Signal> {
  const [after, order] = search.sort === 'timestamp' ? ['>', 'ASC'] : ['<', 'DESC'];
  const ofJob = jobId === undefined ? '' : 'job_id = ? AND ';
  const first: Position =
    search.sort === 'timestamp'
      ? { createdAtMs: -1, id: '' }
      : { createdAtMs: Number.MAX_SAFE_INTEGER, id: '' };
  let position = start ?? first;
  for (let scanned = 0; scanned < MAX_SCANNED_SIGNALS; scanned += PAGE) {
    const rows = db.all<ResultRow>(
      `SELECT created_at_ms, id, body FROM job_results
       WHERE ${ofJob} created_at_ms BETWEEN ? AND ? AND (created_at_ms, id) ${after} (?, ?)
       ORDER BY created_at_ms ${order}, id ${order} LIMIT ?`,
      [
        ...(jobId === undefined ? [] : [jobId]),
        search.fromMs ?? 0,
        search.toMs ?? Number.MAX_SAFE_INTEGER,
        position.createdAtMs,
        position.id,
        PAGE,
      ],
    );
    for (const row of rows) yield parseStored<Signal>(db, row.body);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    position = { createdAtMs: last.created_at_ms, id: last.id };
  }
}
