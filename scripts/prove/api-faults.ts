/**
 * Applies content through a network that fails: every sort of fault at every call of every chapter of a life, before
 * the service sees the call and after it has carried it out, with lists that lag up to 30 s; then whole lives in which
 * a quarter of all calls fails. After one fault, one further apply must do, with every object there once.
 * Beside it, creates that are carried out and answered with 504, by a client that simply sends them again.
 * Source: threats T18 and T19 of docs/threats.md, reliability R4 and F8.
 */

import {
  MOST_CREATES,
  countDuplicates,
  everyFault,
  liveChapter,
  liveThrough,
  measureLife,
  randomTrial,
  rehearse,
  type Fault,
  type Habits,
} from '@signalwright/sync/rehearsal';
import type { Proof } from '../harness/proof.ts';
import { seededRandom } from '../harness/seeded-random.ts';

/** How content is applied while the table of faults is gone through. */
const HABITS: readonly Habits[] = [
  { lagMs: 0 },
  { lagMs: 12_000, parallel: 4 },
  { lagMs: 30_000, approved: true },
  { lagMs: 5_000, parallel: 1 },
];
/** The short form gives each fault one of the first habits, in turn. */
const SHORT = { habits: 2, random: 60, naive: 200 };
const FULL = { habits: HABITS.length, random: 5_000, naive: 1_000 };
const MAX_FAILURES_SHOWN = 10;
const PROGRESS_EVERY = 500;

export const proof: Proof = {
  name: 'api-faults',
  claim:
    'Whatever a call meets, nothing is made twice, lost, or touched by mistake, and one more apply does.',
  run: async ({ short, seed, log }) => {
    const form = short ? SHORT : FULL;
    const failures: string[] = [];
    let tried = 0;
    const note = (name: string, problems: readonly string[]): void => {
      tried += 1;
      if (problems.length > 0) failures.push(`${name}: ${problems.join('; ')}`);
      if (tried % PROGRESS_EVERY === 0) log(`${tried} schedules, ${failures.length} failed`);
    };
    for (const [turn, habits] of HABITS.slice(0, form.habits).entries()) {
      for (const start of await rehearse(habits)) {
        for (const [index, { name, schedule }] of everyFault(start.size).entries()) {
          if (short && (index + seed) % form.habits !== turn) continue;
          const where = `"${start.chapter.name}", ${JSON.stringify(habits)}, ${name}`;
          note(where, await liveChapter(start, schedule));
        }
      }
    }
    const size = await measureLife();
    for (let index = 0; index < form.random; index += 1) {
      const trial = randomTrial(seed + index, seededRandom(seed + index).below, size);
      note(`${trial.name}, lag ${trial.lagMs} ms`, await liveThrough(trial));
    }
    const creates = await compareClients(form.naive, seed);
    log(creates.text);
    if (creates.ours > 0) failures.push(creates.text);
    const detail = {
      ...size,
      random: form.random,
      creates: creates.text,
      ...(failures.length > 0 && {
        failures: failures.slice(0, MAX_FAILURES_SHOWN),
      }),
    };
    return { tried: tried + form.naive, failed: failures.length, detail };
  },
};

/** Half of all creates are carried out and answered with 504. */
async function compareClients(
  schedules: number,
  seed: number,
): Promise<{ readonly ours: number; readonly text: string }> {
  let naive = 0;
  let ours = 0;
  for (let index = 0; index < schedules; index += 1) {
    const { below } = seededRandom(seed + index);
    const creates = new Map<number, Fault>();
    for (let at = 0; at < MOST_CREATES; at += 1) if (below(2) === 0) creates.set(at, '504-after');
    const found = await countDuplicates({ creates });
    naive += found.naive;
    ours += found.ours;
  }
  if (naive === 0) throw new Error('No schedule has led to a duplicate: they compare nothing.');
  const text = `create-then-504: naive client: ${naive} duplicates in ${schedules} schedules; signalwright: ${ours}`;
  return { ours, text };
}
