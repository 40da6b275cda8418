/** npm as a stranger runs it on the package: with a cache of its own, and nothing known of this repository. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand, type CommandOutcome } from '../check/run-command.ts';
import { buildPackage } from './build-package.ts';

/** @param folder gets the tarball, and below it what it was made from. @returns the path of the tarball */
export async function packInto(root: string, folder: string): Promise<string> {
  const source = join(folder, 'package');
  await buildPackage(root, source);
  const tarballs = join(folder, 'tarball');
  mkdirSync(tarballs);
  const { code, output, stdout } = await npm(['pack', '--silent', source], tarballs, join(folder, 'cache'));
  if (code !== 0) throw new Error(`npm pack ends with ${code}:\n${output}`);
  return join(tarballs, stdout.trim());
}

/** @param cache folder; empty for what a first install costs */
export function npm(
  args: readonly string[],
  cwd: string,
  cache: string,
  env: Readonly<Record<string, string>> = {},
): Promise<CommandOutcome> {
  return runCommand('npm', args, cwd, { ...withoutScript(), npm_config_cache: cache, ...env });
}

/** `npm run` tells its children in which project they are; the registry stays the one of this machine. */
function withoutScript(): Record<string, string> {
  const names = Object.keys(process.env).filter((name) => /^npm_(?!config_registry$)/i.test(name));
  return Object.fromEntries(names.map((name) => [name, '']));
}
