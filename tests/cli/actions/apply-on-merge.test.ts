/** The example that applies what was merged, run step by step: real bash, git, command and org. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIMIT_MS, ROOT, killAll, run, startOrg, type Org } from '../command.ts';
import { runWorkflow, type JobEnd, type WorkflowHost } from './workflow-runner.ts';

const APPLY = join(ROOT, '.github/examples/apply-on-merge.yml');
const DRIFT = join(ROOT, '.github/examples/drift.yml');

let folder: string;
let origin: string;
let org: Org;
let host: WorkflowHost;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sw-actions-'));
  origin = join(folder, 'detections');
  expect((await run(['init', 'detections'], { cwd: folder })).end).toBe(0);
  const config = readFileSync(join(origin, 'signalwright.yaml'), 'utf8');
  writeFileSync(
    join(origin, 'signalwright.yaml'),
    config.replace('local: { target: embedded }', 'prod: { target: embedded }'),
  );
  writeFileSync(join(origin, '.gitignore'), '.signalwright/\n');
  git('init', '-q', '-b', 'main');
  merge();
  const home = join(folder, 'org');
  git('clone', '-q', '.', home);
  org = await startOrg(home);
  const keys = JSON.parse(readFileSync(join(home, '.signalwright/credentials.json'), 'utf8')) as Keys;
  const secrets = { DD_API_KEY: keys.apiKey, DD_APP_KEY: keys.applicationKey };
  host = { origin, folder, env: org.env, secrets: { review: secrets, production: secrets } };
}, LIMIT_MS);

afterAll(async () => {
  await killAll();
  rmSync(folder, { recursive: true, force: true });
}, LIMIT_MS);

interface Keys {
  readonly apiKey: string;
  readonly applicationKey: string;
}

function git(...args: readonly string[]): void {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.test', ...args], { cwd: origin });
}

function merge(): void {
  git('add', '-A');
  git('commit', '-qm', 'merged');
}

const RULE = 'rules/detection/login-hammering.yaml';

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(join(origin, file), 'utf8');
  expect(text).toContain(from);
  writeFileSync(
    join(origin, file),
    text.replace(from, () => to),
  );
}

async function ruleName(): Promise<unknown> {
  const rules = await org.client.rules.list();
  return rules.kind === 'done' ? rules.value[0]?.payload['name'] : rules;
}

function expectEnds(ends: Readonly<Record<string, JobEnd>>, wanted: Readonly<Record<string, string>>): void {
  const results = Object.fromEntries(Object.entries(ends).map(([name, { result }]) => [name, result]));
  expect(
    results,
    Object.values(ends)
      .map(({ log }) => log)
      .join('\n'),
  ).toEqual(wanted);
}

test(
  'what was merged is planned, approved and applied; a run without changes asks nobody and keeps the journal',
  async () => {
    const first = await runWorkflow(APPLY, host);
    expectEnds(first, { plan: 'success', apply: 'success' });
    expect(first['plan']?.summary).toContain('detection-rule/login-hammering');
    expect(await ruleName()).toBe('Many failed logins from one address');

    expectEnds(await runWorkflow(APPLY, host), { plan: 'success', apply: 'skipped' });

    edit(RULE, 'name: Many failed logins from one address', 'name: Login hammering');
    merge();
    const third = await runWorkflow(APPLY, host);
    expectEnds(third, { plan: 'success', apply: 'success' });
    // The journal of the first run has come through the second: what is there is known to be ours.
    expect(third['plan']?.summary).not.toContain('no apply on record');
    expect(await ruleName()).toBe('Login hammering');
  },
  LIMIT_MS,
);

test(
  'what somebody changes between the plan and the approval is not overwritten',
  async () => {
    edit(RULE, 'name: Login hammering', 'name: Hammered logins');
    merge();
    const beforeApproval = async (): Promise<void> => {
      const rules = await org.client.rules.list();
      const [rule] = rules.kind === 'done' ? rules.value : [];
      if (rule === undefined) throw new Error('There is no rule.');
      const { name: _name, ...others } = rule.payload;
      await org.client.rules.update(rule.id, { ...others, name: 'By hand' });
    };
    const ends = await runWorkflow(APPLY, { ...host, beforeApproval });
    expectEnds(ends, { plan: 'success', apply: 'failure' });
    expect(await ruleName()).toBe('By hand');

    const drift = await runWorkflow(DRIFT, host);
    expectEnds(drift, { drift: 'failure' });
    expect(drift['drift']?.summary).toContain('By hand');
  },
  LIMIT_MS,
);

test(
  'content with an error ends before anything is planned, and the journal is found again afterwards',
  async () => {
    edit(RULE, 'name: Hammered logins', 'nome: Hammered logins');
    merge();
    expectEnds(await runWorkflow(APPLY, host), { plan: 'failure', apply: 'skipped' });
    edit(RULE, 'nome: Hammered logins', 'name: Hammered logins');
    merge();
    const ends = await runWorkflow(APPLY, host);
    expectEnds(ends, { plan: 'success', apply: 'success' });
    expect(ends['plan']?.summary).toContain('changed at the target since the last apply');
    expect(await ruleName()).toBe('Hammered logins');
  },
  LIMIT_MS,
);
