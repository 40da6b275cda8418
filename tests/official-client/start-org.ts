/** A real org: the built command, on a port and in a folder of its own. */

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = join(ROOT, 'packages/cli/bin/signalwright.js');
const START_LIMIT_MS = 60_000;

export interface StartedOrg {
  readonly url: string;
  readonly apiKey: string;
  readonly applicationKey: string;
  stop(): Promise<void>;
}

export async function startOrg(): Promise<StartedOrg> {
  const folder = mkdtempSync(join(tmpdir(), 'official-client-'));
  const child = spawn(process.execPath, [BIN, 'up', '--dir', ROOT, '--data', folder, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const timer = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /answers at (http:\S+)/.exec(line)?.[1];
      if (url === undefined) continue;
      const keys = JSON.parse(readFileSync(join(folder, 'credentials.json'), 'utf8')) as Keys;
      child.stdout.resume();
      return { url, ...keys, stop };
    }
  } finally {
    clearTimeout(timer);
  }
  await stop();
  throw new Error('The org did not start.');
}

type Keys = Pick<StartedOrg, 'apiKey' | 'applicationKey'>;
