/**
 * Reads one file, and only when it is a regular file below the root at the moment in which it is open.
 * Source: reliability T14. A path that was looked at may lead elsewhere when it is opened; what counts is where the open
 * file lies.
 */

import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { sep } from 'node:path';

/** A file that the file system knows by several names. */
export interface SharedFile {
  readonly id: string;
  /** How many names there are. */
  readonly links: number;
}

export type FileRead =
  | {
      readonly kind: 'read';
      /** Valid until the next file is read. */
      readonly bytes: Uint8Array;
      readonly shared: SharedFile | undefined;
    }
  | { readonly kind: 'outside' }
  | { readonly kind: 'not-a-file' }
  | { readonly kind: 'too-large'; readonly bytes: number };

/**
 * Neither waits for the writer of a FIFO nor follows a link in the last part of the path.
 *
 * @param path absolute, with no link in it when it was looked at
 * @param root real path of the folder that it has to lie in
 * @throws what the system says when the file cannot be opened or read
 */
export function readInside(path: string, root: string, maxBytes: number): FileRead {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const info = fstatSync(file);
    if (!info.isFile()) return { kind: 'not-a-file' };
    if (!isInside(placeOf(file, path), root)) return { kind: 'outside' };
    if (info.size > maxBytes) return { kind: 'too-large', bytes: info.size };
    const bytes = readUpTo(file, maxBytes + 1);
    if (bytes.length > maxBytes) return { kind: 'too-large', bytes: bytes.length };
    const { nlink: links, dev, ino } = info;
    return { kind: 'read', bytes, shared: links > 1 ? { id: `${dev}:${ino}`, links } : undefined };
  } finally {
    closeSync(file);
  }
}

export function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
}

/**
 * Where an open file lies. Linux knows it. Elsewhere the path is resolved again, and must still lead to the same file:
 * who swaps a folder away and back between these calls gets through, where no system call can tell.
 */
function placeOf(file: number, path: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${file}`);
  } catch {
    const place = realpathSync(path);
    const [there, here] = [statSync(place), fstatSync(file)];
    return there.ino === here.ino && there.dev === here.dev ? place : '';
  }
}

/** Each file is read into it and decoded before the next one: a new one for each would be thrown away at once. */
let shared = new Uint8Array(0);

function readUpTo(file: number, limit: number): Uint8Array {
  if (shared.length < limit) shared = new Uint8Array(limit);
  let length = 0;
  while (length < limit) {
    const count = readSync(file, shared, length, limit - length, length);
    if (count === 0) break;
    length += count;
  }
  return shared.subarray(0, length);
}
