/** A real `signalwright up`, in a process of its own, for proofs that ask it from outside. */

import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FROM_SOURCES = [
  '--conditions=signalwright-source',
  '--import',
  'tsx',
  fileURLToPath(new URL('./up-child.ts', import.meta.url)),
];
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_TIMEOUT_MS = 60_000;
/** Of what it said on stderr, the end is kept. */
const MAX_STDERR_CHARACTERS = 200_000;

export interface UpProcess {
  readonly url: string;
  readonly port: number;
  readonly apiKey: string;
  readonly applicationKey: string;
  readonly pid: number;
  /** How long it took from the start of the process to its first word. */
  readonly startedMs: number;
  /** Undefined while it runs. */
  ended(): UpEnd | undefined;
  /** The end of what it said on stderr. */
  stderr(): string;
  /** Sends the signal and waits for the end. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<UpEnd>;
}

export interface UpEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * @param dataDir of the org; its content is that of the repository, which checks and is not applied
 * @param command what node runs: the sources, or what is built of them
 */
export async function startUp(
  dataDir: string,
  args: readonly string[] = [],
  command: readonly string[] = FROM_SOURCES,
): Promise<UpProcess> {
  const startedAtMs = Date.now();
  const child = spawn(
    process.execPath,
    [...command, 'up', '--json', '--port', '0', '--dir', ROOT, '--data', dataDir, ...args],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let stderr = '';
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (chunk: string) => {
    stderr = (stderr + chunk).slice(-MAX_STDERR_CHARACTERS);
  });
  let end: UpEnd | undefined;
  const ending = new Promise<UpEnd>((resolve) => {
    child.once('close', (code, signal) => resolve((end = { code, signal })));
  });
  const url = await firstWord(child, ending, () => stderr);
  const { apiKey, applicationKey } = JSON.parse(
    readFileSync(join(dataDir, 'credentials.json'), 'utf8'),
  ) as Pick<UpProcess, 'apiKey' | 'applicationKey'>;
  return {
    url,
    port: Number(new URL(url).port),
    apiKey,
    applicationKey,
    pid: child.pid ?? 0,
    startedMs: Date.now() - startedAtMs,
    ended: () => end,
    stderr: () => stderr,
    end: (signal) => {
      child.kill(signal);
      return ending;
    },
  };
}

function firstWord(child: ChildProcess, ending: Promise<UpEnd>, stderr: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`The org did not start within ${START_TIMEOUT_MS} ms: ${stderr()}`));
    }, START_TIMEOUT_MS);
    let said = '';
    child.stdout?.setEncoding('utf8');
    child.stdout?.on('data', (chunk: string) => {
      said += chunk;
      if (!said.includes('\n')) return;
      clearTimeout(timer);
      const { url } = JSON.parse(said) as { readonly url?: string };
      if (url === undefined) reject(new Error(`The org did not start: ${said}`));
      else resolve(url);
    });
    void ending.then(({ code }) => {
      clearTimeout(timer);
      reject(new Error(`The org ended with ${code ?? 'a signal'}: ${said}${stderr()}`));
    });
  });
}
