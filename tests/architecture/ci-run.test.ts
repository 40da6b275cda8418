/** `.ci/run` counts right, goes on after a failure, and calls what package.json and the README name. */

import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const README = '# Signalwright\n\n```sh\nnpm ci && npm test\n```\n';

interface Played {
  readonly status: number | null;
  readonly lastLine: string;
  readonly output: string;
  /** The commands that were called, in order. */
  readonly calls: readonly string[];
}

/**
 * Runs a copy of .ci/run in an empty folder, with an npm and npx that only write down how they were
 * called and fail where the call holds `failing`.
 */
function play(
  readme: string | undefined,
  failing = 'nothing',
  counts = { numPassedTests: 12, numFailedTests: 0 },
): Played {
  const folder = mkdtempSync(join(tmpdir(), 'signalwright-ci-'));
  try {
    cpSync(join(ROOT, '.ci'), join(folder, '.ci'), { recursive: true });
    if (readme !== undefined) writeFileSync(join(folder, 'README.md'), readme);
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(folder, 'counts.json'), JSON.stringify(counts));
    for (const name of ['npm', 'npx', 'chromium', 'apt-get']) {
      const script = [
        '#!/usr/bin/env bash',
        `echo "${name} $*" >> "${folder}/calls"`,
        `for word in "$@"; do case $word in --outputFile.json=*) cp "${folder}/counts.json" "\${word#*=}";; esac; done`,
        `case "${name} $*" in *"${failing}"*) exit 9;; esac`,
      ].join('\n');
      writeFileSync(join(bin, name), `${script}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    const { status, stdout, stderr } = spawnSync(join(folder, '.ci/run'), {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    });
    const output = stdout + stderr;
    const calls = readFileSync(join(folder, 'calls'), 'utf8').trimEnd().split('\n');
    return { status, lastLine: stdout.trimEnd().split('\n').at(-1) ?? '', output, calls };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('all phases pass: the counts of the tests stand alone on the last line', () => {
  const { status, lastLine, calls } = play(README);
  expect({ status, lastLine }).toEqual({ status: 0, lastLine: '12 passed, 0 failed' });
  expect(calls.map((call) => call.replace(/--outputFile.*/, '…'))).toEqual([
    'npm ci',
    'npm run check',
    'npm test -- --reporter=default --reporter=json …',
    'npx signalwright demo --json',
    'npm run official-client',
    'npm run prove -- --all --short',
    'npm run bench -- --all --short',
  ]);
});

test.each<[phase: string, failing: string]>([
  ['install', 'npm ci'],
  ['check', 'npm run check'],
  ['demo', 'npx signalwright demo'],
  ['client', 'npm run official-client'],
  ['proofs', 'npm run prove'],
  ['benchmarks', 'npm run bench'],
])('%s fails: counted, named, and the rest still runs', (phase, failing) => {
  const { status, lastLine, output, calls } = play(README, failing);
  expect({ status, lastLine }).toEqual({ status: 1, lastLine: '12 passed, 1 failed' });
  expect(output).toContain(`failed: ${phase}\n`);
  expect(calls).toHaveLength(7);
});

test('failed tests are counted one by one', () => {
  const { status, lastLine } = play(README, 'npm test', { numPassedTests: 10, numFailedTests: 2 });
  expect({ status, lastLine }).toEqual({ status: 1, lastLine: '10 passed, 2 failed' });
});

test('a test run that ends without counts is a failure', () => {
  const { status, lastLine } = play(README, 'npm test', { numPassedTests: 0, numFailedTests: 0 });
  expect({ status, lastLine }).toEqual({ status: 1, lastLine: '0 passed, 1 failed' });
});

test.each([
  ['there is no README', undefined],
  ['the README names no test command', '# Signalwright\n\nRun `npm test`.\n'],
])('when %s, the test phase fails', (_what, readme) => {
  const { status, output } = play(readme);
  expect(status).toBe(1);
  expect(output).toContain('README.md has no line that is its test command');
});

test('each npm script that .ci/run and ci.yml call exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const text =
    readFileSync(join(ROOT, '.ci/run'), 'utf8') +
    readFileSync(join(ROOT, '.github/workflows/ci.yml'), 'utf8');
  const called = [...text.matchAll(/npm run ([a-z-]+)/g)].map((match) => match[1] ?? '');
  expect(called.length).toBeGreaterThan(4);
  expect([...called, 'test'].filter((name) => scripts[name] === undefined)).toEqual([]);
});

test('the limits of all phases together stay within 40 minutes', () => {
  const text = readFileSync(join(ROOT, '.ci/run'), 'utf8');
  const minutes = [...text.matchAll(/^phase [a-z]+ (\d+)m /gm)].map((match) => Number(match[1]));
  expect(minutes).toHaveLength(8);
  expect(minutes.reduce((sum, value) => sum + value, 0)).toBeLessThanOrEqual(40);
});
