/**
 * C1: how long `signalwright --version` takes against `node -e 0`, and how long `check` of the shipped content takes. Pairs of runs, one right after the other,
 * so that a busy machine slows both; the median of the ratios is reported. Wall time: a person waits for it.
 * Left out: the first start after an install, when no file is in the cache of the disk; the size of an install.
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Benchmark } from '../scripts/harness/benchmark.ts';
import { median } from './common/cpu-time.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COMMAND = fileURLToPath(new URL('../packages/cli/bin/signalwright.js', import.meta.url));
const WARM_UP_PAIRS = 2;
const CHECKS = 3;
const PAIRS = { short: 5, full: 41 } as const;

export const bench: Benchmark = {
  name: 'c1',
  goal: '<= 1.6 times bare node, and check < 1,000 ms',
  run: async ({ short, log }) => {
    const pairs = short ? PAIRS.short : PAIRS.full;
    for (let index = 0; index < WARM_UP_PAIRS; index += 1) measurePair();
    const measured = Array.from({ length: pairs }, (_, index) => {
      if (index % 10 === 0) log(`pair ${index + 1} of ${pairs}`);
      return measurePair();
    });
    return {
      ratio: median(measured.map(({ oursMs, bareMs }) => oursMs / bareMs)),
      detail: {
        oursMs: Math.round(median(measured.map(({ oursMs }) => oursMs))),
        bareMs: Math.round(median(measured.map(({ bareMs }) => bareMs))),
        checkMs: Math.round(median(Array.from({ length: CHECKS }, () => timeNode([COMMAND, 'check'])))),
        pairs,
        node: process.version,
        leftOut: 'a cold disk cache; the size of an install',
      },
    };
  },
};

function measurePair(): { readonly oursMs: number; readonly bareMs: number } {
  return { bareMs: timeNode(['-e', '0']), oursMs: timeNode([COMMAND, '--version']) };
}

/** Throws when the program fails: the time of a refusal is no start-up time. */
function timeNode(args: readonly string[]): number {
  const startMs = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: ROOT });
  if (status !== 0) throw new Error(`node ${args.join(' ')} exits ${status}: ${stderr.trim()}`);
  return performance.now() - startMs;
}
