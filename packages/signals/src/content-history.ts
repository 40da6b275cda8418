/** Versions of content: every one is kept, also that an object was deleted. */

import { parseStored, type Database } from '@signalwright/store';

import type { ContentFields, ContentKind } from './content-table.ts';

export interface ContentVersion {
  readonly id: string;
  readonly version: number;
  readonly atMs: number;
  readonly actorId: string;
  /** Undefined when the object was deleted. */
  readonly fields?: ContentFields;
}

/** Chosen: versions that one answer tells, the newest of them. */
const MAX_LISTED_VERSIONS = 1_000;

interface VersionRow {
  readonly id: string;
  readonly version: number;
  readonly at_ms: number;
  readonly actor_id: string;
  readonly fields: string | null;
}

/** Newest first. */
export function listVersions(db: Database, kind: ContentKind, id: string): readonly ContentVersion[] {
  return db
    .all<VersionRow>(
      'SELECT * FROM content_versions WHERE kind = ? AND id = ? ORDER BY version DESC LIMIT ?',
      [kind, id, MAX_LISTED_VERSIONS],
    )
    .map((row) => toVersion(db, row));
}

/** Of all objects of a kind, in the order in which they were written. */
export function listVersionsOfKind(db: Database, kind: ContentKind): readonly ContentVersion[] {
  return db
    .all<VersionRow>(
      `SELECT * FROM (SELECT *, rowid AS written FROM content_versions WHERE kind = ? ORDER BY rowid DESC LIMIT ?)
       ORDER BY written`,
      [kind, MAX_LISTED_VERSIONS],
    )
    .map((row) => toVersion(db, row));
}

export function readVersion(
  db: Database,
  kind: ContentKind,
  id: string,
  version: number,
): ContentVersion | undefined {
  const row = db.get<VersionRow>('SELECT * FROM content_versions WHERE kind = ? AND id = ? AND version = ?', [
    kind,
    id,
    version,
  ]);
  return row && toVersion(db, row);
}

function toVersion(db: Database, row: VersionRow): ContentVersion {
  const { id, version, at_ms: atMs, actor_id: actorId } = row;
  const known = { id, version, atMs, actorId };
  return row.fields === null ? known : { ...known, fields: parseStored<ContentFields>(db, row.fields) };
}
