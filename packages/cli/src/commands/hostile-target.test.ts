/** A target whose objects are not what any service would answer: each is told or passed over, and no command falls. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openOrgFolder, type OrgFolder } from '../testing/org-folder.ts';
import { goodContent } from '../testing/terminal.ts';
import type { World } from '../world.ts';

const SUPPRESSION = `kind: suppression
id: nightly-scan
name: Our nightly scan
owner: security
reason: The scan has a report of its own.
rules: [login-hammering]
expires: 2027-12-31T23:59:59Z
suppressSignals: '@http.client_ip:192.0.2.20'
`;
const WORKFLOW = `kind: workflow
id: look
name: Look
owner: security
triggers:
  githubWebhook: {}
webhookSecret: secret://hook
steps:
  - id: look
    action: signalwright.threat_intel.lookup
    with: { ip: 192.0.2.1 }
`;
const CONTENT = {
  ...goodContent(),
  'rules/suppression/nightly-scan.yaml': SUPPRESSION,
  'workflows/look.yaml': WORKFLOW,
};
const SECRET = 'correct-horse-battery';
const ENV = { SIGNALWRIGHT_SECRET_HOOK: SECRET };

let folder: OrgFolder;
beforeAll(async () => {
  folder = await openOrgFolder(CONTENT);
  expect((await folder.run(['apply', '--yes'], { env: ENV })).code).toBe(0);
});
afterAll(() => folder.close());

/** The org, with the text of each answer rewritten. */
function lying(rewrite: (text: string) => string): World['fetch'] {
  return async (input, init) => {
    const answer = await folder.org.fetch(new Request(input, init));
    const { status, headers } = answer;
    return new Response(rewrite(await answer.text()), { status, headers });
  };
}

const OBJECTS: readonly [title: string, find: RegExp, put: string][] = [
  ['a list that holds what cannot be a text', /"tags":\[/g, '"tags":[{"toString":1,"valueOf":1},'],
  ['a date beyond all dates', /"expiration_date":\d+/, '"expiration_date":1e300'],
  [
    'a key that every object answers to',
    /"githubWebhookTrigger":\{/,
    '"constructor":{"a":1},"githubWebhookTrigger":{',
  ],
  [
    'a key that would replace what an object is',
    /"githubWebhookTrigger":\{/,
    '"githubWebhookTrigger":{"__proto__":{"a":1}',
  ],
];

describe.each(OBJECTS)('%s', (_title, find, put) => {
  test.each([['plan'], ['plan', '--markdown'], ['drift'], ['drift', '--markdown']])(
    '%s %s',
    async (...args) => {
      let isPut = false;
      const fetch = lying((text) =>
        text.replace(find, () => {
          isPut = true;
          return put;
        }),
      );
      const { code, err } = await folder.run(args, { fetch });
      expect(isPut).toBe(true);
      expect(err).not.toContain('internal error');
      expect([0, 74]).toContain(code);
    },
  );
});

test('a secret that can no longer be read keeps its workflow waiting, and nothing else', async () => {
  const other = await openOrgFolder(CONTENT);
  const env = { SIGNALWRIGHT_SECRET_HOOK_FILE: `${other.root}/gone` };
  const { code, out, err } = await other.run(['apply', '--yes'], { env });
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(out).toContain(
    'workflow/look  not applied: The file that SIGNALWRIGHT_SECRET_HOOK_FILE names cannot be read',
  );
  expect(out).toMatch(/suppression\/nightly-scan +created as/);
  expect((await other.run(['apply', '--yes'], { env: ENV })).code).toBe(0);
  await other.close();
});

test.each([-1, Number.MAX_SAFE_INTEGER])(
  'what a clock at %d has put into the journal ends nothing',
  async (atMs) => {
    const other = await openOrgFolder(CONTENT);
    const applied = await other.run(['apply', '--yes'], { env: ENV, nowMs: () => atMs });
    expect(applied.code).toBe(0);
    const rules = '/api/v2/security_monitoring/rules';
    const { data } = (await (await other.ask('GET', rules)).json()) as { data: { id: string }[] };
    const [rule] = data;
    await other.ask('PUT', `${rules}/${rule?.id}`, { ...rule, name: 'Changed' });
    for (const args of [['plan'], ['drift'], ['history', 'list']]) {
      const { code, err } = await other.run(args);
      expect({ args, code, err: err.includes('internal error') }).toEqual({
        args,
        code: 0,
        err: false,
      });
    }
    await other.close();
  },
);
