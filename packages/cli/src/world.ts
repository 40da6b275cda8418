/** Everything a command touches outside its arguments, so that a test needs no process. */

import { createInterface } from 'node:readline/promises';

export interface World {
  /** Absolute path. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether stdout is a terminal: colours and progress are for people only. */
  readonly isTerminal: boolean;
  /** Whether somebody can be asked. */
  readonly isInteractive: boolean;
  readonly nowMs: () => number;
  readonly ask: (question: string) => Promise<string>;
  readonly fetch: typeof globalThis.fetch;
  /** Resolves when the user or the system asks the process to end. */
  readonly untilStopped: () => Promise<void>;
}

export function processWorld(): World {
  return {
    cwd: process.cwd(),
    env: process.env,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTerminal: process.stdout.isTTY === true,
    isInteractive: process.stdin.isTTY === true && process.stdout.isTTY === true,
    nowMs: () => Date.now(),
    ask,
    fetch: globalThis.fetch,
    untilStopped,
  };
}

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
