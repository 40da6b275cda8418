/**
 * A chapter of a life on a disk that refuses what the journal writes, from one sync on. No call may be made of which
 * the intent is not durable, and once there is room again one further apply must do.
 */

import { StoreError } from '@signalwright/store';
import { finishChapter, worldOf, type ChapterStart, type LifeSize } from './fault-life.ts';
import type { DiskSchedule, World } from './faulty-world.ts';
import { runOnDisk } from './gitops-run.ts';

/** At every sync: no room at all, room for a part, and a disk that fails when it is told to sync. */
export function everyRefusal(size: LifeSize): readonly DiskSchedule[] {
  return Array.from({ length: size.syncs }, (_, from): readonly DiskSchedule[] => [
    { from, verb: 'write', code: 'ENOSPC', fits: 0 },
    { from, verb: 'write', code: 'ENOSPC', fits: 0.5 },
    { from, verb: 'sync', code: 'EIO', fits: 0 },
  ]).flat();
}

export function describeRefusal({ from, verb, code, fits }: DiskSchedule): string {
  return `${code} at ${verb} ${from}${fits > 0 ? ', a part fits' : ''}`;
}

/** @returns what went wrong; empty when nothing did */
export async function liveOnFullDisk(start: ChapterStart, disk: DiskSchedule): Promise<readonly string[]> {
  const world = worldOf(start, { disk });
  const problems: string[] = [];
  const before = countIntents(world);
  const end = await runRefused(start, world);
  if (end !== 'refused') problems.push(`an apply on a disk that refuses ended ${JSON.stringify(end)}`);
  // What may have been called has its intent on the disk: there are no more calls than that.
  const known = countIntents(world) - before;
  const called = countCalls(world);
  if (called > known) problems.push(`${called} calls that write, ${known} durable intents`);
  world.schedule = {};
  return [...problems, ...(await finishChapter(start, world, 1))];
}

/** @returns `refused` when it stopped with a sentence that says why and what to do */
async function runRefused(start: ChapterStart, world: World): Promise<unknown> {
  const { parallel } = start.habits;
  try {
    const end = await runOnDisk(start.chapter.source, world, {
      prune: true,
      adopt: true,
      ...(parallel !== undefined && { parallel }),
    });
    const stopped = typeof end !== 'string' && end.kind === 'applied' ? end.stopped : undefined;
    return stopped !== undefined && /(?:no space|the disk reports).*apply again/.test(stopped)
      ? 'refused'
      : end;
  } catch (error) {
    if (error instanceof StoreError && error.kind === 'environment') return 'refused';
    throw error;
  }
}

/** In what a power cut would leave. */
function countIntents({ disk }: World): number {
  return (disk.durable?.toString('utf8').match(/"kind":"intent"/g) ?? []).length;
}

/** Deleting a notification rule asks both endpoints that may have it: one call by its intent. */
function countCalls({ writes }: World): number {
  const deletes = writes.filter((write) => write.startsWith('DELETE '));
  const deleted = new Set(deletes.map((write) => write.slice(write.lastIndexOf('/'))));
  return writes.length - deletes.length + deleted.size;
}
