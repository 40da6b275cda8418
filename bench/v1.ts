/**
 * V1: how long a full check of rule files takes (guard, YAML with exact positions, schema, link, lints) against
 * js-yaml's bare load of the same files. CPU time of the built packages, median of disjoint slices, warmed up on a
 * slice of its own.
 * Workload: published rules of Datadog, brought in by `import`, each copied with texts of its own. They have findings
 * (few have tests), and the places of those are worked out too. In the detail: reading YAML alone, on these files and
 * on those of Sigma. Left out: reading from disk, which both would do alike.
 */

import { loadFromFiles, readYaml, sourceText } from '@signalwright/content';
import { load } from 'js-yaml';
import type { Benchmark } from '../scripts/harness/benchmark.ts';
import { cpuMs, median } from './common/cpu-time.ts';
import { importedCopies, readRules } from './common/imported-rules.ts';
import { readSigmaFiles } from './common/sigma-files.ts';

const SIZE = {
  short: { slices: 3, files: 40, sigmaFiles: 60 },
  full: { slices: 3, files: 1000, sigmaFiles: 1000 },
} as const;

export const bench: Benchmark = {
  name: 'v1',
  goal: "<= 2.0 times js-yaml's bare load",
  run: async ({ short, log }) => {
    const size = short ? SIZE.short : SIZE.full;
    const rules = readRules();
    const measured: Measured[] = [];
    for (let slice = 0; slice <= size.slices; slice += 1) {
      const files = await importedCopies(rules, slice * size.files, size.files);
      const result = measure(files);
      if (slice === 0) continue;
      measured.push(result);
      log(
        `slice ${slice} of ${size.slices}: ${result.checkMs.toFixed(0)} ms against ${result.bareMs.toFixed(0)} ms, ${result.yamlMs.toFixed(0)} ms of them for YAML`,
      );
    }
    const middle = (of: (each: Measured) => number): number => median(measured.map(of));
    const perFileUs = (of: (each: Measured) => number): number =>
      Math.round((middle(of) * 1000) / size.files);
    return {
      ratio: middle(({ checkMs, bareMs }) => checkMs / bareMs),
      detail: {
        files: size.slices * size.files,
        publishedRules: rules.length,
        kilobytesPerFile: Math.round(middle(({ bytes }) => bytes) / size.files / 102.4) / 10,
        checkUsPerFile: perFileUs(({ checkMs }) => checkMs),
        bareUsPerFile: perFileUs(({ bareMs }) => bareMs),
        yamlRatio: round(middle(({ yamlMs, bareMs }) => yamlMs / bareMs)),
        findings: middle(({ findings }) => findings),
        sigmaYamlRatio: round(sigmaYamlRatio(size.slices, size.sigmaFiles)),
        leftOut: 'reading from disk',
      },
    };
  },
};

interface Measured {
  readonly bareMs: number;
  readonly yamlMs: number;
  readonly checkMs: number;
  readonly bytes: number;
  readonly findings: number;
}

function measure(files: ReadonlyMap<string, string>): Measured {
  const texts = [...files.values()];
  const bareMs = cpuMs(() => texts.forEach((text) => load(text)));
  const yamlMs = cpuMs(() => texts.forEach(readYamlAlone));
  let findings = 0;
  const checkMs = cpuMs(() => {
    const { diagnostics } = loadFromFiles(files);
    const error = diagnostics.find(({ severity }) => severity === 'error');
    if (error !== undefined)
      throw new Error(`the workload is not clean: ${error.range.file}: ${error.message}`);
    findings = diagnostics.length;
  });
  return { bareMs, yamlMs, checkMs, findings, bytes: texts.reduce((sum, text) => sum + text.length, 0) };
}

/** Files that nobody wrote for us. Those of several documents are left out. */
function sigmaYamlRatio(slices: number, count: number): number {
  const texts = readSigmaFiles((slices + 1) * count);
  const ratios = Array.from({ length: slices + 1 }, (_, slice) => {
    const mine = texts.slice(slice * count, (slice + 1) * count);
    const bareMs = cpuMs(() => mine.forEach((text) => load(text)));
    return cpuMs(() => mine.forEach(readYamlAlone)) / bareMs;
  });
  return median(ratios.slice(1));
}

function readYamlAlone(text: string): void {
  readYaml(sourceText('rule.yaml', text));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
