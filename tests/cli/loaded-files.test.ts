/** What each command loads: the toolkit starts without a database, a server, the WAF engine or the page. */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { LIMIT_MS, ROOT, killAll, run, start, waitFor } from './command.ts';

const TRACER = join(import.meta.dirname, 'trace-loads.mjs');
/** Rooms and packages that only `up` and `demo` need. */
const HEAVY = [
  'org',
  'signals',
  'simulate',
  'libsql',
  '@libsql',
  'hono',
  '@hono',
  '@datadog',
  'playwright-core',
  'kysely',
];

let folder: string;
let traces = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sw-loads-'));
  for (const name of ['signalwright.yaml', 'rules', 'views', 'workflows']) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  const git = (...args: readonly string[]): void =>
    void execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
      cwd: folder,
    });
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-qm', 'content');
});
afterEach(killAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function newTrace(): string {
  traces += 1;
  return join(folder, `.git/trace-${traces}`);
}

/** Rooms and packages behind the files of a trace, sorted: `content`, `commander`, `@libsql`. */
function loadedPackages(trace: string): readonly string[] {
  const names = readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('file://') && !line.includes('/tests/cli/'))
    .map((line) => {
      const installed = line.lastIndexOf('/node_modules/');
      const rest =
        installed === -1 ? line.split('/packages/')[1] : line.slice(installed + '/node_modules/'.length);
      return rest?.split('/')[0] ?? line;
    });
  return [...new Set(names)].toSorted();
}

async function trace(...args: readonly string[]): Promise<readonly string[]> {
  const file = newTrace();
  const env = { TRACE_FILE: file, SIGNALWRIGHT_URL: 'http://127.0.0.1:9', DD_API_KEY: 'a', DD_APP_KEY: 'b' };
  await run(args, { cwd: folder, node: ['--import', TRACER], env });
  return loadedPackages(file);
}

test(
  '--version loads nothing but itself',
  async () => {
    expect(await trace('--version')).toEqual(['cli']);
  },
  LIMIT_MS,
);

test.each([['--help'], ['check --help'], ['signals list --help'], ['nonsense']])(
  '%s loads the options of the commands and none of their work',
  async (args) => {
    expect(await trace(...args.split(' '))).toEqual(['cli', 'commander', 'picocolors']);
  },
  LIMIT_MS,
);

const TOOLKIT = [
  'check',
  'explain --list',
  'fmt --check',
  'test',
  'compile',
  'plan',
  'apply --yes',
  'diff',
  'review --dry-run --base HEAD',
  'signals list',
  'run list',
  'init elsewhere',
];
test.each(TOOLKIT)(
  '%s loads nothing heavy',
  async (args) => {
    const loaded = await trace(...args.split(' '));
    expect(loaded).toContain('cli');
    expect(loaded.filter((name) => HEAVY.includes(name))).toEqual([]);
  },
  LIMIT_MS,
);

test(
  'up is seen to load what the others must not',
  async () => {
    const file = newTrace();
    const env = { TRACE_FILE: file };
    const up = start(['up', '--port', '0', '--json'], { cwd: folder, node: ['--import', TRACER], env });
    await waitFor(() => (up.text().out.includes('"url"') ? true : undefined));
    up.child.kill('SIGTERM');
    expect((await up.ended).end).toBe(0);
    expect(loadedPackages(file)).toEqual(
      expect.arrayContaining(['org', 'signals', 'libsql', '@libsql', 'hono']),
    );
  },
  LIMIT_MS,
);
