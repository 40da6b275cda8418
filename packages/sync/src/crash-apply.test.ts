/**
 * Nothing is doubled and nothing is lost, whatever the network does and wherever the process is killed. A sample: the
 * whole tables run as `npm run prove -- crash-apply` and `npm run prove -- api-faults`.
 */

import { describe, expect, test } from 'vitest';
import {
  liveChapter,
  liveThrough,
  measureLife,
  rehearse,
  worldOf,
  type Habits,
} from './rehearsal/fault-life.ts';
import type { Schedule } from './rehearsal/faulty-world.ts';
import { describeRefusal, everyRefusal, liveOnFullDisk } from './rehearsal/full-disk.ts';
import { MOST_CREATES, countDuplicates } from './rehearsal/naive-client.ts';
import { describeKill, everyFault, everyKill, randomTrial } from './rehearsal/schedules.ts';

const LIMIT_MS = 120_000;
const EVERY_FAULT = 60;
const EVERY_KILL = 10;
const EVERY_REFUSAL = 5;
const RANDOM_TRIALS = 15;

const HABITS: readonly Habits[] = [{ lagMs: 0 }, { lagMs: 12_000, parallel: 4, approved: true }];

describe.each(HABITS)('a chapter alone, $lagMs ms behind', (habits) => {
  test('is done by one further apply after one fault or one kill', { timeout: LIMIT_MS }, async () => {
    const failures: string[] = [];
    for (const start of await rehearse(habits)) {
      const kills = everyKill(start.size).map((kill) => ({
        name: describeKill(kill),
        schedule: { kills: [kill] },
      }));
      const trials = [
        ...everyFault(start.size).filter((_, index) => index % EVERY_FAULT === 0),
        ...kills.filter((_, index) => index % EVERY_KILL === 0),
      ];
      expect(trials.length).toBeGreaterThan(8);
      for (const { name, schedule } of trials) {
        const problems = await liveChapter(start, schedule);
        failures.push(...problems.map((problem) => `"${start.chapter.name}", ${name}: ${problem}`));
      }
    }
    expect(failures).toEqual([]);
  });
});

test('a quarter of all calls fail, and one kill, in whole lives', { timeout: LIMIT_MS }, async () => {
  const size = await measureLife();
  const failures: string[] = [];
  for (let seed = 0; seed < RANDOM_TRIALS; seed += 1) {
    const trial = randomTrial(seed, mulberry32(seed), size);
    failures.push(...(await liveThrough(trial)).map((problem) => `${trial.name}: ${problem}`));
  }
  expect(failures).toEqual([]);
});

test('creates that are carried out and answered with 504: a client that sends them again doubles them', async () => {
  const creates = new Map(Array.from({ length: MOST_CREATES }, (_, at) => [at, '504-after'] as const));
  expect(await countDuplicates({ creates })).toEqual({ naive: 18, ours: 0 });
});

test(
  'a disk that refuses at any sync: nothing is called off the record, and room mends it',
  { timeout: LIMIT_MS },
  async () => {
    const failures: string[] = [];
    for (const start of await rehearse({ lagMs: 0 })) {
      const refusals = everyRefusal(start.size).filter((_, index) => index % EVERY_REFUSAL === 0);
      expect(refusals.length).toBeGreaterThan(3);
      for (const refusal of refusals) {
        const problems = await liveOnFullDisk(start, refusal);
        failures.push(
          ...problems.map((problem) => `"${start.chapter.name}", ${describeRefusal(refusal)}: ${problem}`),
        );
      }
    }
    expect(failures).toEqual([]);
  },
);

describe('the rehearsal itself', () => {
  test('notices what is lost: a service that forgets an object', async () => {
    const [start] = await rehearse({ lagMs: 0 });
    if (start === undefined) throw new Error('no chapter');
    const forgetful = start.service.copy();
    forgetful.remove('detection-rule', start.people.stranger);
    expect(await liveChapter({ ...start, service: forgetful }, {})).toEqual([
      '7 objects where 8 belong',
      'an object of somebody else was touched',
    ]);
  });

  test('notices a disk on which everything fits: it was to refuse', async () => {
    const [start] = await rehearse({ lagMs: 0 });
    if (start === undefined) throw new Error('no chapter');
    const never = { from: start.size.syncs, verb: 'write', code: 'ENOSPC', fits: 0 } as const;
    expect(await liveOnFullDisk(start, never)).toEqual([
      expect.stringContaining('an apply on a disk that refuses ended {"kind":"applied"'),
    ]);
  });

  test('loses what was not synced: an apply killed before its first sync leaves no journal', async () => {
    const kill = (survives: number): Schedule => ({
      kills: [{ when: 'before-sync', at: 0, survives }],
    });
    const [start] = await rehearse({ lagMs: 0 });
    if (start === undefined) throw new Error('no chapter');
    const left = [];
    for (const survives of [0, 0.4, 1]) {
      const world = worldOf(start, kill(survives));
      await world.startOnDisk().killed;
      left.push(world.disk.durable?.length ?? 0);
    }
    expect(left[0]).toBe(0);
    expect(left[1]).toBeGreaterThan(0);
    expect(left[2]).toBeGreaterThan(left[1] ?? 0);
  });
});

function mulberry32(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit);
  };
}
