/**
 * Applies content through a network that fails and processes that are killed: every fault at every call, every kill
 * before and after every call and every append to the journal, with lists that lag; then random mixtures.
 * Each life must end with every object once, equal to content, and objects of others untouched.
 * Source: threats T18, T19 and T22 of docs/threats.md.
 */

import { everyTrial, liveThrough, measureLife, randomTrial, type Trial } from '@signalwright/sync/rehearsal';
import type { Proof } from '../harness/proof.ts';
import { seededRandom } from '../harness/seeded-random.ts';

const LAGS_MS = [0, 12_000];
const SHORT = { every: 5, random: 100 } as const;
const FULL = { every: 1, random: 2_000 } as const;
const MAX_FAILURES_SHOWN = 10;
const PROGRESS_EVERY = 200;

export const proof: Proof = {
  name: 'apply-faults',
  claim:
    'Whatever one call meets and wherever an apply is killed, nothing is made twice, lost, or touched by mistake.',
  run: async ({ short, seed, log }) => {
    const { every, random } = short ? SHORT : FULL;
    const size = await measureLife();
    const table = LAGS_MS.flatMap((lagMs) => everyTrial(size, lagMs)).filter(
      (_, index) => index % every === 0,
    );
    const mixtures = Array.from({ length: random }, (_, index) =>
      randomTrial(seed + index, seededRandom(seed + index).below, size),
    );
    const trials: readonly Trial[] = [...table, ...mixtures];
    const failures: string[] = [];
    for (const [index, trial] of trials.entries()) {
      const problems = await liveThrough(trial);
      if (problems.length > 0) failures.push(`${trial.name}, lag ${trial.lagMs} ms: ${problems.join('; ')}`);
      if ((index + 1) % PROGRESS_EVERY === 0)
        log(`${index + 1} of ${trials.length} lives, ${failures.length} failed`);
    }
    const detail = {
      ...size,
      table: table.length,
      random,
      ...(failures.length > 0 && { failures: failures.slice(0, MAX_FAILURES_SHOWN) }),
    };
    return { tried: trials.length, failed: failures.length, detail };
  },
};
