/** Whether a chapter of a life has ended as it must: content, target and journal agree, and nobody else was touched. */

import { SETTLE_MS } from '../find-owned.ts';
import { readHistory } from '../journal-entry.ts';
import type { Chapter } from './content-of-a-life.ts';
import type { Service, World } from './faulty-world.ts';
import { TARGET, planNow } from './gitops-run.ts';
import { addUnmarked, census, readRule } from './strangers.ts';

/** Objects that a life meets at the target. */
export interface People {
  /** Nobody of ours may touch it. */
  readonly stranger: string;
  readonly asItWas: string;
  /** Content takes it over. */
  readonly adopted: string;
}

export async function settlePeople({ service, clock }: World<Service>): Promise<People> {
  const stranger = await addUnmarked(service, 'Somebody else’s');
  const adopted = await addUnmarked(service, 'Rule adopted');
  // Long ago: lists show them.
  await clock.sleep(SETTLE_MS);
  return { stranger, adopted, asItWas: await readRule(service, stranger) };
}

/** @returns what is wrong at the end of a chapter; empty when nothing is */
export async function judgeChapter(
  world: World<Service>,
  chapter: Chapter,
  { stranger, asItWas, adopted }: People,
): Promise<readonly string[]> {
  world.schedule = {};
  // Whatever lags is there after a while.
  await world.clock.sleep(SETTLE_MS);
  const process = await world.startOnDisk().opened;
  const plan = await planNow(chapter.source, process, {
    prune: true,
    adopt: true,
  });
  const { openIntents } = readHistory(process.journal.entries(), TARGET);
  await process.journal.close();
  if (plan === undefined) return ['the target cannot be read'];
  const found = await census(world.service);
  const names = found.map(({ path, name }) => `${path} ${name}`).toSorted();
  const doubled = names.filter((name, index) => name === names[index - 1]);
  const wanted = chapter.objects + 1;
  const isTouched = (await readRule(world.service, stranger)) !== asItWas;
  return [
    ...plan.items
      .filter((item) => item.change.kind !== 'noop' && item.change.kind !== 'link')
      .map((item) => `${item.address} is still to ${item.change.kind}`),
    ...plan.blocked.map((object) => `${object.address}: ${object.reason}`),
    ...plan.orphans.map((orphan) => `${orphan.address} is an orphan: ${orphan.reason}`),
    ...openIntents.map(({ address }) => `what became of ${address} is not on record`),
    ...doubled.map((name) => `${name} exists twice`),
    ...(plan.waiting.length === chapter.waiting ? [] : [`${plan.waiting.length} wait to be deleted`]),
    ...(names.length === wanted ? [] : [`${names.length} objects where ${wanted} belong`]),
    ...(found.some(({ id }) => id === adopted) ? [] : ['the object that was taken over is gone']),
    ...(isTouched ? ['an object of somebody else was touched'] : []),
  ];
}
