/** The content that a plan is made of: the folder as it is, or what a commit held, to go back to it. */

import { existsSync } from 'node:fs';
import type { Workspace } from '@signalwright/content';
import type { Repository } from '@signalwright/review';
import { readApplies } from '@signalwright/sync';
import { readJournal } from '@signalwright/store';
import type { WorkContext } from './command.ts';
import { environmentFailure, usageFailure } from './failure.ts';
import { orGitFailure } from './git-failure.ts';
import { loadCleanTree, loadConfig, reportErrors } from './load-content.ts';
import { readProvenance, treeDigestOf, type Provenance } from './provenance.ts';
import { commitSide } from './review-side.ts';
import { environmentName, journalPathOf, planTargetOf } from './target.ts';
import type { World } from './world.ts';

export interface PlannedContent {
  readonly workspace: Workspace;
  readonly provenance: Provenance;
  /** Text of every file that was read. */
  readonly sources: ReadonlyMap<string, string>;
}

export interface ContentWish {
  readonly env?: string;
  /** A revision of git, the digest of a plan that was applied, or a date: what was in force then. */
  readonly to?: string;
}

/** @returns undefined when the content has errors: they have been printed */
export async function readPlannedContent(
  root: string,
  { env, to }: ContentWish,
  context: Pick<WorkContext, 'world' | 'reporter'>,
): Promise<PlannedContent | undefined> {
  const choice = env === undefined ? {} : { env };
  if (to !== undefined) return orGitFailure(() => readPast(root, to, choice, context));
  const content = await loadCleanTree(root, context, choice);
  if (content === undefined) return undefined;
  const { workspace, sources } = content;
  return { workspace, provenance: await readProvenance(root, sources, context.world), sources };
}

async function readPast(
  root: string,
  to: string,
  choice: { readonly env?: string },
  { world, reporter }: Pick<WorkContext, 'world' | 'reporter'>,
): Promise<PlannedContent | undefined> {
  const config = loadConfig(root, reporter);
  if (config === undefined) return undefined;
  const { openRepository } = await import('@signalwright/review');
  const repository = await openRepository({ cwd: root, env: world.env });
  const name = environmentName(config, choice.env);
  const commit = await pastCommit(to, repository, { root, config, name }, world);
  const { loaded, skipped } = await commitSide(repository, commit, choice);
  const [unread] = skipped;
  if (unread !== undefined) throw environmentFailure(`${unread} of ${commit} cannot be read.`);
  const { workspace, sources, diagnostics } = loaded;
  if (workspace === undefined) {
    reportErrors(diagnostics, sources, reporter);
    return undefined;
  }
  if (workspace.config.stack !== config.stack) {
    throw usageFailure(
      `The content of ${commit} is of stack ${workspace.config.stack}, this is ${config.stack}.`,
      'Objects of another stack are not touched: go back to a commit of this one.',
    );
  }
  reporter.detail(`content of commit ${commit}`);
  // Where it goes is said by the folder as it is now.
  return {
    workspace: { ...workspace, config, get: (address) => workspace.get(address) },
    provenance: {
      treeDigest: treeDigestOf(sources),
      git: { kind: 'committed', commit, repository, isPast: true },
    },
    sources,
  };
}

type Place = Parameters<typeof planTargetOf>[0];

async function pastCommit(
  to: string,
  repository: Repository,
  place: Place,
  world: Pick<World, 'env'>,
): Promise<string> {
  const atMs = dateOf(to);
  if (atMs === undefined && !PLAN_DIGEST.test(to)) return repository.commitOf(to);
  const applies = appliesOf(place, world);
  const found =
    atMs === undefined
      ? applies.findLast(({ planDigest, commit }) => planDigest.startsWith(to) && commit !== undefined)
      : applies.findLast((apply) => apply.atMs <= atMs);
  if (found?.commit !== undefined) return found.commit;
  if (atMs === undefined) return repository.commitOf(to);
  throw usageFailure(
    found === undefined
      ? `The journal knows of no apply before ${to}.`
      : `The apply that was in force at ${to} was of no commit.`,
    'Name a commit: --to <revision>.',
  );
}

const PLAN_DIGEST = /^[0-9a-f]{12,64}$/;
const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z)?$/;
const END_OF_DAY = 'T23:59:59.999Z';

/** A day means its end. */
function dateOf(text: string): number | undefined {
  if (!DATE.test(text)) return undefined;
  const ms = Date.parse(text.includes('T') ? text : `${text}${END_OF_DAY}`);
  if (Number.isNaN(ms)) throw usageFailure(`"${text}" is no date.`, 'Write 2026-11-28 or 2026-11-28T14:00Z.');
  return ms;
}

function appliesOf(place: Place, world: Pick<World, 'env'>): ReturnType<typeof readApplies> {
  const path = journalPathOf(place.root, place.name);
  // A fresh clone has none: then the digits are those of a commit.
  const records = existsSync(path) ? readJournal(path).records : [];
  return readApplies(records, planTargetOf(place, world));
}
