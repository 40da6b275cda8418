/** `npm run bench`: runs benchmarks and prints one JSON line for each. No figure makes it fail. */

import { isObject } from '../architecture/manifest.ts';
import type { Benchmark } from './benchmark.ts';
import { EXIT, explainFailure, readHarnessArgs, type HarnessIo } from './harness.ts';

/** @returns the exit code: 0 measured, 1 one could not be measured, 64 wrong usage, 74 data is missing */
export async function runBenchmarks(args: readonly string[], io: HarnessIo): Promise<number> {
  const wanted = readHarnessArgs(args, 'bench', io);
  if (typeof wanted === 'number') return wanted;
  let worst: number = EXIT.ok;
  for (const name of wanted.names) worst = Math.max(worst, await runBenchmark(name, wanted.short, io));
  return worst;
}

async function runBenchmark(name: string, short: boolean, io: HarnessIo): Promise<number> {
  try {
    const bench = readBenchmark(await io.load(name), name);
    io.log(`${name}: goal ${bench.goal}`);
    const { ratio, detail } = await bench.run({ short, log: io.log });
    if (!Number.isFinite(ratio) || ratio <= 0) throw new Error(`${name} measured no ratio: ${ratio}`);
    io.print(JSON.stringify({ name, ratio: Math.round(ratio * 1000) / 1000, goal: bench.goal, detail }));
    return EXIT.ok;
  } catch (error) {
    return explainFailure(error, io.log);
  }
}

function readBenchmark(module: Readonly<Record<string, unknown>>, name: string): Benchmark {
  const { bench } = module;
  if (!isObject(bench) || bench['name'] !== name || typeof bench['run'] !== 'function') {
    throw new Error(`bench/${name}.ts must export \`bench\`, named "${name}", with a \`run\`.`);
  }
  return bench as unknown as Benchmark;
}
