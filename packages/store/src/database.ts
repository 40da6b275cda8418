/**
 * A SQLite database as this project uses it: synchronous on purpose (a transaction without an await in it
 * cannot interleave with another, and the driver is synchronous anyway), durable at each commit (WAL,
 * synchronous=FULL: what a call or a promise acknowledged survives kill -9 and loss of power), and checked
 * when it is opened. Why no query builder: docs/decisions/0171.
 */

import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

import { syncFolder } from './atomic-file.ts';
import { findDamage } from './check-database.ts';
import { GroupCommit } from './group-commit.ts';
import {
  bindable,
  fromDriverError,
  openConnection,
  plainRows,
  type LibsqlConnection,
  type LibsqlStatement,
  type SqlValue,
} from './libsql-driver.ts';
import { acquireLock, type Lock } from './lock.ts';
import { migrate, refuseNewer, type Migration } from './migration.ts';
import { fromSystemError, StoreError } from './store-error.ts';

/** How long a statement waits for another process's transaction before it is refused. Chosen. */
export const BUSY_TIMEOUT_MS = 5_000;
/** Pages kept in memory, in KiB. Chosen: what was just written is often read again, and 2,000 KiB is little for that. */
const CACHE_KIB = 16_384;
/** Prepared statements kept by their text. Chosen; a room has some dozens. */
const STATEMENTS_MAX = 256;

export interface DatabaseOptions {
  readonly migrations: readonly Migration[];
  /** When given, no other process may open the file; the clock (Unix milliseconds) dates the lock. */
  readonly exclusive?: { readonly clock: () => number };
  /**
   * Why the file must hold data already, and what to do when it does not: then a missing or empty file is refused,
   * because a fresh start would hide that everything is gone.
   */
  readonly expected?: string;
  /**
   * For a look at a database that another process may be using: the file must be there, and is neither migrated nor
   * refused for being older.
   */
  readonly asItIs?: true;
}

/**
 * An open database. Statements are prepared once per text. Every method throws a StoreError when the machine
 * refuses, and the driver's own error for a constraint (see `isConstraintError`) or wrong SQL.
 */
export interface Database {
  readonly path: string;
  /** Whether a transaction of this connection is open: what is read then may be undone. */
  readonly isInTransaction: boolean;
  /** All rows in the order of the query; the caller bounds them with LIMIT and names their shape, as the SQL says. */
  all<Row>(sql: string, params?: readonly SqlValue[]): readonly Row[];
  /** The first row. */
  get<Row>(sql: string, params?: readonly SqlValue[]): Row | undefined;
  /** @returns the number of rows changed; for the row itself use `get` with RETURNING */
  run(sql: string, params?: readonly SqlValue[]): number;
  /** One transaction, synced before it returns; a throw undoes it. May be nested: the inner one undoes itself alone. */
  transaction<T>(work: () => T): T;
  /**
   * Group commit: all work of one event-loop turn shares one transaction and one sync. Resolves after that
   * commit. `work` is synchronous; what throws undoes itself alone and rejects alone.
   */
  write<T>(work: () => T): Promise<T>;
  /** Moves what the write-ahead log holds into the file, so that nothing older is left in it, unless somebody else reads. */
  foldLog(): void;
  /** Writes a consistent copy to a new file, for the user alone; others may write to this one meanwhile. */
  copyTo(path: string): void;
  /** Commits what waits, then gives the file back; calling it again does nothing. */
  close(): void;
}

/**
 * Opens a database, or makes it with its folder (both private to the user; `:memory:` for tests), checks it
 * and brings it to the last migration.
 *
 * @throws StoreError with one clear line: environment, busy, damaged or version
 */
export function openDatabase(path: string, options: DatabaseOptions): Database {
  if (options.expected !== undefined) refuseLost(path, options.expected);
  if (options.asItIs === true) requireFile(path);
  else if (path !== ':memory:') makeFile(path);
  const lock =
    options.exclusive === undefined ? undefined : acquireLock(`${path}.lock`, options.exclusive.clock());
  let connection: LibsqlConnection | undefined;
  try {
    connection = openConnection(path, BUSY_TIMEOUT_MS);
    if (options.asItIs !== true) connection.exec('PRAGMA journal_mode = WAL');
    prepareConnection(connection, path);
    const database = new SqliteDatabase(connection, path, lock, options.asItIs !== true);
    if (options.asItIs === true) refuseNewer(database, options.migrations);
    else migrate(database, options.migrations);
    return database;
  } catch (error) {
    connection?.close();
    lock?.release();
    throw fromDriverError(error, path);
  }
}

function refuseLost(path: string, expected: string): void {
  const bytes = sizeOf(path);
  if (bytes !== undefined && bytes > 0) return;
  const message = `${path} is ${bytes === undefined ? 'missing' : 'empty'}: ${expected}`;
  throw new StoreError('damaged', 'store/data-lost', path, message);
}

function requireFile(path: string): void {
  if (sizeOf(path) !== undefined) return;
  throw new StoreError('environment', 'store/missing', path, `There is no database ${path}.`);
}

/** @returns undefined when there is no such file */
function sizeOf(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.size;
  } catch (error) {
    throw fromSystemError(error, 'open', path);
  }
}

/** Before the driver opens it: the file is private from its first moment, and refusals are said in plain words. */
function makeFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
    syncFolder(dirname(path));
  } catch (error) {
    throw fromSystemError(error, 'open', path);
  }
}

function prepareConnection(connection: LibsqlConnection, path: string): void {
  connection.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  connection.exec(`PRAGMA trusted_schema = OFF; PRAGMA cache_size = -${CACHE_KIB}`);
  // What is removed is overwritten: nobody reads it in a free page later.
  connection.prepare('PRAGMA secure_delete = ON').all([]);
  const damage = findDamage(connection);
  if (damage === undefined) return;
  const message = `The database ${path} is damaged (${damage}); restore a backup.`;
  throw new StoreError('damaged', 'store/database-damaged', path, message);
}

class SqliteDatabase implements Database {
  readonly path: string;
  readonly #connection: LibsqlConnection;
  readonly #lock: Lock | undefined;
  readonly #group: GroupCommit;
  /** Whether the write-ahead log is this one's to put away. */
  readonly #foldsLog: boolean;
  readonly #statements = new Map<string, LibsqlStatement>();
  /** Transactions open inside each other. */
  #depth = 0;
  #isClosed = false;

  constructor(connection: LibsqlConnection, path: string, lock: Lock | undefined, foldsLog: boolean) {
    this.#foldsLog = foldsLog;
    this.path = path;
    this.#connection = connection;
    this.#lock = lock;
    this.#group = new GroupCommit(this);
  }

  get isInTransaction(): boolean {
    return this.#depth > 0;
  }

  all<Row>(sql: string, params: readonly SqlValue[] = []): readonly Row[] {
    return this.#explained(() => plainRows(this.#statement(sql).all(bindable(params))) as readonly Row[]);
  }

  get<Row>(sql: string, params?: readonly SqlValue[]): Row | undefined {
    return this.all<Row>(sql, params)[0];
  }

  run(sql: string, params: readonly SqlValue[] = []): number {
    return this.#explained(() => this.#statement(sql).run(bindable(params)).changes);
  }

  transaction<T>(work: () => T): T {
    const outer = this.#depth === 0;
    const mark = `level${this.#depth}`;
    this.exec(outer ? 'BEGIN IMMEDIATE' : `SAVEPOINT ${mark}`);
    this.#depth += 1;
    try {
      const result = work();
      if (result instanceof Promise) throw new TypeError('The work of a transaction must be synchronous.');
      this.exec(outer ? 'COMMIT' : `RELEASE ${mark}`);
      return result;
    } catch (error) {
      // A full disk ends the whole transaction by itself; there is nothing to undo then.
      if (this.#connection.inTransaction)
        this.exec(outer ? 'ROLLBACK' : `ROLLBACK TO ${mark}; RELEASE ${mark}`);
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  write<T>(work: () => T): Promise<T> {
    if (this.#isClosed) return Promise.reject(new Error(`The database ${this.path} is closed.`));
    return this.#group.add(work);
  }

  copyTo(path: string): void {
    // An empty file is taken for a new one, and nobody else can read it from its first byte.
    try {
      closeSync(openSync(path, 'wx', 0o600));
    } catch (error) {
      throw fromSystemError(error, 'write', path);
    }
    this.run('VACUUM INTO ?', [path]);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#group.flush();
    // The driver leaves the log beside the file; a copy of the file alone would be old.
    if (this.#foldsLog) this.foldLog();
    this.#isClosed = true;
    this.#statements.clear();
    this.#connection.close();
    this.#lock?.release();
  }

  /** Several statements at once; for migrations and transactions. */
  exec(sql: string): void {
    this.#explained(() => this.#connection.exec(sql));
  }

  foldLog(): void {
    try {
      this.#connection.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all([]);
    } catch {
      // Another connection reads: the log stays, and holds everything.
    }
  }

  #statement(sql: string): LibsqlStatement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#connection.prepare(sql);
    if (this.#statements.size >= STATEMENTS_MAX) this.#statements.clear();
    this.#statements.set(sql, statement);
    return statement;
  }

  #explained<T>(work: () => T): T {
    if (this.#isClosed) throw new Error(`The database ${this.path} is closed.`);
    try {
      return work();
    } catch (error) {
      throw fromDriverError(error, this.path);
    }
  }
}
