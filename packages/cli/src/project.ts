/** Finds the folder of content that a command works on. */

import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { environmentFailure } from './failure.ts';

export const CONFIG_FILE = 'signalwright.yaml';

/**
 * The folder that holds `signalwright.yaml`: `dir` itself when it is given, else looked for upwards from `cwd`.
 *
 * @throws CommandFailure (74) when the folder is missing or no such file is found
 */
export function findProject(cwd: string, dir: string | undefined): string {
  if (dir !== undefined) {
    const root = resolve(cwd, dir);
    if (!existsSync(root) || !statSync(root).isDirectory()) {
      throw environmentFailure(`There is no folder ${dir}.`);
    }
    return root;
  }
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, CONFIG_FILE))) return folder;
    if (dirname(folder) === folder) break;
  }
  throw environmentFailure(
    `There is no ${CONFIG_FILE} in ${cwd} or above it.`,
    'Run `signalwright init` to start a folder of content, or name one with --dir.',
  );
}
