/**
 * What a journal asks of the machine. The one of the system is the default; rehearsals give a journal a disk that is
 * full, or that forgets what was not synced.
 */

import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { syncFolder } from './atomic-file.ts';
import { acquireLock, type Lock } from './lock.ts';

export interface JournalDisk {
  exists(path: string): boolean;
  /** @throws StoreError kind 'busy' while somebody else holds it */
  lock(path: string, nowMs: number): Lock;
  /** For reading and writing. @param isNew it must not be there yet */
  open(path: string, isNew: boolean): Promise<JournalFile>;
  /** The bytes of a file in order; a piece is good until the next one is asked for. */
  pieces(path: string): Iterable<Buffer>;
  /** Makes the names in a folder durable. */
  syncFolder(folder: string): void;
}

export interface JournalFile {
  stat(): Promise<{ readonly size: number }>;
  write(
    bytes: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesWritten: number }>;
  truncate(bytes: number): Promise<void>;
  /** What was written is durable when it resolves. */
  datasync(): Promise<void>;
  close(): Promise<void>;
}

const CHUNK_BYTES = 64 * 1024;

export const SYSTEM_DISK: JournalDisk = {
  exists: existsSync,
  lock: acquireLock,
  open: (path, isNew) => open(path, isNew ? 'wx+' : 'r+', 0o600),
  pieces,
  syncFolder,
};

function* pieces(path: string): Iterable<Buffer> {
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      const length = readSync(file, chunk, 0, CHUNK_BYTES, null);
      if (length === 0) return;
      yield chunk.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}
