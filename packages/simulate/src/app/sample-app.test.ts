import { createServer, request as openRequest, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DenylistEntry, Event } from '@signalwright/model';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { activitiesOf, isBlockedEvent } from '../aap-event.ts';
import { loadWaf, type Waf } from '../waf.ts';
import { STORY_HEADER } from './incoming.ts';
import { startSampleApp, type SampleApp } from './sample-app.ts';
import { passwordOf } from './shop-data.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);

let app: SampleApp;
let events: Event[];
beforeEach(async () => {
  app = await startSampleApp({ waf: await newWaf(), nowMs: () => NOW_MS });
  events = [];
  app.subscribe((event) => events.push(event));
});
afterEach(() => app.close());

async function newWaf(): Promise<Waf> {
  const load = await loadWaf();
  if (!load.ok) throw new Error(JSON.stringify(load.refusal));
  return load.waf;
}

interface Sent {
  readonly method?: string;
  readonly target: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Readonly<Record<string, unknown>>;
}

interface Answer {
  readonly status: number;
  readonly cookie: string | undefined;
  readonly text: string;
}

/** Over `node:http`, since `fetch` would tidy paths and the Host header. */
function send(sent: Sent): Promise<Answer> {
  const { hostname, port } = new URL(app.url);
  const body = typeof sent.body === 'object' ? JSON.stringify(sent.body) : sent.body;
  return new Promise((resolve, reject) => {
    const outgoing = openRequest({
      agent: false,
      hostname,
      port,
      method: sent.method ?? (body === undefined ? 'GET' : 'POST'),
      path: sent.target,
      headers: {
        host: 'shop.example.com',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...sent.headers,
      },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          cookie: answer.headers['set-cookie']?.[0]?.split(';', 1)[0],
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    outgoing.end(body);
  });
}

function blocked(kind: DenylistEntry['kind'], value: string): DenylistEntry {
  return { kind, value, createdAtMs: NOW_MS, createdBy: 'test', reason: 'test' };
}

const onPayments = { host: 'payments.example.com' };
const login = (name: string, password: string): Sent => ({
  target: '/login',
  body: { login: name, password },
});

describe('pages and what the engine sees in them', () => {
  const rows: [title: string, sent: Sent, status: number, activities: string[]][] = [
    ['a product', { target: '/products/blue-kettle' }, 200, []],
    ['no such product', { target: '/products/green-kettle' }, 404, []],
    ['no such page', { target: '/nowhere' }, 404, []],
    ['a name with an apostrophe', { target: "/search?q=O'Brien" }, 200, []],
    [
      'SQL in a search, which never reaches a statement',
      { target: "/search?q='%20OR%201=1%20--" },
      200,
      ['attack_attempt.sql_injection'],
    ],
    [
      'SQL in a sort key, which does',
      { target: '/invoices?sort=date;%20DROP%20TABLE%20invoices', headers: onPayments },
      400,
      ['attack_attempt.sql_injection', 'vulnerability_trigger.sql_injection'],
    ],
    [
      'a script in a review',
      { target: '/reviews', body: { text: '<script>alert(1)</script>' } },
      201,
      ['attack_attempt.xss'],
    ],
    [
      'a script in a path parameter',
      { target: '/images/%3Cscript%3Ealert(1)%3C%2Fscript%3E' },
      200,
      ['attack_attempt.xss'],
    ],
    [
      'a path that `fetch` would have tidied',
      { target: '/images/../../etc/hosts' },
      404,
      ['attack_attempt.lfi'],
    ],
    [
      'a manual out of its folder',
      { target: '/manuals?name=../../../etc/passwd' },
      404,
      ['attack_attempt.lfi', 'vulnerability_trigger.lfi'],
    ],
    [
      'a command behind a host',
      { target: '/diagnostics/ping?host=x;%20id', headers: onPayments },
      400,
      ['attack_attempt.command_injection', 'vulnerability_trigger.command_injection'],
    ],
    [
      'a preview of the metadata service',
      { target: '/webhooks/preview', body: { url: 'http://169.254.169.254/' }, headers: onPayments },
      202,
      ['attack_attempt.ssrf', 'vulnerability_trigger.ssrf'],
    ],
    [
      'a scanner by name',
      { target: '/', headers: { 'user-agent': '(Nikto/2.5.0)' } },
      200,
      ['attack_attempt.security_scanner'],
    ],
    ['a login', login('ana.silva', passwordOf('ana.silva')), 200, ['business_logic.users.login.success']],
    ['a wrong password', login('ana.silva', 'x'), 401, ['business_logic.users.login.failure']],
    ['an unknown login', login('nobody', 'x'), 401, ['business_logic.users.login.failure']],
    ['a login without a name', login('', 'x'), 400, []],
    [
      'a login as a form',
      {
        target: '/login',
        body: 'login=ana.silva&password=x',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
      401,
      ['business_logic.users.login.failure'],
    ],
    ['a body that is no JSON', { target: '/login', body: '{' }, 400, []],
    ['a body that is a list', { target: '/cart', body: '[]' }, 400, []],
    [
      'a body that aims at the prototype',
      { target: '/cart', body: '{"__proto__":{"polluted":true}}' },
      201,
      [],
    ],
    ['a body that is too long', { target: '/cart', body: { note: 'x'.repeat(70_000) } }, 413, []],
    [
      'a body that is too long and does not say so',
      { target: '/cart', body: { note: 'x'.repeat(70_000) }, headers: { 'transfer-encoding': 'chunked' } },
      413,
      [],
    ],
    ['an account without a session', { target: '/account' }, 401, []],
    ['a method that no page has', { method: 'DELETE', target: '/cart' }, 404, []],
  ];
  test.each(rows)('%s', async (_title, sent, status, activities) => {
    expect((await send(sent)).status).toBe(status);
    expect(events).toHaveLength(1);
    expect(events.flatMap(activitiesOf).toSorted()).toEqual(activities);
    expect(events[0]?.attributes['http']).toMatchObject({ status_code: status });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('no call is made, whatever the preview is asked for', async () => {
    let connections = 0;
    const canary = createServer().on('connection', () => (connections += 1));
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    const { port } = canary.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/`;
    expect((await send({ target: '/webhooks/preview', body: { url }, headers: onPayments })).status).toBe(
      202,
    );
    expect(
      (await send({ target: `/diagnostics/ping?host=127.0.0.1:${port}`, headers: onPayments })).status,
    ).toBe(400);
    expect(connections).toBe(0);
    await new Promise((resolve) => canary.close(resolve));
  });
});

describe('who and where', () => {
  const sites: [host: string, service: string, env: string][] = [
    ['shop.example.com', 'shop', 'prod'],
    ['SHOP.example.com', 'shop', 'prod'],
    ['shop.staging.example.com', 'shop', 'staging'],
    ['payments.example.com', 'payments', 'prod'],
  ];
  test.each(sites)('%s is %s in %s', async (host, service, env) => {
    await send({ target: '/', headers: { host } });
    expect(events[0]).toMatchObject({ service, env });
  });

  test('its own loopback address is the shop', async () => {
    const { host } = new URL(app.url);
    expect((await send({ target: '/', headers: { host } })).status).toBe(200);
    expect(events[0]?.service).toBe('shop');
  });

  test.each(['evil.example.com', '127.0.0.1:1', 'shop.example.com.evil.test', '[::1]'])(
    'a page on "%s" that was rebound to loopback gets nothing and is no event',
    async (host) => {
      expect((await send({ target: '/', headers: { host } })).status).toBeGreaterThanOrEqual(400);
      expect(events).toEqual([]);
    },
  );

  const forwarded: [header: string | undefined, ip: string][] = [
    ['203.0.113.7', '203.0.113.7'],
    ['198.51.100.1, 203.0.113.7', '203.0.113.7'],
    ['2001:DB8::7', '2001:db8::7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ["' OR 1=1 --", '127.0.0.1'],
    [undefined, '127.0.0.1'],
  ];
  test.each(forwarded)('X-Forwarded-For %s is %s', async (header, ip) => {
    await send({ target: '/', headers: header === undefined ? {} : { 'x-forwarded-for': header } });
    expect(events[0]?.attributes).toMatchObject({ http: { client_ip: ip }, network: { client: { ip } } });
  });

  test('a session makes its user known', async () => {
    const { cookie } = await send(login('ana.silva', passwordOf('ana.silva')));
    const answer = await send({ target: '/account', headers: { cookie } });
    expect(answer.status).toBe(200);
    expect(events[1]?.attributes['usr']).toEqual({ id: 'ana.silva' });
  });

  test.each(['session=x', 'session=', 'session=__proto__', ''])(
    'the cookie "%s" is nobody',
    async (cookie) => {
      expect((await send({ target: '/account', headers: { cookie } })).status).toBe(401);
    },
  );
});

describe('time', () => {
  const story = (value: string): Sent => ({
    target: '/',
    headers: { [STORY_HEADER]: value, traceparent: TRACEPARENT },
  });
  const TRACE_ID = 'a'.repeat(32);
  const TRACEPARENT = `00-${TRACE_ID}-${'b'.repeat(16)}-01`;

  test('a request of the story says when it happens and which trace it is', async () => {
    await send(story(`${app.storyKey};1700000000000`));
    await send(story(`${app.storyKey};1700000000000`));
    expect(events.map(({ tsMs }) => tsMs)).toEqual([1_700_000_000_000, 1_700_000_000_000]);
    expect(events[0]?.attributes['trace_id']).toBe(TRACE_ID);
    expect(events[0]?.id).toBe(events[1]?.id);
  });

  test.each(['1700000000000', 'wrong-key;1700000000000', ';1700000000000'])(
    '"%s" is not the story',
    async (value) => {
      await send(story(value));
      expect(events[0]?.tsMs).toBe(NOW_MS);
      expect(events[0]?.attributes['trace_id']).not.toBe(TRACE_ID);
    },
  );

  test.each(['', 'soon', '-1', '1e400', '1.5'])('the time "%s" is no time', async (ms) => {
    await send(story(`${app.storyKey};${ms}`));
    // An empty time reads as 0 in JavaScript; a story may begin then.
    expect(events[0]?.tsMs).toBe(ms === '' ? 0 : NOW_MS);
  });
});

describe('blocking', () => {
  test('an address on the list is refused everywhere, in words that give nothing away', async () => {
    app.updateDenylist([blocked('ip', '203.0.113.7')], NOW_MS);
    for (const target of ['/', '/nowhere', "/search?q='%20OR%201=1%20--"]) {
      const answer = await send({ target, headers: { 'x-forwarded-for': '203.0.113.7' } });
      expect(answer.status).toBe(403);
      expect(answer.text).not.toContain('203.0.113.7');
    }
    expect(events.map(activitiesOf)).toEqual(Array.from({ length: 3 }, () => ['security_response.block_ip']));
    expect(events.every(isBlockedEvent)).toBe(true);
    expect((await send({ target: '/', headers: { 'x-forwarded-for': '203.0.113.8' } })).status).toBe(200);
  });

  test('a client cannot walk around it by naming other addresses first', async () => {
    app.updateDenylist([blocked('ip', '203.0.113.7')], NOW_MS);
    const headers = { 'x-forwarded-for': '192.0.2.1, 203.0.113.7' };
    expect((await send({ target: '/', headers })).status).toBe(403);
  });

  test('a blocked user can neither log in nor go on with a session', async () => {
    const right = login('ana.silva', passwordOf('ana.silva'));
    const { cookie } = await send(right);
    app.updateDenylist([blocked('user', 'ana.silva')], NOW_MS);
    expect(await send(right)).toMatchObject({ status: 403, cookie: undefined });
    expect((await send({ target: '/account', headers: { cookie } })).status).toBe(403);
    expect(events.map(activitiesOf)).toEqual([
      ['business_logic.users.login.success'],
      ['business_logic.users.login.success', 'security_response.block_user'],
      ['security_response.block_user'],
    ]);
    expect((await send(login('ben.okafor', passwordOf('ben.okafor')))).status).toBe(200);
  });

  test('it ends at its expiry, on the clock of the story', async () => {
    app.updateDenylist([{ ...blocked('ip', '203.0.113.7'), expiresAtMs: NOW_MS + 1000 }], NOW_MS);
    const at = (ms: number): Sent => ({
      target: '/',
      headers: { 'x-forwarded-for': '203.0.113.7', [STORY_HEADER]: `${app.storyKey};${ms}` },
    });
    expect((await send(at(NOW_MS + 999))).status).toBe(403);
    expect((await send(at(NOW_MS + 1000))).status).toBe(200);
  });
});

describe('its life', () => {
  test('a port in use is an error of its own', async () => {
    const waf = await newWaf();
    await expect(startSampleApp({ waf, port: Number(new URL(app.url).port) })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    waf.close();
  });

  test('it closes with a request half sent, and closes again', async () => {
    const { hostname, port } = new URL(app.url);
    const half = openRequest({
      hostname,
      port,
      method: 'POST',
      path: '/cart',
      headers: { host: 'shop.example.com', 'content-length': 10 },
    });
    const dropped = new Promise((resolve) => half.on('error', resolve));
    half.write('{');
    await send({ target: '/' });
    await app.close();
    await app.close();
    expect(await dropped).toBeInstanceOf(Error);
    await expect(send({ target: '/' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('who unsubscribes hears nothing more', async () => {
    const heard: Event[] = [];
    const unsubscribe = app.subscribe((event) => heard.push(event));
    await send({ target: '/' });
    unsubscribe();
    await send({ target: '/' });
    expect(heard).toHaveLength(1);
    expect(events).toHaveLength(2);
  });
});
