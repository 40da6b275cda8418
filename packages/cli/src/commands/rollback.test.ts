/** Going back: `plan --to` and `apply --to`, to a commit, to a plan that was applied, to a date. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openGitFolder, type GitFolder } from '../testing/git-folder.ts';
import { openOrgFolder, type OrgFolder } from '../testing/org-folder.ts';
import { NOW_MS, goodContent } from '../testing/terminal.ts';

const DAY_MS = 86_400_000;
const RULE = 'rules/detection/login-hammering.yaml';
let folder: OrgFolder;
let repository: GitFolder;
let before: string;

beforeEach(async () => {
  folder = await openOrgFolder(goodContent());
  const config = folder.read('signalwright.yaml');
  folder.write('signalwright.yaml', config.replace('target: embedded', 'target: embedded, prune: confirm'));
  folder.write('.gitignore', '.signalwright/\nplan.json\n');
  repository = openGitFolder(folder.root);
  before = repository.commit();
  await onDay(0, 'apply', '--yes');
  folder.write('rules/detection/more.yaml', folder.read(RULE).replace('id: login-hammering', 'id: more'));
  folder.write(RULE, folder.read(RULE).replaceAll('severity: medium', 'severity: low'));
  repository.commit();
  await onDay(2, 'apply', '--yes');
});
afterEach(() => folder.close());

function onDay(day: number, ...args: string[]): ReturnType<OrgFolder['run']> {
  return folder.run(args, { env: { PATH: process.env['PATH'] }, nowMs: () => NOW_MS + day * DAY_MS });
}

const BACK = /~ detection-rule\/login-hammering[\s\S]*- "low"\n\s*\+ "medium"/;

test('to a commit: what changed since is put back, and what was added goes when that is said', async () => {
  const plan = await onDay(3, 'plan', '--to', before);
  expect(plan.out).toMatch(BACK);
  expect(plan.out).toContain('? detection-rule/more');

  const done = await onDay(3, 'apply', '--to', 'HEAD~1', '--prune', '--yes');
  expect(done).toMatchObject({ code: 0 });
  expect(done.out).toContain('detection-rule/more  switched off:');
  expect((await onDay(3, 'plan', '--to', before, '--exit-code')).code).toBe(0);

  // The folder still says what it said: the next apply of it is a change again.
  const forward = await onDay(3, 'plan', '--exit-code');
  expect(forward.code).toBe(2);
  expect(forward.out).toContain('~ detection-rule/more');
});

test('to a plan that was applied, and to what was in force at a date', async () => {
  const first = /Plan ([0-9a-f]{12})/.exec((await onDay(3, 'plan', '--to', before)).out)?.[1] ?? '';
  await onDay(3, 'apply', '--to', before, '--yes');
  const forward = /Plan ([0-9a-f]{12})/.exec((await onDay(4, 'plan')).out)?.[1] ?? '';
  await onDay(4, 'apply', '--yes');
  expect(first).not.toBe(forward);
  expect((await onDay(5, 'plan', '--to', first)).out).toMatch(BACK);
  expect((await onDay(5, 'plan', '--to', forward, '--exit-code')).code).toBe(0);

  expect((await onDay(5, 'plan', '--to', dayOf(1))).out).toMatch(BACK);
  expect((await onDay(5, 'plan', '--to', dayOf(2), '--exit-code')).code).toBe(0);
  expect(await onDay(5, 'plan', '--to', dayOf(-9))).toMatchObject({
    code: 64,
    err: expect.stringContaining('knows of no apply before') as string,
  });
});

function dayOf(day: number): string {
  return new Date(NOW_MS + day * DAY_MS).toISOString().slice(0, 10);
}

test('what somebody changed by hand is shown, and never overwritten by a plan made before it', async () => {
  const made = await onDay(3, 'plan', '--env', 'local', '--to', before, '--out', 'plan.json');
  expect(made.out).toContain(`: signalwright apply --env local --to ${before} --plan plan.json\n`);
  const { apiKey, applicationKey } = folder.org.ownerCredentials;
  const url = 'http://127.0.0.1:8085/api/v2/security_monitoring/rules';
  const headers = {
    'dd-api-key': apiKey,
    'dd-application-key': applicationKey,
    'content-type': 'application/json',
  };
  const listed = (await (await folder.org.fetch(new Request(url, { headers }))).json()) as {
    data: { id: string; tags: string[] }[];
  };
  const rule = listed.data.find(({ tags }) => tags.some((tag) => tag.endsWith('/login-hammering')));
  const body = JSON.stringify({ message: 'by hand' });
  await folder.org.fetch(new Request(`${url}/${rule?.id}`, { method: 'PUT', headers, body }));
  const { code, out } = await onDay(3, 'apply', '--to', before, '--plan', 'plan.json', '--yes');
  expect(code).toBe(1);
  expect(out).toContain('It has changed at the target since the plan. Plan again.');
  const again = await onDay(3, 'plan', '--to', before);
  expect(again.out).toContain('changed at the target since the last apply, and content changed too');
});

test('to a commit by its whole id where there is no journal, as in a fresh clone', async () => {
  expect(before).toMatch(/^[0-9a-f]{40}$/);
  rmSync(join(folder.root, '.signalwright/sync'), { recursive: true });
  for (const to of [before, before.slice(0, 12)]) {
    expect(await onDay(3, 'plan', '--to', to)).toMatchObject({
      code: 0,
      out: expect.stringMatching(BACK) as string,
    });
  }
});

test.each([
  ['a revision that is not there', 'v9.9', 64],
  ['an option in place of a revision', '--upload-pack=x', 64],
  ['a day that is none', '2026-13-45', 64],
])('%s is refused', async (_what, to, code) => {
  expect((await onDay(3, 'plan', `--to=${to}`)).code).toBe(code);
});

test('content of another stack is not gone back to', async () => {
  const config = folder.read('signalwright.yaml');
  folder.write('signalwright.yaml', config.replace('stack: acme', 'stack: other'));
  const { code, err } = await onDay(3, 'plan', '--to', before);
  expect(code).toBe(64);
  expect(err).toContain('is of stack acme, this is other');
});
