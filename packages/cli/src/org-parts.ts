/**
 * The native parts that the embedded org works with. An install of the toolkit does not bring them: they weigh several
 * times as much as all the rest, and most commands never need them.
 */

import { sep } from 'node:path';
import { environmentFailure } from './failure.ts';
import { PACKAGE_ROOT, readPackageManifest } from './package-files.ts';

/** Asked before anything is read or written. @throws CommandFailure 74 that says what to install */
export async function requireOrgParts(command: 'up' | 'demo' | 'org'): Promise<void> {
  const { requireDriver, StoreError } = await import('@signalwright/store');
  try {
    requireDriver();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw environmentFailure(
      `\`${command}\` works with the embedded org, which keeps its data in SQLite. ${error.message}`,
      installHint(command),
    );
  }
}

/** One sentence with the line to type. */
export function installHint(command: 'up' | 'demo' | 'org'): string {
  return hintFor(PACKAGE_ROOT, readPackageManifest().peerDependencies, command);
}

/**
 * @param root where the command was installed
 * @param parts name to range; undefined in the repository, which installs them itself
 */
export function hintFor(
  root: string,
  parts: Readonly<Record<string, string>> | undefined,
  command: string,
): string {
  if (parts === undefined) return 'Install it with: npm ci';
  // Quoted, since a caret means something to some shells.
  const wanted = Object.entries(parts).map(([name, range]) => `"${name}@${range}"`);
  if (root.split(sep).includes('_npx')) {
    const packages = ['signalwright', ...wanted].map((name) => `-p ${name}`).join(' ');
    return `Run it with what it needs: npx ${packages} signalwright ${command}`;
  }
  return `Install beside signalwright what it needs: npm install ${wanted.join(' ')}`;
}
