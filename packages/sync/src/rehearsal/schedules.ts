/** Schedules of faults and kills: each one alone, and mixtures. */

import type { LifeSize, Trial } from './fault-life.ts';
import { FAULTS, type Fault } from './faults.ts';
import { MOMENTS, type Kill, type Moment, type Schedule } from './faulty-world.ts';

export interface NamedSchedule {
  readonly name: string;
  readonly schedule: Schedule;
}

/** A whole number from 0 up to its limit. */
type Below = (limit: number) => number;

/** What is left of what was not synced: nothing, a torn part, all. */
const SURVIVALS = [0, 0.4, 1] as const;

/** A kill at every call and sync, before, between and after; each sync also with what was not synced torn or whole. */
export function everyKill(size: LifeSize): readonly Kill[] {
  return MOMENTS.flatMap((when) =>
    upTo(countOf(when, size)).flatMap((at) =>
      (when === 'before-sync' ? SURVIVALS : [0]).map((survives) => ({
        when,
        at,
        survives,
      })),
    ),
  );
}

export function describeKill({ when, at, survives = 0 }: Kill): string {
  return `killed ${when} ${at}${survives > 0 ? `, of which ${survives * 100} % is left` : ''}`;
}

/** Every fault at every call. */
export function everyFault(size: LifeSize): readonly NamedSchedule[] {
  return FAULTS.flatMap((fault) =>
    upTo(size.calls).map((call) => ({
      name: `${fault} at call ${call}`,
      schedule: { faults: new Map([[call, fault]]) },
    })),
  );
}

/** Every fault at every call, and every kill, in whole lives. */
export function everyTrial(size: LifeSize, lagMs: number): readonly Trial[] {
  const kills = everyKill(size).map((kill) => ({
    name: describeKill(kill),
    schedule: { kills: [kill] },
  }));
  return [...everyFault(size), ...kills].map((each) => ({ ...each, lagMs }));
}

/** A quarter of all calls fail in some way, and one kill. */
export function randomTrial(seed: number, below: Below, size: LifeSize): Trial {
  return {
    name: `seed ${seed}`,
    schedule: {
      faults: randomFaults(below, size.calls * 2, 4),
      kills: [randomKill(below, size)],
    },
    lagMs: pick(below, [0, 5_000, 30_000]),
  };
}

/** @param oneIn so many calls fail */
export function randomFaults(below: Below, calls: number, oneIn: number): ReadonlyMap<number, Fault> {
  const faults = new Map<number, Fault>();
  for (const call of upTo(calls)) if (below(oneIn) === 0) faults.set(call, pick(below, FAULTS));
  return faults;
}

export function randomKill(below: Below, size: LifeSize): Kill {
  const when = pick(below, MOMENTS);
  return { when, at: below(countOf(when, size)), survives: below(101) / 100 };
}

function countOf(when: Moment, size: LifeSize): number {
  return when.endsWith('call') ? size.calls : size.syncs;
}

function pick<T>(below: Below, list: readonly T[]): T {
  return list[below(list.length)] as T;
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
