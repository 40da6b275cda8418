import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openTestOrg, type TestOrg } from '../testing/test-org.ts';

const PATH = '/api/v2/actions/connections';
const SECRET = 'a-secret-that-nobody-may-see';

let own: TestOrg;

beforeEach(async () => {
  own = await openTestOrg({ beganBefore: true });
});

afterEach(() => own.close());

const body = (integration: unknown, name = 'A connection'): unknown => ({
  data: { type: 'action_connection', attributes: { name, integration } },
});
const aws = (change: object = {}): unknown => ({
  type: 'AWS',
  credentials: { type: 'AWSAssumeRole', account_id: '123456789123', role: 'Reader', ...change },
});
const http = (change: object = {}): unknown => ({
  type: 'HTTP',
  base_url: 'https://intel.example.com',
  credentials: {
    type: 'HTTPTokenAuth',
    tokens: [{ type: 'SECRET', name: 'key', value: SECRET }],
    headers: [{ name: 'x-key', value: '{{ key }}' }],
    ...change,
  },
});

async function make(integration: unknown): Promise<string> {
  const { status, body: made } = await own.call('POST', PATH, body(integration));
  expect(status).toBe(201);
  return (made as { data: { id: string } }).data.id;
}

async function attributesOf(id: string): Promise<unknown> {
  const { status, headers, body: shown } = await own.call('GET', `${PATH}/${id}`);
  expect([status, headers.get('content-type')]).toEqual([200, 'application/vnd.api+json']);
  return (shown as { data: { attributes: unknown } }).data.attributes;
}

test('an account is named to the service by ids that the service gives, and keeps them', async () => {
  const id = await make(aws());
  const first = (await attributesOf(id)) as { integration: { credentials: Record<string, string> } };
  expect(first.integration.credentials['external_id']).toMatch(/^[\da-f]{32}$/);
  await own.call(
    'PATCH',
    `${PATH}/${id}`,
    body({ type: 'AWS', credentials: { type: 'AWSAssumeRole', role: 'Writer' } }),
  );
  expect(await attributesOf(id)).toEqual({
    ...first,
    integration: { ...first.integration, credentials: { ...first.integration.credentials, role: 'Writer' } },
  });
  await own.call('PATCH', `${PATH}/${id}`, body(aws({ generate_new_external_id: true })));
  const again = (await attributesOf(id)) as typeof first;
  expect(again.integration.credentials['external_id']).not.toBe(first.integration.credentials['external_id']);
});

test.each([
  ['HTTP', http()],
  ['a token', { type: 'VirusTotal', credentials: { type: 'VirusTotalAPIKey', api_key: SECRET } }],
  [
    'a password',
    {
      type: 'ServiceNow',
      credentials: { type: 'ServiceNowBasicAuth', instance: 'a', username: 'b', password: SECRET },
    },
  ],
])('a secret is never given back and never stored: %s', async (_title, integration) => {
  const id = await make(integration);
  expect(JSON.stringify(await attributesOf(id))).not.toContain(SECRET);
  expect((await own.call('GET', '/api/signalwright/audit')).text).not.toContain(SECRET);
  for (const file of ['org.db', 'org.db-wal']) {
    expect(readFileSync(join(own.dataDir, file)).includes(SECRET)).toBe(false);
  }
});

test('named values are changed one by one', async () => {
  const id = await make(http());
  const change = {
    type: 'HTTPTokenAuth',
    headers: [
      { name: 'x-more', value: 'b' },
      { name: 'x-key', deleted: true },
    ],
  };
  await own.call('PATCH', `${PATH}/${id}`, {
    data: { type: 'action_connection', attributes: { integration: { type: 'HTTP', credentials: change } } },
  });
  expect(await attributesOf(id)).toMatchObject({
    name: 'A connection',
    integration: {
      base_url: 'https://intel.example.com',
      credentials: { headers: [{ name: 'x-more', value: 'b' }], tokens: [{ name: 'key', value: '' }] },
    },
  });
});

describe('refused, and nothing stored', () => {
  test.each([
    ['no body', undefined],
    ['another type', { data: { type: 'workflows', attributes: { name: 'x', integration: aws() } } }],
    ['no name', { data: { type: 'action_connection', attributes: { integration: aws() } } }],
    ['no integration', body(undefined)],
    ['an integration that nobody knows', body({ type: 'Nobody', credentials: {} })],
    ['the prototype as an integration', body({ type: 'constructor', credentials: {} })],
    [
      'credentials of another integration',
      body({ type: 'AWS', credentials: { type: 'OpenAIAPIKey', api_token: 'x' } }),
    ],
    ['an account with letters', body(aws({ account_id: '12345678912a' }))],
    [
      'a secret that is no text',
      body({ type: 'OpenAI', credentials: { type: 'OpenAIAPIKey', api_token: 7 } }),
    ],
    ['an address that is no URL of the web', body({ ...(http() as object), base_url: 'file:///etc/passwd' })],
    ['headers without names', body(http({ headers: [{ value: 'x' }] }))],
  ])('%s', async (_title, sent) => {
    const { status, body: answer } = await own.call('POST', PATH, sent);
    expect([status, answer]).toMatchObject([400, { errors: [{ title: 'Generic Error' }] }]);
    expect((await own.call('GET', '/api/signalwright/audit')).body).toMatchObject({ data: [] });
  });

  test.each(['GET', 'DELETE', 'PATCH'])('%s of what is not there', async (method) => {
    const path = `${PATH}/aaa11111-aa11-aa11-aaaa-aaaaaa111111`;
    const { status } = await own.call(method, path, method === 'PATCH' ? body(aws()) : undefined);
    expect(status).toBe(404);
  });

  test('another integration in its place', async () => {
    const id = await make(aws());
    expect((await own.call('PATCH', `${PATH}/${id}`, body(http()))).status).toBe(400);
  });

  test('an id that is none', async () => {
    expect((await own.call('GET', `${PATH}/bad-format`)).status).toBe(400);
  });
});
