/**
 * V1: how long a full check of rule files takes (guard, YAML with exact positions, schema, link, lints) against
 * js-yaml's bare load of the same files. CPU time, median of disjoint slices, warmed up on a slice of its own.
 * Workload: the shipped detection rules, copied under new ids, every file different.
 * Left out: reading from disk, which both would do alike; rules of others, until import writes them.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadFromFiles } from '@signalwright/content';
import { load } from 'js-yaml';
import type { Benchmark } from '../scripts/harness/benchmark.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const RULES = 'rules/detection';
/** Tells somebody of every severe signal; without it, each rule would have the finding that it tells nobody. */
const ROUTE = `kind: notification-rule
id: everything
name: Everything
owner: team-appsec
selectors:
  severities: [critical, high]
targets: ['@webhook-soc']
`;
const CONFIG = 'signalwright.yaml';
const SIZE = { short: { slices: 3, files: 40 }, full: { slices: 3, files: 1000 } } as const;

export const bench: Benchmark = {
  name: 'v1',
  goal: "<= 2.0 times js-yaml's bare load",
  run: async ({ short, log }) => {
    const { slices, files } = short ? SIZE.short : SIZE.full;
    const originals = readdirSync(`${ROOT}/${RULES}`).map((name) =>
      readFileSync(`${ROOT}/${RULES}/${name}`, 'utf8'),
    );
    const shared: Shared = [
      [CONFIG, readFileSync(`${ROOT}/${CONFIG}`, 'utf8')],
      ['rules/notification/everything.yaml', ROUTE],
    ];
    measure(makeSlice(originals, shared, slices, files));
    const measured = Array.from({ length: slices }, (_, slice) => {
      const result = measure(makeSlice(originals, shared, slice, files));
      log(
        `slice ${slice + 1} of ${slices}: ${result.checkMs.toFixed(0)} ms against ${result.bareMs.toFixed(0)} ms`,
      );
      return result;
    });
    const middle = (values: readonly number[]): number =>
      values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
    const perFileUs = (ms: number): number => Math.round((ms * 1000) / files);
    return {
      ratio: middle(measured.map(({ checkMs, bareMs }) => checkMs / bareMs)),
      detail: {
        files: slices * files,
        checkUsPerFile: perFileUs(middle(measured.map(({ checkMs }) => checkMs))),
        bareUsPerFile: perFileUs(middle(measured.map(({ bareMs }) => bareMs))),
        leftOut: 'reading from disk; rules of others',
      },
    };
  },
};

/** Path and text of what stands in every slice. */
type Shared = readonly (readonly [string, string])[];

/** Files of one slice: path to text. No text occurs twice, in this slice or in another. */
function makeSlice(
  originals: readonly string[],
  shared: Shared,
  slice: number,
  count: number,
): Map<string, string> {
  const files = new Map(shared);
  for (let index = 0; index < count; index += 1) {
    const text = originals[index % originals.length] ?? '';
    const id = `rule-${slice}-${index}`;
    files.set(`${RULES}/${id}.yaml`, madeDifferent(text, id));
  }
  return files;
}

/** Nothing that is parsed, an id, a name, a query or a message, is the same in two files. */
function madeDifferent(text: string, id: string): string {
  return text
    .replace(/^id: .*$/m, `id: ${id}`)
    .replace(/^name: (.*)$/m, `name: $1 (${id})`)
    .replace(/^( +query: '.*)'$/gm, `$1 -@tenant.id:${id}'`)
    .replace(/^( +query: >-\n +)/gm, `$1-@tenant.id:${id} `)
    .replace(/^(message: \|\n +)/m, `$1(${id}) `);
}

function measure(files: ReadonlyMap<string, string>): { readonly checkMs: number; readonly bareMs: number } {
  const bareMs = cpuMs(() => {
    for (const text of files.values()) load(text);
  });
  const checkMs = cpuMs(() => {
    const { diagnostics } = loadFromFiles(files);
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
    if (errors.length > 0) throw new Error(`the workload is not clean: ${errors[0]?.message ?? ''}`);
  });
  return { checkMs, bareMs };
}

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
