/** The command line: which commands there are, how help reads, and what a failure prints. */

import { Command, CommanderError } from 'commander';
import { addCommands } from './commands/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { asCommandFailure, CommandFailure, usageFailure } from './failure.ts';
import { OUTPUT_SCHEMA_VERSION, outputWidth, usesColour } from './reporter.ts';
import { readVersion } from './version.ts';
import type { World } from './world.ts';
import pc from 'picocolors';

/** @param args without node and script. @returns the exit code; never throws */
export async function runProgram(args: readonly string[], world: World): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = createProgram(world, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    return await reportFailure(error, program, args, world);
  }
}

/** Every command declared, none of their work loaded. */
export function createProgram(world: World, onExit: (code: ExitCode) => void): Command {
  const { bold } = pc.createColors(usesColour(world));
  const width = outputWidth(world);
  const program = new Command('signalwright')
    .description('Detection content in git: checked, tested, planned, applied, reviewed.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    // An option belongs to the command that it stands behind.
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ styleTitle: bold, subcommandTerm: termOf })
    .configureOutput({
      writeOut: world.out,
      writeErr: world.err,
      // Failures are printed in one place, see `reportFailure`.
      outputError: () => undefined,
      getOutHelpWidth: () => width,
      getErrHelpWidth: () => width,
      getOutHasColors: () => true,
      getErrHasColors: () => true,
    })
    .addHelpText('after', HELP_END);
  addCommands(program, world, onExit);
  return program;
}

/** `compile [address...]`: that each has options goes without saying. */
function termOf(command: Command): string {
  return `${command.name()} ${command.usage().replace(/^\[options\] ?(?:\[command\] ?)?/, '')}`.trimEnd();
}

const HELP_END = `
Exit codes:
  0 clean   1 findings or refusals   2 changes (with --exit-code)   3 internal error, please report it
  64 wrong usage   74 environment (port, permission, disk, network)   75 busy: somebody else holds it
  130 interrupted: what was under way was ended in order

Start here:
  signalwright demo`;

async function reportFailure(
  error: unknown,
  program: Command,
  args: readonly string[],
  world: World,
): Promise<ExitCode> {
  if (error instanceof CommanderError && QUIET_ENDS.has(error.code)) {
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  const failure =
    error instanceof CommanderError ? asUsageFailure(error, program, args) : asCommandFailure(error);
  if (failure === undefined)
    world.err(`signalwright: internal error, please report it.\n${await inert(stackOf(error))}\n`);
  const { exitCode, message, hint } =
    failure ?? new CommandFailure(EXIT.internal, error instanceof Error ? error.message : String(error));
  const said = await inert(message);
  const advice = hint === undefined ? undefined : await inert(hint);
  if (failure !== undefined) {
    world.err(`signalwright: ${said}\n`);
    if (advice !== undefined) world.err(`  ${advice}\n`);
  }
  if (asksForJson(args)) {
    const document = { message: said, ...(advice !== undefined && { hint: advice }), exitCode };
    world.out(`${JSON.stringify({ schemaVersion: OUTPUT_SCHEMA_VERSION, ok: false, error: document })}\n`);
  }
  return exitCode;
}

/** Nothing of it is a control, and neither `::` nor `##[` can stand in it. */
const PLAIN = /^[ !"$-9;-~]*$/;

/** A failure quotes what others wrote: the holder of a lease, the words of git, a plan file. */
async function inert(text: string): Promise<string> {
  if (PLAIN.test(text)) return text;
  const { showText } = await import('@signalwright/template');
  return showText(text);
}

/** Help and version were asked for, or help was printed because nothing was: there is nothing to add. */
const QUIET_ENDS: ReadonlySet<string> = new Set([
  'commander.help',
  'commander.helpDisplayed',
  'commander.version',
]);

/** `error: unknown command 'chek'` and a suggestion on a second line, as commander writes them. */
function asUsageFailure(error: CommanderError, program: Command, args: readonly string[]): CommandFailure {
  const [first = '', suggestion] = error.message.split('\n');
  const problem = first.replace(/^error: /, '').replace(/[^.]$/, '$&.');
  const help = `See \`${commandPath(program, args)} --help\`.`;
  const hint = suggestion === undefined ? help : suggestion.replace(/^\((.*)\)$/, '$1');
  return usageFailure(`${problem.charAt(0).toUpperCase()}${problem.slice(1)}`, hint);
}

/** The command that the arguments name, as far as they name one: `signalwright signals list`. */
function commandPath(program: Command, args: readonly string[]): string {
  const names = [program.name()];
  let command: Command | undefined = program;
  for (const arg of args) {
    command = command.commands.find((each) => each.name() === arg);
    if (command === undefined) break;
    names.push(command.name());
  }
  return names.join(' ');
}

/** Also when the arguments could not be parsed: a program that asked for JSON reads nothing else. */
function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end === -1 ? args : args.slice(0, end)).includes('--json');
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
