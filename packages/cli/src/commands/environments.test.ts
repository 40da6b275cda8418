/** What each environment makes of one content: check, compile, test, plan, diff, in golden files that people read. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openOrgFolder, type OrgFolder } from '../testing/org-folder.ts';
import { makeTestFolder } from '../testing/terminal.ts';

const FILES = {
  'signalwright.yaml': `stack: acme
allow: { handles: ['@slack-*', '@pagerduty-appsec'] }
environments:
  local:
    target: embedded
    variables: { CHANNEL: appsec-test, LIMIT: 3, NOISE: 'service:sandbox-*' }
  prod:
    target: datadog
    site: datadoghq.eu
    prune: confirm
    variables: { CHANNEL: appsec, LIMIT: 25, NOISE: 'service:(canary OR honeypot-*)' }
    overrides:
      notification-rule/urgent:
        targets: ['@pagerduty-appsec']
        tests:
          - name: somebody is woken
            signal: { rule: hammering, severity: high, service: shop }
            targets: ['@pagerduty-appsec']
      detection-rule/hammering:
        cases: [{ name: hammering, condition: 'failures > 25', severity: high }]
`,
  'rules/detection/hammering.yaml': `kind: detection-rule
id: hammering
name: Hammering
type: application_security
groupBy: [service]
queries:
  - name: failures
    query: '@evt.name:login_failed -\${var.NOISE}'
cases:
  - name: hammering
    condition: failures > \${var.LIMIT}
    severity: low
tests:
  - name: four are too many
    events: [{ repeat: 4, every: 1s, service: shop, '@evt.name': login_failed }]
    signals: [{ case: hammering, severity: low }]
  - name: three are not
    events: [{ repeat: 3, every: 1s, service: shop, '@evt.name': login_failed }]
    signals: []
`,
  'rules/notification/urgent.yaml': `kind: notification-rule
id: urgent
name: Urgent
selectors: { severities: [high], query: '-\${var.NOISE}' }
targets: ['@slack-\${var.CHANNEL}']
tests:
  - name: high is told
    signal: { severity: high, service: shop }
    targets: ['@slack-appsec-test']
`,
  'views/urgent.yaml': `kind: saved-view
id: urgent
name: Urgent for \${var.CHANNEL}
query: 'status:high -\${var.NOISE}'
`,
};

let folder: OrgFolder;
beforeAll(async () => {
  folder = await openOrgFolder(FILES);
});
afterAll(() => folder.close());

/** Keys of the org, which stands in for Datadog as well: its address is all that differs. */
function keys(): Readonly<Record<string, string>> {
  const { apiKey, applicationKey } = JSON.parse(folder.read('.signalwright/credentials.json')) as Readonly<
    Record<string, string>
  >;
  return { DD_API_KEY: apiKey ?? '', DD_APP_KEY: applicationKey ?? '' };
}

test('content that is right everywhere passes check', async () => {
  const { code, out } = await folder.run(['check', '--quiet']);
  expect([code, out]).toEqual([0, '']);
});

test.each([
  ['compile-local', ['compile']],
  ['compile-prod', ['compile', '--env', 'prod']],
  ['test-local', ['test', '--verbose']],
  ['test-prod', ['test', '--env', 'prod', '--verbose']],
  ['plan-local', ['plan']],
  ['plan-prod', ['plan', '--env', 'prod']],
])('%s', async (name, args) => {
  const { code, out, err } = await folder.run(args, { env: keys() });
  expect([code, err]).toEqual([0, '']);
  const text = out.replaceAll(/^Plan [0-9a-f]+$/gm, 'Plan …');
  await expect(text).toMatchFileSnapshot(join('../golden/environments', `${name}.txt`));
});

test('what is wrong in one environment is found without asking for it, and named', async () => {
  const own = makeTestFolder({
    ...FILES,
    'signalwright.yaml': FILES['signalwright.yaml']
      .replace("targets: ['@pagerduty-appsec']", "tragets: ['@pagerduty-appsec']")
      .replace('LIMIT: 25, ', '')
      .replace('honeypot-*)', 'honeypot-*'),
  });
  const { code, out } = await own.run(['check', '--quiet']);
  expect(code).toBe(1);
  await expect(out).toMatchFileSnapshot('../golden/environments/check-wrong.txt');
  expect((await own.run(['compile'])).code).toBe(0);
  expect((await own.run(['compile', '--env', 'prod'])).code).toBe(1);
  own.remove();
});

test.each([['compile'], ['test'], ['plan'], ['apply'], ['diff']])(
  '%s names an environment that does not exist',
  async (command) => {
    git('init', '--quiet');
    commitAll();
    const { code, err } = await folder.run([command, '--env', 'staging']);
    expect(code).toBe(64);
    expect(err).toBe(
      'signalwright: There is no environment "staging" in signalwright.yaml.\n  It has: local, prod.\n',
    );
  },
);

test('diff compares the default environment unless told otherwise', async () => {
  git('init', '--quiet');
  commitAll();
  folder.write('signalwright.yaml', FILES['signalwright.yaml'].replace('canary OR ', ''));
  const [local, prod] = [await folder.run(['diff']), await folder.run(['diff', '--env', 'prod'])];
  folder.write('signalwright.yaml', FILES['signalwright.yaml']);
  expect(local.out).not.toContain('detection-rule/hammering');
  expect(local.out).toContain('environment prod has other variables');
  expect(prod.out).toContain('detection-rule/hammering');
  expect(prod.out).toContain('because -service:(canary OR honeypot-*) became -service:honeypot-*');
});

function git(...args: readonly string[]): void {
  execFileSync('git', args, { cwd: folder.root, stdio: 'pipe' });
}

function commitAll(): void {
  git('add', 'signalwright.yaml', 'rules', 'views');
  git(
    '-c',
    'user.name=Test',
    '-c',
    'user.email=test@example.com',
    'commit',
    '--quiet',
    '--allow-empty',
    '-m',
    'All',
  );
}

test.each([
  ['pord', 'Did you mean "prod"? It has: local, prod.'],
  ['__proto__', 'It has: local, prod.'],
  ['', 'It has: local, prod.'],
])('no environment is called "%s": every command says so and guesses', async (name, hint) => {
  for (const command of ['compile', 'test', 'plan', 'apply']) {
    const { code, err } = await folder.run([command, '--env', name]);
    expect([code, err]).toEqual([
      64,
      `signalwright: There is no environment "${name}" in signalwright.yaml.\n  ${hint}\n`,
    ]);
  }
});
