/**
 * The org's rules, suppressions, notification rules and workflows: the fields that a request set, with what the
 * server counts beside them. Every version is kept, so that its history can be told.
 */

import type { Actor, Kind } from '@signalwright/model';
import { parseStored, type Database } from '@signalwright/store';

import { appendAudit } from './audit.ts';

/** The last ones are the org's alone: no file of content is compiled to them. */
export type ContentKind =
  | Kind
  | 'security-filter'
  | 'critical-asset'
  | 'catalog-service'
  | 'action-connection';

export type ContentFields = Readonly<Record<string, unknown>>;

export interface StoredContent {
  readonly kind: ContentKind;
  readonly id: string;
  /** 1, and one more with each change. */
  readonly version: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Stable id of the actor. */
  readonly createdBy: string;
  readonly updatedBy: string;
  readonly fields: ContentFields;
}

/** Chosen: objects of one kind that an org holds. */
export const MAX_CONTENT_OBJECTS = 20_000;

interface ContentRow {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
  readonly created_by: string;
  readonly updated_by: string;
  readonly fields: string;
}

/**
 * Oldest first; what was made in the same millisecond stays in the order in which it was made. An object that did not
 * change since the last time is the same object: of ten thousand rules none is parsed twice for the pages of a list.
 */
export function listContent(db: Database, kind: ContentKind): readonly StoredContent[] {
  // What a transaction shows may be undone, and must not be remembered.
  if (db.isInTransaction) return readList(db, kind, new Map());
  const lists = listsOf.get(db) ?? new Map<ContentKind, RememberedList>();
  listsOf.set(db, lists);
  const generation = db.get<{ n: number | null }>('SELECT max(rowid) AS n FROM content_versions')?.n ?? 0;
  const known = lists.get(kind);
  if (known?.generation === generation) return known.list;
  const list = readList(db, kind, new Map(known?.list.map((stored) => [stored.id, stored])));
  lists.set(kind, { generation, list });
  return list;
}

interface RememberedList {
  /** Of the newest version of any object: every change of an object adds one, a deletion too. */
  readonly generation: number;
  readonly list: readonly StoredContent[];
}

const listsOf = new WeakMap<Database, Map<ContentKind, RememberedList>>();

function readList(
  db: Database,
  kind: ContentKind,
  known: ReadonlyMap<string, StoredContent>,
): readonly StoredContent[] {
  const order = 'kind = ? ORDER BY created_at_ms, rowid LIMIT ?';
  if (known.size === 0) {
    return db
      .all<ContentRow>(`SELECT * FROM content WHERE ${order}`, [kind, MAX_CONTENT_OBJECTS])
      .map((row) => toContent(db, row));
  }
  return db
    .all<{ readonly id: string; readonly version: number }>(
      `SELECT id, version FROM content WHERE ${order}`,
      [kind, MAX_CONTENT_OBJECTS],
    )
    .flatMap(({ id, version }) => {
      const same = known.get(id);
      const stored = same?.version === version ? same : readContent(db, kind, id);
      return stored === undefined ? [] : [stored];
    });
}

export function readContent(db: Database, kind: ContentKind, id: string): StoredContent | undefined {
  const row = db.get<ContentRow>('SELECT * FROM content WHERE kind = ? AND id = ?', [kind, id]);
  return row && toContent(db, row);
}

export function countContent(db: Database, kind: ContentKind): number {
  return db.get<{ n: number }>('SELECT count(*) AS n FROM content WHERE kind = ?', [kind])?.n ?? 0;
}

/** Inside the caller's transaction. The id must be new. */
export function createContent(
  db: Database,
  actor: Actor,
  created: { readonly kind: ContentKind; readonly id: string; readonly fields: ContentFields },
  nowMs: number,
): StoredContent {
  const { kind, id, fields } = created;
  return save(db, actor, undefined, {
    kind,
    id,
    version: 1,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    createdBy: actor.id,
    updatedBy: actor.id,
    fields,
  });
}

/**
 * Puts an object in as it is said to be, with its age and version: what an org starts with is no change that anybody
 * made, and the audit trail does not have it. Inside the caller's transaction; the id must be new.
 */
export function seedContent(db: Database, seeded: StoredContent): void {
  write(db, seeded);
}

/** Inside the caller's transaction. @param fields all of them, also those that did not change */
export function updateContent(
  db: Database,
  actor: Actor,
  before: StoredContent,
  fields: ContentFields,
  nowMs: number,
): StoredContent {
  const version = before.version + 1;
  return save(db, actor, before, { ...before, version, updatedAtMs: nowMs, updatedBy: actor.id, fields });
}

/** Inside the caller's transaction. The history stays. */
export function deleteContent(db: Database, actor: Actor, before: StoredContent, nowMs: number): void {
  const { kind, id, version, fields } = before;
  db.run('DELETE FROM content WHERE kind = ? AND id = ?', [kind, id]);
  writeVersion(db, { kind, id, version: version + 1, atMs: nowMs, actorId: actor.id });
  appendAudit(db, {
    actor,
    atMs: nowMs,
    action: `${kind}.delete`,
    subject: `${kind}:${id}`,
    before: fields,
  });
}

function save(
  db: Database,
  actor: Actor,
  before: StoredContent | undefined,
  after: StoredContent,
): StoredContent {
  write(db, after);
  const { kind, id, fields, updatedAtMs } = after;
  appendAudit(db, {
    actor,
    atMs: updatedAtMs,
    action: `${kind}.${before === undefined ? 'create' : 'update'}`,
    subject: `${kind}:${id}`,
    ...(before !== undefined && { before: before.fields }),
    after: fields,
  });
  return after;
}

/** The object and its version in the history. */
function write(db: Database, after: StoredContent): void {
  const { kind, id, version, fields, updatedAtMs } = after;
  db.run(
    `INSERT INTO content (kind, id, version, created_at_ms, updated_at_ms, created_by, updated_by, fields)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, updated_at_ms = excluded.updated_at_ms,
       updated_by = excluded.updated_by, fields = excluded.fields`,
    [
      kind,
      id,
      version,
      after.createdAtMs,
      updatedAtMs,
      after.createdBy,
      after.updatedBy,
      JSON.stringify(fields),
    ],
  );
  writeVersion(db, { kind, id, version, atMs: updatedAtMs, actorId: after.updatedBy, fields });
}

interface NewVersion {
  readonly kind: ContentKind;
  readonly id: string;
  readonly version: number;
  readonly atMs: number;
  readonly actorId: string;
  /** Undefined when it was deleted. */
  readonly fields?: ContentFields;
}

function writeVersion(db: Database, written: NewVersion): void {
  const { kind, id, version, atMs, actorId, fields } = written;
  db.run(
    'INSERT INTO content_versions (kind, id, version, at_ms, actor_id, fields) VALUES (?, ?, ?, ?, ?, ?)',
    [kind, id, version, atMs, actorId, fields === undefined ? null : JSON.stringify(fields)],
  );
}

function toContent(db: Database, row: ContentRow): StoredContent {
  return {
    kind: row.kind as ContentKind,
    id: row.id,
    version: row.version,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    createdBy: row.created_by,
    updatedBy: row.updated_by,
    fields: parseStored<ContentFields>(db, row.fields),
  };
}
