import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openDatabase, type Database, type SqlValue } from '@signalwright/store';

import { ORG_DATABASES } from './org-files.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'migrations-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Column {
  readonly name: string;
  readonly type: string;
}

function tablesOf(db: Database): readonly string[] {
  return db
    .all<{ name: string }>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
         AND name <> 'schema_migrations' ORDER BY rowid`,
    )
    .map(({ name }) => name);
}

/** One row in each table: `1` is a text, a number and JSON, and what refers to another row finds it. */
function fill(db: Database): ReadonlyMap<string, readonly Column[]> {
  const tables = new Map<string, readonly Column[]>();
  for (const table of tablesOf(db)) {
    const columns = db.all<Column>('SELECT name, type FROM pragma_table_info(?) ORDER BY cid', [table]);
    tables.set(table, columns);
    // Written by the database itself where a trigger does it.
    if (db.all(`SELECT 1 FROM "${table}" LIMIT 1`).length > 0) continue;
    const values = columns.map(({ type }): SqlValue =>
      type === 'TEXT' ? '1' : type === 'BLOB' ? Buffer.from('1') : 1,
    );
    db.run(
      `INSERT INTO "${table}" (${columns.map(({ name }) => `"${name}"`).join(', ')})
       VALUES (${columns.map(() => '?').join(', ')})`,
      values,
    );
  }
  return tables;
}

function rowsOf(db: Database, tables: ReadonlyMap<string, readonly Column[]>): unknown {
  return [...tables].map(([table, columns]) => [
    table,
    db.all(`SELECT ${columns.map(({ name }) => `"${name}"`).join(', ')} FROM "${table}"`),
  ]);
}

describe.each(ORG_DATABASES.map(({ name, migrations }) => [name, migrations] as const))(
  '%s',
  (name, migrations) => {
    const versions = migrations.map(({ version }) => version);

    test.each(versions)('of version %i opens with all that it holds, and is then the newest', (version) => {
      const path = join(folder, `${version}-${name}`);
      const old = openDatabase(path, { migrations: migrations.slice(0, version) });
      const tables = fill(old);
      const before = rowsOf(old, tables);
      old.close();

      const db = openDatabase(path, { migrations });
      expect(rowsOf(db, tables)).toEqual(before);
      expect(db.all('SELECT version FROM schema_migrations')).toHaveLength(versions.length);
      expect(db.all('PRAGMA foreign_key_check')).toEqual([]);
      db.close();
    });

    test('of a newer version is refused and left as it is', () => {
      const path = join(folder, `newer-${name}`);
      openDatabase(path, { migrations }).close();
      const older = migrations.slice(0, -1);
      for (const asItIs of [undefined, true] as const) {
        expect(() => openDatabase(path, { migrations: older, ...(asItIs && { asItIs }) })).toThrow(
          expect.objectContaining({ kind: 'version', code: 'store/newer-version' }),
        );
      }
      const db = openDatabase(path, { migrations });
      expect(db.all('SELECT version FROM schema_migrations')).toHaveLength(versions.length);
      db.close();
    });
  },
);
