/**
 * Kills applies. First in a simulation, in which a kill can be put exactly before, between and after any two effects
 * and takes what was not synced with it, at least 5,000 times; then the built command and the org that it applies to,
 * with SIGKILL at random moments.
 * Each object must end fully before or fully after, and one further apply must do: none lost, none twice, nothing of
 * anybody else touched, the journal whole.
 * Source: threat T22 of docs/threats.md, reliability R1 to R3.
 */

import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Proof } from '../harness/proof.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import type { Lives } from './crash-apply/lives.ts';
import { liveForReal } from './crash-apply/real-lives.ts';

const LIVES_CHILD = fileURLToPath(new URL('./crash-apply/lives-child.ts', import.meta.url));
/** About 380 simulated lives each. */
const SEEDS = { short: 14, full: 100 };
const REAL_KILLS = { short: 6, full: 300 };
const MAX_PROCESSES = 8;
const MAX_FAILURES_SHOWN = 10;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export const proof: Proof = {
  name: 'crash-apply',
  claim: 'An apply that is killed anywhere is completed by one further apply: nothing twice, nothing lost.',
  run: async ({ short, seed, log }) => {
    const form = short ? 'short' : 'full';
    const simulated = await simulate(SEEDS[form], seed);
    log(`${simulated.lived} simulated lives, ${simulated.failures.length} failed`);
    const { failures: realFailures, ...real } = await liveForReal(REAL_KILLS[form], seededRandom(seed), log);
    const failures = [...simulated.failures, ...realFailures];
    const detail = {
      simulated: simulated.lived,
      killsOfRecovery: simulated.recoveries,
      real,
      ...(failures.length > 0 && { failures: failures.slice(0, MAX_FAILURES_SHOWN) }),
    };
    return { tried: simulated.lived + real.kills, failed: failures.length, detail };
  },
};

/** On every core, since lives have nothing to do with each other. */
async function simulate(seeds: number, seed: number): Promise<Lives> {
  const parts = Math.min(availableParallelism(), MAX_PROCESSES);
  const shares = await Promise.all(
    Array.from({ length: parts }, (_, part) => liveShare([seed, seeds, part, parts])),
  );
  return {
    lived: shares.reduce((total, share) => total + share.lived, 0),
    recoveries: shares.reduce((total, share) => total + share.recoveries, 0),
    failures: shares.flatMap((share) => share.failures),
  };
}

async function liveShare(args: readonly number[]): Promise<Lives> {
  const node = ['--conditions=signalwright-source', '--import', 'tsx', LIVES_CHILD];
  const { stdout } = await promisify(execFile)(process.execPath, [...node, ...args.map(String)], {
    maxBuffer: MAX_ANSWER_BYTES,
  });
  return JSON.parse(stdout) as Lives;
}
