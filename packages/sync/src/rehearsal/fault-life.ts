/**
 * A life of some content at a target: everything is created, then two objects change. Lived under a schedule of
 * faults and kills, by one process after the other, it must end where an undisturbed life ends.
 */

import { isComplete } from '../apply-result.ts';
import type { DesiredSource } from '../desired.ts';
import { FAULTS, KILLS, createWorld, type Fault, type Schedule, type World } from './faulty-world.ts';
import { planNow, runOnce } from './gitops-run.ts';
import { rule, sampleSource, suppression } from './sample-source.ts';

export interface Trial {
  readonly name: string;
  readonly schedule: Schedule;
  /** How far lists lag behind writes. */
  readonly lagMs: number;
}

const BEFORE = sampleSource();
const AFTER = sampleSource(rule('sqli', { keepAliveMs: 0 }), { ...suppression, reason: 'Extended.' });
const OBJECTS = 6;
/** One kill and a dozen faults need fewer; more would be no convergence. */
const MAX_RUNS = 12;

/** @returns what went wrong; empty when nothing did */
export async function liveThrough(trial: Trial): Promise<readonly string[]> {
  const world = createWorld(trial.schedule);
  world.service.lagMs = trial.lagMs;
  const stranger = world.service.add('detection-rule', {
    name: 'Somebody else’s',
    type: 'log_detection',
    tags: ['team:other'],
  });
  const bystander = (): string => JSON.stringify(world.service.all().find(({ id }) => id === stranger));
  const asItWas = bystander();
  const problems = [...(await converge(world, BEFORE)), ...(await converge(world, AFTER))];
  if (bystander() !== asItWas) problems.push('an object of somebody else was touched');
  return [...problems, ...(await judge(world))];
}

/** Runs, each a new process, until everything is as content wants it. */
async function converge(world: World, source: DesiredSource): Promise<readonly string[]> {
  for (let run = 0; run < MAX_RUNS; run += 1) {
    const result = await runOnce(source, world);
    if (typeof result !== 'string' && isComplete(result)) return [];
  }
  return [`not converged after ${MAX_RUNS} runs`];
}

async function judge(world: World): Promise<readonly string[]> {
  world.schedule = {};
  const plan = await planNow(AFTER, world.start());
  if (plan === undefined) return ['the target cannot be read'];
  const marks = world.service
    .all()
    .map(({ kind, fields }) => `${kind} ${String(fields['name'])}`)
    .toSorted();
  const doubled = marks.filter((mark, index) => mark === marks[index - 1]);
  return [
    ...plan.items
      .filter((item) => item.change.kind !== 'noop' && item.change.kind !== 'link')
      .map((item) => `${item.address} is still to ${item.change.kind}`),
    ...plan.blocked.map((object) => `${object.address}: ${object.reason}`),
    ...plan.orphans.map((orphan) => `${orphan.address} is an orphan`),
    ...doubled.map((mark) => `${mark} exists twice`),
    ...(marks.length === OBJECTS + 1 ? [] : [`${marks.length} objects where ${OBJECTS + 1} belong`]),
  ];
}

export interface LifeSize {
  readonly calls: number;
  readonly appends: number;
}

/** Calls and appends of an undisturbed life: where a fault or a kill can hit. */
export async function measureLife(): Promise<LifeSize> {
  const world = createWorld();
  for (const source of [BEFORE, AFTER]) await converge(world, source);
  return { calls: world.calls(), appends: world.appends() };
}

/** Every fault at every call, and every kill at every call and append. */
export function everyTrial(size: LifeSize, lagMs: number): readonly Trial[] {
  const faults = FAULTS.flatMap((fault) =>
    upTo(size.calls).map((call): Trial => ({
      name: `${fault} at call ${call}`,
      schedule: { faults: new Map([[call, fault]]) },
      lagMs,
    })),
  );
  const kills = KILLS.flatMap((when) =>
    upTo(when.endsWith('call') ? size.calls : size.appends).map((at): Trial => ({
      name: `killed ${when} ${at}`,
      schedule: { kill: { at, when } },
      lagMs,
    })),
  );
  return [...faults, ...kills];
}

/** A quarter of all calls fail in some way, and one kill. @param below a whole number from 0 up to its limit */
export function randomTrial(seed: number, below: (limit: number) => number, size: LifeSize): Trial {
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const faults = new Map<number, Fault>();
  for (const call of upTo(size.calls * 2)) if (below(4) === 0) faults.set(call, pick(FAULTS));
  const when = pick(KILLS);
  const at = below(when.endsWith('call') ? size.calls : size.appends);
  return {
    name: `seed ${seed}`,
    schedule: { faults, kill: { at, when } },
    lagMs: pick([0, 5_000, 30_000]),
  };
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
