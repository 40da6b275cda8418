/** What `npm run check` prints. */

import type { StepReport } from './run-steps.ts';
import type { StepOutcome } from './step.ts';

const WORD = { passed: 'pass', failed: 'FAIL' } as const satisfies Record<StepOutcome['kind'], string>;

/** The shape of `--json`; a change of meaning raises it. */
const SCHEMA_VERSION = 1;

/** One line a step; below it the whole output of a step that failed. */
export function renderReport(report: StepReport): string {
  const { name, claim, outcome, durationMs } = report;
  const seconds = `${(durationMs / 1000).toFixed(1)} s`.padStart(7);
  const line = `${WORD[outcome.kind]} ${name.padEnd(11)} ${seconds}  ${claim}`;
  return outcome.kind === 'passed' ? line : `${line}\n\n${indent(outcome.output.trimEnd())}\n`;
}

/** The last line: how many of each, and the names of those that failed. */
export function renderSummary(reports: readonly StepReport[]): string {
  const count = (kind: StepOutcome['kind']): number => reports.filter((r) => r.outcome.kind === kind).length;
  const failed = reports.filter((report) => report.outcome.kind === 'failed').map((report) => report.name);
  const counts = `${count('passed')} passed, ${count('failed')} failed`;
  return failed.length === 0 ? `check: ${counts}` : `check: ${counts} (${failed.join(', ')})`;
}

/** One document with every step, its outcome and its full output. */
export function renderJson(reports: readonly StepReport[]): string {
  const ok = reports.every((report) => report.outcome.kind !== 'failed');
  return JSON.stringify({ schemaVersion: SCHEMA_VERSION, ok, steps: reports.map(jsonOf) }, null, 2);
}

function jsonOf({ name, outcome, durationMs }: StepReport): object {
  const { kind, ...rest } = outcome;
  return { name, outcome: kind, durationMs: Math.round(durationMs), ...rest };
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? line : `    ${line}`))
    .join('\n');
}
