/** The journal that `history` speaks of, and the heads of it that notes of git keep. Asks no network. */

import type { PublishedHead, PublishedHeads } from '@signalwright/sync';
import { parsePublishedHeads } from '@signalwright/sync';
import { environmentOf, unknownEnvironment } from './environment.ts';
import { orGitFailure } from './git-failure.ts';
import { loadConfig } from './load-content.ts';
import { findProject } from './project.ts';
import type { Reporter } from './reporter.ts';
import { environmentName, journalPathOf } from './target.ts';
import type { World } from './world.ts';

export interface HistoryPlace {
  readonly root: string;
  readonly stack: string;
  readonly environment: string;
  readonly journalPath: string;
}

export interface HistoryOptions {
  readonly dir?: string;
  readonly env?: string;
}

/**
 * @returns undefined when `signalwright.yaml` has errors: they have been printed
 * @throws CommandFailure for an environment that does not exist
 */
export function findHistory(
  { dir, env }: HistoryOptions,
  { cwd }: Pick<World, 'cwd'>,
  reporter: Reporter,
): HistoryPlace | undefined {
  const root = findProject(cwd, dir);
  const config = loadConfig(root, reporter);
  if (config === undefined) return undefined;
  const environment = environmentName(config, env);
  if (environmentOf(config, environment) === undefined) throw unknownEnvironment(config, environment);
  return { root, stack: config.stack, environment, journalPath: journalPathOf(root, environment) };
}

/** Of this environment; none where the folder is in no repository. */
export async function readPublishedHeads(
  { root, stack, environment }: HistoryPlace,
  { env }: Pick<World, 'env'>,
): Promise<PublishedHeads> {
  const { GitRefusal, openRepository, readNotes } = await import('@signalwright/review');
  return orGitFailure(async () => {
    const options = { cwd: root, env };
    let readBlobs;
    try {
      ({ readBlobs } = await openRepository(options));
    } catch (error) {
      if (error instanceof GitRefusal) return { heads: [], unread: 0 };
      throw error;
    }
    const { heads, unread } = parsePublishedHeads((await readNotes(options, readBlobs)).join('\n'));
    const isOurs = (head: PublishedHead): boolean => head.stack === stack && head.environment === environment;
    return { heads: heads.filter(isOurs), unread };
  });
}
