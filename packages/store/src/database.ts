/**
 * The one file that knows the SQLite driver. Synchronous on purpose: a transaction without an await in it cannot
 * interleave with another, and the driver is synchronous anyway.
 *
 * Durable: WAL with synchronous=FULL, so what a promise or a call acknowledged survives kill -9 and loss of power.
 */

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import LibSql from 'libsql';
import { fromSystemError, StoreError, systemCode } from './store-error.ts';

export type SqlValue = string | number | bigint | null | Uint8Array;

export interface Database {
  /** All rows, in the order of the query. The caller names the row's shape, as the SQL beside it says. */
  all<Row>(sql: string, params?: readonly SqlValue[]): readonly Row[];
  get<Row>(sql: string, params?: readonly SqlValue[]): Row | undefined;
  /** @returns the number of rows changed */
  run(sql: string, params?: readonly SqlValue[]): number;
  /** One transaction, synced before it returns; a throw rolls back. May be nested: the inner one is a savepoint. */
  transaction<T>(work: () => T): T;
  /**
   * Group commit: all work of one event-loop turn shares one transaction and one sync.
   * Resolves after that commit. Work that throws rolls back alone and rejects alone.
   */
  write<T>(work: () => T): Promise<T>;
  close(): void;
}

/** Numbered from 1 without gaps; forward only. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

export interface DatabaseOptions {
  readonly migrations: readonly Migration[];
}

/** How long a statement waits for another process's lock, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * Opens or creates the database, checks it and brings it to the newest version.
 *
 * @throws StoreError `environment`, `damaged`, `version` or `busy`
 */
export function openDatabase(path: string, options: DatabaseOptions): Database {
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const handle = new LibSql(path);
    const database = new SqliteDatabase(handle, path);
    database.prepareFile();
    migrate(database, path, options.migrations);
    return database;
  } catch (error) {
    throw asStoreError(error, path);
  }
}

interface Pending {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

class SqliteDatabase implements Database {
  readonly #handle: LibSql.Database;
  readonly #path: string;
  readonly #statements = new Map<string, LibSql.Statement>();
  #pending: Pending[] = [];
  #depth = 0;
  #isClosed = false;

  constructor(handle: LibSql.Database, path: string) {
    this.#handle = handle;
    this.#path = path;
  }

  prepareFile(): void {
    this.#handle.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    this.#handle.exec('PRAGMA journal_mode = WAL');
    this.#handle.exec('PRAGMA synchronous = FULL');
    this.#handle.exec('PRAGMA foreign_keys = ON');
    const check = this.get<{ quick_check: string }>('PRAGMA quick_check(1)');
    if (check?.quick_check !== 'ok') {
      throw new StoreError(
        'damaged',
        'store/database-damaged',
        this.#path,
        `The database ${this.#path} is damaged (${check?.quick_check ?? 'no answer'}); restore a backup.`,
      );
    }
  }

  all<Row>(sql: string, params: readonly SqlValue[] = []): readonly Row[] {
    return this.#guard(() => this.#statement(sql).all(...params) as Row[]);
  }

  get<Row>(sql: string, params: readonly SqlValue[] = []): Row | undefined {
    // The driver's own get() adds a property of its own to the row.
    return this.all<Row>(sql, params)[0];
  }

  run(sql: string, params: readonly SqlValue[] = []): number {
    return this.#guard(() => this.#statement(sql).run(...params).changes);
  }

  transaction<T>(work: () => T): T {
    const [begin, commit, rollback] =
      this.#depth === 0
        ? ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK']
        : [`SAVEPOINT s${this.#depth}`, `RELEASE s${this.#depth}`, `ROLLBACK TO s${this.#depth}`];
    this.#guard(() => this.#handle.exec(begin));
    this.#depth += 1;
    try {
      const result = work();
      this.#depth -= 1;
      this.#guard(() => this.#handle.exec(commit));
      return result;
    } catch (error) {
      if (this.#handle.inTransaction) {
        this.#handle.exec(rollback);
      }
      throw error;
    } finally {
      if (this.#depth > 0 && !this.#handle.inTransaction) this.#depth = 0;
    }
  }

  write<T>(work: () => T): Promise<T> {
    if (this.#isClosed) return Promise.reject(new Error(`The database ${this.#path} is closed.`));
    return new Promise<T>((resolve, reject) => {
      if (this.#pending.length === 0) setImmediate(() => this.#flush());
      this.#pending.push({ work, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#flush();
    this.#isClosed = true;
    this.#statements.clear();
    this.#handle.close();
  }

  #flush(): void {
    const batch = this.#pending;
    this.#pending = [];
    if (batch.length === 0 || this.#isClosed) return;
    const settle: (() => void)[] = [];
    try {
      this.transaction(() => {
        for (const { work, resolve, reject } of batch) {
          try {
            const value = this.transaction(work);
            settle.push(() => resolve(value));
          } catch (error) {
            settle.push(() => reject(error));
          }
        }
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
      return;
    }
    for (const done of settle) done();
  }

  #statement(sql: string): LibSql.Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#handle.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asStoreError(error, this.#path);
    }
  }
}

function migrate(database: Database, path: string, migrations: readonly Migration[]): void {
  const found = database.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
  const newest = migrations.at(-1)?.version ?? 0;
  if (found > newest) {
    throw new StoreError(
      'version',
      'store/newer-version',
      path,
      `The database ${path} has version ${found}; this program knows ${newest}. Use a newer one.`,
    );
  }
  for (const migration of migrations.filter((each) => each.version > found)) {
    database.transaction(() => {
      for (const statement of migration.sql.split(/;\s*\n/)) {
        if (statement.trim() !== '') database.run(statement);
      }
      // A pragma takes no parameter; the version is a number of ours.
      database.run(`PRAGMA user_version = ${migration.version}`);
    });
  }
}

/** Turns a driver's or file system's error into one clear line; a mistake in our SQL passes as it is. */
function asStoreError(error: unknown, path: string): unknown {
  if (error instanceof StoreError || !(error instanceof Error)) return error;
  const code = systemCode(error);
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) {
    const message = `The database ${path} is damaged (${code}); restore a backup.`;
    return new StoreError('damaged', 'store/database-damaged', path, message, { cause: error });
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    const message = `The database ${path} is in use by another process.`;
    return new StoreError('busy', 'store/locked', path, message, { cause: error });
  }
  if (/^SQLITE_FULL/.test(code)) {
    const message = `Cannot write ${path}: no space is left on the device.`;
    return new StoreError('environment', 'store/disk-full', path, message, { cause: error });
  }
  // The driver gives no code when it cannot open the file at all.
  if (/^SQLITE_(CANTOPEN|READONLY|IOERR|PERM)/.test(code) || error.message.startsWith('ConnectionFailed')) {
    const message = `Cannot use the database ${path}: ${error.message}.`;
    return new StoreError('environment', 'store/database-unusable', path, message, { cause: error });
  }
  return /^E[A-Z]+$/.test(code) ? fromSystemError(error, 'open', path) : error;
}
