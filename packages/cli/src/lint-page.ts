/** The pages of docs/lints, which the command carries along: `explain` prints them, reports quote them. */

import { readFileSync } from 'node:fs';
import type { DiagnosticCode } from '@signalwright/model';
import { findPackaged, readPackageManifest } from './package-files.ts';

/** @returns undefined in a package that was put together without pages */
export function readLintPage(code: DiagnosticCode): string | undefined {
  const path = findPackaged(`lints/${code}.md`, `docs/lints/${code}.md`);
  return path === undefined ? undefined : readFileSync(path, 'utf8');
}

/** Where the pages can be read on the network: known once the package names its home. */
export function docsUrl(): string | undefined {
  const { homepage } = readPackageManifest();
  return homepage === undefined ? undefined : `${homepage.replace(/\/$/, '')}/docs/lints/`;
}
