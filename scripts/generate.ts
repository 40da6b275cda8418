/** `npm run generate`: brings every generated file up to date and names those that changed. */

import { fileURLToPath } from 'node:url';
import { writeGenerated } from './generated/compare-generated.ts';
import { GENERATORS } from './generators.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const changed = await writeGenerated(root, GENERATORS);
for (const { path, reason } of changed) console.log(`${reason.padEnd(9)} ${path}`);
console.log(changed.length === 0 ? 'All generated files are fresh.' : `${changed.length} files written.`);
