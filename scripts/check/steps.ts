/** The steps of `npm run check`, in the order in which they are reported. */

import { join } from 'node:path';
import { checkArchitecture } from '../architecture/check-architecture.ts';
import { checkLockfile } from '../architecture/check-lockfile.ts';
import { checkManifests } from '../architecture/check-manifests.ts';
import { checkWorkflowFiles } from '../architecture/check-workflows.ts';
import { renderFinding, type Finding } from '../architecture/finding.ts';
import { compareGenerated } from '../generated/compare-generated.ts';
import { GENERATORS } from '../generators.ts';
import { runCommand } from './run-command.ts';
import type { Step, StepOutcome } from './step.ts';

export const STEPS: readonly Step[] = [
  tool('format', 'every file reads as oxfmt writes it', 'oxfmt', ['--check', '.']),
  tool('lint', 'oxlint has no finding', 'oxlint', []),
  rules('floors', 'imports point down, effects stay at rims, no banned construct', checkArchitecture),
  rules('manifests', 'package.json and tsconfig.json tell the same story', checkManifests),
  rules('lockfile', 'every locked package is pinned by digest and licensed', checkLockfile),
  rules('workflows', 'no workflow file gives a stranger our rights', checkWorkflowFiles),
  { name: 'generated', claim: 'generated files are fresh', run: checkGenerated },
  tool('dead-code', 'no unused file, export or dependency', 'knip', ['--no-progress']),
  tool('types', 'the packages compile', 'tsc', ['-b']),
  tool('test-types', 'tests, scripts and benchmarks compile', 'tsc', ['-p', 'tsconfig.tests.json']),
  {
    name: 'content',
    claim: 'our own content passes signalwright check',
    after: ['types'],
    run: checkContent,
  },
];

function tool(name: string, claim: string, command: string, args: readonly string[]): Step {
  return {
    name,
    claim,
    run: async (root) => {
      const { code, output } = await runCommand(join(root, 'node_modules/.bin', command), args, root);
      return code === 0 ? { kind: 'passed' } : { kind: 'failed', output };
    },
  };
}

function rules(name: string, claim: string, check: (root: string) => readonly Finding[]): Step {
  return { name, claim, run: async (root) => report(check(root)) };
}

function report(findings: readonly Finding[]): StepOutcome {
  if (findings.length === 0) return { kind: 'passed' };
  return { kind: 'failed', output: findings.map(renderFinding).join('\n') };
}

async function checkGenerated(root: string): Promise<StepOutcome> {
  const stale = await compareGenerated(root, GENERATORS);
  if (stale.length === 0) return { kind: 'passed' };
  const lines = stale.map(({ path, generator, reason }) => `${path} is ${reason} (${generator})`);
  return {
    kind: 'failed',
    output: [...lines, 'Run `npm run generate` and commit what it writes.'].join('\n'),
  };
}

/** Runs the built command, as a user would. */
async function checkContent(root: string): Promise<StepOutcome> {
  const command = join(root, 'packages/cli/bin/signalwright.js');
  const { code, output } = await runCommand(process.execPath, [command, 'check'], root);
  return code === 0 ? { kind: 'passed' } : { kind: 'failed', output: `exit code ${code}\n${output}` };
}
