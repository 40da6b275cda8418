import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { originOf } from '@signalwright/outbound';
import { afterAll, describe, expect, test } from 'vitest';
import { CommandFailure } from './failure.ts';
import { readConnectors } from './read-connectors.ts';

const folder = mkdtempSync(join(tmpdir(), 'sw-connectors-'));
const path = join(folder, 'connectors.yaml');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ENV = {
  SIGNALWRIGHT_SECRET_SLACK_APPSEC: 'https://hooks.slack.com/services/T0/B0/x',
  SIGNALWRIGHT_SECRET_PAGERDUTY: 'R0UT1NGKEY',
  SIGNALWRIGHT_SECRET_JIRA: 'jira-token',
  SIGNALWRIGHT_SECRET_SIEM: 'signing-secret',
};

function read(text: string): ReturnType<typeof readConnectors> {
  writeFileSync(path, text);
  return readConnectors(path, ENV);
}

test('a file with one of each', () => {
  const { handles: connectors, mail } = read(`
mail: { server: smtps://smtp.acme.example, user: signals, password: secret://siem, from: signals@acme.example, to: ['@acme.example'] }
'@slack-appsec': { slack: secret://slack-appsec }
'@pagerduty-appsec': { pagerduty: secret://pagerduty, region: eu }
'@jira-sec': { jira: https://acme.atlassian.net, project: SEC, user: bot@acme.example, token: secret://jira }
'@webhook-siem': { webhook: https://siem.example.com/in, signingSecret: secret://siem }
`);
  expect([...connectors].map(([handle, connector]) => [handle, connector.kind])).toEqual([
    ['@slack-appsec', 'slack'],
    ['@pagerduty-appsec', 'pagerduty'],
    ['@jira-sec', 'jira'],
    ['@webhook-siem', 'webhook'],
  ]);
  const origins = [...connectors.values()].map((each) =>
    each.kind === 'webhook' ? each.url : originOf(each),
  );
  expect(origins).toEqual([
    'https://hooks.slack.com',
    'https://events.eu.pagerduty.com',
    'https://acme.atlassian.net',
    'https://siem.example.com/in',
  ]);
  expect(mail).toMatchObject({ server: 'smtps://smtp.acme.example', user: 'signals', to: ['@acme.example'] });
  expect(JSON.stringify([...connectors, mail])).not.toMatch(/R0UT1NGKEY|jira-token|signing-secret|T0/);
});

test('no file is no connector', () => {
  expect(readConnectors(join(folder, 'none.yaml'), ENV)).toEqual({ handles: new Map() });
});

describe('what is refused says where, and what to write', () => {
  const REFUSALS: readonly [text: string, message: RegExp][] = [
    [
      "'@a': { slack: https://hooks.slack.com/services/x }",
      /@a has its secret in clear behind slack: write secret:\/\/<name> there\./,
    ],
    ["'@a': { slack: secret:// }", /in clear/],
    ["'@a': { slack: secret://unset }", /@a needs secret:\/\/unset: set SIGNALWRIGHT_SECRET_UNSET\./],
    ["'@a': { slack: secret://jira }", /@a names secret:\/\/jira, which is no URL\./],
    ["'@a': { teams: 7 }", /@a has no teams\./],
    ["'@a': { slack: secret://slack-appsec, chanel: x }", /unknown key "chanel"/],
    ["'@a': { slack: secret://slack-appsec, teams: secret://slack-appsec }", /not just one of/],
    ["'@a': { email: a@b }", /not just one of/],
    ["'@a': { pagerduty: secret://pagerduty, region: constructor }", /neither us nor eu/],
    ["'@a': { jira: acme, project: S, user: u, token: secret://jira }", /has no URL behind jira:/],
    ["'@a': { jira: https://acme.example, user: u, token: secret://jira }", /@a has no project\./],
    ["'@a': { webhook: 'ftp://x' }", /has no URL behind webhook:/],
    ['slack: { slack: secret://slack-appsec }', /handles start with @/],
    ["'@a': [slack]", /@a is no connector\./],
    [
      'mail: { server: smtp.acme.example, from: a@b.example, to: [a@b.example] }',
      /mail has no smtps:\/\/ or smtp:/,
    ],
    ['mail: { server: smtps://x.example, from: a@b.example }', /mail does not say in to: who may be told\./],
    ['mail: { server: smtps://x.example, from: a, to: [a@b.example] }', /mail has no address behind from:\./],
    [
      'mail: { server: smtps://x.example, from: a@b.example, to: [a@b.example], user: u, password: clear }',
      /in clear/,
    ],
    ["'@a': { slack: secret://slack-appsec", /yaml\/syntax/],
    ['- a', /yaml\/not-a-map/],
  ];
  test.each(REFUSALS)('%s', (text, message) => {
    let failure: unknown;
    try {
      read(text);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(CommandFailure);
    expect((failure as CommandFailure).message).toMatch(message);
    expect((failure as CommandFailure).message).not.toMatch(/jira-token|hooks\.slack/);
  });
});
