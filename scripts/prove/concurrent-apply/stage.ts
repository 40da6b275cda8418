/** Folders of one content that processes apply to one org at once, and who of them is writing. */

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { UpProcess } from '../../harness/up-process.ts';
import { ruleFile, ruleText } from '../gitops/stage.ts';

const ENTRY = fileURLToPath(new URL('./child.ts', import.meta.url));
/** So many that writing them takes a while. */
export const RULES = 40;
/** Much less than a lease lasts for users, and time enough to renew it on a busy machine. */
const LEASE_MS = 10_000;
const PROCESS_TIMEOUT_MS = 180_000;

export interface Stage {
  readonly stack: string;
  readonly form: 'lock' | 'lease';
  /** Where each process works: one folder, or a clone for each. */
  readonly folders: readonly string[];
  readonly remote: string;
  readonly env: NodeJS.ProcessEnv;
}

export function openStage(
  root: string,
  stack: string,
  form: Stage['form'],
  count: number,
  { url, apiKey, applicationKey }: UpProcess,
): Stage {
  const first = join(root, 'work');
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(first, path)), { recursive: true });
    writeFileSync(join(first, path), text);
  };
  write('signalwright.yaml', `stack: ${stack}\nenvironments:\n  local: { target: embedded, prune: true }\n`);
  write('.gitignore', '.signalwright/\n');
  for (let n = 0; n < RULES; n += 1) write(ruleFile(n), ruleText(n));
  git(first, 'init', '-q', '-b', 'main');
  git(first, 'add', '-A');
  git(first, 'commit', '-qm', 'x');
  const remote = join(root, 'remote.git');
  git(first, 'clone', '-q', '--bare', first, remote);
  const folders = Array.from({ length: count }, (_, n) => {
    if (form === 'lock') return first;
    const folder = join(root, `clone-${n}`);
    git(first, 'clone', '-q', remote, folder);
    return folder;
  });
  const env = {
    ...process.env,
    SIGNALWRIGHT_URL: url,
    DD_API_KEY: apiKey,
    DD_APP_KEY: applicationKey,
    PROOF_LEASE_MS: String(LEASE_MS),
  };
  return { stack, form, folders, remote, env };
}

function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.test', ...args], {
    cwd,
    encoding: 'utf8',
  });
}

export interface Running {
  readonly child: ChildProcess;
  /** Its exit code; undefined for one that was killed. */
  readonly ended: Promise<number | undefined>;
}

export function startApply({ form, env }: Stage, folder: string): Running {
  return start(['apply', '--yes', '--dir', folder, ...(form === 'lease' ? ['--lease', 'origin'] : [])], env);
}

export function startPlan({ env }: Stage, folder: string): Running {
  return start(['plan', '--exit-code', '--dir', folder], env);
}

function start(args: readonly string[], env: NodeJS.ProcessEnv): Running {
  const command = ['--conditions=signalwright-source', '--import', 'tsx', ENTRY, ...args];
  const child = spawn(process.execPath, command, { cwd: dirname(ENTRY), env, stdio: 'ignore' });
  const deadline = setTimeout(() => child.kill('SIGKILL'), PROCESS_TIMEOUT_MS);
  const ended = new Promise<number | undefined>((resolve) => {
    child.once('close', (code) => {
      clearTimeout(deadline);
      resolve(code ?? undefined);
    });
  });
  return { child, ended };
}

/** Whether a process has begun to write: there is an intent on record in its folder. */
export function isWriting(folder: string): boolean {
  const path = join(folder, '.signalwright/sync/local.ndjson');
  return existsSync(path) && readFileSync(path, 'utf8').includes('"kind":"intent"');
}

/** Number of the process that has the lock or the lease. */
export function holderOf({ form, folders: [folder = ''], remote }: Stage): number | undefined {
  try {
    if (form === 'lock') {
      const lock = readFileSync(join(folder, '.signalwright/sync/local.ndjson.lock'), 'utf8');
      return (JSON.parse(lock) as { readonly pid: number }).pid;
    }
    const record = git(remote, 'for-each-ref', 'refs/signalwright/lease', '--format=%(contents)');
    const { holder, released } = JSON.parse(record) as {
      readonly holder: string;
      readonly released: boolean;
    };
    return released ? undefined : Number(/^process (\d+) /.exec(holder)?.[1]);
  } catch {
    // Not there, or half written.
    return undefined;
  }
}
