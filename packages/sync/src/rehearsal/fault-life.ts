/**
 * A life of some content at a target: everything is created or taken over, three objects change, two go from content,
 * are switched off and, when the time of grace is over, deleted. Lived under a schedule of faults and kills, by one
 * process after the other, it must end where an undisturbed life ends.
 * A chapter of it can be lived alone, from where an undisturbed life comes to it: then one further apply must do.
 */

import { isComplete } from '../apply-result.ts';
import { printPlan } from '../plan-file.ts';
import { chaptersOf, type Chapter } from './content-of-a-life.ts';
import { FakeService } from './fake-service.ts';
import { createWorldAround, type Schedule, type Service, type World } from './faulty-world.ts';
import { planNow, runOnDisk, type RunEnd } from './gitops-run.ts';
import { judgeChapter, settlePeople, type People } from './judge-chapter.ts';
import { removeAll } from './strangers.ts';

/** How a life is lived, whatever befalls it. */
export interface Habits {
  /** How far lists lag behind writes. */
  readonly lagMs: number;
  /** Objects that are written at once. */
  readonly parallel?: number;
  /** Each chapter carries out a plan file that was made before it began. */
  readonly approved?: boolean;
}

export interface Trial {
  readonly name: string;
  readonly schedule: Schedule;
  readonly lagMs: number;
}

/** A mixture has up to a few dozen faults, and a run whose first reads fail meets only a few of them. */
const MAX_RUNS = 40;

/**
 * @param service lived at, and emptied afterwards; a new one in memory when it is left out
 * @returns what went wrong; empty when nothing did
 */
export async function liveThrough(trial: Trial, service?: Service): Promise<readonly string[]> {
  const world = createWorldAround((nowMs) => service ?? lagging(nowMs, trial.lagMs), {
    schedule: trial.schedule,
  });
  const people = await settlePeople(world);
  const problems: string[] = [];
  const chapters = chaptersOf(people.adopted);
  for (const chapter of chapters) {
    await world.clock.sleep(chapter.waitMs);
    problems.push(...(await converge(world, chapter, MAX_RUNS)));
  }
  const last = chapters.at(-1);
  if (last !== undefined) problems.push(...(await judgeChapter(world, last, people)));
  if (service !== undefined) await removeAll(service);
  return problems;
}

/** Where an undisturbed life comes to a chapter, and what can be hit in it. */
export interface ChapterStart {
  readonly chapter: Chapter;
  readonly habits: Habits;
  readonly people: People;
  readonly service: FakeService;
  readonly journal: Buffer | undefined;
  readonly nowMs: number;
  /** Calls and syncs of the journal that its undisturbed run makes. */
  readonly size: LifeSize;
}

/** Lives undisturbed and keeps the beginning of each chapter. */
export async function rehearse(habits: Habits): Promise<readonly ChapterStart[]> {
  const world = createWorldAround((nowMs) => lagging(nowMs, habits.lagMs));
  const people = await settlePeople(world);
  const starts: ChapterStart[] = [];
  for (const chapter of chaptersOf(people.adopted)) {
    await world.clock.sleep(chapter.waitMs);
    const start = {
      chapter,
      habits,
      people,
      service: world.service.copy(),
      journal: world.disk.durable,
      nowMs: world.clock.nowMs(),
    };
    const approved = await approve(start);
    const before = { calls: world.calls(), syncs: world.disk.syncs };
    const problems = await converge(world, chapter, 1, habits, approved);
    if (problems.length > 0) throw new Error(problems.join('; '));
    const size = {
      calls: world.calls() - before.calls,
      syncs: world.disk.syncs - before.syncs,
    };
    starts.push({ ...start, size });
  }
  return starts;
}

/** Lives one chapter under a schedule that counts from its beginning; after what befalls it, one further apply must do. */
export async function liveChapter(start: ChapterStart, schedule: Schedule): Promise<readonly string[]> {
  const runs = Math.max(1, schedule.kills?.length ?? 0) + 1;
  return finishChapter(start, worldOf(start, schedule), runs);
}

/** Runs until a chapter is done, and judges it. */
export async function finishChapter(
  start: ChapterStart,
  world: World,
  runs: number,
): Promise<readonly string[]> {
  const approved = await approve(start);
  const problems = await converge(world, start.chapter, runs, start.habits, approved);
  return [...problems, ...(await judgeChapter(world, start.chapter, start.people))];
}

export function worldOf(start: ChapterStart, schedule: Schedule): World {
  return createWorldAround((nowMs) => start.service.copy(nowMs), {
    schedule,
    nowMs: start.nowMs,
    journal: start.journal,
  });
}

/** The plan file of a chapter, where plans are approved. */
async function approve(start: Omit<ChapterStart, 'size'>): Promise<string | undefined> {
  if (start.habits.approved !== true) return undefined;
  const known = planFiles.get(start.service);
  if (known !== undefined) return known;
  const world = createWorldAround((nowMs) => start.service.copy(nowMs), start);
  const process = await world.startOnDisk().opened;
  const plan = await planNow(start.chapter.source, process, {
    prune: true,
    adopt: true,
  });
  if (plan === undefined) throw new Error('The target cannot be read on a quiet day.');
  const text = printPlan(plan, {
    atMs: start.nowMs,
    expiresAtMs: start.nowMs + 1,
  });
  planFiles.set(start.service, text);
  return text;
}

const planFiles = new WeakMap<FakeService, string>();

function lagging(nowMs: () => number, lagMs: number): FakeService {
  const service = new FakeService(nowMs);
  service.lagMs = lagMs;
  return service;
}

/** Runs, each a new process, until everything is as content wants it. */
async function converge(
  world: World<Service>,
  { name, source }: Chapter,
  mostRuns: number,
  { parallel }: Pick<Habits, 'parallel'> = {},
  approved?: string,
): Promise<readonly string[]> {
  let last: RunEnd = 'unreadable';
  for (let run = 0; run < mostRuns; run += 1) {
    last = await runOnDisk(source, world, {
      prune: true,
      adopt: true,
      ...(parallel !== undefined && { parallel }),
      ...(approved !== undefined && { approved }),
    });
    if (typeof last !== 'string' && isComplete(last)) return [];
  }
  return [`"${name}" not converged after ${mostRuns} runs: ${JSON.stringify(last).slice(0, 400)}`];
}

export interface LifeSize {
  readonly calls: number;
  /** Of the journal. */
  readonly syncs: number;
}

/** Calls and syncs of an undisturbed life: where a fault or a kill can hit. */
export async function measureLife(service?: Service): Promise<LifeSize> {
  const world = createWorldAround((nowMs) => service ?? lagging(nowMs, 0));
  const people = await settlePeople(world);
  for (const chapter of chaptersOf(people.adopted)) {
    await world.clock.sleep(chapter.waitMs);
    await converge(world, chapter, 1);
  }
  if (service !== undefined) await removeAll(service);
  return { calls: world.calls(), syncs: world.disk.syncs };
}
