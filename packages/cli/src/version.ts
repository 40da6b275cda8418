import { readPackageManifest } from './package-files.ts';

/** The version of the installed package. */
export function readVersion(): string {
  return readPackageManifest().version ?? '0.0.0';
}
