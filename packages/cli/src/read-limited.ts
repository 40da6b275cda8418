/** A file of others, read when it is no longer than it may be. */

import { readFileSync, statSync } from 'node:fs';
import { environmentFailure } from './failure.ts';

/** @throws CommandFailure 74 for a longer one */
export function readLimited(path: string, maxBytes: number): string {
  const { size } = statSync(path);
  if (size > maxBytes) throw environmentFailure(`${path} has more than ${maxBytes} bytes.`);
  return readFileSync(path, 'utf8');
}
