/** Starts the processes of a round and lets something happen to the one that writes. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '../../harness/seeded-random.ts';
import { holderOf, isWriting, startApply, type Running, type Stage } from './stage.ts';

/**
 * `stop`: it goes on when the others have ended, or before anybody may take its lease. `freeze`: it goes on when
 * another one has taken it over, which with a lock never happens.
 */
export type Fate = 'stop' | 'kill' | 'freeze';

export interface Round {
  /** Of the process that something happened to; `unseen` when all had ended before. */
  readonly struck: number | undefined | 'unseen';
  readonly others: readonly (number | undefined)[];
}

const LOOK_EVERY_MS = 50;
const WRITE_EVERY_MS = 2;
/** Reading, planning or writing: where, the seed and the machine decide. */
const MAX_PAUSE_MS = 250;
/** Shorter than a lease. */
const MAX_STOP_MS = 4_000;
/** To start, and to wait until a lease has ended. */
const MAX_WAIT_MS = 60_000;

export async function runTogether(stage: Stage, fate: Fate, random: SeededRandom): Promise<Round> {
  const [first = '', ...rest] = stage.folders;
  const running = [startApply(stage, first)];
  // Where somebody is to wait for a dead holder there must be one first; elsewhere all try to be it.
  const isTakenOver = stage.form === 'lease' && fate !== 'stop';
  const startRest = (): void => void running.push(...rest.map((folder) => startApply(stage, folder)));
  if (!isTakenOver) startRest();
  const pid = await waitFor(() => holderOf(stage), running);
  const struck = running.find(({ child }) => child.pid === pid);
  // Who has nothing left to write needs no lease: it is stopped with calls under way.
  if (fate === 'freeze') await waitFor(() => (isWriting(first) ? true : undefined), running, WRITE_EVERY_MS);
  else await sleep(random.below(MAX_PAUSE_MS));
  struck?.child.kill(fate === 'kill' ? 'SIGKILL' : 'SIGSTOP');
  if (isTakenOver) startRest();
  const others = running.filter((each) => each !== struck);
  if (fate === 'stop') {
    const ends = Promise.all(others.map(({ ended }) => ended));
    await (stage.form === 'lock' ? ends : sleep(random.below(MAX_STOP_MS)));
  }
  if (fate === 'freeze') {
    const isOther = (holder = pid): number | undefined => (holder === pid ? undefined : holder);
    await waitFor(() => isOther(holderOf(stage)), others);
    await sleep(random.below(MAX_PAUSE_MS));
  }
  if (fate !== 'kill') struck?.child.kill('SIGCONT');
  const codes = await Promise.all(others.map(({ ended }) => ended));
  return { struck: struck === undefined ? 'unseen' : await struck.ended, others: codes };
}

/** Until it is there, or all of them have ended. */
async function waitFor<T>(
  look: () => T | undefined,
  running: readonly Running[],
  everyMs: number = LOOK_EVERY_MS,
): Promise<T | undefined> {
  let isOver = false;
  void Promise.all(running.map(({ ended }) => ended)).then(() => (isOver = true));
  const startedMs = Date.now();
  while (!isOver && Date.now() - startedMs < MAX_WAIT_MS) {
    const found = look();
    if (found !== undefined) return found;
    await sleep(everyMs);
  }
  return undefined;
}
