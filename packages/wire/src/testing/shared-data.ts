/** Data that lives beside the repository; a test that needs it skips and says why when it is not there. */

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';

const FOLDER = process.env['SIGNALWRIGHT_SHARED'] ?? resolve(import.meta.dirname, '../../../../../shared');

export function hasSharedData(path: string): boolean {
  const present = existsSync(resolve(FOLDER, path));
  if (!present) console.warn(`skipped: no ${path}; set SIGNALWRIGHT_SHARED to the folder that holds it`);
  return present;
}

export function readSharedJson(path: string): unknown {
  return JSON.parse(readFileSync(resolve(FOLDER, path), 'utf8'));
}

/** Paths below `folder` that match, sorted; none where the data is not there, which is said. */
export function listSharedFiles(folder: string, pattern: RegExp): readonly string[] {
  if (!hasSharedData(folder)) return [];
  return readdirSync(resolve(FOLDER, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => pattern.test(path))
    .toSorted();
}
