/**
 * Before the package is packed: the content that `signalwright demo` plays with outside of any project, and the pages that
 * `signalwright explain` prints.
 */

import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const content = fileURLToPath(new URL('../content/', import.meta.url));
rmSync(content, { recursive: true, force: true });
for (const name of ['signalwright.yaml', 'rules', 'views', 'workflows']) {
  cpSync(`${root}${name}`, `${content}${name}`, { recursive: true });
}

const lints = fileURLToPath(new URL('../lints/', import.meta.url));
rmSync(lints, { recursive: true, force: true });
cpSync(`${root}docs/lints`, lints, { recursive: true });
