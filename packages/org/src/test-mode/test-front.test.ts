import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { serveOrg, type OrgServer } from '../serve-org.ts';
import { loginRule, openTestOrg, type TestOrg } from '../testing/test-org.ts';
import { openTestFront } from './test-front.ts';
import { MAX_TEST_SESSIONS, TEST_SESSION_IDLE_MS } from './test-sessions.ts';

const FROZEN_AT = '2022-05-17T00:50:32.000Z';
const SESSIONS = '/__openapi_transformer__/sessions';
const FILTERS = '/api/v2/security_monitoring/configuration/security_filters';
const RULES = '/api/v2/security_monitoring/rules';

/** A filter that the recorded org had, and one that the conversation made. */
const filter = (id: string, name: string): unknown => ({
  data: {
    id,
    type: 'security_filters',
    attributes: {
      version: 3,
      name,
      query: 'service:x',
      is_enabled: true,
      exclusion_filters: [],
      filtered_data_type: 'logs',
      is_builtin: false,
    },
  },
});
const exchange = (method: string, path: string, body: unknown, sent: unknown = null): unknown => ({
  request: { method, path, query: [], body: { value: sent } },
  response: { status: 200, headers: {}, body: { value: JSON.stringify(body) } },
});
const FIRST_SIGNAL = '/api/v1/security_analytics/signals/AQAAAYDi';
const ASSIGNEE = '773b045d-ccf8-4808-bd3b-955ef6a8c940';
const INSTANCES = '/api/v2/workflows/ccf73164-1998-4785-a7a3-8d06c7e5f558/instances';
const INSTANCE = `${INSTANCES}/305a472b-71ab-4ce8-8f8d-75db635627b5`;
const RECORDINGS = {
  recordings: [
    {
      scenario: 'What is named in paths alone',
      frozen_at: FROZEN_AT,
      interactions: [
        exchange('PATCH', `${FIRST_SIGNAL}/assignee`, {}, { assignee: ASSIGNEE }),
        exchange('PUT', `${INSTANCE}/cancel`, {}),
        {
          ...(exchange('GET', `${RULES}/abc-def-ghi`, {}) as object),
          response: { status: 404, headers: {}, body: { value: '{}' } },
        },
      ],
    },
    {
      scenario: 'Get a security filter returns "OK" response',
      frozen_at: FROZEN_AT,
      interactions: [
        exchange('POST', FILTERS, filter('abc-def-ghi', 'made')),
        exchange('GET', `${FILTERS}/123-456-789`, filter('123-456-789', 'was there')),
      ],
    },
  ],
};

let own: TestOrg;
let server: OrgServer;
let folder: string;
let nowMs: number;

beforeEach(async () => {
  own = await openTestOrg();
  folder = mkdtempSync(join(tmpdir(), 'sessions-'));
  const recordings = join(folder, 'recordings');
  mkdirSync(recordings);
  writeFileSync(join(recordings, 'v2-security-monitoring.json'), JSON.stringify(RECORDINGS));
  mkdirSync(join(folder, 'orgs', 'left-behind'), { recursive: true });
  nowMs = Date.parse('2026-11-22T10:00:00Z');
  const front = openTestFront({
    folder: join(folder, 'orgs'),
    recordings,
    nowMs: () => nowMs,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }),
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    log: () => {},
  });
  const started = await serveOrg(own.org, { port: 0, front });
  if (!started.ok) throw new Error(started.refusal.reason);
  server = started.server;
});

afterEach(async () => {
  await server.close();
  await own.close();
  expect(existsSync(join(folder, 'orgs'))).toBe(false);
  rmSync(folder, { recursive: true });
});

interface Answered {
  readonly status: number;
  readonly body: unknown;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}

const named = (scenario: string): unknown => ({ version: 'v2', feature: 'Security Monitoring', scenario });

async function start(
  scenario = 'A scenario that nobody recorded',
): Promise<{ readonly session: string; readonly frozen_at: string }> {
  const { status, body } = await call('POST', SESSIONS, named(scenario));
  expect(status).toBe(201);
  return body as { session: string; frozen_at: string };
}

const inSession = (session: string): Readonly<Record<string, string>> => ({
  'x-openapi-test-session': session,
  'dd-api-key': 'whatever',
  'dd-application-key': 'whatever',
});

describe('a session', () => {
  test('begins when the recording was made, runs on, and holds what was shown and not made', async () => {
    const { session, frozen_at: frozenAt } = await start('Get a security filter returns "OK" response');
    expect(frozenAt).toBe(FROZEN_AT);
    const { body } = await call('GET', FILTERS, undefined, inSession(session));
    const { data } = body as { data: { id: string; attributes: { name: string; version: number } }[] };
    expect(data.filter(({ attributes }) => attributes.version === 3)).toMatchObject([
      { id: '123-456-789', attributes: { name: 'was there' } },
    ]);
    nowMs += 5_000;
    const made = await call('POST', RULES, loginRule(), inSession(session));
    expect(made.body).toMatchObject({ createdAt: Date.parse(FROZEN_AT) + 5_000 });
  });

  test('holds what requests that went well name and no answer shows', async () => {
    const { session } = await start('What is named in paths alone');
    const ask = (method: string, path: string, body?: unknown): Promise<Answered> =>
      call(method, path, body, inSession(session));
    const assigned = await ask('PATCH', `${FIRST_SIGNAL}/assignee`, { assignee: ASSIGNEE });
    expect(assigned).toMatchObject({ status: 200, body: { status: 'done' } });
    const signal = await ask('GET', '/api/v2/security_monitoring/signals/AQAAAYDi');
    expect(signal).toMatchObject({ status: 200, body: { data: { id: 'AQAAAYDi' } } });
    expect(JSON.stringify(await ask('GET', INSTANCE))).toContain('IN_PROGRESS');
    expect(await ask('PUT', `${INSTANCE}/cancel`)).toEqual({ status: 200, body: {} });
    await expect.poll(async () => JSON.stringify(await ask('GET', INSTANCE))).toContain('CANCELED');
    expect((await ask('PUT', `${INSTANCE}/cancel`)).status).toBe(400);
    expect((await ask('GET', `${RULES}/abc-def-ghi`)).status).toBe(404);
    expect((await ask('GET', INSTANCES)).body).toMatchObject({ meta: { page: { totalCount: 1 } } });
  });

  test('is found by a name that is spelled like a file', async () => {
    const name = {
      version: '2',
      feature: 'security_monitoring',
      scenario: 'get-a-security-filter-returns-ok-response',
    };
    expect(await call('POST', SESSIONS, name)).toMatchObject({ status: 201, body: { frozen_at: FROZEN_AT } });
  });

  test('without a recording begins now, with what every org has', async () => {
    const { session, frozen_at: frozenAt } = await start();
    expect(frozenAt).toBe('2026-11-22T10:00:00.000Z');
    expect(await call('GET', RULES, undefined, inSession(session))).toMatchObject({
      status: 200,
      body: { data: [] },
    });
  });

  test('knows nothing of another one, nor of the org behind', async () => {
    const [one, other] = [await start(), await start()];
    expect((await call('POST', RULES, loginRule(), inSession(one.session))).status).toBe(200);
    expect((await call('GET', RULES, undefined, inSession(one.session))).body).toMatchObject({ data: [{}] });
    expect((await call('GET', RULES, undefined, inSession(other.session))).body).toMatchObject({ data: [] });
    expect((await own.call('GET', RULES)).body).toMatchObject({ data: [] });
  });

  test('ends when it is told to, once, and its folder with it', async () => {
    const { session } = await start();
    expect(readdirSync(join(folder, 'orgs'))).toEqual([session]);
    expect((await call('POST', `${SESSIONS}/${session}/stop`)).status).toBe(200);
    expect(readdirSync(join(folder, 'orgs'))).toEqual([]);
    expect((await call('POST', `${SESSIONS}/${session}/stop`)).status).toBe(404);
    expect((await call('GET', RULES, undefined, inSession(session))).status).toBe(404);
  });
});

describe('refused', () => {
  test.each([
    ['no name', {}],
    ['a scenario that is no text', { version: 'v2', feature: 'Security Monitoring', scenario: 7 }],
    ['a list', []],
    ['a name without end', named('x'.repeat(2_000))],
  ])('%s', async (_title, body) => {
    expect((await call('POST', SESSIONS, body)).status).toBe(400);
  });

  test('a path in the place of a feature finds nothing', async () => {
    const name = { version: 'v2', feature: '../../v2-security-monitoring', scenario: 'x' };
    expect(await call('POST', SESSIONS, name)).toMatchObject({
      body: { frozen_at: '2026-11-22T10:00:00.000Z' },
    });
  });

  test('a session without any key', async () => {
    const { session } = await start();
    expect((await call('GET', RULES, undefined, { 'x-openapi-test-session': session })).status).toBe(401);
  });

  test('any key, outside of a session', async () => {
    const { 'dd-api-key': apiKey = '' } = inSession('');
    const keys = { 'dd-api-key': apiKey, 'dd-application-key': apiKey };
    expect((await call('GET', RULES, undefined, keys)).status).toBe(401);
  });

  test('a session more than there may be, until one has been idle for long', async () => {
    const first = await start();
    for (let count = 1; count < MAX_TEST_SESSIONS; count += 1) await start();
    expect((await call('POST', SESSIONS, named('one more'))).status).toBe(429);
    nowMs += TEST_SESSION_IDLE_MS;
    await call('GET', RULES, undefined, inSession(first.session));
    nowMs += 1;
    await start('one more');
    expect((await call('GET', RULES, undefined, inSession(first.session))).status).toBe(200);
  }, 60_000);
});

test('an org that nobody asked to be in test mode has none of it', async () => {
  expect((await own.call('POST', SESSIONS, named('x'))).status).toBe(404);
});
