/**
 * `npm run check -- --only floors` in a process of its own: prints each broken architecture rule and
 * exits 1 when there is one. The rules are in scripts/architecture/.
 */

import { fileURLToPath } from 'node:url';
import { checkArchitecture } from './architecture/check-architecture.ts';
import { renderFinding } from './architecture/finding.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const findings = checkArchitecture(root);
for (const finding of findings) console.log(renderFinding(finding));
console.log(`${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;
