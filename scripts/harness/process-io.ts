/** The rim of both harnesses: names from a folder, modules from disk, lines to the terminal. */

import { listNames, type HarnessIo } from './harness.ts';

/** @param folder URL of the folder, ending in `/` */
export function processIo(folder: URL): HarnessIo {
  return {
    names: listNames(folder),
    load: (name) => import(new URL(`${name}.ts`, folder).href) as Promise<Record<string, unknown>>,
    print: (line) => void process.stdout.write(`${line}\n`),
    log: (line) => void process.stderr.write(`${line}\n`),
  };
}
