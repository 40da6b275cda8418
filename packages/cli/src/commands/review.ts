import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { GitHub, PullName, Repository, Review, ReviewPlan, ReviewSide } from '@signalwright/review';
import {
  concludeReview,
  createGitHub,
  makeReview,
  meaningDocument,
  openRepository,
  parseRepositoryName,
  publishReview,
  readPullSides,
  readReviewPlan,
  renderComment,
} from '@signalwright/review';
import type { ProjectConfig } from '@signalwright/model';
import { envOf } from '../environment.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { CommandFailure, environmentFailure, usageFailure } from '../failure.ts';
import { orGitFailure } from '../git-failure.ts';
import type { ContentChoice } from '../load-content.ts';
import { readPullEvent } from '../pull-event.ts';
import { makePlan, openJournalOf } from '../make-plan.ts';
import { findProject } from '../project.ts';
import { commitSide, filesSide, workingTreeSide } from '../review-side.ts';
import { runAllContentTests } from '../run-content-tests.ts';
import { openTarget } from '../target.ts';
import { readVersion } from '../version.ts';
import type { WorkContext } from '../command.ts';
import type { OutputOptions, Reporter } from '../reporter.ts';
import type { World } from '../world.ts';

export interface ReviewOptions extends OutputOptions {
  readonly dir?: string;
  readonly env?: string;
  readonly pr?: string;
  readonly repo?: string;
  readonly base?: string;
  readonly plan?: string;
  readonly dryRun?: boolean;
}

/** Larger plan files are not read. */
const MAX_PLAN_FILE_BYTES = 16 * 1024 * 1024;
const API_URL = 'https://api.github.com';

export async function review(options: ReviewOptions, { world, reporter }: WorkContext): Promise<ExitCode> {
  const root = findProject(world.cwd, options.dir);
  const event = readPullEvent(world.env);
  const number = options.pr ?? event.number;
  if (number === undefined && options.dryRun !== true) {
    throw usageFailure('Which pull request?', 'Say --pr <number>, or --dry-run to print the comment only.');
  }
  if (number === undefined || (options.dryRun === true && !world.env['GITHUB_TOKEN'])) {
    return reviewLocally(options, event.base, root, world, reporter);
  }
  return reviewPull(options, pullName(options, number, world), root, world, reporter);
}

/** What is on disk against a base; nothing leaves this machine but the question for a plan. */
async function reviewLocally(
  options: ReviewOptions,
  eventBase: string | undefined,
  root: string,
  world: World,
  reporter: Reporter,
): Promise<ExitCode> {
  const name = options.base ?? eventBase;
  if (name === undefined) throw usageFailure('Compare with what?', 'Say --base <revision>.');
  const base = await orGitFailure(async () => {
    const repository = await openRepository({ cwd: root, env: world.env });
    const commit = await parting(
      repository,
      await repository.commitOf(name),
      await repository.commitOf('HEAD'),
    );
    return commitSide(repository, commit, envOf(options));
  });
  const head = await workingTreeSide(root, world, headChoice(options));
  const made = await makeReviewOf(base, head, options, head.loaded.workspace?.config, root, {
    world,
    reporter,
  });
  return printReview(made, reporter, world);
}

async function reviewPull(
  options: ReviewOptions,
  pull: PullName,
  root: string,
  world: World,
  reporter: Reporter,
): Promise<ExitCode> {
  const github = openGitHub(world, reporter);
  const { repository, sides, base, head } = await orGitFailure(async () => {
    const opened = await openRepository({ cwd: root, env: world.env });
    const read = await readPullSides(github, pull, opened);
    return {
      repository: opened,
      sides: read,
      base: await baseSide(options, read, opened),
      head: await filesSide(read.head, read.pull.headSha, headChoice(options), world.nowMs()),
    };
  });
  // Where the plan is asked for is said by the base: a change must not send our keys elsewhere.
  const made = await makeReviewOf(base, head, options, base.loaded.workspace?.config, root, {
    world,
    reporter,
  });
  if (options.dryRun === true) return printReview(made, reporter, world);
  const result = await publishReview(github, {
    pull,
    headSha: sides.pull.headSha,
    review: made,
    prefix: repository.prefix,
    markerKey: world.env['SIGNALWRIGHT_COMMENT_KEY'],
  });
  reporter.say(`comment ${result.comment}, check run ${result.check} (${concludeReview(made)})`);
  for (const refusal of result.refusals) reporter.warn(refusal);
  reporter.data({ ok: result.refusals.length === 0, ...reviewDocument(made), published: result });
  if (result.refusals.length > 0) {
    throw environmentFailure(
      `The token may not write to ${pull.owner}/${pull.repo}#${pull.number}.`,
      sides.pull.isFork
        ? 'A run on a pull request of a fork cannot: run the review from a second workflow, see .github/examples/comment.yml.'
        : 'It needs the permissions pull-requests: write and checks: write.',
    );
  }
  return exitCodeOf(made);
}

/** The base that was asked for, else where the pull request parted from its own. */
async function baseSide(
  options: ReviewOptions,
  { pull, base }: Awaited<ReturnType<typeof readPullSides>>,
  repository: Repository,
): Promise<ReviewSide> {
  if (options.base === undefined) return filesSide(base, pull.baseSha, envOf(options));
  return commitSide(repository, await repository.commitOf(options.base), envOf(options));
}

async function parting(repository: Repository, base: string, head: string): Promise<string> {
  return (await repository.mergeBase(base, head)) ?? base;
}

/** What is new is looked at as `check` does: in every environment. */
function headChoice(options: ReviewOptions): ContentChoice {
  return { ...envOf(options), everyEnvironment: true };
}

type Rim = Pick<WorkContext, 'world' | 'reporter'>;

async function makeReviewOf(
  base: ReviewSide,
  head: ReviewSide,
  options: ReviewOptions,
  config: ProjectConfig | undefined,
  root: string,
  rim: Rim,
): Promise<Review> {
  const { workspace } = head.loaded;
  const tests = workspace === undefined ? [] : await runAllContentTests(workspace, rim.world, rim.reporter);
  return makeReview({ base, head, tests, plan: await planOf(head, options, config, root, rim) });
}

/** A plan is a help, not a must: without it the review says why there is none. */
async function planOf(
  head: ReviewSide,
  options: ReviewOptions,
  config: ProjectConfig | undefined,
  root: string,
  { world, reporter }: Rim,
): Promise<ReviewPlan> {
  if (options.plan !== undefined) return readReviewPlan(readPlanFile(resolve(world.cwd, options.plan)));
  const { workspace } = head.loaded;
  if (workspace === undefined || config === undefined) {
    return { kind: 'none', why: ['There is no plan while the content has errors'] };
  }
  try {
    const target = await openTarget({ root, config, ...envOf(options) }, world);
    const journal = await openJournalOf(target, world);
    try {
      return { kind: 'plan', plan: await makePlan(workspace, target, journal, world) };
    } finally {
      await journal.close();
    }
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    // A comment is read by strangers: paths and addresses of this machine stay out of it.
    reporter.detail(`no plan: ${error.message}`);
    return { kind: 'none', why: ['Not available: no credentials for the target here, or it did not answer'] };
  }
}

function readPlanFile(path: string): string {
  if (statSync(path).size > MAX_PLAN_FILE_BYTES) throw environmentFailure(`The plan ${path} is too large.`);
  return readFileSync(path, 'utf8');
}

function printReview(made: Review, reporter: Reporter, world: World): ExitCode {
  if (!reporter.isJson) world.out(`${renderComment(made)}\n`);
  reporter.data({ ok: exitCodeOf(made) === EXIT.ok, ...reviewDocument(made), comment: renderComment(made) });
  return exitCodeOf(made);
}

function exitCodeOf(made: Review): ExitCode {
  return concludeReview(made) === 'failure' ? EXIT.findings : EXIT.ok;
}

function reviewDocument(made: Review): Readonly<Record<string, unknown>> {
  const { compared, meaning, diagnostics } = made;
  return {
    conclusion: concludeReview(made),
    compared,
    diagnostics,
    ...(meaning.kind === 'compared' && { meaning: meaningDocument(meaning.report) }),
  };
}

function pullName(options: ReviewOptions, number: string, world: World): PullName {
  const text = options.repo ?? world.env['GITHUB_REPOSITORY'];
  const repository = text === undefined ? undefined : parseRepositoryName(text);
  if (repository === undefined) {
    throw usageFailure(
      text === undefined ? 'Which repository?' : `"${text}" is no repository.`,
      'Say --repo <owner/name>, or set GITHUB_REPOSITORY.',
    );
  }
  if (!/^[1-9]\d{0,9}$/.test(number)) throw usageFailure(`"${number}" is no number of a pull request.`);
  return { ...repository, number: Number(number) };
}

function openGitHub(world: World, reporter: Reporter): GitHub {
  const token = world.env['GITHUB_TOKEN'];
  if (!token) {
    throw environmentFailure('There is no token for GitHub.', 'Set GITHUB_TOKEN, or use --dry-run.');
  }
  try {
    return createGitHub({
      token,
      apiUrl: world.env['GITHUB_API_URL'] ?? API_URL,
      fetch: world.fetch,
      userAgent: `signalwright/${readVersion()}`,
      log: reporter.detail,
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw environmentFailure(`GITHUB_API_URL cannot be used: ${error.message}`);
  }
}
