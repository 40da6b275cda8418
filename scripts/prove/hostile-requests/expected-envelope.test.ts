/** What the frame refuses of every route, made from the route table: who asks, in which form, how often. */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOrg, type Org, type RateLimits } from '@signalwright/org';
import { openEgress } from '@signalwright/outbound';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeEnvelope } from './expected-envelope.ts';

let folder: string;
/** One answers as often as it is asked, of the other each family answers once a day. */
const orgs: Org[] = [];
let scoped: Readonly<Record<string, string>>;

const open = (name: string, rateLimits: RateLimits): Promise<Org> =>
  createOrg({
    dataDir: join(folder, name),
    nowMs: () => Date.UTC(2026, 10, 22, 12),
    random: (bytes) => randomBytes(bytes),
    connectors: new Map(),
    egress: openEgress({ allow: [] }),
    neverBlock: [],
    rateLimits,
    log: () => undefined,
  });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'envelopes-'));
  orgs.push(await open('free', { requests: 1_000_000, seconds: 60 }));
  orgs.push(await open('limited', { requests: 1, seconds: 86_400 }));
  const body = JSON.stringify({
    data: { type: 'application_keys', attributes: { name: 'x', scopes: ['dashboards_read'] } },
  });
  const made = await ask(orgs[0], 'POST', '/api/v2/current_user/application_keys', keysOf(orgs[0]), {
    body,
    type: 'application/json',
  });
  const { data } = JSON.parse(made.text) as {
    readonly data: { readonly attributes: { readonly key: string } };
  };
  scoped = { 'dd-api-key': keysOf(orgs[0])['dd-api-key'] ?? '', 'dd-application-key': data.attributes.key };
});

afterAll(async () => {
  for (const org of orgs) await org.close();
  rmSync(folder, { recursive: true, force: true });
});

function keysOf(org: Org | undefined): Readonly<Record<string, string>> {
  const { apiKey = '', applicationKey = '' } = org?.ownerCredentials ?? {};
  return { 'dd-api-key': apiKey, 'dd-application-key': applicationKey };
}

interface Refusal {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  readonly headers: Headers;
}

async function ask(
  org: Org | undefined,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  sent?: { readonly body: string; readonly type: string },
): Promise<Refusal> {
  if (org === undefined) throw new Error('There is no org.');
  const init = {
    method,
    headers: { ...headers, ...(sent !== undefined && { 'content-type': sent.type }) },
    ...(sent !== undefined && { body: sent.body }),
  };
  const response = await org.fetch(new Request(`http://org.in-process${path}`, init));
  const contentType = response.headers.get('content-type') ?? '';
  return { status: response.status, contentType, text: await response.text(), headers: response.headers };
}

describe('every route refuses in the envelope of its area', () => {
  /** By operation: what is wrong with the envelope of a refusal that was asked for. */
  async function problems(
    refuse: (route: Org['routes'][number], path: string) => Promise<Refusal | undefined>,
    status: number,
  ): Promise<{ readonly tried: number; readonly wrong: readonly string[] }> {
    const wrong: string[] = [];
    let tried = 0;
    for (const route of orgs[0]?.routes ?? []) {
      const refusal = await refuse(route, route.path.replaceAll(/:\w+/g, 'nothing'));
      if (refusal === undefined) continue;
      tried += 1;
      const operation = `${route.method} ${route.path.replaceAll(/:\w+/g, ':x')}`;
      const problem = refusal.status === status ? judgeEnvelope(operation, refusal) : `${refusal.status}`;
      if (problem !== undefined) wrong.push(`${operation}: ${problem}`);
    }
    return { tried, wrong };
  }

  test('without a key', async () => {
    const { tried, wrong } = await problems(
      async (route, path) =>
        route.access.kind === 'public' ? undefined : ask(orgs[0], route.method, path, {}),
      401,
    );
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(150);
  });

  test('with a key that may do something else', async () => {
    const asksForPermission = new Set(['permission', 'all-of', 'any-of']);
    const { tried, wrong } = await problems(
      async (route, path) =>
        asksForPermission.has(route.access.kind) ? ask(orgs[0], route.method, path, scoped) : undefined,
      403,
    );
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(130);
  });

  test('with a body of another form', async () => {
    const { tried, wrong } = await problems(
      async (route, path) =>
        route.method === 'GET' || !route.path.startsWith('/api/')
          ? undefined
          : ask(orgs[0], route.method, path, keysOf(orgs[0]), { body: '<a/>', type: 'text/xml' }),
      415,
    );
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(80);
  });

  test('more often than its family answers, with headers that say when it does again', async () => {
    const { tried, wrong } = await problems(async (route, path) => {
      const first = await ask(orgs[1], route.method, path, keysOf(orgs[1]));
      if (first.headers.get('x-ratelimit-limit') === null) return undefined;
      const second = await ask(orgs[1], route.method, path, keysOf(orgs[1]));
      const told = ['limit', 'period', 'remaining', 'reset', 'name'].map((name) =>
        second.headers.get(`x-ratelimit-${name}`),
      );
      expect(told).toEqual(['1', '86400', '0', '43200', expect.stringMatching(/^\w+$/)]);
      return second;
    }, 429);
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(130);
  });
});

test('and whatever it answers, nothing may keep it, guess its type or frame it', async () => {
  for (const { method, path } of orgs[0]?.routes ?? []) {
    const { headers, status } = await ask(
      orgs[0],
      method,
      path.replaceAll(/:\w+/g, 'nothing'),
      keysOf(orgs[0]),
    );
    const told = ['cache-control', 'x-content-type-options', 'x-frame-options'].map((name) =>
      headers.get(name),
    );
    expect([method, path, ...told]).toEqual([method, path, 'no-store', 'nosniff', 'DENY']);
    expect([method, path, headers.has('content-type')]).toEqual([method, path, status !== 204]);
    expect(headers.has('access-control-allow-origin')).toBe(false);
  }
});

type Row = [operation: string, status: number, contentType: string, body: unknown];

const wrongEnvelopes: Row[] = [
  ['GET /api/v2/users', 403, 'application/vnd.api+json', { errors: ['Forbidden'] }],
  ['GET /api/v2/users', 400, 'application/json', { errors: [{ detail: 'no' }] }],
  ['PATCH /api/v2/workflows/:x', 403, 'application/json', { errors: ['Forbidden'] }],
  ['POST /api/v2/workflows', 400, 'application/json', { errors: [{ detail: 'taken' }] }],
  ['GET /api/v2/workflows/:x/instances/:x', 404, 'application/json', { errors: ['no'] }],
  ['POST /api/v2/actions/connections', 429, 'application/json', { errors: ['later'] }],
  ['POST /api/v2/logs', 400, 'application/json', { errors: ['no'] }],
  [
    'GET /api/v2/security_monitoring/rules/:x',
    403,
    'application/json',
    { error: { code: 'a', message: 'b' } },
  ],
  ['GET /api/v2/users', 404, 'text/html; charset=utf-8', '<!doctype html>'],
  ['GET /api/v2/users', 404, 'application/json', {}],
  ['GET /api/v2/users', 404, 'application/json', { errors: [] }],
];

test.each(wrongEnvelopes)('%s with %d as %s is found wrong', (operation, status, contentType, body) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  expect(judgeEnvelope(operation, { status, contentType, text })).toBeDefined();
});
