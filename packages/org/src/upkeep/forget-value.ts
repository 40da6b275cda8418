/**
 * Removes one value (an address, a user's id) from everything that an org has stored: it becomes a word that is drawn at
 * random and means nothing, the same in every place, so that what belongs together stays together.
 * What it means for the audit trail: docs/decisions/0383.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { appendAudit, rewriteAudit } from '@signalwright/signals';
import { openDatabase, type Database } from '@signalwright/store';

import { ORG_DATABASE, ORG_DATABASES } from './org-files.ts';
import { replaceWhole } from './replace-whole.ts';

export interface ForgetOptions {
  readonly nowMs: () => number;
  readonly random: (bytes: number) => Uint8Array;
  /** Otherwise what would change is only counted. */
  readonly isMeant: boolean;
}

export interface Forgotten {
  /** Rows by table, `org.db/events`; those of `content` name it and are left, since content comes from its files. */
  readonly rows: Readonly<Record<string, number>>;
  /** What stands for the value now; undefined when nothing was changed. */
  readonly standIn?: string;
  /** Of the audit trail, before and after; undefined when it did not name the value, or nothing was changed. */
  readonly auditHeads?: { readonly before: string; readonly after: string };
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

/** @throws StoreError `busy` while an org runs on the folder */
export function forgetValue(dataDir: string, value: string, options: ForgetOptions): Forgotten {
  const standIn = `forgotten-${Buffer.from(options.random(6)).toString('hex')}`;
  const rows: Record<string, number> = {};
  let auditHeads: Forgotten['auditHeads'];
  for (const { name, migrations } of ORG_DATABASES) {
    const path = join(dataDir, name);
    if (name !== ORG_DATABASE && !existsSync(path)) continue;
    const db = openDatabase(path, { migrations, exclusive: { clock: options.nowMs } });
    try {
      db.transaction(() => {
        for (const table of tablesOf(db)) {
          const count = forgetInTable(db, table, { value, standIn, isMeant: options.isMeant });
          if (count > 0) rows[`${name}/${table}`] = count;
        }
        if (name === ORG_DATABASE) auditHeads = forgetInAudit(db, value, { standIn, rows, ...options });
      });
      // What was removed must not stay in free pages or in the log.
      if (options.isMeant) db.run('VACUUM');
    } finally {
      db.close();
    }
  }
  const isChanged = options.isMeant && Object.keys(rows).length > 0;
  return { rows, ...(isChanged && { standIn }), ...(auditHeads !== undefined && { auditHeads }) };
}

function tablesOf(db: Database): readonly string[] {
  return db
    .all<{ name: string }>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name`,
    )
    .map(({ name }) => name)
    .filter((name) => !KEPT.has(name) || name === 'content');
}

interface Replacement {
  readonly value: string;
  readonly standIn: string;
  readonly isMeant: boolean;
}

/** @returns how many rows name the value */
function forgetInTable(db: Database, table: string, { value, standIn, isMeant }: Replacement): number {
  const columns = db
    .all<{ name: string }>(`SELECT name FROM pragma_table_info(?) WHERE type = 'TEXT'`, [table])
    .map(({ name }) => `"${name}"`);
  if (columns.length === 0) return 0;
  const written = JSON.stringify(value).slice(1, -1);
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
      const changed = before.map((text) => text && replaceBoth(text, { value, written, standIn }));
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
function replaceBoth(
  text: string,
  { value, written, standIn }: { readonly value: string; readonly written: string; readonly standIn: string },
): string {
  const once = replaceWhole(text, written, standIn);
  return written === value ? once : replaceWhole(once, value, standIn);
}

function forgetInAudit(
  db: Database,
  value: string,
  {
    standIn,
    rows,
    nowMs,
    isMeant,
  }: Pick<ForgetOptions, 'nowMs' | 'isMeant'> & {
    readonly standIn: string;
    readonly rows: Record<string, number>;
  },
): Forgotten['auditHeads'] {
  const written = JSON.stringify(value).slice(1, -1);
  const rewritten = rewriteAudit(db, (text) => replaceBoth(text, { value, written, standIn }), isMeant);
  if (rewritten.entries > 0) rows[`${ORG_DATABASE}/audit`] = rewritten.entries;
  if (!isMeant || Object.keys(rows).length === 0) return undefined;
  appendAudit(db, {
    actor: { id: 'system', name: 'signalwright org forget', cause: [] },
    atMs: nowMs(),
    action: 'personal_data.forget',
    subject: standIn,
    before: { auditHead: rewritten.before },
    after: { auditHead: rewritten.after, rows },
  });
  return rewritten.entries > 0 ? { before: rewritten.before, after: rewritten.after } : undefined;
}
