/** The command line in this process, where nobody is there to ask and there is no network. */

import { main } from 'signalwright';

export interface CommandAnswer {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** @param cwd absolute path */
export async function runCommand(cwd: string, args: readonly string[]): Promise<CommandAnswer> {
  let out = '';
  let err = '';
  const exitCode = await main(args, {
    cwd,
    env: {},
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    isTerminal: false,
    isInteractive: false,
    nowMs: () => Date.now(),
    ask: () => Promise.reject(new Error('nobody is there')),
    readInput: () => Promise.reject(new Error('nothing is piped in')),
    fetch: () => Promise.reject(new TypeError('there is no network here')),
    untilStopped: () => Promise.resolve(),
    stopSignal: () => new AbortController().signal,
  });
  return { exitCode, out, err };
}
