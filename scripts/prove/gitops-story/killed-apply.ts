/** A real process of the command that is killed while it writes, and the server in front of which it happens. */

import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { serveOrg, type OrgServer } from '@signalwright/org';
import type { SeededRandom } from '../../harness/seeded-random.ts';
import type { Ran, Stage } from '../gitops/stage.ts';

/** The command runs in a folder that has no modules. */
const TSX = import.meta.resolve('tsx');
const ENTRY = fileURLToPath(new URL('../../harness/up-child.ts', import.meta.url));
/** Several are on their way at once: a kill comes while the first ones are. */
const MAX_WRITES_BEFORE = 3;
const TIMEOUT_MS = 120_000;

/** When a process is killed: at which of its writes, and whether that one is carried out before. */
export interface Kill {
  readonly atWrite: number;
  readonly isCarriedOut: boolean;
}

export function randomKill(random: SeededRandom): Kill {
  return { atWrite: 1 + random.below(MAX_WRITES_BEFORE), isCarriedOut: random.below(2) === 0 };
}

/** The org on a port of this machine; of writes it tells first whoever listens. */
export class WatchedServer {
  readonly #stage: Stage;
  #server: OrgServer | undefined;
  /** @returns whether the request goes on to the org */
  onWrite: ((request: Request) => Promise<boolean>) | undefined;

  private constructor(stage: Stage) {
    this.#stage = stage;
  }

  static async open(stage: Stage): Promise<WatchedServer> {
    const watched = new WatchedServer(stage);
    const served = await serveOrg(stage.org, {
      port: 0,
      front: { answer: (request) => watched.answer(request), close: () => Promise.resolve() },
    });
    if (!served.ok) throw new Error(JSON.stringify(served.refusal));
    watched.#server = served.server;
    stage.url = served.server.url;
    return watched;
  }

  answer(request: Request): Promise<Response> | undefined {
    const { onWrite } = this;
    if (onWrite === undefined || request.method === 'GET') return undefined;
    return onWrite(request).then((goesOn) =>
      goesOn ? this.#stage.org.fetch(request) : new Response(null, { status: 503 }),
    );
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }
}

/** @returns what it said, and undefined where it was killed */
export async function runProcess(
  stage: Stage,
  server: WatchedServer,
  args: readonly string[],
  kill?: Kill,
): Promise<Ran | undefined> {
  const { apiKey, applicationKey } = stage.org.ownerCredentials;
  const child = spawn(
    process.execPath,
    ['--conditions=signalwright-source', '--import', TSX, ENTRY, ...args],
    {
      cwd: stage.root,
      env: { ...process.env, SIGNALWRIGHT_URL: stage.url, DD_API_KEY: apiKey, DD_APP_KEY: applicationKey },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  if (kill !== undefined) server.onWrite = killAt(child, kill, stage);
  try {
    return await endOf(child);
  } finally {
    server.onWrite = undefined;
  }
}

function killAt(
  child: ChildProcess,
  { atWrite, isCarriedOut }: Kill,
  stage: Stage,
): WatchedServer['onWrite'] {
  let writes = 0;
  return async (request) => {
    writes += 1;
    if (writes < atWrite) return true;
    // What comes after it was under way with it, and never arrives.
    if (writes === atWrite && isCarriedOut) await stage.org.fetch(request.clone());
    child.kill('SIGKILL');
    return false;
  };
}

async function endOf(child: ChildProcess): Promise<Ran | undefined> {
  let out = '';
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (more: string) => {
    out += more;
    text += more;
  });
  child.stderr?.setEncoding('utf8').on('data', (more: string) => void (text += more));
  let isLate = false;
  const deadline = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, TIMEOUT_MS);
  const [code, signal] = await new Promise<readonly [number | null, NodeJS.Signals | null]>(
    (resolve, reject) => {
      child.once('error', reject);
      child.once('close', (...end) => resolve(end));
    },
  );
  clearTimeout(deadline);
  if (isLate) throw new Error(`A command did not end within ${TIMEOUT_MS} ms: ${text}`);
  if (signal === 'SIGKILL') return undefined;
  return { code: code ?? -1, text, out };
}
