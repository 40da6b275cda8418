/**
 * Search over the audit trail with the one query language, page by page; behind it stands what a recording shows of the
 * time before this org, which is no part of the chain.
 */

import type { AuditEntry, SearchDocument } from '@signalwright/model';
import { compileMatcher, parseQuery } from '@signalwright/query';
import { parseStored, type Database } from '@signalwright/store';

import { auditEntriesBetween, type AuditRange } from './audit.ts';
import { DEFAULT_SEARCH_LIMIT, MAX_SEARCH_LIMIT, type SearchRefusal } from './search.ts';

/** An event of the time before this org, as it was shown. */
export interface EarlierAuditEvent {
  readonly id: string;
  readonly atMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export type FoundAudit =
  | { readonly kind: 'entry'; readonly atMs: number; readonly n: number; readonly entry: AuditEntry }
  | {
      readonly kind: 'earlier';
      readonly atMs: number;
      readonly n: number;
      readonly event: EarlierAuditEvent;
    };

export interface AuditSearch {
  readonly query: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** @default -timestamp */
  readonly sort?: 'timestamp' | '-timestamp';
  readonly cursor?: string;
  readonly limit?: number;
  /** What a query sees of an event. */
  readonly documentOf: (found: FoundAudit) => SearchDocument;
}

export type AuditSearchResult =
  /** The cursor is that of the last row, whether or not another follows: the service does so. */
  | { readonly ok: true; readonly found: readonly FoundAudit[]; readonly cursor?: string }
  | { readonly ok: false; readonly refusal: SearchRefusal };

/** Chosen: what one search looks at. */
const MAX_SCANNED_ENTRIES = 50_000;
const PAGE = 500;

/** The numbers of what was before this org are below zero. */
type AuditPosition = AuditRange['position'];

export function searchAudit(db: Database, search: AuditSearch): AuditSearchResult {
  const limit = search.limit ?? DEFAULT_SEARCH_LIMIT;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_SEARCH_LIMIT) {
    return { ok: false, refusal: { reason: 'bad_limit', limit } };
  }
  const parsed = parseQuery(search.query);
  if (!parsed.ok) return { ok: false, refusal: { reason: 'bad_query', errors: parsed.errors } };
  const start = search.cursor === undefined ? undefined : readPosition(search.cursor);
  if (search.cursor !== undefined && start === undefined) {
    return { ok: false, refusal: { reason: 'bad_cursor' } };
  }
  const matches = compileMatcher(parsed.query);
  const found: FoundAudit[] = [];
  for (const each of scan(db, search, start)) {
    if (!matches(search.documentOf(each))) continue;
    found.push(each);
    if (found.length === limit) break;
  }
  const last = found.at(-1);
  return { ok: true, found, ...(last !== undefined && { cursor: writePosition(last) }) };
}

/** Inside the caller's transaction; the first is the one that an ascending search shows first among equals. */
export function seedEarlierAudit(db: Database, events: readonly EarlierAuditEvent[]): void {
  for (const [index, { id, atMs, attributes }] of events.entries()) {
    db.run('INSERT OR IGNORE INTO audit_before (n, id, at_ms, attributes) VALUES (?, ?, ?, ?)', [
      index - events.length,
      id,
      atMs,
      JSON.stringify(attributes),
    ]);
  }
}

function* scan(db: Database, search: AuditSearch, start: AuditPosition | undefined): Generator<FoundAudit> {
  const isAscending = search.sort === 'timestamp';
  let position = start ?? (isAscending ? FIRST : LAST);
  for (let scanned = 0; scanned < MAX_SCANNED_ENTRIES; scanned += PAGE) {
    const range = { fromMs: search.fromMs, toMs: search.toMs, position, isAscending, limit: PAGE };
    const sign = isAscending ? 1 : -1;
    const page = [...earlierEvents(db, range), ...ownEntries(db, range)]
      .toSorted((a, b) => sign * (a.atMs - b.atMs || a.n - b.n))
      .slice(0, PAGE);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    position = last;
  }
}

function ownEntries(db: Database, range: AuditRange): readonly FoundAudit[] {
  return auditEntriesBetween(db, range).map((entry) => ({
    kind: 'entry',
    atMs: entry.atMs,
    n: entry.seq,
    entry,
  }));
}

interface EarlierRow {
  readonly n: number;
  readonly id: string;
  readonly at_ms: number;
  readonly attributes: string;
}

function earlierEvents(
  db: Database,
  { fromMs, toMs, position, isAscending, limit }: AuditRange,
): readonly FoundAudit[] {
  const [after, order] = isAscending ? ['>', 'ASC'] : ['<', 'DESC'];
  return db
    .all<EarlierRow>(
      `SELECT * FROM audit_before WHERE at_ms BETWEEN ? AND ? AND (at_ms, n) ${after} (?, ?)
       ORDER BY at_ms ${order}, n ${order} LIMIT ?`,
      [fromMs, toMs, position.atMs, position.n, limit],
    )
    .map(({ n, id, at_ms: atMs, attributes }) => ({
      kind: 'earlier',
      atMs,
      n,
      event: { id, atMs, attributes: parseStored<EarlierAuditEvent['attributes']>(db, attributes) },
    }));
}

const FIRST: AuditPosition = { atMs: -1, n: 0 };
const LAST: AuditPosition = { atMs: Number.MAX_SAFE_INTEGER, n: 0 };
const MAX_CURSOR_CHARACTERS = 512;

function writePosition({ atMs, n }: AuditPosition): string {
  return Buffer.from(JSON.stringify([atMs, n])).toString('base64url');
}

function readPosition(cursor: string): AuditPosition | undefined {
  if (cursor.length > MAX_CURSOR_CHARACTERS) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const [atMs, n] = Array.isArray(parsed) ? (parsed as readonly unknown[]) : [];
    return Number.isSafeInteger(atMs) && Number.isSafeInteger(n)
      ? { atMs: atMs as number, n: n as number }
      : undefined;
  } catch {
    return undefined;
  }
}
