/** `npm run package`: writes the package `signalwright` as npm gets it. Publish that folder, no other. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackage, PACKAGE_FOLDER } from './package/build-package.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
await buildPackage(root, join(root, PACKAGE_FOLDER));
console.log(PACKAGE_FOLDER);
