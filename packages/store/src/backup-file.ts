/**
 * Several files in one, as a SQLite database of its own: the driver is there already, any tool opens it, a cut or
 * flipped byte shows, and it is complete or not there at all.
 */

import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

import { removeLeftover, syncFolder } from './atomic-file.ts';
import { openDatabase, type Database } from './database.ts';
import type { Migration } from './migration.ts';
import { fromSystemError, StoreError } from './store-error.ts';

/** Bytes in one row. Chosen: SQLite reads a row as a whole. */
const CHUNK_BYTES = 1024 * 1024;

const BACKUP_MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'backup',
    sql: `
CREATE TABLE files (name TEXT PRIMARY KEY, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL) STRICT;
CREATE TABLE chunks (name TEXT NOT NULL, seq INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (name, seq)) STRICT;
CREATE TABLE about (created_at_ms INTEGER NOT NULL) STRICT;
`,
  },
];

export interface BackupPart {
  /** Under which it is found again; no path. */
  readonly name: string;
  /** Where it is read from, or written to. */
  readonly path: string;
}

export interface BackedUpFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Backup {
  readonly createdAtMs: number;
  readonly files: readonly BackedUpFile[];
}

/**
 * Writes `path` anew, reads all of it back, and only then gives it its name.
 *
 * @throws StoreError `environment` when the machine refuses, `damaged` when what was written reads back otherwise
 */
export function writeBackup(path: string, parts: readonly BackupPart[], createdAtMs: number): Backup {
  const temporary = `${path}.${process.pid}.tmp`;
  removeDatabase(temporary);
  try {
    const db = openDatabase(temporary, { migrations: BACKUP_MIGRATIONS });
    try {
      db.transaction(() => {
        db.run('INSERT INTO about (created_at_ms) VALUES (?)', [createdAtMs]);
        for (const part of parts) putFile(db, part);
      });
      // Nothing beside it, so that it can be read where nothing can be written.
      db.all('PRAGMA journal_mode = DELETE');
    } finally {
      db.close();
    }
    const written = readBackup(temporary);
    syncFile(temporary);
    renameSync(temporary, path);
    syncFolder(dirname(path));
    return written;
  } catch (error) {
    throw fromSystemError(error, 'write', path);
  } finally {
    removeDatabase(temporary);
  }
}

/**
 * Reads all of a backup and holds it against its digests; with `parts`, writes those files out too, to paths that
 * must not be there yet.
 *
 * @throws StoreError `damaged` or `version` when it is no backup of ours, whole and readable
 */
export function readBackup(path: string, parts: readonly BackupPart[] = []): Backup {
  const db = openDatabase(path, { migrations: BACKUP_MIGRATIONS, asItIs: true });
  try {
    const tables = db.all<{ name: string }>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('files', 'chunks', 'about')`,
    );
    if (tables.length !== 3) throw damaged(path, 'it is no backup of an org');
    const about = db.get<{ created_at_ms: number }>('SELECT created_at_ms FROM about');
    const files = db.all<BackedUpFile>('SELECT name, bytes, sha256 FROM files ORDER BY name LIMIT 1000');
    if (about === undefined) throw damaged(path, 'it does not say when it was made');
    for (const file of files) {
      const target = parts.find(({ name }) => name === file.name)?.path;
      takeFile(db, file, target);
    }
    return { createdAtMs: about.created_at_ms, files };
  } finally {
    db.close();
  }
}

function putFile(db: Database, { name, path }: BackupPart): void {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let bytes = 0;
  const file = openSync(path, 'r');
  try {
    for (let seq = 0; ; seq += 1) {
      const read = readSync(file, buffer, 0, CHUNK_BYTES, null);
      if (read === 0) break;
      const data = buffer.subarray(0, read);
      hash.update(data);
      bytes += read;
      db.run('INSERT INTO chunks (name, seq, data) VALUES (?, ?, ?)', [name, seq, data]);
    }
  } finally {
    closeSync(file);
  }
  db.run('INSERT INTO files (name, bytes, sha256) VALUES (?, ?, ?)', [name, bytes, hash.digest('hex')]);
}

function takeFile(db: Database, file: BackedUpFile, target: string | undefined): void {
  const hash = createHash('sha256');
  const out = target === undefined ? undefined : openSync(target, 'wx', 0o600);
  let bytes = 0;
  try {
    for (let seq = 0; ; seq += 1) {
      const row = db.get<{ data: Uint8Array }>('SELECT data FROM chunks WHERE name = ? AND seq = ?', [
        file.name,
        seq,
      ]);
      if (row === undefined) break;
      hash.update(row.data);
      bytes += row.data.byteLength;
      if (out !== undefined) writeSync(out, row.data);
    }
    if (out !== undefined) fsyncSync(out);
  } finally {
    if (out !== undefined) closeSync(out);
  }
  const isWhole = bytes === file.bytes && hash.digest('hex') === file.sha256;
  if (!isWhole) throw damaged(db.path, `${file.name} in it is not what was put in`);
}

function damaged(path: string, why: string): StoreError {
  return new StoreError('damaged', 'store/file-damaged', path, `${path} cannot be used: ${why}.`);
}

function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** With what SQLite keeps beside it. */
function removeDatabase(path: string): void {
  for (const each of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(each)) removeLeftover(each);
}
