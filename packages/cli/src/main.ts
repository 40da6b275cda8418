/** The only place that joins rooms. Heavy ones are imported by the command that needs them. */

import { Command, CommanderError } from 'commander';
import { addCommands } from './commands/index.ts';
import { EXIT } from './exit-codes.ts';
import { asCommandFailure } from './failure.ts';
import { readVersion } from './version.ts';
import { processWorld, type World } from './world.ts';

/** @param args without node and script. @returns the exit code; never throws */
export async function main(args: readonly string[], world: World = processWorld()): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = new Command('signalwright')
    .description('Detection content in git: checked, tested, planned, applied, reviewed.')
    .version(readVersion(), '-V, --version')
    .exitOverride()
    .configureOutput({ writeOut: world.out, writeErr: world.err })
    .showHelpAfterError('Run it with --help for usage.')
    .addHelpText('after', HELP_END);
  addCommands(program, world, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    return exitCodeOf(error, world);
  }
}

const HELP_END = `
Exit codes: 0 clean, 1 findings or refusals, 2 changes (with --exit-code), 3 internal error, 64 wrong usage,
            74 environment (port, permission, disk, network), 75 busy.

Start here: signalwright demo`;

function exitCodeOf(error: unknown, world: World): number {
  if (error instanceof CommanderError) {
    // Commander has printed what was wrong; help and version are no errors.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  const failure = asCommandFailure(error);
  if (failure !== undefined) {
    world.err(`signalwright: ${failure.message}\n`);
    if (failure.hint !== undefined) world.err(`  ${failure.hint}\n`);
    return failure.exitCode;
  }
  world.err(`signalwright: internal error, please report it.\n${stackOf(error)}\n`);
  return EXIT.internal;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
