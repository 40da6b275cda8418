import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { EVERYBODYS_SCOPES, PERMISSIONS, ROLES, type RoleName } from '@signalwright/model';

import type { OrgServices } from '../org-services.ts';
import { routeTable } from '../routes/route-table.ts';
import { openTestOrg, type TestOrg } from '../testing/test-org.ts';
import { askedBy, type Route } from './route.ts';

/** The table is data: it can be read without an org behind it. */
const ROUTES = routeTable({} as OrgServices);

let own: TestOrg;

beforeAll(async () => {
  own = await openTestOrg();
});

afterAll(() => own.close());

/** Every parameter names something that is not there. */
function pathOf(route: Route): string {
  return route.path.replaceAll(/:\w+/g, 'nothing');
}

async function statusOf(route: Route, headers: Readonly<Record<string, string>>): Promise<number> {
  const hasBody = route.method !== 'GET' && route.method !== 'DELETE';
  const response = await own.org.fetch(
    new Request(`http://org.in-process${pathOf(route)}`, {
      method: route.method,
      headers: { ...headers, ...(hasBody && { 'content-type': 'application/json' }) },
      ...(hasBody && { body: '{}' }),
    }),
  );
  return response.status;
}

function keysOf(role: RoleName): Readonly<Record<string, string>> {
  const { apiKey, applicationKey } = own.credentialsOf(role);
  return { 'dd-api-key': apiKey, 'dd-application-key': applicationKey };
}

function expiredKeys(): Readonly<Record<string, string>> {
  const { apiKey, applicationKey } = own.org.issueKeys('admin', own.clock.nowMs);
  return { 'dd-api-key': apiKey, 'dd-application-key': applicationKey };
}

const guarded = ROUTES.filter((route) => route.access.kind !== 'public');
const permissioned = ROUTES.filter((route) => askedBy(route.access).length > 0);

/** Whether somebody with these permissions passes, said once more and without the frame's own words. */
function passes({ access }: Route, held: readonly string[]): boolean {
  const asked = askedBy(access);
  return access.kind === 'any-of'
    ? asked.some((name) => held.includes(name))
    : asked.every((name) => held.includes(name));
}

describe.each(guarded.map((route) => [`${route.method} ${route.path}`, route] as const))(
  '%s',
  (_name, route) => {
    const wrong = 'f'.repeat(64);

    test.each([
      ['no key', {}],
      ['a wrong key', { 'dd-api-key': wrong, 'dd-application-key': wrong }],
      ['a wrong bearer token', { authorization: `Bearer ${wrong}` }],
      ['a name and password', { authorization: 'Basic YWRtaW46YWRtaW4=' }],
      ['an empty cookie', { cookie: 'signalwright_session=' }],
      ['a made-up cookie', { cookie: `signalwright_session=${wrong}` }],
    ])('%s is 401', async (_title, headers) => {
      expect(await statusOf(route, headers)).toBe(401);
    });

    test('an expired key is 401', async () => {
      expect(await statusOf(route, expiredKeys())).toBe(401);
    });

    test('a right application key with a wrong API key is 401', async () => {
      expect(await statusOf(route, { ...keysOf('admin'), 'dd-api-key': wrong })).toBe(401);
    });

    test('the owner comes in', async () => {
      expect([401, 403]).not.toContain(await statusOf(route, keysOf('admin')));
    });
  },
);

describe.each(permissioned.map((route) => [`${route.method} ${route.path}`, route] as const))(
  '%s',
  (_name, route) => {
    const asked = askedBy(route.access).join(', ');

    test.each(Object.keys(ROLES) as RoleName[])(`lets %s in exactly when it has ${asked}`, async (role) => {
      const status = await statusOf(route, keysOf(role));
      if (passes(route, [...ROLES[role], ...EVERYBODYS_SCOPES])) expect([401, 403]).not.toContain(status);
      else expect(status).toBe(403);
    });

    test('is closed to the API key alone, and to the session of the page', async () => {
      const { apiKey } = own.credentialsOf('admin');
      expect(await statusOf(route, { 'dd-api-key': apiKey })).toBe(401);
      expect(await statusOf(route, { cookie: await openSession() })).toBe(401);
    });

    test('lets the owner in with a bearer token too', async () => {
      const { applicationKey } = own.credentialsOf('admin');
      const status = await statusOf(route, { authorization: `Bearer ${applicationKey}` });
      expect([401, 403]).not.toContain(status);
    });
  },
);

async function openSession(): Promise<string> {
  const response = await own.org.fetch(new Request(`http://org.in-process${own.org.newLaunchPath()}`));
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

test('every route that changes something asks for a permission that is no reading one', () => {
  const readers = /_read$/;
  // A search is a read that has a body; an intake only adds events.
  const reads = new Set([
    'POST /api/v2/security_monitoring/signals/search',
    'POST /api/v2/logs/events/search',
    'POST /api/v2/logs/analytics/aggregate',
    'POST /api/v2/spans/events/search',
    'POST /api/v2/spans/analytics/aggregate',
    'POST /api/signalwright/signals/aggregate',
    'POST /api/v2/security_monitoring/configuration/suppressions/rules',
    'POST /api/v2/security_monitoring/rules/bulk_export',
    'POST /api/v2/security_monitoring/rules/convert/bulk',
    'POST /api/v2/security_monitoring/terraform/suppressions/bulk',
    'POST /api/v2/security_monitoring/terraform/critical_assets/bulk',
    'POST /api/v2/siem-historical-detections/histsignals/search',
    'POST /api/v2/audit/events/search',
  ]);
  for (const route of ROUTES.filter(({ method }) => method !== 'GET')) {
    const name = `${route.method} ${route.path}`;
    if (reads.has(name) || route.access.kind === 'api-key') continue;
    if (route.access.kind === 'any-user' || route.takes === 'form') continue;
    expect([name, askedBy(route.access).filter((permission) => readers.test(permission))]).toEqual([
      name,
      [],
    ]);
    expect([name, askedBy(route.access).length]).not.toEqual([name, 0]);
  }
});

test('signals are changed only with security_monitoring_signals_write', () => {
  const changes = permissioned.filter(
    ({ path, method }) =>
      /\/signals\//.test(path) && method !== 'GET' && !/search|aggregate|notification/.test(path),
  );
  expect(changes.map((route) => askedBy(route.access))).toEqual(
    changes.map(() => ['security_monitoring_signals_write']),
  );
  expect(changes.length).toBeGreaterThan(2);
});

test('no two entries answer to the same request, and every permission is a known one', () => {
  const names = ROUTES.map((route) => `${route.method} ${route.path.replaceAll(/:\w+/g, ':x')}`);
  expect(new Set(names).size).toBe(names.length);
  for (const route of permissioned) {
    expect(PERMISSIONS).toEqual(expect.arrayContaining([...askedBy(route.access)]));
  }
});

test('only the frame adds routes to the application, so none can be outside the table', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  const users = files.filter((name) => /from 'hono'/.test(readFileSync(join(root, name), 'utf8')));
  expect(users).toEqual(['http/build-app.ts']);
});

describe('what is not in the table', () => {
  test.each([
    ['GET', '/admin'],
    ['GET', '/api/v2/nothing'],
    ['DELETE', '/'],
    ['OPTIONS', '/api/v2/security_monitoring/rules'],
    ['PATCH', '/api/v2/security_monitoring/rules/abc'],
    ['GET', '/.env'],
    ['GET', '/signals/../../etc/passwd/x'],
  ])('%s %s is 404, with a key and without', async (method, path) => {
    expect((await own.call(method, path)).status).toBe(404);
    const response = await own.org.fetch(new Request(`http://org.in-process${path}`, { method }));
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ errors: ['Not found'] });
  });
});

test('a cause is believed of the runner alone', async () => {
  const header = { 'x-signalwright-cause': 'run:a,run:b,run:c', 'content-type': 'application/json' };
  const { apiKey, applicationKey } = own.credentialsOf('admin');
  const signal = { id: 's', type: 'x' };
  const response = await own.org.fetch(
    new Request('http://org.in-process/api/signalwright/denylist', {
      method: 'POST',
      headers: { ...header, 'dd-api-key': apiKey, 'dd-application-key': applicationKey },
      body: JSON.stringify({
        data: { attributes: { kind: 'ip', value: '203.0.113.200', reason: signal.id } },
      }),
    }),
  );
  expect(response.status).toBe(200);
  const audit = await own.call('GET', '/api/signalwright/audit?subject=ip:203.0.113.200');
  expect(audit.body).toMatchObject({ data: [{ attributes: { cause: [] } }] });
});

test('keys are kept as hashes, in files that only their owner may read', () => {
  const { apiKey, applicationKey } = own.credentialsOf('admin');
  const names = readdirSync(own.dataDir).filter((name) => name.startsWith('org.db'));
  for (const name of names) {
    const kept = readFileSync(join(own.dataDir, name), 'latin1');
    for (const key of [apiKey, applicationKey]) expect(kept.includes(key)).toBe(false);
  }
  for (const name of [...names, 'credentials.json']) {
    expect(statSync(join(own.dataDir, name)).mode & 0o077).toBe(0);
  }
  expect(applicationKey).toMatch(/^swapp_[0-9a-f]{64}$/);
});
