/** What every command shares: the output options, the reporter, and how it gives back its exit code. */

import type { Command } from 'commander';
import type { ExitCode } from './exit-codes.ts';
import { createReporter, type OutputOptions, type Reporter } from './reporter.ts';
import type { World } from './world.ts';

/** A command's work: parses nothing, prints through the reporter, gives back the exit code. */
export type Work<Options> = (options: Options & OutputOptions, context: WorkContext) => Promise<ExitCode>;

export interface WorkContext {
  readonly world: World;
  readonly reporter: Reporter;
  /** Positional arguments. */
  readonly args: readonly string[];
}

/** One file of `commands/` exports one of these. */
export type AddCommand = (program: Command, run: RunCommand) => void;

/** Adds the output options and binds the work to the command. */
export type RunCommand = <Options extends object>(command: Command, work: Work<Options>) => void;

export function bindCommands(world: World, onExit: (code: ExitCode) => void): RunCommand {
  return (command, work) => {
    command
      .option('--json', 'print one JSON document instead of text')
      .option('-q, --quiet', 'print nothing but errors')
      .option('-v, --verbose', 'say more on stderr')
      .action(async () => {
        const options = command.opts();
        const { showText } = await import('@signalwright/template');
        const reporter = createReporter(world, options, showText);
        onExit(await work(options as Parameters<typeof work>[0], { world, reporter, args: command.args }));
      });
  };
}
