/** `npm run package [-- --out <folder>]`: writes the package `signalwright` as npm gets it. Publish that folder, no other. */

import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildPackage, PACKAGE_FOLDER } from './package/build-package.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { out: { type: 'string' } } });
const folder = values.out === undefined ? join(root, PACKAGE_FOLDER) : resolve(values.out);
await buildPackage(root, folder);
console.log(folder);
