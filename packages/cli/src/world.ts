/** Everything a command touches outside its arguments, so that a test needs no process. */

import { isUtf8 } from 'node:buffer';
import { stripVTControlCharacters } from 'node:util';
import { environmentFailure } from './failure.ts';

export interface World {
  /** Absolute path. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether stdout is a terminal: colours and progress are for people only. */
  readonly isTerminal: boolean;
  /** Of the terminal; undefined where there is none. */
  readonly columns?: number | undefined;
  /** Whether somebody can be asked. */
  readonly isInteractive: boolean;
  readonly nowMs: () => number;
  readonly ask: (question: string) => Promise<string>;
  /** All of standard input; throws when it is longer than so many bytes. */
  readonly readInput: (maxBytes: number) => Promise<string>;
  readonly fetch: typeof globalThis.fetch;
  /** Resolves when the user or the system asks the process to end. */
  readonly untilStopped: () => Promise<void>;
  /** The same for work that is ended in order: fires once. Who asks again is obeyed at once. */
  readonly stopSignal: () => AbortSignal;
  /** How long a lease lasts without being renewed, where that is not what everybody else thinks: in a proof. */
  readonly leaseMs?: number;
}

export function processWorld(): World {
  return {
    cwd: process.cwd(),
    env: process.env,
    out: (text) => void process.stdout.write(text),
    err: writeError,
    isTerminal: process.stdout.isTTY === true,
    columns: process.stdout.columns,
    isInteractive: process.stdin.isTTY === true && process.stdout.isTTY === true,
    nowMs: () => Date.now(),
    ask,
    readInput,
    fetch: globalThis.fetch,
    untilStopped,
    stopSignal,
  };
}

/** Stderr may go to a file while stdout is a terminal: what is painted for people stays out of it. */
function writeError(text: string): void {
  const isPainted = process.stderr.isTTY === true || process.env['FORCE_COLOR'] !== undefined;
  process.stderr.write(isPainted ? text : stripVTControlCharacters(text));
}

/** An end of the input is an empty answer; Ctrl-C means what it does everywhere else. */
async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    terminal.on('close', () => resolve(''));
    terminal.on('SIGINT', () => {
      // Who listens knows of it before the answer comes.
      if (!process.emit('SIGINT')) process.kill(process.pid, 'SIGINT');
      terminal.close();
    });
    terminal.question(question, (answer) => {
      resolve(answer);
      terminal.close();
    });
  });
}

async function readInput(maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw environmentFailure(`Standard input is longer than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  const input = Buffer.concat(chunks);
  if (!isUtf8(input)) throw environmentFailure('Standard input is not UTF-8.');
  return input.toString('utf8');
}

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of STOP_SIGNALS) process.once(signal, () => resolve());
  });
}

/** One Ctrl-C may arrive twice: from the terminal, and from `npx`, which hands on what it got from there. */
const SAME_PRESS_MS = 1_000;

function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let askedMs: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const nowMs = performance.now();
    askedMs ??= nowMs;
    controller.abort();
    if (nowMs - askedMs <= SAME_PRESS_MS) return;
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  };
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  return controller.signal;
}
