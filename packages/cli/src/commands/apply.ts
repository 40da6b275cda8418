import { resolve } from 'node:path';
import { spellHead } from '@signalwright/store';
import { formatDuration } from '@signalwright/model';
import {
  DEFAULT_PARALLEL,
  SETTLE_MS,
  countEnds,
  hasChanges,
  isComplete,
  readHistory,
  removedBy,
  renderPlan,
  renderResult,
  type ApplyConsent,
  type Lease,
  type Plan,
  type SyncJournal,
} from '@signalwright/sync';
import { holdAgainst, readPlanFile } from '../approved-plan.ts';
import { readAppliedBy } from '../applied-by.ts';
import { takeApplyLease } from '../apply-lease.ts';
import { envOf } from '../environment.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { usageFailure } from '../failure.ts';
import { orInterrupted } from '../interruption.ts';
import { plural } from '../load-content.ts';
import { carryOutPlan, makePlan, openJournalOf, tellMissingHistory, type PlanRequest } from '../make-plan.ts';
import { readPlannedContent } from '../planned-content.ts';
import { findProject } from '../project.ts';
import { openTarget, type Target } from '../target.ts';
import type { WorkContext } from '../command.ts';
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

async function applyUntil(stop: AbortSignal, options: ApplyOptions, context: WorkContext): Promise<ExitCode> {
  const { world, reporter } = context;
  const parallel = parallelOf(options);
  const root = findProject(world.cwd, options.dir);
  const content = await readPlannedContent(root, options, { world, reporter });
  if (content === undefined) return EXIT.findings;
  const { workspace, provenance } = content;
  const target = await openTarget({ root, config: workspace.config, ...envOf(options), stop }, world);
  const journal = await openJournalOf(target, world);
  let lease: Lease | undefined;
  try {
    // Before anything is looked at: what is planned must still be so when it is carried out.
    lease = await takeApplyLease({ root, remote: options.lease, target, stop }, context);
    const make = (request: PlanRequest): Promise<Plan> =>
      makePlan(workspace, target, journal, world, { ...request, provenance });
    const approved = options.plan === undefined ? undefined : readPlanFile(resolve(world.cwd, options.plan));
    // What an approved plan asked for shows in it: the one that it is held against may hold more.
    const plan = await make(
      approved === undefined ? options : { adopt: true, prune: true, removeOnly: removedBy(approved.plan) },
    );
    const consent = options.allowDestroy === undefined ? {} : { allowDestroy: options.allowDestroy };
    const held =
      approved === undefined
        ? undefined
        : holdAgainst(approved, plan, { provenance, nowMs: world.nowMs(), ...consent });
    const shown = approved?.plan ?? plan;
    tellMissingHistory(plan, journal, target, reporter);
    reporter.say(renderPlan(shown, { color: reporter.isColoured }).trimEnd());
    const isQuestion = hasChanges(shown);
    if (isQuestion && options.yes !== true && !(await isAgreed(context))) {
      reporter.warn('Nothing was applied.');
      reporter.data({ ok: false, counts: countEnds([]) });
      return stop.aborted ? EXIT.interrupted : EXIT.findings;
    }
    tellRecovery(journal, target, reporter);
    stop.addEventListener('abort', () =>
      reporter.warn('Interrupted: ending what is under way. Once more ends at once.'),
    );
    const progress = reporter.progress('applying');
    const result = await carryOutPlan(
      {
        plan,
        workspace,
        target,
        journal,
        world,
        provenance,
        lease,
        parallel,
        stop,
        acceptHistory: options.acceptHistory === true,
        evidence: {
          ...(await readAppliedBy(root, world)),
          consent: consentOf(options, {
            isQuestion,
            ...(approved !== undefined && { plan: approved.plan.digest }),
          }),
        },
        // Consent named the approved plan, and was held against it.
        ...(held === undefined ? consent : { held, allowDestroy: plan.digest }),
      },
      (done, total) => progress.update(done, total),
    );
    progress.end();
    if (isQuestion || hasChanges(plan) || !isComplete(result)) {
      reporter.say();
      reporter.say(renderResult(result, { color: reporter.isColoured }).trimEnd());
    }
    const items = result.kind === 'applied' ? result.items : [];
    const head = journal.head();
    reporter.say(`Head of the journal: ${spellHead(head)}`);
    reporter.data({ ok: isComplete(result), counts: countEnds(items), result, head });
    if (isComplete(result)) return EXIT.ok;
    return stop.aborted ? EXIT.interrupted : EXIT.findings;
  } finally {
    await lease?.release();
    await journal.close();
  }
}

/** More would only wait for the limits of the service. Chosen. */
const MAX_PARALLEL = 32;

/** @throws CommandFailure 64 */
function parallelOf({ parallel }: ApplyOptions): number {
  if (parallel === undefined) return DEFAULT_PARALLEL;
  const number = /^\d{1,2}$/.test(parallel) ? Number(parallel) : 0;
  if (number >= 1 && number <= MAX_PARALLEL) return number;
  throw usageFailure(`--parallel is a number from 1 to ${MAX_PARALLEL}, not "${parallel}".`);
}

function consentOf(
  { yes, allowDestroy, acceptHistory }: ApplyOptions,
  { isQuestion, plan }: { readonly isQuestion: boolean; readonly plan?: string },
): ApplyConsent {
  const asked = yes === true ? 'option' : 'answered';
  return {
    given: isQuestion ? asked : 'unasked',
    ...(plan !== undefined && { plan }),
    ...(allowDestroy !== undefined && { destroy: allowDestroy }),
    ...(acceptHistory === true && { acceptedHistory: true }),
  };
}

/** The engine looks before it acts, which takes as long as a list of the service may lag behind. */
function tellRecovery(journal: SyncJournal, target: Target, reporter: Reporter): void {
  const { openIntents } = readHistory(journal.entries(), target.plan);
  if (openIntents.length === 0) return;
  const calls = plural(openIntents.length, 'call');
  const limit = formatDuration(SETTLE_MS).replace(/\D+$/, ' $&');
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
