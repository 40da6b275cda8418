/**
 * Kills applies. First in a simulation, in which a kill can be put exactly before, between and after any two effects
 * and takes what was not synced with it, at least 5,000 times; then for real.
 * Each object must end fully before or fully after, and one further apply must do: none lost, none twice, nothing of
 * anybody else touched.
 * Source: threat T22 of docs/threats.md, reliability R1 to R3.
 */

import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Proof } from '../harness/proof.ts';
import type { Lives } from './crash-apply/lives.ts';

const LIVES_CHILD = fileURLToPath(new URL('./crash-apply/lives-child.ts', import.meta.url));
/** About 390 lives each. */
const SEEDS = { short: 14, full: 100 };
const MAX_PROCESSES = 8;
const MAX_FAILURES_SHOWN = 10;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export const proof: Proof = {
  name: 'crash-apply',
  claim: 'An apply that is killed anywhere is completed by one further apply: nothing twice, nothing lost.',
  run: async ({ short, seed, log }) => {
    const seeds = short ? SEEDS.short : SEEDS.full;
    const parts = Math.min(availableParallelism(), MAX_PROCESSES);
    const shares = await Promise.all(
      Array.from({ length: parts }, (_, part) => liveShare([seed, seeds, part, parts])),
    );
    const lived = sum(shares, (share) => share.lived);
    const failures = shares.flatMap((share) => share.failures);
    log(`${lived} simulated lives, ${failures.length} failed`);
    const detail = {
      simulated: lived,
      killsOfRecovery: sum(shares, (share) => share.recoveries),
      ...(failures.length > 0 && {
        failures: failures.slice(0, MAX_FAILURES_SHOWN),
      }),
    };
    return { tried: lived, failed: failures.length, detail };
  },
};

async function liveShare(args: readonly number[]): Promise<Lives> {
  const node = ['--conditions=signalwright-source', '--import', 'tsx', LIVES_CHILD];
  const { stdout } = await promisify(execFile)(process.execPath, [...node, ...args.map(String)], {
    maxBuffer: MAX_ANSWER_BYTES,
  });
  return JSON.parse(stdout) as Lives;
}

function sum(shares: readonly Lives[], count: (share: Lives) => number): number {
  return shares.reduce((total, share) => total + count(share), 0);
}
