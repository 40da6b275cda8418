/** A person signs in to the page with a key, over a real socket, and is out when the key is. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { serveOrg, type OrgServer } from '../serve-org.ts';
import type { Credentials } from '../identity/identity-file.ts';
import { field, openTestOrg, type TestOrg } from '../testing/test-org.ts';

let own: TestOrg;
let server: OrgServer;

beforeEach(async () => {
  own = await openTestOrg();
  const served = await serveOrg(own.org, { port: 0 });
  if (!served.ok) throw new Error('No port.');
  server = served.server;
});
afterEach(async () => {
  await server.close();
  await own.close();
});

const FORM = 'application/x-www-form-urlencoded';

function post(
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': FORM, origin: server.url, ...headers },
    body: new URLSearchParams(fields).toString(),
  });
}

const cookieOf = (response: Response): string => response.headers.get('set-cookie')?.split(';')[0] ?? '';
const see = async (cookie: string): Promise<Response> => fetch(server.url, { headers: { cookie } });
const analystKey = (): string => own.credentialsOf('analyst').applicationKey;

test('the form is there for everybody, and sends its own origin', async () => {
  const response = await fetch(`${server.url}/login`);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('<form method="post" action="/login">');
  expect(response.headers.get('referrer-policy')).toBe('same-origin');
  expect(response.headers.get('content-security-policy')).toContain("form-action 'self'");
});

test('a key opens the page for its user, to read, in a cookie that nobody else can use', async () => {
  const response = await post('/login', { key: analystKey() });
  expect(response.status).toBe(200);
  expect(response.headers.get('set-cookie')).toMatch(
    /^signalwright_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
  );
  const page = await see(cookieOf(response));
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('Analyst · read-only');
  const other = await fetch(`${server.url}/api/v2/users`, { headers: { cookie: cookieOf(response) } });
  expect(other.status).toBe(401);
});

describe('no session for', () => {
  test.each([
    ['nothing', '', 401],
    ['a wrong key', `swapp_${'f'.repeat(64)}`, 401],
  ])('%s', async (_title, key, status) => {
    const response = await post('/login', { key });
    expect([response.status, response.headers.get('set-cookie')]).toEqual([status, null]);
  });

  test('an API key, which is nobody', async () => {
    expect((await post('/login', { key: own.org.ownerCredentials.apiKey })).status).toBe(401);
  });

  test('a key that may not read signals', async () => {
    const scopes = ['workflows_read'];
    const data = { type: 'application_keys', attributes: { name: 'narrow', scopes } };
    const made = await own.call('POST', '/api/v2/current_user/application_keys', { data });
    const { attributes } = (made.body as { readonly data: { readonly attributes: { readonly key: string } } })
      .data;
    expect((await post('/login', { key: attributes.key })).status).toBe(403);
  });

  test('more wrong keys than a person types, until a minute has passed', async () => {
    for (let round = 0; round < 20; round += 1) expect((await post('/login', { key: 'x' })).status).toBe(401);
    expect((await post('/login', { key: analystKey() })).status).toBe(429);
    own.clock.nowMs += 61_000;
    expect((await post('/login', { key: analystKey() })).status).toBe(200);
  });

  test.each([
    ['another site', { origin: 'https://attacker.example' }, 403],
    ['a form that hides where it comes from', { origin: 'null' }, 403],
    ['a form that the browser says is another site’s', { 'sec-fetch-site': 'cross-site' }, 403],
    ['JSON', { 'content-type': 'application/json' }, 415],
    ['plain text', { 'content-type': 'text/plain' }, 415],
  ])('%s', async (_title, headers, status) => {
    const response = await post('/login', { key: analystKey() }, headers);
    expect([response.status, response.headers.get('set-cookie')]).toEqual([status, null]);
  });

  test('a form that is far too long', async () => {
    expect((await post('/login', { key: 'x'.repeat(5_000) })).status).toBe(413);
  });
});

test('a form is read on no other route', async () => {
  const { apiKey, applicationKey } = own.org.ownerCredentials;
  const keys = { 'dd-api-key': apiKey, 'dd-application-key': applicationKey };
  expect((await post('/api/signalwright/denylist', { kind: 'ip' }, keys)).status).toBe(415);
});

describe('a session ends', () => {
  test('when its user signs out', async () => {
    const cookie = cookieOf(await post('/login', { key: analystKey() }));
    const out = await post('/logout', {}, { cookie });
    expect(out.status).toBe(200);
    expect(out.headers.get('set-cookie')).toMatch(/^signalwright_session=; .*; Max-Age=0$/);
    expect((await see(cookie)).status).toBe(401);
  });

  test('when its user is disabled', async () => {
    const cookie = cookieOf(await post('/login', { key: analystKey() }));
    const users = (await own.call('GET', '/api/v2/users?filter=analyst')).body;
    const [user] = (users as { readonly data: readonly { readonly id: string }[] }).data;
    expect((await own.call('DELETE', `/api/v2/users/${user?.id}`)).status).toBe(204);
    expect((await see(cookie)).status).toBe(401);
  });

  test('when its time is over', async () => {
    const cookie = cookieOf(await post('/login', { key: analystKey() }));
    own.clock.nowMs += 12 * 60 * 60_000;
    expect((await see(cookie)).status).toBe(401);
  });
});

describe('a launch link that somebody asked for over the API', () => {
  const open = async (keys: Parameters<TestOrg['call']>[3]): Promise<Response> => {
    const made = await own.call('POST', '/api/signalwright/launch_links', {}, keys);
    expect(made.status).toBe(201);
    const path = String(field(made, 'data', 'attributes', 'path'));
    return see(cookieOf(await fetch(`${server.url}${path}`)));
  };
  const keysOf = async (userId: string, scopes?: readonly string[]): Promise<Credentials> => {
    const made = await own.call('POST', '/api/signalwright/tokens', {
      data: {
        type: 'application_keys',
        attributes: { name: 'x', ...(scopes && { scopes }) },
        relationships: { owned_by: { data: { type: 'users', id: userId } } },
      },
    });
    const applicationKey = String(field(made, 'data', 'attributes', 'key'));
    return { apiKey: own.org.ownerCredentials.apiKey, applicationKey };
  };

  test('shows no more than the key may read that asked for it', async () => {
    const me = String(field(await own.call('GET', '/api/v2/current_user'), 'data', 'id'));
    expect((await open(await keysOf(me))).status).toBe(200);
    expect((await open(await keysOf(me, ['user_access_manage']))).status).toBe(403);
    expect(
      (await open(await keysOf(me, ['user_access_manage', 'security_monitoring_signals_read']))).status,
    ).toBe(200);
  });

  test('is out when its user is disabled', async () => {
    const roles = await own.call('GET', '/api/v2/current_user');
    const role = (field(roles, 'data', 'relationships', 'roles', 'data') as { id: string }[])[0]?.id;
    const made = await own.call('POST', '/api/v2/users', {
      data: {
        type: 'users',
        attributes: { email: 'second@example.com' },
        relationships: { roles: { data: [{ type: 'roles', id: role }] } },
      },
    });
    const id = String(field(made, 'data', 'id'));
    const link = await own.call('POST', '/api/signalwright/launch_links', {}, await keysOf(id));
    const path = String(field(link, 'data', 'attributes', 'path'));
    const cookie = cookieOf(await fetch(`${server.url}${path}`));
    expect((await see(cookie)).status).toBe(200);
    expect((await own.call('DELETE', `/api/v2/users/${id}`)).status).toBe(204);
    expect((await see(cookie)).status).toBe(401);
  });
});
