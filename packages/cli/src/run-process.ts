/** The process around the command: readers that went away, disks that are full, mistakes that nobody caught. */

import { EXIT } from './exit-codes.ts';
import { asCommandFailure } from './failure.ts';
import { main } from './main.ts';

/** Runs the command with the arguments of this process and leaves its exit code behind. */
export async function runProcess(): Promise<void> {
  watchOutput();
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, endOnMistake);
  process.exitCode = await main(process.argv.slice(2));
}

/**
 * A reader that has seen enough (`… | head -3`) is no failure: the work goes on to its end, unheard, so that the exit
 * code says what it would have said and nothing is left half done. Anything else is the machine's refusal.
 */
function watchOutput(): void {
  let refusal: string | undefined;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || refusal !== undefined) return;
    refusal = error.message;
    process.stderr.write(`signalwright: the output cannot be written: ${error.message}\n`);
  });
  process.stderr.on('error', () => undefined);
  process.on('exit', () => {
    if (refusal !== undefined) process.exitCode = EXIT.environment;
  });
}

function endOnMistake(error: unknown): never {
  // A module that could not be opened, since too much is open: no mistake of ours, and reported nowhere else.
  const failure = isTooManyFiles(error) ? asCommandFailure(error) : undefined;
  if (failure !== undefined) {
    process.stderr.write(`signalwright: ${failure.message}\n`);
    process.exit(failure.exitCode);
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`signalwright: internal error, please report it.\n${text}\n`);
  process.exit(EXIT.internal);
}

function isTooManyFiles(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE');
}
