/** Reads a file that may not be there yet; what the machine refuses is a StoreError. */

import { readFileSync } from 'node:fs';

import { fromSystemError } from '@signalwright/store';

/** @returns undefined when there is no such file */
export function readFileIfAny(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fromSystemError(error, 'read', path);
  }
}
