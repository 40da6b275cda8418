/** Runs one program to its end, without a shell, and keeps what it said. */

import { spawn } from 'node:child_process';

export interface CommandOutcome {
  /** Exit code; 127 when the program could not be started, 128 + n when a signal ended it. */
  readonly code: number;
  /** stdout and stderr in the order they came. */
  readonly output: string;
  readonly stdout: string;
}

/** A tool that says more than this is cut: the first megabytes tell the story. */
const MAX_OUTPUT_CHARS = 8 * 1024 * 1024;

/** Never rejects: a program that is missing is an outcome like any other. */
export function runCommand(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let stdout = '';
    const keep = (text: string, isStdout: boolean): void => {
      if (output.length < MAX_OUTPUT_CHARS) output += text;
      if (isStdout && stdout.length < MAX_OUTPUT_CHARS) stdout += text;
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => keep(text, true));
    child.stderr.setEncoding('utf8').on('data', (text: string) => keep(text, false));
    child.on('error', (error) =>
      resolve({ code: 127, output: `${command}: ${error.message}\n`, stdout: '' }),
    );
    child.on('close', (code, signal) =>
      resolve({ code: code ?? (signal === null ? 1 : 137), output, stdout }),
    );
  });
}
