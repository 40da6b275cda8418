import { resolve } from 'node:path';
import { writeFileAtomic } from '@signalwright/store';
import { formatDuration } from '@signalwright/model';
import {
  MAX_PLAN_BYTES,
  PLAN_LIFE_MS,
  attributeDrift,
  countChanges,
  findDrift,
  hasChanges,
  printPlan,
  readHistory,
  renderPlan,
} from '@signalwright/sync';
import { envOf } from '../environment.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { lookAndPlan, openJournalOf, tellMissingHistory } from '../make-plan.ts';
import { readPlannedContent } from '../planned-content.ts';
import { findProject } from '../project.ts';
import { commitOf } from '../provenance.ts';
import { openTarget } from '../target.ts';
import type { WorkContext } from '../command.ts';
import type { OutputOptions } from '../reporter.ts';

/** No secret of ours stands in it; but what stands at the target does, as it is. */
const PLAN_FILE_MODE = 0o600;

export interface PlanOptions extends OutputOptions {
  readonly dir?: string;
  readonly env?: string;
  readonly to?: string;
  readonly out?: string;
  readonly adopt?: boolean;
  readonly prune?: boolean;
  readonly exitCode?: boolean;
  readonly markdown?: boolean;
}

export async function plan(options: PlanOptions, { world, reporter }: WorkContext): Promise<ExitCode> {
  const root = findProject(world.cwd, options.dir);
  const content = await readPlannedContent(root, options, { world, reporter });
  if (content === undefined) return EXIT.findings;
  const { workspace, provenance } = content;
  const target = await openTarget({ root, config: workspace.config, ...envOf(options) }, world);
  const journal = await openJournalOf(target, world);
  try {
    const history = readHistory(journal.entries(), target.plan);
    const look = await lookAndPlan(workspace, target, history, world, { ...options, provenance });
    const made = look.plan;
    const atMs = world.nowMs();
    // Of what no apply is on record, there is nothing to know: a first plan after an import would ask for hundreds.
    const drifted = findDrift({ ...look, lastApplied: history.lastApplied }).objects.filter(
      ({ state }) => state !== 'unrecorded',
    );
    const { attributions } = await attributeDrift(target.client, drifted, atMs);
    const commit = commitOf(provenance);
    const making = { atMs, expiresAtMs: atMs + PLAN_LIFE_MS, ...(commit !== undefined && { commit }) };
    tellMissingHistory(made, journal, target, reporter);
    if (options.out !== undefined) writePlanFile(resolve(world.cwd, options.out), printPlan(made, making));
    if (options.markdown === true) {
      const { renderPlanPage } = await import('@signalwright/review');
      reporter.say(renderPlanPage(made, attributions));
    } else
      reporter.say(
        renderPlan(made, { color: reporter.isColoured, attributions, known: history.links }).trimEnd(),
      );
    if (options.out !== undefined && options.markdown !== true)
      reporter.say(
        `\nApply exactly this plan within ${formatDuration(PLAN_LIFE_MS)}: signalwright apply${choiceOf(options)} --plan ${options.out}`,
      );
    reporter.data({
      ok: made.blocked.length === 0,
      counts: countChanges(made),
      plan: made,
      attributions: Object.fromEntries(attributions),
    });
    if (made.blocked.length > 0) return EXIT.findings;
    return options.exitCode === true && hasChanges(made) ? EXIT.changes : EXIT.ok;
  } finally {
    await journal.close();
  }
}

/** What the apply of a file is told again: where to, and of which content. The rest stands in the file. */
function choiceOf({ env, to }: PlanOptions): string {
  return `${env === undefined ? '' : ` --env ${env}`}${to === undefined ? '' : ` --to ${to}`}`;
}

/** @throws CommandFailure 1 for one that an apply would not read */
function writePlanFile(path: string, text: string): void {
  if (Buffer.byteLength(text) > MAX_PLAN_BYTES) {
    throw new CommandFailure(
      EXIT.findings,
      `The plan is longer than ${MAX_PLAN_BYTES} bytes: it was not written.`,
      'Apply without a file, or fewer changes at a time.',
    );
  }
  writeFileAtomic(path, text, PLAN_FILE_MODE);
}
