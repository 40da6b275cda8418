/** What `npm run prove` and `npm run bench` share: names, arguments, exit codes. */

import { existsSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compareText } from '../architecture/finding.ts';
import { MissingData } from './shared-data.ts';

export const EXIT = { ok: 0, failed: 1, usage: 64, environment: 74 } as const;

/** Everything a harness touches, so that its tests need no process. */
export interface HarnessIo {
  /** Names that can be run, sorted. */
  readonly names: readonly string[];
  /** Loads the module of one of `names`. */
  readonly load: (name: string) => Promise<Readonly<Record<string, unknown>>>;
  /** A line on stdout. */
  readonly print: (line: string) => void;
  /** A line on stderr. */
  readonly log: (line: string) => void;
}

export interface HarnessArgs {
  readonly names: readonly string[];
  readonly short: boolean;
  readonly seed: number | undefined;
}

/** Files right in `folder` are what can be run; what they share lies in folders below. */
export function listNames(folder: URL): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .toSorted(compareText);
}

/**
 * Reads the arguments of a harness.
 *
 * @param command how the harness is called, for the usage line
 * @returns what to run, or the exit code when there is nothing to run
 */
export function readHarnessArgs(
  args: readonly string[],
  command: string,
  io: HarnessIo,
): HarnessArgs | number {
  const usage = `usage: npm run ${command} -- <name> | --all | --list  [--short] [--seed N]`;
  const parsed = parseFlags(args);
  if (typeof parsed === 'string') {
    io.log(`${parsed}\n${usage}`);
    return EXIT.usage;
  }
  const { values, positionals } = parsed;
  if (values.list === true) {
    for (const name of io.names) io.print(name);
    return EXIT.ok;
  }
  const seed = values.seed === undefined ? undefined : Number(values.seed);
  if (seed !== undefined && !Number.isSafeInteger(seed)) {
    io.log(`"${values.seed ?? ''}" is no seed: give a whole number.`);
    return EXIT.usage;
  }
  const names = values.all === true ? io.names : positionals;
  const unknown = names.filter((name) => !io.names.includes(name));
  if (names.length === 0 || unknown.length > 0) {
    if (unknown.length > 0) io.log(`Nothing named ${unknown.join(', ')}.`);
    io.log(`${usage}\nnames: ${io.names.join(', ') || '(none yet)'}`);
    return EXIT.usage;
  }
  return { names, short: values.short === true, seed };
}

/** Says in one line what went wrong, or with a stack when the mistake is ours; never throws. */
export function explainFailure(error: unknown, log: (line: string) => void): number {
  if (error instanceof MissingData) {
    log(error.message);
    return EXIT.environment;
  }
  log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.failed;
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        all: { type: 'boolean' },
        list: { type: 'boolean' },
        short: { type: 'boolean' },
        seed: { type: 'string' },
      },
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
