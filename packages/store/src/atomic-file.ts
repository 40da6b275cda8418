/**
 * Files that are either the old bytes or the new ones, whatever happens in between: written beside the
 * target, synced, renamed over it, and the folder synced so that the rename itself lasts.
 */

import { closeSync, fsyncSync, openSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { fromSystemError } from './store-error.ts';

let written = 0;

/**
 * Replaces the content of `path`. When this returns, the new content survives a power cut; when it
 * throws, the old content is untouched.
 *
 * @param mode permissions of the new file
 * @throws StoreError when the machine refuses
 */
export function writeFileAtomic(path: string, data: string | Uint8Array, mode = 0o600): void {
  written += 1;
  const temporary = `${path}.${process.pid}.${written}.tmp`;
  try {
    const file = openSync(temporary, 'w', mode);
    try {
      writeFileSync(file, data);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    removeLeftover(temporary);
    throw fromSystemError(error, 'write', path);
  }
}

/** Removes a file of ours if it is there; what failed before this matters more than what fails here. */
export function removeLeftover(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never made, or the folder is gone.
  }
}

/** Makes the creation, renaming or removal of a folder's entries durable. Not possible on Windows, and skipped there. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
