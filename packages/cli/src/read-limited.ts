/** A file of others, read when it is no longer than it may be. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { environmentFailure } from './failure.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * What the system says of its size is not believed: a device, or a file that grows, has no end.
 *
 * @throws CommandFailure 74 for a longer one, and for a folder
 */
export function readLimited(path: string, maxBytes: number): string {
  const descriptor = openSync(path, 'r');
  try {
    if (fstatSync(descriptor).isDirectory())
      throw environmentFailure(`${path} is a folder, not a file.`, 'Name a file in it.');
    const chunks: Buffer[] = [];
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (let bytes = 0; ;) {
      const read = readSync(descriptor, chunk);
      if (read === 0) return Buffer.concat(chunks).toString('utf8');
      bytes += read;
      if (bytes > maxBytes) throw environmentFailure(`${path} has more than ${maxBytes} bytes.`);
      chunks.push(Buffer.from(chunk.subarray(0, read)));
    }
  } finally {
    closeSync(descriptor);
  }
}
