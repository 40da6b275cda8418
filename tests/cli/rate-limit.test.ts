/** `up --rate-limit`: what it takes, and that a client on the other side of the socket meets it, sessions of tests too. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LIMIT_MS, killAll, run, startOrg } from './command.ts';

const RULES = '/api/v2/security_monitoring/rules';

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sw-limit-'));
  expect(await run(['init', '--stack', 'acme', '--quiet'], { cwd: folder })).toMatchObject({ end: 0 });
}, LIMIT_MS);
afterEach(async () => {
  await killAll();
  rmSync(folder, { recursive: true, force: true });
}, LIMIT_MS);

test(
  'the request beyond the limit is 429, and each session of tests has a limit of its own',
  async () => {
    const { url } = await startOrg(folder, ['--test-sessions', '--rate-limit', '2/86400']);
    const keys = JSON.parse(readFileSync(join(folder, '.signalwright/credentials.json'), 'utf8')) as {
      readonly apiKey: string;
      readonly applicationKey: string;
    };
    const list = async (more: Readonly<Record<string, string>> = {}): Promise<string> => {
      const headers = { 'dd-api-key': keys.apiKey, 'dd-application-key': keys.applicationKey, ...more };
      const answer = await fetch(`${url}${RULES}`, { headers });
      return `${answer.status} ${answer.headers.get('x-ratelimit-remaining')}`;
    };
    expect([await list(), await list(), await list()]).toEqual(['200 1', '200 0', '429 0']);
    const started = await fetch(`${url}/__openapi_transformer__/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ version: 'v2', feature: 'Security Monitoring', scenario: 'x' }),
    });
    const { session } = (await started.json()) as { readonly session: string };
    const inSession = { 'x-openapi-test-session': session };
    expect([await list(inSession), await list(inSession), await list(inSession)]).toEqual([
      '200 1',
      '200 0',
      '429 0',
    ]);
  },
  LIMIT_MS,
);

test.each(['0/60', '5/0', '5', '1000001/60', '5/86401', '-5/60', '5/60s', 'often'])(
  '%s is no limit',
  async (limit) => {
    const { end, err } = await run(['up', '--port', '0', `--rate-limit=${limit}`], { cwd: folder });
    expect(err).toContain(`signalwright: "${limit}" is no rate limit.`);
    expect(end).toBe(64);
  },
  LIMIT_MS,
);

test(
  'the story has none',
  async () => {
    const { end, err } = await run(['up', '--demo', '--rate-limit', '5/10'], { cwd: folder });
    expect([end, err]).toEqual([
      64,
      'signalwright: The story of --demo has no limits.\n  Leave out one of them.\n',
    ]);
  },
  LIMIT_MS,
);
