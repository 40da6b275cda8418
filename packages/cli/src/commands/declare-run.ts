/** Declares `run`: workflows on a signal, against the embedded org or the service. */

import type { AddCommand } from '../command.ts';
import type { RunOptions, StartOptions } from './run.ts';
import { DIR_OPTION, ENV_OPTION } from './target-options.ts';

const load = (): Promise<typeof import('./run.ts')> => import('./run.ts');

export const addRun: AddCommand = (program, run) => {
  const start = program
    .command('run')
    // What stands after `list` and `show` is theirs.
    .enablePositionalOptions()
    .description('Run a workflow on a signal, and look at runs.')
    .argument('<workflow>', 'its id, as written in the file')
    .option('-s, --signal <id>', 'signal that it runs on')
    .option('-i, --input <name=value>', 'what the workflow asks for besides; may be repeated', append)
    .option('-w, --watch', 'print each step as it ends; exit 1 when the run does not succeed')
    .option(...DIR_OPTION)
    .option(...ENV_OPTION)
    .addHelpText(
      'after',
      '\nExample:\n  signalwright run block-attacker --signal kJ3x9Qm2aLw0ZrT5uYvB1c --input duration=15m --watch',
    );
  run<StartOptions>(start, async (options, context) => (await load()).startRun(options, context));

  const list = start
    .command('list')
    .description('List runs, newest first.')
    .argument('[workflow]', 'only of this one')
    .option(...DIR_OPTION)
    .option(...ENV_OPTION)
    .addHelpText('after', '\nExample:\n  signalwright run list block-attacker');
  run<RunOptions>(list, async (options, context) => (await load()).listRuns(options, context));

  const show = start
    .command('show')
    .description('Show a run: its steps, what they gave, and why it ended.')
    .argument('<run>', 'its id, as the list prints it')
    .option(...DIR_OPTION)
    .option(...ENV_OPTION)
    .addHelpText('after', '\nExample:\n  signalwright run show 32dedd75-66f9-47ee-9d1a-9d2478337999');
  run<RunOptions>(show, async (options, context) => (await load()).showRun(options, context));
};

function append(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
