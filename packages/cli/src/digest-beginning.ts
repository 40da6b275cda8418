import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 1024 * 1024;

/** SHA-256 of the first `bytes` bytes of a file, in bounded memory; undefined when it has fewer. */
export function digestBeginning(path: string, bytes: number): string | undefined {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const file = openSync(path, 'r');
  try {
    let left = bytes;
    while (left > 0) {
      const length = readSync(file, chunk, 0, Math.min(left, CHUNK_BYTES), null);
      if (length === 0) return undefined;
      hash.update(chunk.subarray(0, length));
      left -= length;
    }
    return hash.digest('hex');
  } finally {
    closeSync(file);
  }
}
