/** Declares the commands that compare the content with a target. */

import type { AddCommand } from '../command.ts';
import { DIR_OPTION, ENV_OPTION } from './target-options.ts';
import type { ApplyOptions } from './apply.ts';
import type { DriftOptions } from './drift.ts';
import type { PlanOptions } from './plan.ts';

const ADOPT_OPTION = [
  '--adopt',
  'put our mark on objects that files were imported from (remoteId), instead of refusing to make second ones',
] as const;

const PRUNE_OPTION = [
  '--prune',
  'remove what has gone from content: switched off first, deleted by an apply after 7 days (where the environment says prune: confirm)',
] as const;

const TO_OPTION = [
  '--to <revision>',
  'go back: to the content of a commit, of a plan that was applied, or what was in force at a date (2026-11-28)',
] as const;

export const addPlan: AddCommand = (program, run) => {
  const command = program
    .command('plan')
    .description('Say what an apply would change; changes nothing.')
    .option(...DIR_OPTION)
    .option(...ENV_OPTION)
    .option('-o, --out <file>', 'write the plan, for `apply --plan`')
    .option(...TO_OPTION)
    .option(...ADOPT_OPTION)
    .option(...PRUNE_OPTION)
    .option('--exit-code', 'exit 2 when there are changes')
    .option('--markdown', 'print Markdown, for a pull request or a summary page')
    .addHelpText(
      'after',
      '\nExamples:\n  signalwright plan --env prod --out plan.json\n  signalwright plan --env prod --to HEAD~1 --prune',
    );
  run<PlanOptions>(command, async (options, context) => (await import('./plan.ts')).plan(options, context));
};

export const addApply: AddCommand = (program, run) => {
  const command = program
    .command('apply')
    .description('Carry out a plan: print it, ask, then change exactly that and nothing else.')
    .option(...DIR_OPTION)
    .option(...ENV_OPTION)
    .option(
      '-p, --plan <file>',
      'a plan that `plan --out` wrote; refused when content has moved since, and an object that moved at the target waits',
    )
    .option(...TO_OPTION)
    .option(...ADOPT_OPTION)
    .option(...PRUNE_OPTION)
    .option(
      '--allow-destroy <digest>',
      'agree to a plan that removes many objects: its digest, or the 12 digits that it prints',
    )
    .option('--accept-history', 'the history of git was rewritten: what is applied now begins it anew')
    .option(
      '--lease <remote>',
      'hold a lease at this remote of git while applying, so that no other machine does; exits 75 when one does',
    )
    .option('--parallel <number>', 'how many objects are written at once, 1 to 32 (default: 8)')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', '\nExample:\n  signalwright apply --env prod --plan plan.json --yes');
  run<ApplyOptions>(command, async (options, context) =>
    (await import('./apply.ts')).apply(options, context),
  );
};

export const addDrift: AddCommand = (program, run) => {
  const command = program
    .command('drift')
    .description('Say what others have changed at the target since the last apply, and who.')
    .option(...DIR_OPTION)
    .option(...ENV_OPTION)
    .option('--exit-code', 'exit 2 when there is drift')
    .option('--markdown', 'print Markdown, for an issue or a summary page')
    .option(
      '--adopt <address...>',
      'edit the files of these objects so that content says what the target says, comments kept',
    )
    .option('--adopt-all', 'the same for every object that somebody changed')
    .addHelpText(
      'after',
      '\nExamples:\n  signalwright drift --env prod --exit-code\n  signalwright drift --env prod --adopt detection-rule/credential-stuffing',
    );
  run<DriftOptions>(command, async (options, context) =>
    (await import('./drift.ts')).drift(options, context),
  );
};
