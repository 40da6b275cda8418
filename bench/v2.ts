/**
 * V2: how long a check takes that an earlier one has prepared, when one file changed, against the check that prepared
 * it. Both read all files from disk; the first one writes the cache and the other ones read it and add to it. CPU time of
 * the built packages in one process, warmed up by a smaller folder; of several changed files, one after the other, the
 * median. In the detail: a check without any cache, the share of answers that were known, and the whole command as a
 * person waits for it.
 * Workload: as for V1. Left out: a disk that has to fetch the files first.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CheckCache, checkWorkspace, type CheckResult } from '@signalwright/content';
import type { Benchmark } from '../scripts/harness/benchmark.ts';
import { cpuMsOf, median } from './common/cpu-time.ts';
import { importedCopies, readRules } from './common/imported-rules.ts';

const SIZE = { short: { files: 250, warmUp: 50 }, full: { files: 10_000, warmUp: 500 } } as const;
const EDITS = 5;
const MAX_LOOKED_AT = 5;
const COMMAND = fileURLToPath(new URL('../packages/cli/bin/signalwright.js', import.meta.url));

export const bench: Benchmark = {
  name: 'v2',
  goal: '< 0.1 times the check without a cache',
  run: async ({ short, log }) => {
    const size = short ? SIZE.short : SIZE.full;
    const folder = mkdtempSync(join(tmpdir(), 'signalwright-v2-'));
    try {
      log('importing the workload');
      await measure(await writeContent(join(folder, 'warm-up'), size.files, size.warmUp), () => undefined);
      const names = await writeContent(join(folder, 'content'), 0, size.files);
      return await measure(names, log);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Content {
  readonly root: string;
  readonly files: readonly string[];
}

async function writeContent(root: string, first: number, count: number): Promise<Content> {
  const files = await importedCopies(readRules(), first, count);
  for (const [file, text] of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return { root, files: [...files.keys()] };
}

async function measure({ root, files }: Content, log: (line: string) => void): ReturnType<Benchmark['run']> {
  const path = `${root}.cache`;
  const bare = await cpuMsOf(() => checkWorkspace(root));
  log(`without a cache: ${bare.ms.toFixed(0)} ms`);
  writeFileSync(path, '');
  const cold = await cpuMsOf(() => checkWithCache(root, path));
  log(`with an empty cache: ${cold.ms.toFixed(0)} ms`);
  const rules = files.filter((file) => file.startsWith('rules/detection/'));
  const warm: { readonly ms: number; readonly made: Checked }[] = [];
  for (let edit = 0; edit < EDITS; edit += 1) {
    const file = join(root, rules[Math.floor((rules.length * (edit + 0.5)) / EDITS)] ?? '');
    appendFileSync(file, `# Changed by edit ${edit}.\n`);
    warm.push(await cpuMsOf(() => checkWithCache(root, path)));
    log(`with one file changed: ${warm.at(-1)?.ms.toFixed(0)} ms`);
  }
  const warmMs = median(warm.map(({ ms }) => ms));
  const [first] = warm;
  // Beside the one that changed, those that are said to be like it.
  if (first === undefined || first.made.filesLookedAt > MAX_LOOKED_AT)
    throw new Error(`${first?.made.filesLookedAt} files were looked at where one changed.`);
  return {
    ratio: warmMs / cold.ms,
    detail: {
      files: files.length,
      findings: cold.made.result.diagnostics.length,
      warmMs: Math.round(warmMs),
      coldMs: Math.round(cold.ms),
      noCacheMs: Math.round(bare.ms),
      hitRate: Math.round(first.made.hitRate * 1e5) / 1e5,
      command: commandMs(root, join(root, rules[0] ?? '')),
      leftOut: 'a disk that has to fetch the files first',
    },
  };
}

interface Checked {
  readonly result: CheckResult;
  readonly hitRate: number;
  readonly filesLookedAt: number;
}

async function checkWithCache(root: string, path: string): Promise<Checked> {
  const cache = CheckCache.fromText(readFileSync(path, 'latin1'), 'bench');
  const result = await checkWorkspace(root, { cache });
  const update = cache.update();
  if (update.kind === 'append') appendFileSync(path, update.text, 'latin1');
  if (update.kind === 'replace') writeFileSync(path, update.text, 'latin1');
  const { hits, misses, filesLookedAt } = cache.counts;
  return { result, hitRate: hits / (hits + misses), filesLookedAt };
}

/** Wall time, with the start of Node and the printing of all findings. */
function commandMs(root: string, file: string): Readonly<Record<string, number>> {
  const run = (): number => {
    const startMs = performance.now();
    const args = [COMMAND, 'check', '--json', '--cache-dir', `${root}.caches`];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, maxBuffer: 2 ** 30 });
    if (status !== 0) throw new Error(`check exits ${status}: ${stderr.toString()}`);
    return performance.now() - startMs;
  };
  const coldMs = run();
  const warmMs = median(
    [1, 2, 3].map((edit) => {
      appendFileSync(file, `# Changed again by edit ${edit}.\n`);
      return run();
    }),
  );
  return {
    coldMs: Math.round(coldMs),
    warmMs: Math.round(warmMs),
    ratio: Math.round((warmMs / coldMs) * 1000) / 1000,
  };
}
