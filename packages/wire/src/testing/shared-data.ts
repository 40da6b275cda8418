/** Data that lives beside the repository; a test that needs it skips and says why when it is not there. */

import { existsSync, readFileSync } from 'node:fs';
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
