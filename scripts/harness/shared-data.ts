/** Where the data lies that proofs and benchmarks read and the repository does not hold. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The world lacks something; the harness prints the message as one line and exits 74. */
export class MissingData extends Error {}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The folder `$SIGNALWRIGHT_SHARED`, else `../shared` beside the repository.
 *
 * @param part a path inside of it that has to be there, such as `corpora/sigma`
 * @throws MissingData when it is not there
 */
export function sharedData(
  part = '.',
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const folder = env['SIGNALWRIGHT_SHARED'] ?? resolve(ROOT, '../shared');
  const path = resolve(folder, part);
  if (existsSync(path)) return path;
  throw new MissingData(`No data at ${path}: set SIGNALWRIGHT_SHARED to the folder that holds it.`);
}
