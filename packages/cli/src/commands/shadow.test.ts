/** A rule that is tried in silence, from its file to an org and back. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failedLogins, openOrgFolder, type OrgFolder } from '../testing/org-folder.ts';
import { goodContent } from '../testing/terminal.ts';

const RULE = 'rules/detection/login-hammering.yaml';
const RULES = '/api/v2/security_monitoring/rules';
const LIVE = (goodContent()[RULE] ?? '')
  .replaceAll('severity: medium', 'severity: high')
  .replace(
    '    severity: high\n',
    "    severity: high\n    notifications: ['@webhook-soc']\n    actions: [{ block_ip: 15m }]\n",
  );
const SHADOW = LIVE.replace('type: application_security\n', 'type: application_security\nstage: shadow\n');

let folder: OrgFolder;
beforeEach(async () => {
  folder = await openOrgFolder({ ...goodContent(), [RULE]: SHADOW });
});
afterEach(() => folder.close());

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await folder.ask(method, path, body);
  expect(response.ok).toBe(true);
  return response.json();
}

interface Rule {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly cases: readonly Record<string, unknown>[];
}

async function ruleThere(): Promise<Rule> {
  const { data } = (await call('GET', `${RULES}?page[size]=100`)) as { readonly data: readonly Rule[] };
  const found = data.find(({ name }) => name.startsWith('Many failed logins'));
  if (found === undefined) throw new Error('the rule is not there');
  return found;
}

describe('applied', () => {
  test('it is info, tells nobody, does nothing, and carries the tag; the next plan is empty', async () => {
    const plan = await folder.run(['plan']);
    expect(plan.out).toContain(`+ detection-rule/login-hammering  ${RULE}:1:1  shadow\n`);
    expect((await folder.run(['apply', '--yes'])).code).toBe(0);
    const { cases, tags } = await ruleThere();
    expect(cases).toMatchObject([{ name: 'hammering', status: 'info', notifications: [] }]);
    expect(JSON.stringify(cases)).not.toContain('block_ip');
    expect(tags).toContain('stage:shadow');
    expect((await folder.run(['plan', '--exit-code'])).code).toBe(0);
  });

  test('its signals are info with the tag, nobody is told, nothing is blocked; live they are high', async () => {
    await folder.run(['apply', '--yes']);
    await folder.ingest(failedLogins(40));
    expect((await folder.run(['signals', 'list', '--query', 'stage:shadow', '--json'])).json()).toMatchObject(
      {
        signals: [{ severity: 'info' }],
      },
    );
    expect(folder.org.denylist()).toEqual([]);

    folder.write(RULE, LIVE);
    await folder.run(['apply', '--yes']);
    await folder.ingest(failedLogins(40, '203.0.113.8'));
    expect((await folder.run(['signals', 'list', '--query', 'status:high', '--json'])).json()).toMatchObject({
      signals: [{ severity: 'high' }],
    });
    expect(folder.org.denylist()).toHaveLength(1);
  });

  test('going live is one word less: the plan says what changes, the meaning what begins', async () => {
    await folder.run(['apply', '--yes']);
    folder.write(RULE, LIVE);
    const { out } = await folder.run(['plan']);
    expect(out).toContain(
      '    cases[0].status  rules/detection/login-hammering.yaml:17:15\n      - "info"\n      + "high"',
    );
    expect(out).toContain('+ "@webhook-soc"');
    expect(out).not.toContain('shadow  ');
    expect((await folder.run(['apply', '--yes'])).code).toBe(0);
    expect((await ruleThere()).cases).toMatchObject([{ status: 'high', notifications: ['@webhook-soc'] }]);
  });

  test('a live rule becomes a shadow: the line of the stage is named for it', async () => {
    folder.write(RULE, LIVE);
    await folder.run(['apply', '--yes']);
    folder.write(RULE, SHADOW);
    const { out } = await folder.run(['plan']);
    expect(out).toMatch(/^~ detection-rule\/login-hammering {2}\S+ {2}shadow$/m);
    expect(out).toContain(`    cases[0].status  ${RULE}:5:8\n      - "high"\n      + "info"`);
    const page = await folder.run(['plan', '--markdown']);
    expect(page.out).toContain('· a shadow: tells nobody\n');
  });
});

test('its tests speak of the rule as it is live', async () => {
  const { code, out } = await folder.run(['test']);
  expect([code, out]).toEqual([0, expect.stringContaining('passed')]);
});

describe('in one environment alone', () => {
  const config = (inProd: string): string => `stack: acme
environments:
  local: { target: embedded }
  prod:
    target: datadog
    site: datadoghq.eu
    overrides: { detection-rule/login-hammering: { stage: ${inProd} } }
`;
  const compiled = async (env: string): Promise<string> =>
    JSON.stringify((await folder.run(['compile', 'login-hammering', '--env', env, '--json'])).json());

  test.each([
    ['a shadow in prod, live elsewhere', LIVE, 'shadow'],
    ['live in prod, a shadow elsewhere', SHADOW, 'live'],
  ])('%s; the tests of its file hold in both', async (_what, text, inProd) => {
    folder.write('signalwright.yaml', config(inProd));
    folder.write(RULE, text);
    const silent = inProd === 'shadow' ? 'prod' : 'local';
    expect(await compiled(silent)).toContain('"status":"info"');
    expect(await compiled(silent === 'prod' ? 'local' : 'prod')).toContain('"status":"high"');
    for (const env of ['local', 'prod']) {
      const { code, out } = await folder.run(['test', '--env', env, '--verbose']);
      expect(code).toBe(0);
      expect(out).toContain('26 failures in under 5 minutes are hammering');
    }
    expect((await folder.run(['check', '--quiet'])).out).toBe('');
  });
});

describe('read back from an org', () => {
  beforeEach(async () => {
    expect((await folder.run(['apply', '--yes'])).code).toBe(0);
  });

  async function edit(change: (rule: Rule) => object): Promise<void> {
    const rule = await ruleThere();
    await call('PUT', `${RULES}/${rule.id}`, { ...rule, ...change(rule) });
  }

  test('the import changes no file', async () => {
    const { out } = await folder.run(['import', '--from', 'local']);
    expect(out).not.toMatch(/^[+~] /m);
    expect(folder.read(RULE)).toBe(SHADOW);
  });

  test('what somebody changed comes into the file, which stays a shadow with the severities it will have', async () => {
    await edit(() => ({ message: 'Look who it was.' }));
    expect((await folder.run(['drift', '--adopt-all'])).code).toBe(0);
    const text = folder.read(RULE);
    expect(text).toContain('message: Look who it was.');
    expect(text).toContain('stage: shadow\n');
    expect(text).toContain('severity: high\n');
    expect((await folder.run(['plan', '--exit-code'])).code).toBe(0);
  });

  test('a shadow that somebody made live at the target is live in the file', async () => {
    await edit(({ cases, tags }) => ({
      cases: cases.map((each) => ({ ...each, status: 'high', notifications: ['@webhook-soc'] })),
      tags: tags.filter((tag) => tag !== 'stage:shadow'),
    }));
    expect(await folder.run(['drift', '--adopt-all'])).toMatchObject({ code: 0, err: '' });
    const text = folder.read(RULE);
    expect(text).not.toContain('stage: shadow');
    expect(text).toContain("    severity: high\n    notifications: ['@webhook-soc']\n");
    expect(text).not.toContain('block_ip');
    expect((await folder.run(['plan', '--exit-code'])).code).toBe(0);
  });
});
