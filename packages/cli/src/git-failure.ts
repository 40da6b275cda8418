/** A revision that does not exist is the user's mistake, a repository that cannot be read the machine's. */

import { GitRefusal } from '@signalwright/review';
import { environmentFailure, usageFailure } from './failure.ts';

/** @throws CommandFailure in place of a refusal of git */
export async function orGitFailure<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GitRefusal)) throw error;
    throw error.kind === 'usage' ? usageFailure(error.message) : environmentFailure(error.message);
  }
}
