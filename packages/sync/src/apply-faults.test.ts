/** Nothing is doubled and nothing is lost, whatever the network does and wherever the process is killed. */

import { describe, expect, test } from 'vitest';
import { everyTrial, liveThrough, measureLife, randomTrial, type Trial } from './rehearsal/fault-life.ts';

const size = await measureLife();
/** The whole table runs as `npm run prove -- apply-faults`; every call meets several faults here too. */
const EVERY = 6;
const RANDOM_TRIALS = 40;

const table = [...everyTrial(size, 0), ...everyTrial(size, 12_000)].filter((_, index) => index % EVERY === 0);
const random = Array.from({ length: RANDOM_TRIALS }, (_, index) =>
  randomTrial(index, mulberry32(index), size),
);

describe(`lists that lag 0 or 12 s, ${size.calls} calls, ${size.appends} appends`, () => {
  test(`one fault or one kill: ${table.length} schedules`, { timeout: 120_000 }, async () => {
    expect(await failures(table)).toEqual([]);
  });

  test(
    `a quarter of all calls fail, and one kill: ${RANDOM_TRIALS} schedules by seed`,
    { timeout: 120_000 },
    async () => {
      expect(await failures(random)).toEqual([]);
    },
  );
});

async function failures(trials: readonly Trial[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const trial of trials) {
    found.push(
      ...(await liveThrough(trial)).map((problem) => `${trial.name}, lag ${trial.lagMs} ms: ${problem}`),
    );
  }
  return found;
}

function mulberry32(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit);
  };
}
