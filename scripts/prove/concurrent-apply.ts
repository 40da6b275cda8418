/**
 * Several processes apply the same content to one org at once: of one folder, where a lock keeps them apart, and of
 * clones of one repository, where a lease at their remote does. The one that writes is stopped and goes on, in the
 * first form it is killed too. After each round one more apply must find nothing doubled and leave nothing to do.
 * Source: reliability T17 and R5.
 */

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { REMOTE_KINDS, createApiClient, readOwnership, type ApiClient } from '@signalwright/wire';
import type { Proof } from '../harness/proof.ts';
import { seededRandom, type SeededRandom } from '../harness/seeded-random.ts';
import { startUp, type UpProcess } from '../harness/up-process.ts';
import { ruleFile, ruleText } from './gitops/stage.ts';

const ENTRY = fileURLToPath(new URL('../harness/up-child.ts', import.meta.url));
const SHORT_ROUNDS = 2;
const FULL_ROUNDS = 50;
const FEWEST = 2;
const MOST = 8;
const MOST_SHORT = 2;
const RULES = 12;
const PROCESS_TIMEOUT_MS = 180_000;
const MAX_PAUSE_MS = 2_500;
const MAX_FAILURES_SHOWN = 10;
const EXIT_BUSY = 75;

export const proof: Proof = {
  name: 'concurrent-apply',
  claim:
    'Of applies at once one writes at a time: nothing twice, nothing lost, whoever is stopped or killed.',
  run: async ({ short, seed, log }) => {
    const random = seededRandom(seed);
    const folder = mkdtempSync(join(tmpdir(), 'signalwright-concurrent-'));
    const up = await startUp(join(folder, 'org'));
    const failures: string[] = [];
    let processes = 0;
    let busy = 0;
    try {
      for (let round = 0; round < (short ? SHORT_ROUNDS : FULL_ROUNDS); round += 1) {
        const form = round % 2 === 0 ? 'lock' : 'lease';
        const count = FEWEST + random.below((short ? MOST_SHORT : MOST) - FEWEST + 1);
        const stage = openStage(join(folder, `round-${round}`), `stack-${round}`, form, count, up);
        const codes = await runTogether(stage, random);
        processes += count;
        busy += codes.filter((code) => code === EXIT_BUSY).length;
        const problems = [...judgeCodes(codes), ...(await judge(stage, up))];
        failures.push(...problems.map((problem) => `round ${round} (${form}): ${problem}`));
        log(`round ${round}: ${count} processes by ${form} ended with ${codes.join(', ')}`);
      }
    } finally {
      await up.end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    }
    return {
      tried: processes,
      failed: failures.length,
      detail: {
        busy,
        ...(failures.length > 0 && { failures: failures.slice(0, MAX_FAILURES_SHOWN) }),
      },
    };
  },
};

interface Stage {
  readonly stack: string;
  readonly form: 'lock' | 'lease';
  /** Where each process works: one folder, or a clone for each. */
  readonly folders: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

function openStage(
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
  const env = { ...process.env, SIGNALWRIGHT_URL: url, DD_API_KEY: apiKey, DD_APP_KEY: applicationKey };
  return { stack, form, folders, env };
}

function git(cwd: string, ...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.test', ...args], { cwd });
}

/** @returns the exit code of each; undefined for one that was killed */
async function runTogether(stage: Stage, random: SeededRandom): Promise<readonly (number | undefined)[]> {
  const running = stage.folders.map((folder) => startApply(stage, folder));
  const troubles = running.map(async ({ child, ended }) => {
    // While it starts, plans or writes: where, the seed and the machine decide.
    await sleep(500 + random.below(MAX_PAUSE_MS));
    const fate = random.below(3);
    if (fate === 0) {
      child.kill('SIGSTOP');
      await sleep(random.below(MAX_PAUSE_MS));
      child.kill('SIGCONT');
    }
    if (fate === 1 && stage.form === 'lock') child.kill('SIGKILL');
    return ended;
  });
  return Promise.all(troubles);
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<number | undefined>;
}

function startApply({ form, env }: Stage, folder: string): Running {
  const args = ['apply', '--yes', '--dir', folder, ...(form === 'lease' ? ['--lease', 'origin'] : [])];
  const child = spawn(
    process.execPath,
    ['--conditions=signalwright-source', '--import', 'tsx', ENTRY, ...args],
    {
      cwd: dirname(ENTRY),
      env,
      stdio: 'ignore',
    },
  );
  const deadline = setTimeout(() => child.kill('SIGKILL'), PROCESS_TIMEOUT_MS);
  const ended = new Promise<number | undefined>((resolve) => {
    child.once('close', (code) => {
      clearTimeout(deadline);
      resolve(code ?? undefined);
    });
  });
  return { child, ended };
}

function judgeCodes(codes: readonly (number | undefined)[]): readonly string[] {
  const strange = codes.filter((code) => code !== undefined && code !== 0 && code !== EXIT_BUSY);
  return strange.length === 0 ? [] : [`ended with ${strange.join(', ')}`];
}

async function judge(stage: Stage, up: UpProcess): Promise<readonly string[]> {
  const [folder = ''] = stage.folders;
  const last = await startApply(stage, folder).ended;
  const again = await startPlan(stage, folder);
  const ids = await marked(stage.stack, up);
  const doubled = ids.filter((id, index) => id === ids[index - 1]);
  return [
    ...(last === 0 ? [] : [`one more apply ended with ${String(last)}`]),
    ...(again === 0 ? [] : [`a plan after it ended with ${String(again)}`]),
    ...doubled.map((id) => `${id} is there twice`),
    ...(ids.length === RULES ? [] : [`${ids.length} objects where ${RULES} belong`]),
  ];
}

function startPlan({ env }: Stage, folder: string): Promise<number | undefined> {
  const args = ['plan', '--exit-code', '--dir', folder];
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      ['--conditions=signalwright-source', '--import', 'tsx', ENTRY, ...args],
      {
        cwd: dirname(ENTRY),
        env,
        stdio: 'ignore',
      },
    );
    child.once('close', (code) => resolve(code ?? undefined));
  });
}

/** Ids of what carries a mark of the stack, in order. */
async function marked(stack: string, up: UpProcess): Promise<readonly string[]> {
  const client: ApiClient = createApiClient({
    baseUrl: up.url,
    auth: { apiKey: up.apiKey, applicationKey: up.applicationKey },
    fetch: (url, init) => fetch(url, init),
    clock: { nowMs: Date.now, sleep: (ms) => sleep(ms) },
    random: Math.random,
  });
  const ids: string[] = [];
  for (const kind of REMOTE_KINDS) {
    const listed = await client.objects(kind).list();
    if (listed.kind !== 'done') throw new Error(`${kind} cannot be listed`);
    for (const { payload } of listed.value) {
      const ownership = readOwnership(payload);
      if (ownership.kind === 'tag' && ownership.stack === stack) ids.push(`${kind}/${ownership.id}`);
    }
  }
  return ids.toSorted();
}
