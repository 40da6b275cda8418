/**
 * Creates something exactly once through an API without idempotency keys. After an unclear answer it looks
 * whether the thing is there before it tries again.
 * Source: reliability, incidents 1 and 8: created, and then answered with 502.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { isUnclear } from './github-refusal.ts';
import type { GitHub } from './create-github.ts';

export const MAX_CREATE_ATTEMPTS = 3;

export interface Creation<T> {
  /** One attempt; must not repeat itself. */
  create(): Promise<T>;
  /** The thing, if it is there already. */
  find(): Promise<T | undefined>;
}

/** @throws the last error when the thing is still not there */
export async function createOnce<T>(github: GitHub, { create, find }: Creation<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await create();
    } catch (error) {
      if (!isUnclear(error)) throw error;
      // What was created may take a moment to be seen.
      await pause(attempt * github.waitUnitMs);
      const found = await find();
      if (found !== undefined) return found;
      if (attempt >= MAX_CREATE_ATTEMPTS) throw error;
      github.log('GitHub gave no clear answer, and nothing was created; trying again');
    }
  }
}

/** For calls that create: the retry plug-in keeps its hands off. */
export const NO_REPEAT = { retries: 0 } as const;
