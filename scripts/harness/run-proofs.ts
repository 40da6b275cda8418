/** `npm run prove`: runs proofs, prints one JSON line for each, and fails when one does. */

import { isObject } from '../architecture/manifest.ts';
import { EXIT, explainFailure, readHarnessArgs, type HarnessIo } from './harness.ts';
import type { Proof, ProofResult } from './proof.ts';

/** In CI every run tries the same; elsewhere each run tries something new, and says what. */
const SHORT_SEED = 1;

/**
 * @param randomSeed called when neither `--seed` nor `--short` fixes one
 * @returns the exit code: 0 all hold, 1 one failed or tried nothing, 64 wrong usage, 74 data is missing
 */
export async function runProofs(
  args: readonly string[],
  io: HarnessIo,
  randomSeed: () => number,
): Promise<number> {
  const wanted = readHarnessArgs(args, 'prove', io);
  if (typeof wanted === 'number') return wanted;
  const seed = wanted.seed ?? (wanted.short ? SHORT_SEED : randomSeed());
  let worst: number = EXIT.ok;
  for (const name of wanted.names) {
    worst = Math.max(worst, await runProof(name, { short: wanted.short, seed, log: io.log }, io));
  }
  return worst;
}

async function runProof(
  name: string,
  options: { readonly short: boolean; readonly seed: number; readonly log: (line: string) => void },
  io: HarnessIo,
): Promise<number> {
  try {
    const proof = readProof(await io.load(name), name);
    io.log(`${name} (seed ${options.seed}): ${proof.claim}`);
    const result = await proof.run(options);
    io.print(renderLine(name, options.seed, result));
    if (isHeld(result)) return EXIT.ok;
    io.log(
      result.tried === 0 ? `${name} tried nothing.` : `${name} failed: repeat with --seed ${options.seed}.`,
    );
    return EXIT.failed;
  } catch (error) {
    const code = explainFailure(error, io.log);
    io.print(renderLine(name, options.seed, { tried: 0, failed: 1, detail: { error: firstLine(error) } }));
    return code;
  }
}

function isHeld({ tried, failed }: ProofResult): boolean {
  return Number.isSafeInteger(tried) && tried > 0 && failed === 0;
}

/** The counts come first for the reader, and are set last, so that no figure of the proof overwrites them. */
function renderLine(name: string, seed: number, { tried, failed, detail }: ProofResult): string {
  const counts = { name, tried, failed, seed };
  return JSON.stringify(Object.assign({}, counts, detail, counts));
}

function readProof(module: Readonly<Record<string, unknown>>, name: string): Proof {
  const { proof } = module;
  if (!isObject(proof) || proof['name'] !== name || typeof proof['run'] !== 'function') {
    throw new Error(`scripts/prove/${name}.ts must export \`proof\`, named "${name}", with a \`run\`.`);
  }
  return proof as unknown as Proof;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
