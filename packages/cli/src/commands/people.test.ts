/** org users and org tokens against an org in this process. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { openOrgFolder, type OrgFolder } from '../testing/org-folder.ts';
import { goodContent } from '../testing/terminal.ts';

let folder: OrgFolder;
beforeAll(async () => {
  folder = await openOrgFolder(goodContent());
});
afterAll(() => folder.close());

interface Users {
  readonly users: readonly { readonly handle: string; readonly status: string; readonly roles: string[] }[];
}

async function user(handle: string): Promise<Users['users'][number] | undefined> {
  const { users } = (await folder.run(['org', 'users', 'list', '--json'])).json() as unknown as Users;
  return users.find((each) => each.handle === handle);
}

test('a user is added, given a role, disabled and let in again', async () => {
  const added = await folder.run([
    'org',
    'users',
    'add',
    'ada@example.com',
    '--name',
    'Ada',
    '--role',
    'Security Analyst',
  ]);
  expect(added).toMatchObject({ code: 0, err: '' });
  expect(added.out).toMatch(/^Added ada@example\.com \([0-9a-f-]{36}\)\.$/m);
  expect(await user('ada@example.com')).toMatchObject({ status: 'Pending', roles: ['Security Analyst'] });

  const give = ['org', 'users', 'role', 'Ada', 'give', 'Datadog Standard Role'];
  expect((await folder.run([...give, '--json'])).json()).toMatchObject({ held: true, changed: true });
  expect((await folder.run([...give, '--json'])).json()).toMatchObject({ held: true, changed: false });
  expect(await folder.run(['org', 'users', 'role', 'Ada', 'take', 'Datadog Standard Role'])).toMatchObject({
    code: 0,
  });

  const disabled = await folder.run(['org', 'users', 'disable', 'ada@example.com']);
  expect(disabled).toMatchObject({ code: 0, out: 'ada@example.com is Disabled.\n' });
  expect((await folder.run(['org', 'users', 'disable', 'Ada'])).out).toBe(
    'ada@example.com is already Disabled.\n',
  );
  expect((await folder.run(['org', 'users', 'enable', 'Ada'])).code).toBe(0);
  const table = (await folder.run(['org', 'users', 'list'])).out;
  expect(table).toMatch(/^HANDLE +NAME +STATE +ROLES +ID$/m);
  expect(table).toMatch(/^ada@example\.com +Ada +Pending +Security Analyst +[0-9a-f-]{36}$/m);
});

test('a key is printed once, alone on its line, and is listed and revoked', async () => {
  const issued = await folder.run([
    'org',
    'tokens',
    'issue',
    'analyst',
    '--name',
    'ci',
    '--expires',
    '30d',
    '--scope',
    'security_monitoring_rules_read',
    'workflows_read',
  ]);
  expect(issued.code).toBe(0);
  expect(issued.out).toMatch(/^swapp_[0-9a-f]{64}\n$/);
  expect(issued.err).toMatch(/^Shown this once\. It acts for analyst until \d{4}-/);
  const listed = await folder.run(['org', 'tokens', 'list']);
  expect(listed.out).not.toContain(issued.out.trim());
  const line = listed.out.split('\n').find((each) => each.startsWith('ci '));
  expect(line).toMatch(/analyst +…[0-9a-f]{4} +\d{4}-\d\d-\d\d \d\d:\d\d +security_monitoring_rules_read/);
  const id = line?.split(/\s+/).at(-1) ?? '';
  expect(await folder.run(['org', 'tokens', 'revoke', id])).toMatchObject({
    code: 0,
    out: `Revoked ${id}.\n`,
  });
  expect(await folder.run(['org', 'tokens', 'revoke', id])).toMatchObject({
    code: 1,
    err: `signalwright: There is no key "${id}".\n`,
  });
});

test.each([
  ['a user who is not there', ['users', 'disable', 'nobody'], 1, /No user is called "nobody"/],
  [
    'a role that is not there',
    ['users', 'role', 'analyst', 'give', 'King'],
    1,
    /There are: Datadog Admin Role/,
  ],
  ['a change that is none', ['users', 'role', 'analyst', 'lend', 'x'], 64, /Use one of: give, take/],
  ['an address that is none', ['users', 'add', 'nobody'], 1, /refused with 400: Invalid email/],
  ['the last administrator', ['users', 'disable', 'admin'], 1, /Nobody would be left who manages access/],
  [
    'an unknown scope',
    ['tokens', 'issue', 'analyst', '--name', 'x', '--scope', 'all'],
    1,
    /Invalid scope: all/,
  ],
  [
    'an end that is none',
    ['tokens', 'issue', 'analyst', '--name', 'x', '--expires', 'soon'],
    64,
    /is no time/,
  ],
])('%s is refused', async (_title, args, code, says) => {
  const answered = await folder.run(['org', ...args]);
  expect(answered.code).toBe(code);
  expect(answered.err).toMatch(says);
});
