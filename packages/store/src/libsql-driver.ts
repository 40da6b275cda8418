/**
 * The only file that knows the SQLite driver (libsql 0.5). It is loaded on first use: rooms that need
 * only journals or digests install and load no database.
 *
 * Traps of the driver, each met here and kept by a test:
 * - binding a boolean, or one lone object, aborts the whole process: only checked values are bound, and
 *   always as one array;
 * - text is cut at a NUL character: it is stored as U+FFFD instead;
 * - whole numbers are bound as REAL: they are given as bigint;
 * - `get()` adds `_metadata` to the row, and `all()` gives blobs as ArrayBuffer: rows are read by
 *   `all()` and blobs turned into Uint8Array;
 * - an iterator that is not read to its end keeps the file locked: there is none here.
 */

import { createRequire } from 'node:module';

import { StoreError, systemCode } from './store-error.ts';

/** What may be stored. Booleans are stored as 0 and 1: the caller says so. A bigint must fit a number, so that it reads back. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** The part of the driver that is used, as it really behaves. */
export interface LibsqlStatement {
  readonly run: (params: readonly unknown[]) => {
    readonly changes: number;
    readonly lastInsertRowid: number;
  };
  readonly all: (params: readonly unknown[]) => Record<string, unknown>[];
}

export interface LibsqlConnection {
  readonly prepare: (sql: string) => LibsqlStatement;
  readonly exec: (sql: string) => void;
  readonly close: () => void;
  readonly inTransaction: boolean;
}

type LibsqlConstructor = new (path: string, options: { readonly timeout: number }) => LibsqlConnection;

let constructor: LibsqlConstructor | undefined;

/** Opens a connection. Throws what the driver throws; `fromDriverError` explains it. */
export function openConnection(path: string, busyTimeoutMs: number): LibsqlConnection {
  const Libsql = loadDriver(path);
  return new Libsql(path, { timeout: busyTimeoutMs });
}

/** For a command that would do half of its work before it opens a database. @throws StoreError when there is no driver */
export function requireDriver(): void {
  loadDriver('a database');
}

function loadDriver(path: string): LibsqlConstructor {
  try {
    constructor ??= createRequire(import.meta.url)('libsql') as LibsqlConstructor;
    return constructor;
  } catch (error) {
    // What else cannot be found is the native part that `libsql` asks for.
    const isInstalled = !(error instanceof Error && error.message.startsWith("Cannot find module 'libsql'"));
    const reason = isInstalled ? `has no build for ${process.platform} ${process.arch}` : 'is not installed';
    const message = `Cannot open ${path}: the SQLite driver "libsql" ${reason}.`;
    throw new StoreError('environment', 'store/driver-missing', path, message, { cause: error });
  }
}

/**
 * Values as the driver may be given them.
 *
 * @throws TypeError for anything that is not an SqlValue, and for NaN: our mistake, found before the
 *   driver would abort
 */
export function bindable(params: readonly SqlValue[]): readonly unknown[] {
  return params.map((value: unknown) => {
    if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;
    if (typeof value === 'number') return bindableNumber(value);
    if (typeof value === 'bigint') return bindableInteger(value);
    if (value === null) return null;
    if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    throw new TypeError(`A ${typeof value} cannot be stored in SQLite; give text, a number, null or bytes.`);
  });
}

function bindableNumber(value: number): number | bigint {
  if (Number.isNaN(value)) throw new TypeError('NaN cannot be stored in SQLite.');
  return Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : value;
}

/** The driver reads every integer as a number: a larger one would come back as another. */
function bindableInteger(value: bigint): bigint {
  if (Number.isSafeInteger(Number(value))) return value;
  throw new TypeError(`${value} is too large to be read back; store it as text.`);
}

/** Rows as plain data. */
export function plainRows(rows: readonly Record<string, unknown>[]): readonly unknown[] {
  for (const row of rows) {
    for (const key in row) {
      const value = row[key];
      if (value instanceof ArrayBuffer) row[key] = new Uint8Array(value);
    }
  }
  return rows;
}

const NO_SPACE = {
  kind: 'environment',
  code: 'store/disk-full',
  reason: 'no space is left on the disk',
} as const;
const READ_ONLY = { kind: 'environment', code: 'store/read-only', reason: 'it cannot be written' } as const;
const NO_PERMISSION = {
  kind: 'environment',
  code: 'store/no-permission',
  reason: 'permission denied',
} as const;
const DISK_ERROR = { kind: 'environment', code: 'store/io', reason: 'the disk reports an error' } as const;
const LOCKED = { kind: 'busy', code: 'store/locked', reason: 'another process is writing to it' } as const;
const DAMAGED = { kind: 'damaged', code: 'store/database-damaged', reason: 'the file is damaged' } as const;

const REFUSALS = [
  ['SQLITE_FULL', NO_SPACE],
  ['SQLITE_READONLY', READ_ONLY],
  ['SQLITE_PERM', NO_PERMISSION],
  ['SQLITE_AUTH', NO_PERMISSION],
  ['SQLITE_IOERR', DISK_ERROR],
  ['SQLITE_CANTOPEN', NO_PERMISSION],
  ['SQLITE_BUSY', LOCKED],
  ['SQLITE_LOCKED', LOCKED],
  ['SQLITE_CORRUPT', DAMAGED],
  ['SQLITE_NOTADB', DAMAGED],
] as const;

/** The driver's error as a StoreError; others (a constraint, wrong SQL) come back unchanged. */
export function fromDriverError(error: unknown, path: string): unknown {
  const code = systemCode(error);
  const refusal = REFUSALS.find(([prefix]) => code === prefix || code.startsWith(`${prefix}_`))?.[1];
  if (refusal === undefined) return error;
  return new StoreError(refusal.kind, refusal.code, path, `Cannot use ${path}: ${refusal.reason}.`, {
    cause: error,
  });
}

/**
 * Whether the store itself failed, so that nothing else in the transaction can be relied on. A value that cannot be
 * bound and a refused constraint concern one statement alone.
 */
export function isStoreFailure(error: unknown): boolean {
  if (error instanceof StoreError) return true;
  return systemCode(error).startsWith('SQLITE_') && !isConstraintError(error);
}

/** Whether a statement was refused by a UNIQUE, CHECK, NOT NULL or foreign key constraint. */
export function isConstraintError(error: unknown): boolean {
  return systemCode(error).startsWith('SQLITE_CONSTRAINT');
}
