/** import from an org, and what plan and apply make of what was imported. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openOrgFolder, type OrgFolder } from '../testing/org-folder.ts';
import { goodContent } from '../testing/terminal.ts';
import type { World } from '../world.ts';
import {
  CONFIG,
  FILE,
  OWNED,
  OWNED_BODY,
  OWNED_FILE,
  RULE,
  compiled,
  contentFiles,
  json,
} from '../testing/payloads.ts';

const orgs: OrgFolder[] = [];
afterEach(async () => {
  for (const org of orgs.splice(0)) await org.close();
});

describe('from an org', () => {
  async function openOrg(files: Readonly<Record<string, string>> = goodContent()): Promise<OrgFolder> {
    const org = await openOrgFolder(files);
    orgs.push(org);
    return org;
  }

  function forget(org: OrgFolder, path: string): void {
    rmSync(join(org.root, path), { recursive: true });
  }

  test('what was applied comes back, and then a plan is empty', async () => {
    const org = await openOrg();
    await org.run(['apply', '--yes']);
    const before = await compiled(org);
    forget(org, 'rules/detection');
    const { code, out, err } = await org.run(['import', '--from', 'local']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('+ rules/detection/login-hammering.yaml');
    expect(await compiled(org)).toEqual(before);
    expect((await org.run(['plan', '--exit-code'])).code).toBe(0);
    expect((await org.run(['import', '--from', 'embedded'])).out).toMatch(
      /^0 objects created, 0 updated, \d+ unchanged\n$/,
    );
  });

  test('nothing is changed there, and --kind asks for one kind only', async () => {
    const org = await openOrg();
    await org.run(['apply', '--yes']);
    forget(org, 'rules');
    org.requests.length = 0;
    await org.run(['import', '--from', 'local', '--kind', 'notification-rule']);
    expect(org.requests.every((request) => request.startsWith('GET '))).toBe(true);
    // The mark of a notification rule is a digest: without the file that it stands for, the name makes the id.
    const file = 'rules/notification/urgent-attacks-in-production.yaml';
    expect(contentFiles(org)).toEqual([file, 'views/unassigned-urgent.yaml']);
    expect(org.read(file)).toContain('\nname: Urgent attacks in production\n');
  });

  /** Makes what nobody's content holds yet. @returns its id */
  async function makeByHand(org: OrgFolder, path: string, body: unknown): Promise<string> {
    const keys = JSON.parse(org.read('.signalwright/credentials.json')) as Readonly<Record<string, string>>;
    const answer = await org.org.fetch(
      new Request(`http://127.0.0.1:8085/api/v2/${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'dd-api-key': keys['apiKey'] ?? '',
          'dd-application-key': keys['applicationKey'] ?? '',
        },
        body: json(body),
      }),
    );
    const made = (await answer.json()) as { readonly id?: string; readonly data?: { readonly id: string } };
    expect(answer.ok).toBe(true);
    return made.data?.id ?? made.id ?? '';
  }

  const { id: _id, version: _version, createdAt: _created, isDefault: _default, ...BODY } = RULE;
  const TELLING = {
    data: {
      type: 'notification_rules',
      attributes: {
        name: 'Tell the team',
        enabled: true,
        selectors: { trigger_source: 'security_signals', severities: ['high'], query: 'env:prod' },
        targets: ['@slack-appsec'],
      },
    },
  };

  test('what somebody made by hand comes in with its id, and is taken over with --adopt only', async () => {
    const org = await openOrg({ 'signalwright.yaml': CONFIG });
    const id = await makeByHand(org, 'security_monitoring/rules', BODY);
    await makeByHand(org, 'security/signals/notification_rules', TELLING);
    expect((await org.run(['import', '--from', 'local'])).code).toBe(0);
    const text = org.read(FILE);
    expect(text).toContain(`remoteId: ${id}\n`);
    expect((await compiled(org))['detection-rule/failed-logins']).toMatchObject({
      options: BODY.options,
      message: BODY.message,
    });

    org.requests.length = 0;
    const refused = await org.run(['apply', '--yes']);
    expect(refused.code).toBe(1);
    expect(refused.out.replaceAll(/\s+/g, ' ')).toContain(
      `${id}, which this was imported from, is at the target without our mark`,
    );
    expect(org.requests.filter((request) => !request.startsWith('GET '))).toEqual([]);

    const planned = await org.run(['plan', '--adopt']);
    expect(planned.out).toContain('0 to create, 2 to update, 0 unchanged');
    expect(planned.err).toBe('');
    expect((await org.run(['apply', '--adopt', '--yes'])).code).toBe(0);
    expect(org.requests.filter((request) => request.startsWith('POST '))).toEqual([]);
    expect((await org.run(['plan', '--exit-code'])).code).toBe(0);
    expect((await org.run(['import', '--from', 'local'])).out).toBe(
      '0 objects created, 0 updated, 2 unchanged\n',
    );
    expect(org.read(FILE)).toBe(text);
  });

  test('a file from an object of another stack is refused, whatever is asked', async () => {
    const org = await openOrg({ 'signalwright.yaml': CONFIG });
    await makeByHand(org, 'security_monitoring/rules', {
      ...BODY,
      tags: ['signalwright:other/failed-logins'],
    });
    await org.run(['import', '--from', 'local']);
    const { code, out } = await org.run(['apply', '--adopt', '--yes']);
    expect(code).toBe(1);
    expect(out.replaceAll(/\s+/g, ' ')).toContain('carries the mark of other/failed-logins');
    expect(org.requests.filter((request) => !request.startsWith('GET '))).toEqual([]);
  });

  test('what no list shows yet is asked for by its id, and not made once more', async () => {
    const org = await openOrg({ 'signalwright.yaml': CONFIG });
    await makeByHand(org, 'security_monitoring/rules', BODY);
    await org.run(['import', '--from', 'local']);
    const asked: string[] = [];
    const fetch: World['fetch'] = async (input, init) => {
      const request = new Request(input, init);
      asked.push(request.method);
      const answer = await org.org.fetch(request);
      const isList = new URL(request.url).pathname.endsWith('/security_monitoring/rules');
      return isList && request.method === 'GET' ? Response.json({ data: [] }) : answer;
    };
    const { code, out } = await org.run(['apply', '--yes'], { fetch });
    expect({ code, isBlocked: out.includes('1 blocked') }).toEqual({ code: 1, isBlocked: true });
    const adopted = await org.run(['apply', '--adopt', '--yes'], { fetch });
    expect({ code: adopted.code, isUpdate: adopted.out.includes('0 to create, 1 to update') }).toEqual({
      code: 0,
      isUpdate: true,
    });
    expect(asked).not.toContain('POST');
  });

  test('rules of Datadog come in when somebody tuned them, or with --all', async () => {
    const org = await openOrg({ 'signalwright.yaml': CONFIG });
    const untuned = { ...OWNED, id: 'def-000-xyz', name: 'Left alone', tags: OWNED.defaultTags, cases: [] };
    const deprecated = { ...OWNED, id: 'def-000-old', name: 'Out of use', isDeprecated: true };
    // The embedded org has no rules of Datadog: they are put into its answer.
    const fetch: World['fetch'] = async (input, init) => {
      const request = new Request(input, init);
      const answer = await org.org.fetch(request);
      if (!new URL(request.url).pathname.endsWith('/security_monitoring/rules')) return answer;
      const { data, meta } = (await answer.json()) as { data: readonly unknown[]; meta: unknown };
      return Response.json({ data: [...data, OWNED, untuned, deprecated], meta });
    };
    const rules = ['import', '--from', 'local', '--kind', 'detection-rule'];
    const { code, out } = await org.run(rules, { fetch });
    expect({ code, lines: out.split('\n').slice(-5) }).toEqual({
      code: 0,
      lines: [
        '1 object created, 0 updated, 0 unchanged',
        '1 rule of Datadog that nobody tuned left out; --all brings them in',
        '1 rule that Datadog has deprecated left out: it takes no changes any more',
        'Next: signalwright check',
        '',
      ],
    });
    expect(contentFiles(org)).toEqual([OWNED_BODY, OWNED_FILE]);
    expect((await org.run([...rules, '--all'], { fetch })).out).toContain(
      '+ rules/detection/left-alone.upstream.yaml',
    );
    // What has a file is followed from then on.
    expect((await org.run(rules, { fetch })).out).toBe(
      '0 objects created, 0 updated, 2 unchanged\n' +
        '1 rule that Datadog has deprecated left out: it takes no changes any more\n',
    );
  });

  test('an org that answers nonsense ends in one line', async () => {
    const org = await openOrg();
    const fetch: World['fetch'] = () => Promise.resolve(new Response('<html>', { status: 200 }));
    const { code, err } = await org.run(['import', '--from', 'local'], { fetch });
    expect(code).not.toBe(0);
    expect(code).not.toBe(3);
    expect(err.split('\n').length).toBeLessThan(5);
  });
});
