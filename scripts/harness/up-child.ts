/** `signalwright` from the sources: what the bin does, without the build that may be older than they are. */

import { runProcess } from '../../packages/cli/src/run-process.ts';

await runProcess();
