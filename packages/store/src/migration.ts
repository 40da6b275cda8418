/**
 * The shape of a database over time: numbered steps, forward only, each in one transaction. A file that
 * a newer program has changed is refused, never guessed at.
 */

import { sha256Hex } from './sha256.ts';
import { StoreError } from './store-error.ts';

/** One step. Once released it never changes: a digest of it is kept in the database. */
export interface Migration {
  /** 1, 2, 3, … without gaps. */
  readonly version: number;
  /** For people, e.g. 'signals'. */
  readonly name: string;
  readonly sql: string;
}

/** What migrating needs of a database. */
export interface MigrationTarget {
  readonly path: string;
  all<Row>(sql: string): readonly Row[];
  run(sql: string, params?: readonly (string | number)[]): number;
  /** Several statements. */
  exec(sql: string): void;
  transaction<T>(work: () => T): T;
}

const LEDGER =
  'CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL) STRICT';

/**
 * Brings the database to the last of `migrations`.
 *
 * @throws StoreError 'store/newer-version' or 'store/migration-changed'
 */
export function migrate(database: MigrationTarget, migrations: readonly Migration[]): void {
  const wrong = migrations.find((migration, index) => migration.version !== index + 1);
  if (wrong !== undefined) throw new Error(`Migration ${wrong.version} "${wrong.name}" is out of order.`);
  // One transaction for all: two processes that open a new file at once do not both migrate it.
  database.transaction(() => {
    database.run(LEDGER);
    const applied = database.all<{ digest: string }>('SELECT digest FROM schema_migrations ORDER BY version');
    if (applied.length > migrations.length)
      throw newerVersion(database.path, applied.length, migrations.length);
    migrations.forEach((migration, index) => {
      const known = applied[index];
      if (known === undefined) apply(database, migration);
      else if (known.digest !== sha256Hex(migration.sql)) throw changed(database.path, migration);
    });
  });
}

/** @throws StoreError 'store/newer-version' when a newer program has changed the database; an older one is let be */
export function refuseNewer(database: MigrationTarget, migrations: readonly Migration[]): void {
  const [ledger] = database.all<{ n: number }>(
    `SELECT count(*) AS n FROM sqlite_schema WHERE name = 'schema_migrations'`,
  );
  const applied = ledger?.n === 1 ? database.all('SELECT version FROM schema_migrations').length : 0;
  if (applied > migrations.length) throw newerVersion(database.path, applied, migrations.length);
}

function apply(database: MigrationTarget, migration: Migration): void {
  database.exec(migration.sql);
  database.run('INSERT INTO schema_migrations (version, name, digest) VALUES (?, ?, ?)', [
    migration.version,
    migration.name,
    sha256Hex(migration.sql),
  ]);
}

function newerVersion(path: string, found: number, known: number): StoreError {
  const message = `The database ${path} has version ${found}; this program knows ${known}. Use a newer one.`;
  return new StoreError('version', 'store/newer-version', path, message);
}

function changed(path: string, migration: Migration): StoreError {
  const message = `The database ${path} was made by another form of migration ${migration.version} "${migration.name}".`;
  return new StoreError('version', 'store/migration-changed', path, message);
}
