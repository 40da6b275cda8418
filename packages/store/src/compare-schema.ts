/**
 * Whether a database has the tables that its migrations make, and nothing besides: a trigger that somebody put in would
 * run with whatever we write.
 */

import { openDatabase, type Database } from './database.ts';
import type { Migration } from './migration.ts';

interface SchemaRow {
  readonly name: string;
  readonly sql: string | null;
}

/** @returns names of what is too much, missing or otherwise than made, of the version that the database has */
export function compareSchema(database: Database, migrations: readonly Migration[]): readonly string[] {
  const applied = database.all('SELECT version FROM schema_migrations').length;
  const fresh = openDatabase(':memory:', { migrations: migrations.slice(0, applied) });
  try {
    const [found, made] = [schemaOf(database), schemaOf(fresh)];
    return [...new Set([...found.keys(), ...made.keys()])].filter(
      (name) => found.get(name) !== made.get(name),
    );
  } finally {
    fresh.close();
  }
}

function schemaOf(database: Database): ReadonlyMap<string, string> {
  const rows = database.all<SchemaRow>(
    `SELECT type || ' ' || name AS name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name`,
  );
  return new Map(rows.map(({ name, sql }) => [name, sql ?? '']));
}
