/** Declares the commands that say what a change of content means. */

import type { AddCommand } from '../command.ts';
import { CONTENT_ENV_OPTION, DIR_OPTION, ENV_OPTION } from './target-options.ts';
import type { DiffOptions } from './diff.ts';
import type { ReviewOptions } from './review.ts';

export const addDiff: AddCommand = (program, run) => {
  const command = program
    .command('diff')
    .argument('[revisions]', 'base, base..head or base...head (default: HEAD and the working tree)')
    .description('Say what a change means: which events stop or start to match, with an example.')
    .option(...DIR_OPTION)
    .option(...CONTENT_ENV_OPTION)
    .option('--exit-code', 'exit 2 when something changed')
    .addHelpText('after', '\nExample:\n  signalwright diff origin/main...HEAD');
  run<DiffOptions>(command, async (options, context) => (await import('./diff.ts')).diff(options, context));
};

export const addReview: AddCommand = (program, run) => {
  const command = program
    .command('review')
    .description('Say in one comment and a check run what a pull request means.')
    .option('--pr <number>', 'the pull request (default: the one that started the workflow run)')
    .option('--repo <owner/name>', 'its repository (default: GITHUB_REPOSITORY)')
    .option('-b, --base <revision>', 'compare with this instead of where the pull request parted')
    .option('-p, --plan <file>', 'show this plan, which another job left, instead of making one')
    .option('--dry-run', 'print the comment; write nothing')
    .option(...DIR_OPTION)
    .option(...ENV_OPTION)
    .addHelpText(
      'after',
      '\nReads GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_API_URL, GITHUB_EVENT_PATH; SIGNALWRIGHT_COMMENT_KEY, where several\nworkflows write as one bot.\n\nExamples:\n  signalwright review --dry-run --base origin/main\n  signalwright review --pr 41 --repo acme/content',
    );
  run<ReviewOptions>(command, async (options, context) =>
    (await import('./review.ts')).review(options, context),
  );
};
