/** Ctrl-C in the middle of work that must be ended in order: waits are cut short, and the end says what it was. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClock } from '@signalwright/wire';
import { EXIT } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import type { World } from './world.ts';

/** @param stop wakes whoever sleeps; who is woken must look whether it has fired */
export function clockOf({ nowMs }: Pick<World, 'nowMs'>, stop?: AbortSignal): ApiClock {
  return {
    nowMs,
    sleep: async (ms) => {
      try {
        await sleep(ms, undefined, { signal: stop });
      } catch (error) {
        if (!isAbort(error)) throw error;
      }
    },
  };
}

/**
 * Work that ends before it has changed anything when it is interrupted.
 *
 * @throws CommandFailure 130 for what the interruption made of it
 */
export async function orInterrupted<T>(stop: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!stop.aborted || !(error instanceof CommandFailure || isAbort(error))) throw error;
    throw new CommandFailure(EXIT.interrupted, 'Interrupted: nothing was changed.');
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
