/**
 * The same creates under the same bad network by two clients: one that sends a create again when no good answer comes,
 * as clients with retries switched on do, and an apply of ours. What tells them apart is how often an object exists.
 * Source: reliability F8, where the official client with its retries left four rules of one call.
 */

import { encodeCreate, type ApiOutcome } from '@signalwright/wire';
import { isComplete } from '../apply-result.ts';
import { desiredState } from '../desired.ts';
import { type FakeService } from './fake-service.ts';
import { createWorld, type Schedule, type World } from './faulty-world.ts';
import { STACK, runOnDisk } from './gitops-run.ts';
import { sampleSource } from './sample-source.ts';
import { census } from './strangers.ts';

export interface Duplicates {
  readonly naive: number;
  readonly ours: number;
}

/** As the official client has it. */
const NAIVE_RETRIES = 3;
const MAX_RUNS = 12;

const SOURCE = sampleSource();
const OBJECTS = desiredState(SOURCE, { stack: STACK }).objects;

/** How many creates one schedule can hit: each object, and each time again. */
export const MOST_CREATES = OBJECTS.length * (NAIVE_RETRIES + 1);

/** @returns how many objects are there beyond one of each */
export async function countDuplicates(schedule: Schedule): Promise<Duplicates> {
  const naive = createWorld(schedule);
  const { client } = naive.start();
  for (const { kind, body } of OBJECTS) {
    for (let retry = 0; retry <= NAIVE_RETRIES; retry += 1) {
      if (!isTransient(await client.objects(kind).create(encodeCreate(kind, body)))) break;
    }
  }
  const ours = createWorld(schedule);
  for (let run = 0; run < MAX_RUNS; run += 1) {
    const end = await runOnDisk(SOURCE, ours);
    if (typeof end !== 'string' && isComplete(end)) break;
  }
  return { naive: await duplicatesIn(naive), ours: await duplicatesIn(ours) };
}

/** What clients take for worth another try. */
function isTransient(outcome: ApiOutcome<unknown>): boolean {
  return outcome.kind === 'unknown' || (outcome.kind === 'refused' && outcome.error.status === 429);
}

/** @throws Error when one is missing altogether: then nothing was compared */
async function duplicatesIn({ service }: World<FakeService>): Promise<number> {
  const names = (await census(service)).map(({ path, name }) => `${path} ${name}`);
  const kinds = new Set(names).size;
  if (kinds !== OBJECTS.length)
    throw new Error(`${kinds} objects where ${OBJECTS.length} were to be created.`);
  return names.length - kinds;
}
