import type { MeaningReport, Review, ReviewSide, RevisionRange } from '@signalwright/review';
import {
  isEmptyReport,
  makeReview,
  meaningDocument,
  openRepository,
  parseRevisionRange,
  plainText,
  renderMeaning,
} from '@signalwright/review';
import { envOf, unknownEnvironment } from '../environment.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { environmentFailure, usageFailure } from '../failure.ts';
import { orGitFailure } from '../git-failure.ts';
import { renderOne, type ContentChoice } from '../load-content.ts';
import { findProject } from '../project.ts';
import { commitSide, workingTreeSide } from '../review-side.ts';
import type { WorkContext } from '../command.ts';
import type { OutputOptions, Reporter } from '../reporter.ts';
import type { World } from '../world.ts';

export interface DiffOptions extends OutputOptions {
  readonly dir?: string;
  readonly env?: string;
  readonly exitCode?: boolean;
}

export async function diff(options: DiffOptions, { world, reporter, args }: WorkContext): Promise<ExitCode> {
  const range = parseRevisionRange(args[0] ?? 'HEAD');
  if (range === undefined) {
    throw usageFailure(`"${args[0] ?? ''}" is no revision.`, 'Write a name, base..head or base...head.');
  }
  const root = findProject(world.cwd, options.dir);
  const sides = await orGitFailure(() => readSides(range, root, world, envOf(options)));
  const { base, head } = sides;
  checkEnvironment(options.env, sides, reporter);
  const review = makeReview({ base, head, tests: [], plan: { kind: 'none', why: [] } });
  if (review.meaning.kind === 'not-compared') {
    return reportErrors(plainText(review.meaning.why), review, base, head, reporter);
  }
  const { report, remarks } = review.meaning;
  reporter.say(renderMeaning(report, reporter.colours));
  for (const remark of remarks) reporter.say(`\nNote: ${plainText(remark)}`);
  reporter.data({
    ok: true,
    compared: review.compared,
    changed: !isEmptyReport(report),
    ...meaningDocument(report),
  });
  return exitCodeOf(report, options);
}

function exitCodeOf(report: MeaningReport, { exitCode }: DiffOptions): ExitCode {
  return exitCode === true && !isEmptyReport(report) ? EXIT.changes : EXIT.ok;
}

/** A base that does not have the environment yet is read for its default one, which is said. */
function checkEnvironment(env: string | undefined, { base, head }: Sides, reporter: Reporter): void {
  if (env === undefined) return;
  const [old, young] = [base.loaded.workspace, head.loaded.workspace];
  if (young !== undefined && young.environment !== env) throw unknownEnvironment(young.config, env);
  if (old !== undefined && old.environment !== env) {
    reporter.warn(`${base.name} has no environment ${env}: it is read for ${old.environment}.`);
  }
}

interface Sides {
  readonly base: ReviewSide;
  readonly head: ReviewSide;
}

async function readSides(
  range: RevisionRange,
  root: string,
  world: Pick<World, 'env' | 'nowMs'>,
  choice: ContentChoice,
): Promise<Sides> {
  const repository = await openRepository({ cwd: root, env: world.env });
  const named = await repository.commitOf(range.base);
  if (range.head === undefined) {
    return {
      base: await commitSide(repository, named, choice),
      head: await workingTreeSide(root, world, choice),
    };
  }
  const commit = await repository.commitOf(range.head);
  const base = range.fromMergeBase ? await repository.mergeBase(named, commit) : named;
  if (base === undefined) {
    throw environmentFailure(
      `${range.base} and ${range.head} have no common commit here.`,
      'A shallow clone does not reach that far: fetch more of it.',
    );
  }
  return {
    base: await commitSide(repository, base, choice),
    head: await commitSide(repository, commit, choice),
  };
}

/** Nothing is compared while a side has errors; those of the side at fault are printed. */
function reportErrors(
  why: string,
  review: Review,
  base: ReviewSide,
  head: ReviewSide,
  reporter: Reporter,
): ExitCode {
  const own = review.diagnostics.filter(({ severity }) => severity === 'error');
  const atFault = own.length > 0 ? head : base;
  const errors =
    own.length > 0 ? own : base.loaded.diagnostics.filter(({ severity }) => severity === 'error');
  for (const error of errors) reporter.warnPainted(`${renderOne(error, atFault.loaded.sources, reporter)}\n`);
  reporter.warn(`Not compared: ${why}.`);
  reporter.data({ ok: false, compared: review.compared, why, diagnostics: errors });
  return EXIT.findings;
}
