import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  applyPlan,
  countEnds,
  desiredState,
  hasChanges,
  isComplete,
  parsePlan,
  renderPlan,
  renderResult,
  type Plan,
  type SyncJournal,
} from '@signalwright/sync';
import type { Workspace } from '@signalwright/content';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { CommandFailure, usageFailure } from '../failure.ts';
import { loadCleanContent } from '../load-content.ts';
import { makePlan, openJournalOf } from '../make-plan.ts';
import { findProject } from '../project.ts';
import { openTarget, type Target } from '../target.ts';
import { readVersion } from '../version.ts';
import { envOf } from './plan.ts';
import type { WorkContext } from '../command.ts';
import type { OutputOptions } from '../reporter.ts';

export interface ApplyOptions extends OutputOptions {
  readonly dir?: string;
  readonly env?: string;
  readonly plan?: string;
  readonly yes?: boolean;
}

export async function apply(options: ApplyOptions, context: WorkContext): Promise<ExitCode> {
  const { world, reporter } = context;
  const root = findProject(world.cwd, options.dir);
  const workspace = await loadCleanContent(root, reporter);
  if (workspace === undefined) return EXIT.findings;
  const target = await openTarget({ root, config: workspace.config, ...envOf(options) }, world);
  const journal = await openJournalOf(target, world);
  try {
    const plan =
      options.plan === undefined
        ? await makePlan(workspace, target, journal)
        : readPlan(resolve(world.cwd, options.plan));
    reporter.say(renderPlan(plan, { color: reporter.isColoured }).trimEnd());
    if (!hasChanges(plan) && plan.blocked.length === 0) {
      reporter.data({ ok: true, applied: countEnds([]), items: [] });
      return EXIT.ok;
    }
    if (options.yes !== true && !(await isAgreed(context))) return EXIT.findings;
    return await carryOut(plan, workspace, target, journal, context);
  } finally {
    await journal.close();
  }
}

async function carryOut(
  plan: Plan,
  workspace: Workspace,
  target: Target,
  journal: SyncJournal,
  { world, reporter }: WorkContext,
): Promise<ExitCode> {
  const progress = reporter.progress('applying');
  const result = await applyPlan(plan, target.client, journal, {
    clock: { nowMs: world.nowMs, sleep: (ms) => sleep(ms) },
    expect: {
      target: target.plan,
      toolVersion: readVersion(),
      contentDigest: desiredState(workspace, { stack: target.plan.stack }).digest,
    },
    onProgress: ({ done, total }) => progress.update(done, total),
  });
  progress.end();
  reporter.say(renderResult(result, { color: reporter.isColoured }).trimEnd());
  reporter.data({ ok: isComplete(result), result });
  return isComplete(result) ? EXIT.ok : EXIT.findings;
}

async function isAgreed({ world, reporter }: WorkContext): Promise<boolean> {
  if (!world.isInteractive) {
    throw usageFailure('Nobody can be asked here.', 'Say --yes to apply without a question.');
  }
  const answer = await world.ask('Apply this? Only "yes" does: ');
  if (answer.trim() === 'yes') return true;
  reporter.warn('Nothing was applied.');
  return false;
}

function readPlan(path: string): Plan {
  const parsed = parsePlan(readFileSync(path, 'utf8'));
  if (parsed.ok) return parsed.plan;
  throw new CommandFailure(
    EXIT.findings,
    `${path}: ${parsed.reason}`,
    'Make it again with `signalwright plan --out`.',
  );
}
