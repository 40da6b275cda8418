/** What goes from content, at the command line: shown, asked for, switched off, deleted; and plans that are approved. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openGitFolder, type GitFolder } from '../testing/git-folder.ts';
import { openOrgFolder, type OrgFolder } from '../testing/org-folder.ts';
import { NOW_MS, goodContent } from '../testing/terminal.ts';

const DAY_MS = 86_400_000;
const ENV = { PATH: process.env['PATH'] };
let folder: OrgFolder;
let repository: GitFolder;

beforeEach(async () => {
  folder = await openOrgFolder(goodContent());
  configure('confirm');
  folder.write('.gitignore', '.signalwright/\nplan.json\n');
  repository = openGitFolder(folder.root);
  repository.commit();
  await run('apply', '--yes');
  rmSync(join(folder.root, 'rules/notification'), { recursive: true });
  repository.commit();
});
afterEach(() => folder.close());

function configure(prune: string): void {
  const text = folder
    .read('signalwright.yaml')
    .replace(/target: embedded[^}]*\}/, `target: embedded, prune: ${prune} }`);
  folder.write('signalwright.yaml', text);
}

function run(...args: string[]): ReturnType<OrgFolder['run']> {
  return folder.run(args, { env: ENV });
}

function later(days: number, ...args: string[]): ReturnType<OrgFolder['run']> {
  return folder.run(args, { env: ENV, nowMs: () => NOW_MS + days * DAY_MS });
}

function deletes(): readonly string[] {
  return folder.requests.filter((request) => request.startsWith('DELETE'));
}

test('with prune: confirm an object stays until --prune is said, is switched off, and goes after 7 days', async () => {
  const plan = await run('plan');
  expect(plan.out).toContain('? notification-rule/urgent');
  expect(plan.out).toContain('Say --prune to have it removed.');

  const asked = await run('plan', '--prune');
  expect(asked.out).toContain('x notification-rule/urgent');
  expect(asked.out).toContain('0 to create, 0 to update, 1 to switch off, 1 unchanged');
  expect((await run('apply', '--prune', '--yes')).out).toContain('notification-rule/urgent  switched off:');

  expect((await run('plan', '--prune')).out).toMatch(
    /urgent .* is switched off, and deleted by an apply after 2026-/,
  );
  expect(deletes()).toEqual([]);
  expect((await later(8, 'apply', '--prune', '--yes')).out).toContain('notification-rule/urgent  deleted:');
  // An id does not say at which of the two endpoints of notification rules it lies.
  expect(new Set(deletes().map((each) => each.split('/').at(-1))).size).toBe(1);
  expect((await later(8, 'plan', '--prune')).out).toContain('0 to create, 0 to update, 1 unchanged');
});

test('without prune: in the configuration --prune removes nothing, and the plan says what is missing', async () => {
  configure('false');
  repository.commit();
  const { code, out } = await run('plan', '--prune');
  expect(code).toBe(0);
  expect(out).toContain('? notification-rule/urgent');
  expect(out.replaceAll(/\s+/g, ' ')).toContain('With prune: confirm there, --prune removes it.');
  const page = await run('plan', '--prune', '--markdown');
  expect(page.out).toContain('- `notification-rule/urgent` stays: Nothing is removed: prune is off');
});

test('an approved plan removes what it says, and not what it does not', async () => {
  await run('plan', '--out', 'plan.json');
  expect((await run('apply', '--plan', 'plan.json', '--yes')).code).toBe(0);
  await run('plan', '--prune', '--out', 'plan.json');
  const applied = await run('apply', '--plan', 'plan.json', '--yes');
  expect(applied).toMatchObject({ code: 0 });
  expect(applied.out).toContain('switched off:');
});

test('a plan expires after a day, and is of one commit', async () => {
  await run('plan', '--out', 'plan.json');
  expect((await later(1, 'apply', '--plan', 'plan.json', '--yes')).err).toContain('The plan has expired at');
  folder.write('README.md', 'x');
  repository.commit();
  expect((await run('apply', '--plan', 'plan.json', '--yes')).err).toMatch(
    /was made of [0-9a-f]{40}, and content here is/,
  );
});

test('a change at the target since the plan holds that object back, and no other', async () => {
  folder.write(
    'rules/detection/more.yaml',
    folder.read('rules/detection/login-hammering.yaml').replace('id: login-hammering', 'id: more'),
  );
  folder.write(
    'rules/detection/login-hammering.yaml',
    folder.read('rules/detection/login-hammering.yaml').replaceAll('severity: medium', 'severity: low'),
  );
  repository.commit();
  await run('plan', '--out', 'plan.json');
  const rules = (await (await folder.org.fetch(request('GET', ''))).json()) as {
    data: { id: string; version: number }[];
  };
  const [rule] = rules.data;
  await folder.org.fetch(request('PUT', `/${rule?.id}`, { message: 'by hand', version: rule?.version }));
  const { code, out } = await run('apply', '--plan', 'plan.json', '--yes');
  expect(code).toBe(1);
  expect(out).toMatch(/detection-rule\/more {2}created as/);
  expect(out).toMatch(/login-hammering {2}not applied: It has changed at the target since the plan/);
});

function request(method: string, path: string, body?: object): Request {
  const { apiKey, applicationKey } = folder.org.ownerCredentials;
  return new Request(`http://127.0.0.1:8085/api/v2/security_monitoring/rules${path}`, {
    method,
    headers: {
      'dd-api-key': apiKey,
      'dd-application-key': applicationKey,
      'content-type': 'application/json',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}
