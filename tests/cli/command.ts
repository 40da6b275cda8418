/** The built command as a process of its own, and an org that another one serves. */

import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApiClient, type ApiClient } from '@signalwright/wire';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const BIN = join(ROOT, 'packages/cli/bin/signalwright.js');
/** Generous: a start takes a tenth of a second on a quiet machine. */
export const LIMIT_MS = 120_000;

export interface Ended {
  /** The exit code, or the signal that ended it. */
  readonly end: number | string;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly text: () => { readonly out: string; readonly err: string };
  readonly ended: Promise<Ended>;
}

export interface StartOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Options of node, before the program. */
  readonly node?: readonly string[];
}

const running = new Set<ChildProcess>();

export function start(args: readonly string[], options: StartOptions): Running {
  return follow(
    spawn(process.execPath, [...(options.node ?? []), BIN, ...args], {
      cwd: options.cwd,
      env: cleanEnv(options.env),
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

export function run(args: readonly string[], options: StartOptions): Promise<Ended> {
  return start(args, options).ended;
}

/** A line of a shell in which `$SIGNALWRIGHT` is the command. */
export function shell(line: string, options: StartOptions): Promise<Ended> {
  const env = cleanEnv({ ...options.env, SIGNALWRIGHT: `${process.execPath} ${BIN}` });
  return follow(spawn('bash', ['-c', line], { cwd: options.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] }))
    .ended;
}

/** Kills what a test left running. */
export async function killAll(): Promise<void> {
  for (const child of running) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
}

function cleanEnv(env: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1', ...env };
}

function follow(child: ChildProcess): Running {
  running.add(child);
  const text = { out: '', err: '' };
  child.stdout?.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
  child.once('exit', () => running.delete(child));
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ end: code ?? signal ?? 'nothing', ...text }));
  });
  return { child, text: () => text, ended };
}

export interface Org {
  readonly url: string;
  readonly running: Running;
  /** What a command needs to find it. */
  readonly env: Readonly<Record<string, string>>;
  readonly client: ApiClient;
}

/** `up` on a free port for the content of `cwd`, with further options. */
export async function startOrg(cwd: string, options: readonly string[] = []): Promise<Org> {
  const org = start(['up', '--port', '0', '--json', ...options], { cwd });
  const url = await Promise.race([
    waitFor(() => /"url":"([^"]+)"/.exec(org.text().out)?.[1]),
    org.ended.then(({ end, err }) => {
      throw new Error(`The org ended with ${end}: ${err}`);
    }),
  ]);
  const credentials = JSON.parse(readFileSync(join(cwd, '.signalwright/credentials.json'), 'utf8')) as {
    readonly apiKey: string;
    readonly applicationKey: string;
  };
  const client = createApiClient({
    baseUrl: url,
    auth: credentials,
    fetch: (address, init) => fetch(address, init),
    clock: { nowMs: () => Date.now(), sleep: wait },
    random: () => 0.5,
  });
  return { url, running: org, env: { SIGNALWRIGHT_URL: url }, client };
}

/** Asks until there is an answer. */
export async function waitFor<T>(ask: () => T | undefined): Promise<T> {
  const endMs = Date.now() + LIMIT_MS;
  for (;;) {
    const answer = ask();
    if (answer !== undefined) return answer;
    if (Date.now() > endMs) throw new Error('It did not happen in time.');
    await wait(20);
  }
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
