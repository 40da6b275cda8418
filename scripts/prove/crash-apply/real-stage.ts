/** A repository, the built command, and a built org that listens at one address through all its lives. */

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REMOTE_KINDS, createApiClient, type ApiClient, type RemoteObject } from '@signalwright/wire';
import { BUILT_COMMAND, buildCommand } from '../../harness/built-command.ts';
import { startUp, type UpProcess } from '../../harness/up-process.ts';

const FAST_CLOCK = fileURLToPath(new URL('./fast-clock.mjs', import.meta.url));
/** The 45 s that lists may lag take less than one then, which is ample for the org. */
const SPEED = 60;
const PROCESS_TIMEOUT_MS = 120_000;

export interface Ended {
  /** Exit code, or the signal that ended it. */
  readonly end: number | string;
  readonly text: string;
  readonly tookMs: number;
}

export interface RealStage {
  readonly org: RealOrg;
  /** Days that the clock of the command is ahead. */
  aheadDays: number;
  /** A new repository, in which nothing was applied yet. @param folder where, if not beside the others */
  openRepository(stack: string, folder?: string): Repository;
  close(): Promise<void>;
}

export interface Repository {
  readonly folder: string;
  /** Writes, or with `undefined` removes, the files, and commits. */
  commit(files: Readonly<Record<string, string | undefined>>): void;
  start(args: readonly string[]): Running;
  /** @param maxFileKib longer files the system does not let it write */
  run(args: readonly string[], maxFileKib?: number): Promise<Ended>;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export async function openRealStage(): Promise<RealStage> {
  await buildCommand();
  const folder = mkdtempSync(join(tmpdir(), 'signalwright-crash-'));
  const org = new RealOrg(join(folder, 'org'));
  await org.start();
  const startMs = Date.now();
  const stage: RealStage = {
    org,
    aheadDays: 0,
    openRepository: (stack, at = join(folder, stack)) =>
      openRepository(at, stack, () => envOf(stage, startMs)),
    close: async () => {
      await org.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return stage;
}

function envOf({ org, aheadDays }: RealStage, startMs: number): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    NO_COLOR: '1',
    ...org.env(),
    FAST_CLOCK_START_MS: String(startMs),
    FAST_CLOCK_SPEED: String(SPEED),
    FAST_CLOCK_AHEAD_MS: String(aheadDays * 86_400_000),
  };
}

/** `signalwright up` on one data folder and one port, killed and started again. */
export class RealOrg {
  readonly #dataDir: string;
  #up: UpProcess | undefined;
  #port = 0;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  async start(): Promise<void> {
    this.#up = await startUp(this.#dataDir, ['--port', String(this.#port)], [BUILT_COMMAND]);
    this.#port = this.#up.port;
  }

  async kill(): Promise<void> {
    await this.#up?.end('SIGKILL');
  }

  env(): Readonly<Record<string, string>> {
    const { url, apiKey, applicationKey } = this.#running();
    return { SIGNALWRIGHT_URL: url, DD_API_KEY: apiKey, DD_APP_KEY: applicationKey };
  }

  client(): ApiClient {
    const { url, apiKey, applicationKey } = this.#running();
    return createApiClient({
      baseUrl: url,
      auth: { apiKey, applicationKey },
      fetch: (address, init) => fetch(address, init),
      clock: { nowMs: () => Date.now(), sleep: () => Promise.resolve() },
      random: () => 0.5,
    });
  }

  /** Everything that is there. */
  async objects(): Promise<readonly RemoteObject[]> {
    const client = this.client();
    const all: RemoteObject[] = [];
    for (const kind of REMOTE_KINDS) {
      const listed = await client.objects(kind).list();
      if (listed.kind !== 'done') throw new Error(`${kind}: ${JSON.stringify(listed)}`);
      all.push(...listed.value);
    }
    return all;
  }

  #running(): UpProcess {
    if (this.#up === undefined) throw new Error('The org was never started.');
    return this.#up;
  }
}

function openRepository(folder: string, stack: string, env: () => NodeJS.ProcessEnv): Repository {
  mkdirSync(folder, { recursive: true });
  const git = (...args: readonly string[]): void =>
    void execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.test', ...args], {
      cwd: folder,
      stdio: 'ignore',
    });
  const repository: Repository = {
    folder,
    commit: (files) => {
      for (const [path, text] of Object.entries(files)) {
        const file = join(folder, path);
        if (text === undefined) rmSync(file);
        else {
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, text);
        }
      }
      git('add', '-A');
      git('commit', '-qm', 'x');
    },
    start: (args) => startCommand(args, folder, env()),
    run: (args, maxFileKib) => startCommand(args, folder, env(), maxFileKib).ended,
  };
  git('init', '-q', '-b', 'main');
  repository.commit({
    '.gitignore': '.signalwright/\n',
    'signalwright.yaml': `stack: ${stack}\nenvironments:\n  local: { target: embedded, prune: true }\n`,
  });
  return repository;
}

function startCommand(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  maxFileKib?: number,
): Running {
  const startedMs = performance.now();
  const command = [process.execPath, '--import', FAST_CLOCK, BUILT_COMMAND, ...args];
  const [file = '', ...words] = maxFileKib === undefined ? command : limited(maxFileKib, command);
  const child = spawn(file, words, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PROCESS_TIMEOUT_MS,
    killSignal: 'SIGTERM',
  });
  let text = '';
  const hear = (chunk: Buffer): void => void (text += chunk.toString());
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({ end: code ?? signal ?? 'nothing', text, tookMs: performance.now() - startedMs }),
    );
  });
  return { child, ended };
}

/** A shell that lowers its own limit and becomes the command. */
function limited(maxFileKib: number, command: readonly string[]): readonly string[] {
  return ['bash', '-c', 'ulimit -f "$0" && exec "$@"', String(maxFileKib), ...command];
}
