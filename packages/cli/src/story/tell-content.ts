/** The first part of the story: content is checked and tested, planned, applied, and planned again. */

import { join } from 'node:path';
import type { Workspace } from '@signalwright/content';
import { isFailed } from '@signalwright/model';
import { countChanges, countEnds, isComplete, type Plan } from '@signalwright/sync';
import { EXIT } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { countSeverities, loadContent, plural } from '../load-content.ts';
import { carryOutPlan, makePlan, openJournalOf, tellMissingHistory } from '../make-plan.ts';
import type { Reporter } from '../reporter.ts';
import { runAllContentTests } from '../run-content-tests.ts';
import type { Target } from '../target.ts';
import type { World } from '../world.ts';
import type { StoryCounts } from './counts.ts';
import type { Narrator } from './narrator.ts';
import type { Stage } from './stage.ts';

export interface CheckedContent extends Pick<StoryCounts, 'check' | 'test'> {
  readonly workspace: Workspace;
}

/** @throws CommandFailure (1) when a file is wrong or a test fails */
export async function checkContent(
  root: string,
  world: World,
  reporter: Reporter,
  narrator: Narrator,
): Promise<CheckedContent> {
  const { diagnostics, sources, workspace } = await loadContent(root, world);
  const { errors, warnings } = countSeverities(diagnostics);
  if (workspace === undefined) {
    throw new CommandFailure(
      EXIT.findings,
      `${plural(errors, 'error')} in the content.`,
      'Run `signalwright check`.',
    );
  }
  const check = { files: sources.size, objects: workspace.objects.length, warnings };
  narrator.step(
    'check',
    `${plural(check.files, 'file')}, ${plural(check.objects, 'object')}, ${warnings === 0 ? 'no findings' : plural(warnings, 'warning')}`,
  );
  const outcomes = (await runAllContentTests(workspace, world, reporter)).flatMap(
    (result) => result.outcomes,
  );
  const failed = outcomes.filter(isFailed).length;
  if (failed > 0) {
    throw new CommandFailure(
      EXIT.findings,
      `${plural(failed, 'test')} of the content failed.`,
      'Run `signalwright test`.',
    );
  }
  narrator.step('test', `${outcomes.length} tests of the rules' own files pass`);
  return { workspace, check, test: { passed: outcomes.length, failed } };
}

export async function applyContent(
  workspace: Workspace,
  stage: Stage,
  world: World,
  reporter: Reporter,
  narrator: Narrator,
): Promise<Pick<StoryCounts, 'plan' | 'apply' | 'planAgain'>> {
  const { url } = stage.project.server;
  const target: Target = {
    plan: { name: 'local', url, explorerUrl: `${url}/`, stack: workspace.config.stack },
    client: stage.client,
    root: stage.project.dataDir,
    keysFrom: 'the demo',
    isEmbedded: true,
    journalPath: join(stage.project.dataDir, 'sync', 'local.ndjson'),
  };
  const journal = await openJournalOf(target, world);
  try {
    const plan = await makePlan(workspace, target, journal, world);
    tellMissingHistory(plan, journal, target, reporter);
    const changes = countChanges(plan);
    narrator.step('plan', describePlan(plan));
    const progress = reporter.progress('applying');
    const result = await carryOutPlan({ plan, workspace, target, journal, world }, progress.update);
    progress.end();
    if (!isComplete(result) || result.kind === 'rejected') {
      throw new CommandFailure(
        EXIT.findings,
        'The content could not be applied.',
        'Run `signalwright plan` against it.',
      );
    }
    const ends = countEnds(result.items);
    const created = changes.create;
    narrator.step(
      'apply',
      ends.done === 0
        ? 'nothing to do, the org has it all'
        : `${plural(ends.done, 'object')} created or updated`,
    );
    const again = countChanges(await makePlan(workspace, target, journal, world));
    const left = again.create + again.update + again.delete;
    narrator.step('plan', left === 0 ? 'again: no changes' : `again: ${plural(left, 'change')} left`);
    return {
      plan: { create: changes.create, update: changes.update, noop: changes.noop, link: changes.link },
      apply: { created, updated: ends.done - created, unchanged: ends.unchanged },
      planAgain: { changes: left },
    };
  } finally {
    await journal.close();
  }
}

function describePlan(plan: Plan): string {
  const { create, update, noop, link } = countChanges(plan);
  const parts = [
    ...(create > 0 ? [`${create} to create`] : []),
    ...(update > 0 ? [`${update} to update`] : []),
    ...(noop > 0 ? [`${noop} unchanged`] : []),
    ...(link > 0 ? [`${plural(link, 'saved view')} linked`] : []),
  ];
  return parts.join(', ');
}
