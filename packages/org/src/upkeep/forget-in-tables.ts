/** Replaces a value in every table of one database, wherever it stands by itself, or counts where it does. */

import type { Database } from '@signalwright/store';

import { replaceWhole } from './replace-whole.ts';

export interface Replacement {
  readonly value: string;
  /** Drawn at random, and the same in every place. */
  readonly standIn: string;
  /** Otherwise what would change is only counted. */
  readonly isMeant: boolean;
}

/** People and keys of the org itself are changed where people are; content in its files. */
const KEPT: ReadonlySet<string> = new Set([
  'schema_migrations',
  'audit',
  'content',
  'content_versions',
  'users',
  'roles',
  'role_permissions',
  'user_roles',
  'access_keys',
  'org_identity',
  'retention',
  'audit_start',
]);
const ROWS_AT_ONCE = 500;

/**
 * Inside the caller's transaction; the audit trail is left to `rewriteAudit`.
 *
 * @returns rows that name the value, by `org.db/events`; none where there is none
 */
export function forgetInTables(
  db: Database,
  name: string,
  replacement: Replacement,
): Readonly<Record<string, number>> {
  const counts = tablesOf(db).map(
    (table) => [`${name}/${table}`, forgetInTable(db, table, replacement)] as const,
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

function tablesOf(db: Database): readonly string[] {
  return db
    .all<{ name: string }>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name`,
    )
    .map(({ name }) => name)
    .filter((name) => !KEPT.has(name) || name === 'content');
}

/** @returns how many rows name the value */
function forgetInTable(db: Database, table: string, { value, standIn, isMeant }: Replacement): number {
  const columns = db
    .all<{ name: string }>(`SELECT name FROM pragma_table_info(?) WHERE type = 'TEXT'`, [table])
    .map(({ name }) => `"${name}"`);
  if (columns.length === 0) return 0;
  const written = writtenInJson(value);
  const names = columns.map((column) => `instr(${column}, ?) > 0 OR instr(${column}, ?) > 0`).join(' OR ');
  let count = 0;
  for (let after = 0; ;) {
    const rows = db.all<{ id: number } & Readonly<Record<string, string | null>>>(
      `SELECT rowid AS id, ${columns.map((column, index) => `${column} AS c${index}`).join(', ')} FROM "${table}"
       WHERE rowid > ? AND (${names}) ORDER BY rowid LIMIT ${ROWS_AT_ONCE}`,
      [after, ...columns.flatMap(() => [value, written])],
    );
    for (const row of rows) {
      after = row.id;
      const before = columns.map((_, index) => row[`c${index}`] ?? null);
      const changed = before.map((text) => text && replaceWritten(text, { value, standIn }));
      if (changed.every((text, index) => text === before[index])) continue;
      count += 1;
      if (!isMeant || KEPT.has(table)) continue;
      // A block of nobody would block nobody.
      if (table === 'denylist') db.run(`DELETE FROM denylist WHERE rowid = ?`, [row.id]);
      else {
        const sets = columns.map((column) => `${column} = ?`).join(', ');
        db.run(`UPDATE "${table}" SET ${sets} WHERE rowid = ?`, [...changed, row.id]);
      }
    }
    if (rows.length < ROWS_AT_ONCE) return count;
  }
}

/** As it is, and as JSON writes it. */
export function replaceWritten(
  text: string,
  { value, standIn }: Pick<Replacement, 'value' | 'standIn'>,
): string {
  const written = writtenInJson(value);
  const once = replaceWhole(text, written, standIn);
  return written === value ? once : replaceWhole(once, value, standIn);
}

function writtenInJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
