/**
 * `npm run check [-- --only <step>[,<step>]] [--json] [--list]`: everything a machine can judge about
 * this repository without running its tests. Exit 1 when a step fails, 64 on wrong usage.
 */

import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { renderReport, renderSummary, renderJson } from './check/render-report.ts';
import { runSteps } from './check/run-steps.ts';
import { STEPS } from './check/steps.ts';

const USAGE = 'usage: npm run check -- [--only <step>[,<step>]] [--json] [--list]';
const EXIT_USAGE = 64;
/** More lanes only make the type checkers slow each other down. */
const MAX_LANES = 4;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) return EXIT_USAGE;
  if (options.list) {
    for (const step of STEPS) console.log(`${step.name.padEnd(12)} ${step.claim}`);
    return 0;
  }
  const steps = STEPS.filter((step) => options.only.length === 0 || options.only.includes(step.name));
  const reports = await runSteps(steps, {
    root: fileURLToPath(new URL('..', import.meta.url)),
    lanes: Math.min(availableParallelism(), MAX_LANES),
    nowMs: () => performance.now(),
    onReport: (report) => {
      if (!options.json) console.log(renderReport(report));
    },
  });
  console.log(options.json ? renderJson(reports) : renderSummary(reports));
  return reports.some((report) => report.outcome.kind === 'failed') ? 1 : 0;
}

function readOptions(args: readonly string[]): { only: string[]; json: boolean; list: boolean } | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', multiple: true },
        json: { type: 'boolean' },
        list: { type: 'boolean' },
      },
    });
    const only = (values.only ?? []).flatMap((names) => names.split(','));
    const unknown = only.filter((name) => !STEPS.some((step) => step.name === name));
    if (unknown.length === 0) return { only, json: values.json === true, list: values.list === true };
    console.error(
      `No step named ${unknown.join(', ')}. Steps: ${STEPS.map((step) => step.name).join(', ')}.`,
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
  }
  console.error(USAGE);
  return undefined;
}
