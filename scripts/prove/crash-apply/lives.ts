/**
 * Simulated crashes: a kill at every call and at every sync of the journal in every chapter of a life, once for each
 * seed. The seed decides how content is applied, how much of an unsynced write survives, and how often the recovery is
 * killed in its turn. After the last kill one further apply must do.
 * Source: reliability R1 and R3.
 */

import {
  describeKill,
  everyKill,
  liveChapter,
  rehearse,
  type Habits,
  type Kill,
  type LifeSize,
} from '@signalwright/sync/rehearsal';
import { seededRandom, type SeededRandom } from '../../harness/seeded-random.ts';

/** One process lives every `parts`-th life. */
export interface Share {
  readonly part: number;
  readonly parts: number;
}

export interface Lives {
  readonly lived: number;
  /** Kills of a recovery among them. */
  readonly recoveries: number;
  readonly failures: readonly string[];
}

/** Chosen: what lists of the service may lag behind. */
const LAGS_MS = [0, 5_000, 12_000, 30_000];
const PARALLEL = [1, 2, 4, 8];
/** A recovery is killed, and the recovery of that one. */
const MAX_RECOVERY_KILLS = 2;

export async function liveAll(seed: number, seeds: number, { part, parts }: Share): Promise<Lives> {
  let index = 0;
  let lived = 0;
  let recoveries = 0;
  const failures: string[] = [];
  for (let turn = 0; turn < seeds; turn += 1) {
    const random = seededRandom(seed + turn);
    const habits = drawHabits(turn, random);
    for (const start of await rehearse(habits)) {
      for (const first of everyKill(start.size)) {
        const kills = [first, ...killsOfRecovery(first, turn % (MAX_RECOVERY_KILLS + 1), start.size, random)];
        index += 1;
        if (index % parts !== part) continue;
        const problems = await liveChapter(start, { kills });
        lived += 1;
        recoveries += kills.length - 1;
        if (problems.length === 0) continue;
        const where = `seed ${seed + turn}, "${start.chapter.name}", ${JSON.stringify(habits)}`;
        failures.push(`${where}, ${kills.map(describeKill).join(', ')}: ${problems.join('; ')}`);
      }
    }
  }
  return { lived, recoveries, failures };
}

function drawHabits(turn: number, random: SeededRandom): Habits {
  const draw = (list: readonly number[]): number => list[random.below(list.length)] ?? 0;
  return {
    lagMs: draw(LAGS_MS),
    parallel: draw(PARALLEL),
    approved: turn % 2 === 1,
  };
}

/** They count on from the kill before, as the next process does. */
function killsOfRecovery(first: Kill, count: number, size: LifeSize, random: SeededRandom): readonly Kill[] {
  const kills: Kill[] = [];
  let { at } = first;
  for (let kill = 0; kill < count; kill += 1) {
    at += 1 + random.below(first.when.endsWith('call') ? size.calls : size.syncs);
    kills.push({ when: first.when, at, survives: random.below(101) / 100 });
  }
  return kills;
}
