/** A repository as large as one likes, beside an embedded org that runs in a process of its own. */

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createApiClient, type ApiClient } from '@signalwright/wire';
import { startUp, type UpProcess } from '../../scripts/harness/up-process.ts';

const COMMAND = fileURLToPath(new URL('../../packages/cli/bin/signalwright.js', import.meta.url));
/** Of content for such an org. */
export const CONFIG = 'stack: bench\nenvironments:\n  local: { target: embedded }\n';

export interface LargeOrg {
  /** Folder of the repository; everything in it is committed. */
  readonly root: string;
  readonly url: string;
  readonly files: ReadonlyMap<string, string>;
  /** A client that has not been told of any limit. */
  openClient(): ApiClient;
  /** Everything that lies in the repository, as a commit. */
  commit(): void;
  /** Starts the built command in the repository. */
  start(args: readonly string[]): ChildProcess;
  /** Runs it to its end. @throws when that is not 0 */
  run(args: readonly string[]): Promise<{ readonly wallMs: number; readonly out: string }>;
  close(): Promise<void>;
}

/** @param content text by path, made with the help of a client of the org, which stays empty */
export async function openLargeOrg(
  content: (client: ApiClient) => Promise<ReadonlyMap<string, string>>,
): Promise<LargeOrg> {
  const root = mkdtempSync(join(tmpdir(), 'signalwright-large-'));
  const data = join(root, '.signalwright');
  mkdirSync(data);
  const up = await startUp(data);
  const openClient = (): ApiClient => clientOf(up);
  const files = await content(openClient());
  for (const [path, text] of [...files, ['.gitignore', '.signalwright/\n'] as const]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const git = (...args: readonly string[]): void =>
    void execFileSync('git', ['-c', 'user.name=b', '-c', 'user.email=b@example.test', ...args], {
      cwd: root,
    });
  const commit = (): void => {
    git('add', '-A');
    git('commit', '-qm', 'content');
  };
  git('init', '-q', '-b', 'main');
  commit();
  const start = (args: readonly string[]): ChildProcess => startCommand(root, up, args);
  return {
    root,
    url: up.url,
    files,
    openClient,
    commit,
    start,
    run: (args) => endOf(start(args), args),
    close: async () => {
      await up.end('SIGTERM');
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function clientOf({ url, apiKey, applicationKey }: UpProcess): ApiClient {
  return createApiClient({
    baseUrl: url,
    auth: { apiKey, applicationKey },
    fetch: (address, init) => fetch(address, init),
    clock: { nowMs: () => Date.now(), sleep: (ms) => sleep(ms) },
    random: Math.random,
  });
}

function startCommand(
  cwd: string,
  { url, apiKey, applicationKey }: UpProcess,
  args: readonly string[],
): ChildProcess {
  const env = { ...process.env, SIGNALWRIGHT_URL: url, DD_API_KEY: apiKey, DD_APP_KEY: applicationKey };
  return spawn(process.execPath, [COMMAND, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function endOf(child: ChildProcess, args: readonly string[]): ReturnType<LargeOrg['run']> {
  const startedAtMs = performance.now();
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => void (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => void (err += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const wallMs = performance.now() - startedAtMs;
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}: ${err}${out.slice(-2_000)}`);
  return { wallMs, out };
}
