import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CONFIG_FILE, type Workspace } from '@signalwright/content';
import { formatDuration, type Address, type ProjectConfig } from '@signalwright/model';
import { spellHead, type JournalHead } from '@signalwright/store';
import {
  DEFAULT_PARALLEL,
  countEnds,
  hasChanges,
  isComplete,
  readHistory,
  removedBy,
  renderPlan,
  renderResult,
  type ApplyConsent,
  type ApplyResult,
  type Lease,
  type Plan,
  type SyncJournal,
  type SyncJournalFile,
} from '@signalwright/sync';
import { holdAgainst, readPlanFile } from '../approved-plan.ts';
import { readAppliedBy } from '../applied-by.ts';
import { takeApplyLease } from '../apply-lease.ts';
import { envOf } from '../environment.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { environmentFailure, usageFailure } from '../failure.ts';
import { orInterrupted } from '../interruption.ts';
import { loadConfig, plural } from '../load-content.ts';
import {
  carryOutPlan,
  makePlan,
  openJournalOf,
  settleMsOf,
  tellMissingHistory,
  type PlanRequest,
} from '../make-plan.ts';
import { readPlannedContent, type PlannedContent } from '../planned-content.ts';
import { findProject } from '../project.ts';
import type { Provenance } from '../provenance.ts';
import { openTarget, type Target } from '../target.ts';
import type { WorkContext } from '../command.ts';
import type { World } from '../world.ts';
import type { OutputOptions, Reporter } from '../reporter.ts';

export interface ApplyOptions extends OutputOptions {
  readonly dir?: string;
  readonly env?: string;
  readonly to?: string;
  readonly plan?: string;
  readonly adopt?: boolean;
  readonly prune?: boolean;
  readonly allowDestroy?: string;
  readonly acceptHistory?: boolean;
  readonly lease?: string;
  readonly parallel?: string;
  readonly yes?: boolean;
}

/** A plan without changes is carried out too, unasked: it settles what an apply that was killed left open. */
export function apply(options: ApplyOptions, context: WorkContext): Promise<ExitCode> {
  const stop = context.world.stopSignal();
  return orInterrupted(stop, () => applyUntil(stop, options, context));
}

/** What an apply works with, from its first look to its last word. */
interface ApplyWork {
  readonly root: string;
  readonly workspace: Workspace;
  readonly provenance: Provenance;
  readonly target: Target;
  readonly journal: SyncJournalFile;
  /** By `performance.now`. */
  readonly takenAtMs: number;
  readonly lease: Lease | undefined;
  readonly stop: AbortSignal;
}

/** The plan as it is now, and what was approved of it. */
interface ChosenPlan {
  readonly plan: Plan;
  /** From `--plan`. */
  readonly approved?: Plan;
  /** Changes that were not approved, and why each waits; with `approved` alone. */
  readonly held?: ReadonlyMap<Address, string>;
}

async function applyUntil(stop: AbortSignal, options: ApplyOptions, context: WorkContext): Promise<ExitCode> {
  const { world, reporter } = context;
  const parallel = parallelOf(options);
  refuseAsides(options);
  const root = findProject(world.cwd, options.dir);
  const config = loadConfig(root, reporter);
  if (config === undefined) return EXIT.findings;
  const target = await openTarget({ root, config, ...envOf(options), stop }, world);
  // Before content is read, which takes its time: calls that a killed apply left under way arrive meanwhile.
  const journal = await openJournalOf(target, world);
  const takenAtMs = performance.now();
  let lease: Lease | undefined;
  try {
    const content = await readPlannedContent(root, options, { world, reporter });
    if (content === undefined) return EXIT.findings;
    refuseOtherConfig(config, content);
    // Before anything is looked at: what is planned must still be so when it is carried out.
    lease = await takeApplyLease({ root, remote: options.lease, target, stop }, context);
    const work: ApplyWork = { root, ...content, target, journal, takenAtMs, lease, stop };
    const chosen = await choosePlan(work, options, world);
    const shown = chosen.approved ?? chosen.plan;
    tellMissingHistory(chosen.plan, journal, target, reporter);
    const known = readHistory(journal.entries(), target.plan).links;
    reporter.say(renderPlan(shown, { color: reporter.isColoured, known }).trimEnd());
    const isQuestion = hasChanges(shown);
    if (isQuestion && options.yes !== true && !(await isAgreed(context))) {
      reporter.warn('Nothing was applied.');
      reporter.data({ ok: false, counts: countEnds([]) });
      return stop.aborted ? EXIT.interrupted : EXIT.findings;
    }
    const result = await carryOutChosen(work, chosen, { ...options, parallel, isQuestion }, context);
    const isWorthTelling = isQuestion || hasChanges(chosen.plan) || !isComplete(result);
    tellResult(result, { isWorthTelling, head: journal.head() }, reporter);
    if (isComplete(result)) return EXIT.ok;
    return stop.aborted ? EXIT.interrupted : EXIT.findings;
  } finally {
    try {
      const problem = await lease?.release();
      if (problem !== undefined)
        reporter.warn(`The lease could not be given back and ends by itself after two minutes: ${problem}`);
    } finally {
      await journal.close();
    }
  }
}

/** @throws CommandFailure when the project's file was changed between its two readings */
function refuseOtherConfig(config: ProjectConfig, { workspace }: PlannedContent): void {
  if (!isDeepStrictEqual(config, workspace.config))
    throw environmentFailure(
      `${CONFIG_FILE} was changed while content was read.`,
      'Nothing was done: run it again.',
    );
}

/** @throws CommandFailure when the file of a plan cannot be read, or is no plan of this content at this target now */
async function choosePlan(
  { workspace, provenance, target, journal }: ApplyWork,
  options: ApplyOptions,
  world: World,
): Promise<ChosenPlan> {
  const make = (request: PlanRequest): Promise<Plan> =>
    makePlan(workspace, target, journal, world, { ...request, provenance });
  if (options.plan === undefined) return { plan: await make(options) };
  const approved = readPlanFile(resolve(world.cwd, options.plan));
  // What an approved plan asked for shows in it: the one that it is held against may hold more.
  const plan = await make({ adopt: true, prune: true, removeOnly: removedBy(approved.plan) });
  const circumstances = { provenance, nowMs: world.nowMs(), ...allowDestroyOf(options) };
  return { plan, approved: approved.plan, held: holdAgainst(approved, plan, circumstances) };
}

async function carryOutChosen(
  work: ApplyWork,
  { plan, approved, held }: ChosenPlan,
  options: Omit<ApplyOptions, 'parallel'> & { readonly parallel: number; readonly isQuestion: boolean },
  { world, reporter }: WorkContext,
): Promise<ApplyResult> {
  const { root, journal, target, stop } = work;
  tellRecovery(journal, target, reporter);
  stop.addEventListener('abort', () =>
    reporter.warn('Interrupted: ending what is under way. Once more ends at once.'),
  );
  const progress = reporter.progress('applying');
  const result = await carryOutPlan(
    {
      ...work,
      plan,
      world,
      quietMs: performance.now() - work.takenAtMs,
      parallel: options.parallel,
      acceptHistory: options.acceptHistory === true,
      evidence: { ...(await readAppliedBy(root, world)), consent: consentOf(options, approved) },
      // Consent named the approved plan, and was held against it.
      ...(held === undefined ? allowDestroyOf(options) : { held, allowDestroy: plan.digest }),
    },
    (done, total) => progress.update(done, total),
  );
  progress.end();
  return result;
}

function tellResult(
  result: ApplyResult,
  { isWorthTelling, head }: { readonly isWorthTelling: boolean; readonly head: JournalHead },
  reporter: Reporter,
): void {
  if (isWorthTelling) {
    reporter.say();
    reporter.say(renderResult(result, { color: reporter.isColoured }).trimEnd());
  }
  reporter.say(`Head of the journal: ${spellHead(head)}`);
  const items = result.kind === 'applied' ? result.items : [];
  reporter.data({ ok: isComplete(result), counts: countEnds(items), result, head });
}

function allowDestroyOf({ allowDestroy }: Pick<ApplyOptions, 'allowDestroy'>): {
  readonly allowDestroy?: string;
} {
  return allowDestroy === undefined ? {} : { allowDestroy };
}

/** More would only wait for the limits of the service. Chosen. */
const MAX_PARALLEL = 32;

/** @throws CommandFailure 64 for what the plan of a file has decided already */
function refuseAsides({ plan, adopt, prune }: ApplyOptions): void {
  if (plan === undefined) return;
  const aside = prune === true ? '--prune' : adopt === true ? '--adopt' : undefined;
  if (aside === undefined) return;
  throw usageFailure(
    `${aside} changes nothing beside --plan: the file says what is done.`,
    `Give ${aside} to \`signalwright plan --out\`.`,
  );
}

/** @throws CommandFailure 64 */
function parallelOf({ parallel }: ApplyOptions): number {
  if (parallel === undefined) return DEFAULT_PARALLEL;
  const number = /^\d{1,2}$/.test(parallel) ? Number(parallel) : 0;
  if (number >= 1 && number <= MAX_PARALLEL) return number;
  throw usageFailure(`--parallel is a number from 1 to ${MAX_PARALLEL}, not "${parallel}".`);
}

function consentOf(
  options: Omit<ApplyOptions, 'parallel'> & { readonly isQuestion: boolean },
  approved: Plan | undefined,
): ApplyConsent {
  const { yes, allowDestroy, acceptHistory, isQuestion } = options;
  const asked = yes === true ? 'option' : 'answered';
  return {
    given: isQuestion ? asked : 'unasked',
    ...(approved !== undefined && { plan: approved.digest }),
    ...(allowDestroy !== undefined && { destroy: allowDestroy }),
    ...(acceptHistory === true && { acceptedHistory: true }),
  };
}

/** The engine looks before it acts, which takes as long as a list of the service may lag behind. */
function tellRecovery(journal: SyncJournal, target: Target, reporter: Reporter): void {
  const { openIntents } = readHistory(journal.entries(), target.plan);
  if (openIntents.length === 0) return;
  const calls = plural(openIntents.length, 'call');
  const limit = formatDuration(settleMsOf(target)).replace(/\D+$/, ' $&');
  reporter.warn(
    `An earlier apply was cut off: finding out what became of ${calls}, which may take ${limit}.`,
  );
}

async function isAgreed({ world }: WorkContext): Promise<boolean> {
  if (!world.isInteractive) {
    throw usageFailure('Nobody can be asked here.', 'Say --yes to apply without a question.');
  }
  const answer = await world.ask('Apply this? Only "yes" does: ');
  return answer.trim() === 'yes';
}
