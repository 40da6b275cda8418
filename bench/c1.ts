/**
 * C1: how long `signalwright --version` takes against `node -e 0`, how long `check` of the shipped content takes, both
 * in this clone and as installed, and what a first install with `npx` costs. Pairs of runs, one right after the other,
 * so that a busy machine slows both; the median of the ratios is reported. Wall time: a person waits for it.
 * Left out: the first start when no file is in the cache of the disk; the way of the tarball over the network.
 */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Benchmark } from '../scripts/harness/benchmark.ts';
import { npm, packInto } from '../scripts/package/npm.ts';
import { weighFolder } from '../scripts/package/weigh-folder.ts';
import { median } from './common/cpu-time.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COMMAND = fileURLToPath(new URL('../packages/cli/bin/signalwright.js', import.meta.url));
const WARM_UP_PAIRS = 2;
const CHECKS = 3;
const PAIRS = { short: 5, full: 41 } as const;
const INSTALLS = { short: 1, full: 3 } as const;
/** What npm calls a network that is not there. */
const OFFLINE = /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ENOTCACHED)\b/;

export const bench: Benchmark = {
  name: 'c1',
  goal: '<= 1.6 times bare node, check < 1,000 ms, first install and check <= 15 MB, 40 packages, 10 s',
  run: async ({ short, log }) => {
    const size = short ? 'short' : 'full';
    const { ratio, ...starts } = measureStarts(COMMAND, PAIRS[size], log);
    return {
      ratio,
      detail: {
        ...starts,
        checkMs: medianCheckMs(COMMAND),
        install: await measureInstall(INSTALLS[size], PAIRS[size], log),
        node: process.version,
        leftOut: 'a cold disk cache; the way of the tarball over the network',
      },
    };
  },
};

interface Starts {
  readonly ratio: number;
  readonly oursMs: number;
  readonly bareMs: number;
  readonly pairs: number;
}

function measureStarts(command: string, pairs: number, log: (line: string) => void): Starts {
  for (let index = 0; index < WARM_UP_PAIRS; index += 1) measurePair(command);
  const measured = Array.from({ length: pairs }, (_, index) => {
    if (index % 10 === 0) log(`pair ${index + 1} of ${pairs}`);
    return measurePair(command);
  });
  return {
    ratio: median(measured.map(({ oursMs, bareMs }) => oursMs / bareMs)),
    oursMs: Math.round(median(measured.map(({ oursMs }) => oursMs))),
    bareMs: Math.round(median(measured.map(({ bareMs }) => bareMs))),
    pairs,
  };
}

/** The packed command, asked for by `npx` with an empty cache. */
async function measureInstall(times: number, pairs: number, log: (line: string) => void): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'sw-c1-'));
  try {
    log('packing');
    const tarball = await packInto(ROOT, folder);
    const totals: number[] = [];
    let installed = '';
    for (let index = 0; index < times; index += 1) {
      log(`install ${index + 1} of ${times}`);
      const first = await firstRun(tarball, join(folder, `run-${index}`));
      if (typeof first === 'string') return { leftOut: `the registry cannot be reached: ${first}` };
      totals.push(first.ms);
      installed = first.modules;
    }
    const { packages, bytes } = weighFolder(installed);
    const command = join(installed, 'signalwright/bin/signalwright.js');
    return {
      packages,
      megabytes: round(bytes / 1e6),
      tarballMegabytes: round(statSync(tarball).size / 1e6),
      installAndCheckMs: Math.round(median(totals)),
      installs: times,
      ratio: round(measureStarts(command, pairs, log).ratio),
      checkMs: medianCheckMs(command),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns what npm said when it could not fetch something */
async function firstRun(
  tarball: string,
  folder: string,
): Promise<string | { readonly ms: number; readonly modules: string }> {
  const [cwd, cache] = [join(folder, 'home'), join(folder, 'cache')];
  mkdirSync(cwd, { recursive: true });
  const startMs = performance.now();
  const args = ['exec', '--yes', '--package', tarball, '--', 'signalwright', 'check', '--dir', ROOT];
  const { code, output } = await npm(args, cwd, cache);
  const ms = performance.now() - startMs;
  if (code !== 0) {
    const offline = OFFLINE.exec(output)?.[0];
    if (offline !== undefined) return offline;
    throw new Error(`npm exec ends with ${code}:\n${output}`);
  }
  const [name = ''] = readdirSync(join(cache, '_npx'));
  return { ms, modules: join(cache, '_npx', name, 'node_modules') };
}

function medianCheckMs(command: string): number {
  return Math.round(median(Array.from({ length: CHECKS }, () => timeNode([command, 'check']))));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function measurePair(command: string): { readonly oursMs: number; readonly bareMs: number } {
  return { bareMs: timeNode(['-e', '0']), oursMs: timeNode([command, '--version']) };
}

/** Throws when the program fails: the time of a refusal is no start-up time. */
function timeNode(args: readonly string[]): number {
  const startMs = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: ROOT });
  if (status !== 0) throw new Error(`node ${args.join(' ')} exits ${status}: ${stderr.trim()}`);
  return performance.now() - startMs;
}
