/** Declares `signals`: triage from a terminal, against the embedded org or the service. */

import type { Command } from 'commander';
import type { AddCommand } from '../command.ts';
import { DIR_OPTION, ENV_OPTION } from './target-options.ts';
import type { ListOptions, SignalOptions, StateOptions } from './signals.ts';

const load = (): Promise<typeof import('./signals.ts')> => import('./signals.ts');

export const addSignals: AddCommand = (program, run) => {
  const signals = program
    .command('signals')
    .description('List signals and triage them: read one, set its state, assign it.')
    .addHelpText('after', '\nExample:\n  signalwright signals list --query "status:high env:prod" --past 1d');
  const add = (name: string, summary: string): Command => signals.command(name).description(summary);

  const list = add('list', 'List signals, newest first.')
    .option(...DIR_OPTION)
    .option(...ENV_OPTION)
    .option('--query <query>', 'in the language of the Signals Explorer', '*')
    .option('--past <time>', 'how far back, such as 4h or 30d', '7d')
    .option('--limit <number>', 'at most this many, up to 1000', '50')
    .addHelpText(
      'after',
      '\nExample:\n  signalwright signals list --query "@workflow.triage.state:open status:(high OR critical)" --past 1d',
    );
  run<ListOptions>(list, async (options, context) => (await load()).listSignals(options, context));

  const get = add('get', 'Show one signal in full.')
    .option(...DIR_OPTION)
    .option(...ENV_OPTION)
    .argument('<id>', 'of the signal, as the list prints it')
    .addHelpText('after', '\nExample:\n  signalwright signals get kJ3x9Qm2aLw0ZrT5uYvB1c');
  run<SignalOptions>(get, async (options, context) => (await load()).getSignal(options, context));

  const state = add('state', 'Move a signal to another triage state.')
    .option(...DIR_OPTION)
    .option(...ENV_OPTION)
    .argument('<id>', 'of the signal, as the list prints it')
    .argument('<state>', 'open, under_review or archived')
    .option('--reason <reason>', 'why it is archived, such as false_positive or true_positive_malicious')
    .option('--comment <text>', 'about why it is archived')
    .addHelpText(
      'after',
      '\nExample:\n  signalwright signals state kJ3x9Qm2aLw0ZrT5uYvB1c archived --reason false_positive --comment "load test"',
    );
  run<StateOptions>(state, async (options, context) => (await load()).setSignalState(options, context));

  const assign = add('assign', 'Give a signal to somebody, or to nobody.')
    .option(...DIR_OPTION)
    .option(...ENV_OPTION)
    .argument('<id>', 'of the signal, as the list prints it')
    .argument('<user>', 'handle, name or uuid; `none` for nobody')
    .addHelpText('after', '\nExample:\n  signalwright signals assign kJ3x9Qm2aLw0ZrT5uYvB1c none');
  run<SignalOptions>(assign, async (options, context) => (await load()).assignSignal(options, context));

  const open = add('open', 'Print a link that opens the Signals Explorer once.')
    .option(...DIR_OPTION)
    .option(...ENV_OPTION)
    .addHelpText('after', '\nExample:\n  signalwright signals open');
  run<SignalOptions>(open, async (options, context) => (await load()).openExplorer(options, context));
};
