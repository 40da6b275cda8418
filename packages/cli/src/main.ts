/** Where the command begins. `--version` answers here: commander and everything behind it stay unread. */

import { EXIT } from './exit-codes.ts';
import { readVersion } from './version.ts';
import { processWorld, type World } from './world.ts';

/** @param args without node and script. @returns the exit code; never throws */
export async function main(args: readonly string[], world: World = processWorld()): Promise<number> {
  const [only, ...more] = args;
  if ((only === '--version' || only === '-V') && more.length === 0) {
    world.out(`${readVersion()}\n`);
    return EXIT.ok;
  }
  const { runProgram } = await import('./program.ts');
  return runProgram(args, world);
}
