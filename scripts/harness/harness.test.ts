/** Both harnesses, with planted proofs and benchmarks: what fails must fail, and what tried nothing too. */

import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Benchmark } from './benchmark.ts';
import type { HarnessIo } from './harness.ts';
import type { Proof, ProofOptions, ProofResult } from './proof.ts';
import { runBenchmarks } from './run-benchmarks.ts';
import { runProofs } from './run-proofs.ts';
import { MissingData, sharedData } from './shared-data.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Planted {
  readonly io: HarnessIo;
  readonly printed: string[];
  readonly logged: string[];
}

function plant(modules: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Planted {
  const printed: string[] = [];
  const logged: string[] = [];
  const io: HarnessIo = {
    names: Object.keys(modules),
    load: async (name) => modules[name] ?? {},
    print: (line) => void printed.push(line),
    log: (line) => void logged.push(line),
  };
  return { io, printed, logged };
}

function proofOf(name: string, run: (options: ProofOptions) => ProofResult): { proof: Proof } {
  return { proof: { name, claim: 'It holds.', run: async (options) => run(options) } };
}

async function prove(modules: Record<string, Record<string, unknown>>, ...args: string[]) {
  const { io, printed, logged } = plant(modules);
  return { code: await runProofs(args, io, () => 7), printed, logged };
}

test('a proof that holds prints its counts last and exits 0', async () => {
  const modules = { a: proofOf('a', () => ({ tried: 5, failed: 0, detail: { kills: 3 } })) };
  const { code, printed } = await prove(modules, 'a', '--seed', '42');
  expect(code).toBe(0);
  expect(printed).toEqual(['{"name":"a","tried":5,"failed":0,"seed":42,"kills":3}']);
});

test.each<[what: string, result: ProofResult]>([
  ['one trial failed', { tried: 5, failed: 1 }],
  ['nothing was tried', { tried: 0, failed: 0 }],
  ['the count is no number', { tried: Number.NaN, failed: 0 }],
  ['fewer than none failed', { tried: 5, failed: -1 }],
])('a proof fails when %s', async (_what, result) => {
  expect((await prove({ a: proofOf('a', () => result) }, 'a')).code).toBe(1);
});

test('a proof cannot overwrite its counts by its details', async () => {
  const modules = {
    a: proofOf('a', () => ({ tried: 1, failed: 1, detail: { failed: 0, seed: 0, name: 'b' } })),
  };
  const { code, printed } = await prove(modules, 'a');
  expect(code).toBe(1);
  expect(printed.map((line) => JSON.parse(line))).toEqual([{ name: 'a', tried: 1, failed: 1, seed: 7 }]);
});

test('a proof that throws fails, with its stack on stderr and a line on stdout', async () => {
  const broken = proofOf('a', () => {
    throw new Error('boom');
  });
  const { code, printed, logged } = await prove({ a: broken }, 'a');
  expect(code).toBe(1);
  expect(printed).toEqual(['{"name":"a","tried":0,"failed":1,"seed":7,"error":"boom"}']);
  expect(logged.join('\n')).toContain('harness.test.ts');
});

test('missing data is one line and exit 74', async () => {
  const missing = proofOf('a', () => {
    throw new MissingData('No data at x.');
  });
  const { code, logged } = await prove({ a: missing }, 'a');
  expect(code).toBe(74);
  expect(logged.at(-1)).toBe('No data at x.');
});

test('--all goes on after a failure, and fails', async () => {
  const modules = {
    a: proofOf('a', () => ({ tried: 1, failed: 1 })),
    b: proofOf('b', () => ({ tried: 1, failed: 0 })),
  };
  const { code, printed } = await prove(modules, '--all');
  expect(code).toBe(1);
  expect(printed).toHaveLength(2);
});

test.each<[what: string, args: string[], seed: number]>([
  ['--seed fixes the seed', ['a', '--seed', '3', '--short'], 3],
  ['--short fixes the seed to 1', ['a', '--short'], 1],
  ['without both it is drawn', ['a'], 7],
])('%s', async (_what, args, seed) => {
  const seen: number[] = [];
  const modules = {
    a: proofOf('a', (options) => {
      seen.push(options.seed);
      return { tried: 1, failed: 0 };
    }),
  };
  await prove(modules, ...args);
  expect(seen).toEqual([seed]);
});

test.each<[what: string, args: string[]]>([
  ['an unknown name', ['b']],
  ['no name', []],
  ['a path in the place of a name', ['../../etc/passwd']],
  ['an unknown flag', ['a', '--fast']],
  ['a seed that is no number', ['a', '--seed', 'x']],
])('%s is wrong usage: exit 64, nothing runs', async (_what, args) => {
  const { code, printed, logged } = await prove(
    { a: proofOf('a', () => ({ tried: 1, failed: 0 })) },
    ...args,
  );
  expect(code).toBe(64);
  expect(printed).toEqual([]);
  expect(logged.length).toBeGreaterThan(0);
});

test('an unknown name is answered with the names that are known', async () => {
  const { logged } = await prove(
    { 'journal-cut': proofOf('journal-cut', () => ({ tried: 1, failed: 0 })) },
    'x',
  );
  expect(logged.join('\n')).toContain('names: journal-cut');
});

test('a module that exports no proof of its name is our mistake', async () => {
  expect((await prove({ a: {} }, 'a')).code).toBe(1);
  expect((await prove({ a: proofOf('b', () => ({ tried: 1, failed: 0 })) }, 'a')).code).toBe(1);
});

function benchOf(name: string, ratio: number): { bench: Benchmark } {
  return { bench: { name, goal: '<= 1.6', run: async () => ({ ratio, detail: { runs: 2 } }) } };
}

test('a benchmark prints its ratio beside the goal, and misses it without failing', async () => {
  const { io, printed } = plant({ a: benchOf('a', 9.87654) });
  expect(await runBenchmarks(['a', '--short'], io)).toBe(0);
  expect(printed).toEqual(['{"name":"a","ratio":9.877,"goal":"<= 1.6","detail":{"runs":2}}']);
});

test.each([Number.NaN, 0, -1, Infinity])('a benchmark that measured %d fails', async (ratio) => {
  const { io, printed } = plant({ a: benchOf('a', ratio) });
  expect(await runBenchmarks(['a'], io)).toBe(1);
  expect(printed).toEqual([]);
});

test('shared data is named by the environment, and a missing folder is said in one line', () => {
  expect(sharedData('.', { SIGNALWRIGHT_SHARED: tmpdir() })).toBe(tmpdir());
  const absent = join(tmpdir(), 'signalwright-absent');
  expect(() => sharedData('x', { SIGNALWRIGHT_SHARED: absent })).toThrow(`No data at ${join(absent, 'x')}`);
});

test.each(['prove', 'bench'])(
  'the real `npm run %s` lists its names, and answers an unknown one with 64',
  async (name) => {
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', `scripts/${name}.ts`, ...args], {
        cwd: ROOT,
      });
    expect((await run('--list')).stderr).toBe('');
    await expect(run('no-such-name')).rejects.toMatchObject({ code: 64, stdout: '' });
  },
);
