/** `npm run bench -- <name> [--short]`; see scripts/harness/benchmark.ts. */

import { processIo } from './harness/process-io.ts';
import { runBenchmarks } from './harness/run-benchmarks.ts';

process.exitCode = await runBenchmarks(
  process.argv.slice(2),
  processIo(new URL('../bench/', import.meta.url)),
);
