import { resolve } from 'node:path';
import { replaceFile } from './replace-file.ts';
import type { World } from './world.ts';

/** A report goes to the file that `--output` names, whole or not at all, else to stdout. */
export function writeOutput(text: string, output: string | undefined, world: World): void {
  if (output === undefined) world.out(text);
  else replaceFile(resolve(world.cwd, output), text);
}
