/** What the installed package brings along beside its code. Read from where this module stands. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PackageManifest {
  readonly version?: string;
  readonly homepage?: string;
  /** What some commands need and an install does not bring: name to range. Only the published package names them. */
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Code is one folder below the package, whether compiled file by file, bundled or source. */
export const PACKAGE_ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

export function readPackageManifest(): PackageManifest {
  return JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as PackageManifest;
}

/**
 * @param packaged name in the published package
 * @param inRepository where the same lies from the root of the repository
 * @returns the first that is there
 */
export function findPackaged(packaged: string, inRepository: string): string | undefined {
  const places = [join(PACKAGE_ROOT, packaged), join(dirname(dirname(PACKAGE_ROOT)), inRepository)];
  return places.find((path) => existsSync(path));
}
