/** The pages of docs/lints, which the command carries along: `explain` prints them, reports quote them. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DiagnosticCode } from '@signalwright/model';

/** @returns undefined in a package that was put together without pages */
export function readLintPage(code: DiagnosticCode): string | undefined {
  const path = lintFolders()
    .map((folder) => join(folder, `${code}.md`))
    .find(existsSync);
  return path === undefined ? undefined : readFileSync(path, 'utf8');
}

/** In a package `lints/` beside `dist/`; in the repository its own docs. */
function lintFolders(): readonly string[] {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  return [join(root, 'lints'), join(dirname(dirname(root)), 'docs/lints')];
}

/** Where the pages can be read on the network: known once the package names its home. */
export function docsUrl(): string | undefined {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { homepage } = JSON.parse(text) as { readonly homepage?: unknown };
  return typeof homepage === 'string' ? `${homepage.replace(/\/$/, '')}/docs/lints/` : undefined;
}
