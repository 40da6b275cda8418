/** Search over what historical jobs found: the same questions as over signals, by a plain look at each result. */

import { signalDocument, type Signal } from '@signalwright/model';
import { compileMatcher } from '@signalwright/query';
import { parseStored, type Database } from '@signalwright/store';

import { readSearch, writeCursor, type SignalSearch, type SignalSearchResult } from './search.ts';
import type { Position } from './time-order.ts';
import { MAX_SCANNED_SIGNALS } from './signal-walk.ts';

const PAGE = 500;

/** @param jobId only what this job found; undefined looks at all jobs */
export function searchJobResults(
  db: Database,
  search: SignalSearch,
  jobId: string | undefined,
): SignalSearchResult {
  const read = readSearch(search);
  if (!read.ok) return read;
  const matches = compileMatcher(read.query);
  const signals: Signal[] = [];
  let position = read.start;
  for (let scanned = 0; scanned < MAX_SCANNED_SIGNALS; scanned += PAGE) {
    const rows = readPage(db, search, position, jobId);
    for (const row of rows) {
      const result = parseStored<Signal>(db, row.body);
      if (!matches(signalDocument(result))) continue;
      const last = signals.at(-1);
      if (signals.length === read.limit && last !== undefined) {
        return { ok: true, signals, nextCursor: writeCursor(last) };
      }
      signals.push(result);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return { ok: true, signals };
    position = { createdAtMs: last.created_at_ms, id: last.id };
  }
  // It goes on from where it stopped.
  return { ok: true, signals, ...(position !== undefined && { nextCursor: writeCursor(position) }) };
}

interface ResultRow {
  readonly created_at_ms: number;
  readonly id: string;
  readonly body: string;
}

function readPage(
  db: Database,
  search: SignalSearch,
  behind: Position | undefined,
  jobId: string | undefined,
): readonly ResultRow[] {
  const isAscending = search.sort === 'timestamp';
  const [after, order] = isAscending ? ['>', 'ASC'] : ['<', 'DESC'];
  const first = { createdAtMs: isAscending ? -1 : Number.MAX_SAFE_INTEGER, id: '' };
  const { createdAtMs, id } = behind ?? first;
  return db.all<ResultRow>(
    `SELECT created_at_ms, id, body FROM job_results
     WHERE ${jobId === undefined ? '' : 'job_id = ? AND '} created_at_ms BETWEEN ? AND ?
       AND (created_at_ms, id) ${after} (?, ?)
     ORDER BY created_at_ms ${order}, id ${order} LIMIT ?`,
    [
      ...(jobId === undefined ? [] : [jobId]),
      search.fromMs ?? 0,
      search.toMs ?? Number.MAX_SAFE_INTEGER,
      createdAtMs,
      id,
      PAGE,
    ],
  );
}
