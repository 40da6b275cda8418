/**
 * A life of some content at a target: everything is created, two objects change, two go from content, are switched
 * off and, when the time of grace is over, deleted. Lived under a schedule of
 * faults and kills, by one process after the other, it must end where an undisturbed life ends.
 */

import { PATHS, encodeRule } from '@signalwright/wire';
import { isComplete } from '../apply-result.ts';
import type { DesiredSource } from '../desired.ts';
import { SETTLE_MS } from '../find-owned.ts';
import { GRACE_MS } from '../removals.ts';
import { FakeService } from './fake-service.ts';
import {
  FAULTS,
  KILLS,
  createWorldAround,
  type Fault,
  type Schedule,
  type Service,
  type World,
} from './faulty-world.ts';
import { planNow, runOnce, type RunEnd } from './gitops-run.ts';
import { rule, sampleSource, suppression, withoutAddress } from './sample-source.ts';

export interface Trial {
  readonly name: string;
  readonly schedule: Schedule;
  /** How far lists lag behind writes. */
  readonly lagMs: number;
}

const BEFORE = sampleSource();
const AFTER = sampleSource(rule('sqli', { keepAliveMs: 7_200_000 }), { ...suppression, reason: 'Extended.' });
/** Two objects have gone: few enough to need no word of consent. */
const LAST = withoutAddress(withoutAddress(AFTER, 'notification-rule/urgent'), 'suppression/pentest');
const OBJECTS = 4;
/** One kill and a dozen faults need fewer; more would be no convergence. */
const MAX_RUNS = 12;

/**
 * @param service lived at, and emptied afterwards; a new one in memory when it is left out
 * @returns what went wrong; empty when nothing did
 */
export async function liveThrough(trial: Trial, service?: Service): Promise<readonly string[]> {
  const world = createWorldAround((nowMs): Service => {
    if (service !== undefined) return service;
    const fake = new FakeService(nowMs);
    fake.lagMs = trial.lagMs;
    return fake;
  }, trial.schedule);
  const stranger = await addStranger(world.service);
  const asItWas = await readText(world.service, `${PATHS.rules}/${stranger}`);
  const problems = await live(world);
  if ((await readText(world.service, `${PATHS.rules}/${stranger}`)) !== asItWas) {
    problems.push('an object of somebody else was touched');
  }
  problems.push(...(await judge(world)));
  if (service !== undefined) await removeAll(service);
  return problems;
}

async function live(world: World<Service>): Promise<string[]> {
  const problems: string[] = [];
  for (const source of [BEFORE, AFTER, LAST]) problems.push(...(await converge(world, source)));
  await world.clock.sleep(GRACE_MS);
  return [...problems, ...(await converge(world, LAST))];
}

/** Runs, each a new process, until everything is as content wants it. */
async function converge(world: World<Service>, source: DesiredSource): Promise<readonly string[]> {
  let last: RunEnd = 'unreadable';
  for (let run = 0; run < MAX_RUNS; run += 1) {
    last = await runOnce(source, world, { prune: true });
    if (typeof last !== 'string' && isComplete(last)) return [];
  }
  return [`not converged after ${MAX_RUNS} runs: ${JSON.stringify(last).slice(0, 400)}`];
}

async function judge(world: World<Service>): Promise<readonly string[]> {
  world.schedule = {};
  // Whatever lags is there after a while.
  await world.clock.sleep(SETTLE_MS);
  const plan = await planNow(LAST, world.start(), { prune: true });
  if (plan === undefined) return ['the target cannot be read'];
  const names = (await census(world.service)).map(({ path, name }) => `${path} ${name}`).toSorted();
  const doubled = names.filter((name, index) => name === names[index - 1]);
  return [
    ...plan.items
      .filter((item) => item.change.kind !== 'noop' && item.change.kind !== 'link')
      .map((item) => `${item.address} is still to ${item.change.kind}`),
    ...plan.blocked.map((object) => `${object.address}: ${object.reason}`),
    ...plan.orphans.map((orphan) => `${orphan.address} is an orphan: ${orphan.reason}`),
    ...plan.waiting.map(({ address }) => `${address} is still to be deleted`),
    ...doubled.map((name) => `${name} exists twice`),
    ...(names.length === OBJECTS + 1 ? [] : [`${names.length} objects where ${OBJECTS + 1} belong`]),
  ];
}

const AREAS = [PATHS.rules, PATHS.suppressions, PATHS.notificationRules, PATHS.workflows] as const;
const ORIGIN = 'https://api.example.test';
/** Far more than a life leaves. */
const ROWS = 100;

/** Everything that exists, by path and name, straight from the service: the schedule has no say here. */
async function census(
  service: Service,
): Promise<readonly { readonly path: string; readonly id: string; readonly name: string }[]> {
  const areas = await Promise.all(
    AREAS.map(async (path) => {
      const query = `page[size]=${ROWS}&limit=${ROWS}&filter[includeUnpublished]=true`;
      const response = await service.handle(`${ORIGIN}${path}?${query}`, { method: 'GET' });
      const { data } = (await response.json()) as { data: readonly Row[] };
      return data.map(({ id, name, attributes }) => ({ path, id, name: name ?? attributes?.name ?? '' }));
    }),
  );
  return areas.flat();
}

interface Row {
  readonly id: string;
  readonly name?: string;
  readonly attributes?: { readonly name?: string };
}

async function readText(service: Service, path: string): Promise<string> {
  return (await service.handle(`${ORIGIN}${path}`, { method: 'GET' })).text();
}

/** A rule without a mark, and with a name like one of ours. */
async function addStranger(service: Service): Promise<string> {
  const { message, queries, cases, options } = encodeRule(rule('sqli'), { stack: 'another' });
  const body = {
    name: 'Somebody else’s',
    type: 'application_security',
    isEnabled: true,
    tags: ['team:other'],
  };
  const init = { method: 'POST', body: JSON.stringify({ ...body, message, queries, cases, options }) };
  const response = await service.handle(`${ORIGIN}${PATHS.rules}`, init);
  return ((await response.json()) as { id: string }).id;
}

async function removeAll(service: Service): Promise<void> {
  for (const { path, id } of await census(service)) {
    await service.handle(`${ORIGIN}${path}/${id}`, { method: 'DELETE' });
  }
}

export interface LifeSize {
  readonly calls: number;
  readonly appends: number;
}

/** Calls and appends of an undisturbed life: where a fault or a kill can hit. */
export async function measureLife(service?: Service): Promise<LifeSize> {
  const world = createWorldAround((nowMs): Service => service ?? new FakeService(nowMs));
  await live(world);
  if (service !== undefined) await removeAll(service);
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
