/** The runner of `npm run check`: order, waiting, failures, and what it prints. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { renderJson, renderReport, renderSummary } from './render-report.ts';
import { runCommand } from './run-command.ts';
import { runSteps, type StepReport } from './run-steps.ts';
import type { Step, StepOutcome } from './step.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const PASSED: StepOutcome = { kind: 'passed' };

interface Played {
  readonly reports: StepReport[];
  readonly printed: string[];
  readonly started: string[];
  readonly mostAtOnce: number;
}

/** Runs steps that take as many turns as they say, under a clock that ticks once a reading. */
async function play(
  plan: Record<string, { after?: string[]; turns?: number; outcome?: StepOutcome | Error }>,
  lanes = 2,
): Promise<Played> {
  const printed: string[] = [];
  const started: string[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  let ticks = 0;
  const steps = Object.entries(plan).map(([name, { after = [], turns = 1, outcome = PASSED }]): Step => ({
    name,
    claim: `${name} holds`,
    after,
    run: async (): Promise<StepOutcome> => {
      started.push(name);
      atOnce += 1;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      atOnce -= 1;
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  }));
  const reports = await runSteps(steps, {
    root: '/',
    lanes,
    nowMs: () => (ticks += 1),
    onReport: (report) => void printed.push(report.name),
  });
  return { reports, printed, started, mostAtOnce };
}

test('reports come in list order, whatever ends first', async () => {
  const { printed, reports } = await play({ slow: { turns: 9 }, quick: {}, last: {} });
  expect(printed).toEqual(['slow', 'quick', 'last']);
  expect(reports.map((report) => report.name)).toEqual(printed);
});

test('a failure does not keep the others from running', async () => {
  const { reports } = await play({
    bad: { outcome: { kind: 'failed', output: 'x' } },
    good: { after: ['bad'] },
  });
  expect(reports.map((report) => report.outcome.kind)).toEqual(['failed', 'passed']);
});

test('a step waits for the one whose output it reads', async () => {
  const { started } = await play({ reader: { after: ['writer'] }, writer: { turns: 5 }, other: {} });
  expect(started).toEqual(['writer', 'other', 'reader']);
});

test('a step does not wait for one that was not asked for', async () => {
  expect((await play({ reader: { after: ['writer'] } })).started).toEqual(['reader']);
});

test.each([1, 2, 3])('no more than %d steps run at once', async (lanes) => {
  const turns = 3;
  expect((await play({ a: { turns }, b: { turns }, c: { turns }, d: { turns } }, lanes)).mostAtOnce).toBe(
    lanes,
  );
});

test('steps that wait for each other are our mistake', async () => {
  await expect(play({ a: { after: ['b'] }, b: { after: ['a'] } })).rejects.toThrow(
    'steps wait for each other: a, b',
  );
});

test('a step that breaks has failed, and says where', async () => {
  const { reports } = await play({ broken: { outcome: new Error('boom') } });
  expect(reports[0]?.outcome).toMatchObject({
    kind: 'failed',
    output: expect.stringContaining('run-steps.test.ts'),
  });
});

const report = (name: string, outcome: StepOutcome): StepReport => ({
  name,
  claim: 'it holds',
  outcome,
  durationMs: 1234,
});

test('one line a step, and the whole output of a failure below it', () => {
  expect(renderReport(report('types', { kind: 'passed' }))).toBe('pass types         1.2 s  it holds');
  expect(renderReport(report('lint', { kind: 'failed', output: 'a\n\nb\n' }))).toBe(
    'FAIL lint          1.2 s  it holds\n\n    a\n\n    b\n',
  );
});

test('the summary counts, and names what failed', () => {
  const reports = [
    report('a', { kind: 'passed' }),
    report('b', { kind: 'failed', output: '' }),
    report('c', { kind: 'failed', output: '' }),
  ];
  expect(renderSummary(reports)).toBe('check: 1 passed, 2 failed (b, c)');
  expect(JSON.parse(renderJson(reports))).toMatchObject({
    schemaVersion: 1,
    ok: false,
    steps: { length: 3 },
  });
});

test('a program that is missing, that fails and that is killed are outcomes, not exceptions', async () => {
  const node = (code: string) => runCommand(process.execPath, ['-e', code], ROOT);
  expect(await runCommand('/no/such/program', [], ROOT)).toMatchObject({ code: 127 });
  expect(await node('console.log(1); console.error(2); process.exit(3)')).toEqual({
    code: 3,
    output: expect.stringMatching(/1\n2\n|2\n1\n/),
    stdout: '1\n',
  });
  expect((await node('process.kill(process.pid, "SIGKILL")')).code).toBe(137);
});

const check = (...args: string[]) =>
  promisify(execFile)(
    process.execPath,
    ['--conditions=signalwright-source', '--import', 'tsx', 'scripts/check.ts', ...args],
    { cwd: ROOT },
  );

test('`npm run check -- --only` with an unknown step is wrong usage', async () => {
  await expect(check('--only', 'nonsense')).rejects.toMatchObject({
    code: 64,
    stderr: expect.stringContaining('No step named nonsense. Steps: format, lint, floors'),
  });
});

test('`npm run check -- --only lockfile --json` runs that step alone', async () => {
  const { stdout } = await check('--only', 'lockfile', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, steps: [{ name: 'lockfile', outcome: 'passed' }] });
});
