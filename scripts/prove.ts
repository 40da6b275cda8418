/** `npm run prove -- <name> [--short] [--seed N]`; see scripts/harness/proof.ts. */

import { randomInt } from 'node:crypto';
import { processIo } from './harness/process-io.ts';
import { runProofs } from './harness/run-proofs.ts';

const MAX_SEED = 2 ** 31;

const io = processIo(new URL('./prove/', import.meta.url));
process.exitCode = await runProofs(process.argv.slice(2), io, () => randomInt(MAX_SEED));
