/** drift against an org in this process: what somebody else changed, who it was, and what is no drift. */

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Plan } from '@signalwright/sync';
import { openOrgFolder, type OrgFolder } from '../testing/org-folder.ts';
import { NOW_MS, goodContent } from '../testing/terminal.ts';

const RULE = 'rules/detection/login-hammering.yaml';
const RULES = '/api/v2/security_monitoring/rules';
const NOTIFICATIONS = '/api/v2/security/signals/notification_rules';
const SUPPRESSIONS = '/api/v2/security_monitoring/configuration/suppressions';
const SUPPRESSION = `kind: suppression
id: pentest
name: Pentest
enabled: true
owner: team-security
reason: A test that was announced.
rules: [login-hammering]
expires: 2026-12-20T18:00:00Z
suppressSignals: env:staging
`;

let folder: OrgFolder;
let alice: Keys;
beforeEach(async () => {
  folder = await openOrgFolder({ ...goodContent(), 'rules/suppression/pentest.yaml': SUPPRESSION });
  await folder.run(['org', 'users', 'add', 'alice@example.com', '--role', 'Datadog Admin Role']);
  alice = await keysOf('alice@example.com');
  expect(await folder.run(['apply', '--yes'])).toMatchObject({ code: 0, err: '' });
  folder.requests.length = 0;
});
afterEach(() => folder.close());

interface Keys {
  readonly DD_API_KEY: string;
  readonly DD_APP_KEY: string;
}

async function keysOf(owner: string, ...scopes: readonly string[]): Promise<Keys> {
  const scoped = scopes.length === 0 ? [] : ['--scope', ...scopes];
  const issued = await folder.run(['org', 'tokens', 'issue', owner, '--name', 'k', ...scoped]);
  expect(issued.code).toBe(0);
  return { DD_API_KEY: folder.org.ownerCredentials.apiKey, DD_APP_KEY: issued.out.trim() };
}

interface Row {
  readonly id: string;
  readonly name?: string;
  readonly attributes?: { readonly name: string };
}

async function call(method: string, path: string, body?: unknown, keys = alice): Promise<unknown> {
  const response = await folder.org.fetch(
    new Request(`http://127.0.0.1:8085${path}`, {
      method,
      headers: {
        'dd-api-key': keys.DD_API_KEY,
        'dd-application-key': keys.DD_APP_KEY,
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
  );
  expect(response.status).toBeLessThan(300);
  return response.status === 204 ? undefined : response.json();
}

async function idOf(path: string, name: RegExp): Promise<string> {
  const { data } = (await call('GET', path)) as { data: readonly Row[] };
  return data.find((row) => name.test(row.name ?? row.attributes?.name ?? ''))?.id ?? 'nothing';
}

async function editRule(change: object): Promise<void> {
  await call('PUT', `${RULES}/${await idOf(RULES, /./)}`, change);
}

test('without a change there is no drift, nothing is written, and the journal is not held', async () => {
  const { code, out } = await folder.run(['drift', '--exit-code']);
  expect({ code, last: out.trimEnd().split('\n').at(-1) }).toEqual({ code: 0, last: 'No drift.' });
  expect(folder.requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
});

test('a rule that somebody changed is told field by field, with who it was and when', async () => {
  await editRule({ message: 'by hand', isEnabled: false });
  const { code, out } = await folder.run(['drift', '--exit-code']);
  expect(code).toBe(2);
  expect(out).toContain('~ detection-rule/login-hammering');
  expect(out).toContain('changed at the target since the last apply');
  expect(out).toContain(`by alice@example.com at ${new Date(NOW_MS).toISOString()}`);
  expect(out).toMatch(/isEnabled\n {6}- true\n {6}\+ false/);
  expect(out).toContain('+ "by hand"');
  expect(out).toContain('signalwright apply');
  expect(folder.requests.filter((request) => /^(?:PUT|PATCH|DELETE)/.test(request))).toEqual([]);

  const plan = await folder.run(['plan']);
  expect(plan.out).toContain('by alice@example.com at');
});

test('our own change of content is no drift; of an object with both, the versions tell them apart', async () => {
  folder.write(RULE, folder.read(RULE).replaceAll('severity: medium', 'severity: low'));
  const pending = await folder.run(['drift', '--exit-code']);
  expect(pending.code).toBe(0);
  expect(pending.out).toContain('1 change of content not applied yet, which is no drift.');

  await editRule({ isEnabled: false });
  await editRule({ message: 'by hand' });
  const both = await folder.run(['drift', '--json']);
  expect(both.json()).toMatchObject({
    ok: false,
    objects: [
      {
        address: 'detection-rule/login-hammering',
        state: 'changed',
        comparedWith: 'left',
        isPending: true,
        fields: [
          { path: 'isEnabled', before: true, after: false },
          { path: 'message', after: 'by hand' },
        ],
        attribution: { who: 'alice@example.com', versions: 2 },
      },
    ],
  });
});

test('a notification rule has no versions: what both sides changed cannot be told apart, and that is said', async () => {
  const file = 'rules/notification/urgent.yaml';
  folder.write(file, folder.read(file).replace(/^name: .*$/m, 'name: Another name'));
  const id = await idOf(NOTIFICATIONS, /./);
  await call('PATCH', `${NOTIFICATIONS}/${id}`, {
    data: { id, type: 'notification_rules', attributes: { enabled: false, version: 1 } },
  });
  const { out } = await folder.run(['drift']);
  expect(out.replaceAll(/\s+/g, ' ')).toContain('whose change is whose is not known');
  expect(out).toContain('by alice@example.com');
});

test('a suppression that somebody changed', async () => {
  const id = await idOf(SUPPRESSIONS, /./);
  await call('PATCH', `${SUPPRESSIONS}/${id}`, {
    data: { type: 'suppressions', attributes: { suppression_query: 'env:prod' } },
  });
  const { out } = await folder.run(['drift']);
  expect(out).toContain('~ suppression/pentest');
  expect(out).toContain('by alice@example.com');
  expect(out).toMatch(/suppression_query\n {6}- "env:staging"\n {6}\+ "env:prod"/);
});

test('what has gone, what lost our mark, and what carries it twice', async () => {
  await call('DELETE', `${NOTIFICATIONS}/${await idOf(NOTIFICATIONS, /./)}`);
  const suppression = await idOf(SUPPRESSIONS, /./);
  await call('PATCH', `${SUPPRESSIONS}/${suppression}`, {
    data: { type: 'suppressions', attributes: { tags: [] } },
  });
  const { data } = (await call('GET', RULES)) as { data: readonly Record<string, unknown>[] };
  const { id: _id, version: _version, ...copy } = data[0] ?? {};
  await call('POST', RULES, { ...copy, name: 'A copy' });
  const { json } = await folder.run(['drift', '--json', '--exit-code']);
  const states = (json()['objects'] as { address: string; state: string; attribution: unknown }[]).map(
    ({ address, state, attribution }) => ({ address, state, attribution }),
  );
  const who = { who: 'alice@example.com' };
  expect(states).toMatchObject([
    { address: 'notification-rule/urgent', state: 'gone', attribution: who },
    { address: 'detection-rule/login-hammering', state: 'doubled', attribution: who },
    { address: 'suppression/pentest', state: 'unmarked', attribution: who },
  ]);
});

describe('who it was', () => {
  test('a key without the audit trail is told which permission is missing', async () => {
    await call('DELETE', `${NOTIFICATIONS}/${await idOf(NOTIFICATIONS, /./)}`);
    const keys = await keysOf(
      'alice@example.com',
      'security_monitoring_rules_read',
      'security_monitoring_suppressions_read',
      'security_monitoring_notification_profiles_read',
      'workflows_read',
    );
    const { out } = await folder.run(['drift'], { env: { ...keys } });
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      'by whom is not known. The key may not read the audit trail: audit_logs_read would tell.',
    );
  });

  test('the digest of a plan has nothing of it', async () => {
    await call('DELETE', `${NOTIFICATIONS}/${await idOf(NOTIFICATIONS, /./)}`);
    const digestOf = ({ out }: { readonly out: string }): string | undefined => /Plan \w{12}/.exec(out)?.[0];
    const known = await folder.run(['plan']);
    const unknown = await folder.run(['plan'], {
      fetch: (input, init) => {
        const request = new Request(input, init);
        const isHistory = /version_history|audit/.test(request.url);
        return isHistory
          ? Promise.resolve(Response.json({ errors: ['no'] }, { status: 403 }))
          : folder.org.fetch(request);
      },
    });
    expect(unknown.out).not.toBe(known.out);
    expect(digestOf(unknown)).toBe(digestOf(known));
  });
});

test('without a journal content is compared, and that is said; a target that does not answer exits as plan does', async () => {
  rmSync(join(folder.root, '.signalwright/sync'), { recursive: true });
  await editRule({ message: 'by hand' });
  const { code, out } = await folder.run(['drift', '--exit-code']);
  expect(code).toBe(2);
  expect(out).toContain('Nothing is on record for this target');
  expect(existsSync(join(folder.root, '.signalwright/sync'))).toBe(false);

  const wrong = await folder.run(['drift'], { env: { DD_API_KEY: 'wrong', DD_APP_KEY: 'wrong' } });
  expect(wrong.code).toBe(1);
});

test('Markdown: names from outside are data', async () => {
  await editRule({ message: '`x` @everyone <img src=x>' });
  const { out } = await folder.run(['drift', '--markdown']);
  expect(out).toContain('**~** `detection-rule/login-hammering`');
  expect(out).toContain('· changed at the target since the last apply · by alice&#64;');
  expect(out).toMatch(/```diff\n@@ message @@\n[^`]*\+ "`x` @everyone <img src=x>"\n```\n/);
  expect(out).toContain('signalwright drift --adopt-all');
});

describe('adopt', () => {
  test('all and some at once is refused: which was meant?', async () => {
    const { code, err } = await folder.run(['drift', '--adopt-all', '--adopt', 'suppression/pentest']);
    expect(code).toBe(64);
    expect(err).toContain('say one of them');
  });

  test('a test of the file that the change at the target makes wrong is named, with what to do first', async () => {
    const cases = [{ name: 'hammering', status: 'low', condition: 'failures > 25', notifications: [] }];
    await editRule({ cases });
    const refused = await folder.run(['drift', '--adopt-all']);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('(test/impossible-severity)');
    expect(refused.err).toContain('change the test first, so that it holds for both');

    folder.write(RULE, folder.read(RULE).replace('case: hammering, severity: medium', 'case: hammering'));
    expect((await folder.run(['drift', '--adopt-all'])).code).toBe(0);
    expect(folder.read(RULE)).toContain('severity: low');
    expect((await folder.run(['check'])).code).toBe(0);
  });

  test('the file says what the target says, comments kept; check passes, the plan is empty, and so is drift', async () => {
    folder.write(RULE, folder.read(RULE).replace(/^queries:/m, '# from the incident of May\nqueries:'));
    await editRule({ isEnabled: false, message: 'Look at {{@usr.id}}.' });
    const { code, out } = await folder.run(['drift', '--adopt', 'detection-rule/login-hammering']);
    expect(code).toBe(0);
    expect(out).toContain(`~ ${RULE}  detection-rule/login-hammering`);
    const text = folder.read(RULE);
    expect(text).toContain('# from the incident of May\nqueries:');
    expect(text).toContain('enabled: false\n');
    expect((await folder.run(['check'])).code).toBe(0);
    expect((await folder.run(['plan', '--exit-code'])).code).toBe(0);
    expect((await folder.run(['drift', '--exit-code'])).code).toBe(0);

    // An apply puts on record what is there: a later change of content is not taken for drift.
    await folder.run(['apply', '--yes']);
    folder.write(RULE, text.replaceAll('severity: medium', 'severity: low'));
    expect((await folder.run(['drift', '--exit-code'])).code).toBe(0);
  });

  test('all that somebody changed at once', async () => {
    await editRule({ message: 'by hand' });
    const id = await idOf(SUPPRESSIONS, /./);
    await call('PATCH', `${SUPPRESSIONS}/${id}`, {
      data: { type: 'suppressions', attributes: { suppression_query: 'env:prod' } },
    });
    const { json } = await folder.run(['drift', '--adopt-all', '--json']);
    expect(json()).toMatchObject({
      ok: true,
      adopted: [
        { address: 'detection-rule/login-hammering', file: RULE },
        { address: 'suppression/pentest', file: 'rules/suppression/pentest.yaml' },
      ],
    });
    expect((await folder.run(['plan', '--exit-code'])).code).toBe(0);
  });

  test('one that cannot be keeps the others from being written, too', async () => {
    await editRule({ message: 'by hand' });
    await call('DELETE', `${NOTIFICATIONS}/${await idOf(NOTIFICATIONS, /./)}`);
    const before = folder.read(RULE);
    const wish = ['detection-rule/login-hammering', 'notification-rule/urgent', 'detection-rule/nothing'];
    const { code, err } = await folder.run(['drift', '--adopt', ...wish]);
    expect(code).toBe(1);
    expect(err).toContain('x notification-rule/urgent was not adopted: It is gone from the target');
    expect(err).toContain('x detection-rule/nothing was not adopted: It has not drifted.');
    expect(err).toContain('Nothing was written.');
    expect(folder.read(RULE)).toBe(before);
  });

  test('beside a change of content in other fields it comes in, and the change of content stays', async () => {
    folder.write(RULE, folder.read(RULE).replaceAll('severity: medium', 'severity: low'));
    await editRule({ message: 'by hand' });
    expect((await folder.run(['drift', '--adopt-all'])).code).toBe(0);
    const plan = JSON.parse((await folder.run(['plan', '--json'])).out) as { plan: Plan };
    const fields = plan.plan.items.flatMap(({ change }) => (change.kind === 'update' ? change.fields : []));
    expect(fields).toEqual([{ path: 'cases[0].status', before: 'medium', after: 'low' }]);
    expect(folder.read(RULE)).toContain('message: by hand');
  });

  test('a field that content has changed too is left to a person', async () => {
    folder.write(RULE, folder.read(RULE).replaceAll('severity: medium', 'severity: low'));
    const before = folder.read(RULE);
    await editRule({ cases: [{ name: '', condition: 'failures > 5', status: 'high', notifications: [] }] });
    const { code, err } = await folder.run(['drift', '--adopt-all']);
    expect(code).toBe(1);
    expect(err).toContain('Content has changed cases[0].status too since the last apply');
    expect(folder.read(RULE)).toBe(before);
  });
});

describe('accept', () => {
  function acceptUntil(until: string, fields: string): void {
    const config = folder.read('signalwright.yaml');
    const accepted = `acceptDrift: [{ object: detection-rule/login-hammering, fields: [${fields}], until: ${until}, reason: Quiet weeks. }]`;
    folder.write('signalwright.yaml', config.replace('target: embedded', `target: embedded, ${accepted}`));
  }

  const onDay = (day: string, ...args: string[]): ReturnType<OrgFolder['run']> =>
    folder.run(args, { nowMs: () => Date.parse(day) });

  test('until its day a field stays as it is, in plan, apply and drift; then content holds', async () => {
    await editRule({ isEnabled: false, message: 'by hand' });
    acceptUntil('2026-12-24', 'isEnabled');
    const drift = await onDay('2026-12-24T20:00Z', 'drift', '--exit-code');
    expect(drift.code).toBe(2);
    expect(drift.out).toMatch(
      /^~ detection-rule\/login-hammering[\s\S]*message[\s\S]*\+ "by hand"[\s\S]*^= detection-rule\/login-hammering/m,
    );
    expect(drift.out).toContain('left as it is at the target until 2026-12-24: Quiet weeks.');

    const applied = await onDay('2026-12-24T20:00Z', 'apply', '--yes');
    expect(applied.out).toContain('left as it is at the target until 2026-12-24: Quiet weeks.');
    expect(await onDay('2026-12-24T21:00Z', 'plan', '--exit-code')).toMatchObject({ code: 0 });
    const rule = (await call('GET', `${RULES}/${await idOf(RULES, /./)}`)) as Record<string, unknown>;
    expect(rule['isEnabled']).toBe(false);
    expect(rule['message']).not.toBe('by hand');
    const quiet = await onDay('2026-12-24T22:00Z', 'drift', '--exit-code');
    expect(quiet.code).toBe(0);
    expect(quiet.out).toContain('1 object with accepted drift, which is not counted.');

    expect((await onDay('2026-12-25T00:00Z', 'check')).out).toContain('env/accepted-too-long');
    const after = await onDay('2026-12-25T00:00Z', 'plan', '--exit-code');
    expect(after.code).toBe(2);
    expect(after.out).toMatch(/isEnabled.*\n {6}- false\n {6}\+ true/);
    const waits = await onDay('2026-12-25T00:00Z', 'drift', '--exit-code');
    expect(waits).toMatchObject({ code: 0 });
    expect(waits.out).toContain('1 change of content not applied yet, which is no drift.');
  });

  test('only what was accepted has moved: no drift, and a change of content beside it is ours', async () => {
    await editRule({ isEnabled: false });
    acceptUntil('2026-12-24', 'isEnabled');
    folder.write(RULE, folder.read(RULE).replaceAll('severity: medium', 'severity: low'));
    const drift = await folder.run(['drift', '--exit-code']);
    expect(drift.code).toBe(0);
    expect(drift.out).toContain('1 change of content not applied yet');
  });

  test('an object that is not there is an error with its place', async () => {
    acceptUntil('2026-12-24', 'isEnabled');
    const config = folder.read('signalwright.yaml');
    folder.write(
      'signalwright.yaml',
      config.replace('object: detection-rule/login-hammering', 'object: detection-rule/login'),
    );
    const { code, out } = await folder.run(['check']);
    expect(code).toBe(1);
    expect(out).toContain('env/unknown-address');
  });
});
