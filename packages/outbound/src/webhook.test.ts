import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, test } from 'vitest';

import { parseAllowList } from './allow-list.ts';
import type { DeliveryOutcome } from './delivery.ts';
import { openEgress, type EgressBroker } from './egress.ts';
import { RETRY_AFTER_MAX_MS, retryAfterMs } from './retry-after.ts';
import { Secret } from './secret.ts';
import {
  deliverWebhook,
  isSignedBy,
  SIGNATURE_TOLERANCE_MS,
  signatureHeaders,
  WEBHOOK_MAX_BYTES,
} from './webhook.ts';

const NOW_MS = 1_700_000_000_500;
const SECRET = new Secret('shared-signing-secret');

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

interface Delivered {
  readonly url: string;
  readonly broker: EgressBroker;
  readonly requests: {
    readonly headers: Readonly<Record<string, unknown>>;
    readonly body: string;
    readonly method: string | undefined;
  }[];
}

/** A receiver that answers with one status and one header, or never. */
function receiver(
  status: number | 'silent',
  headers: Readonly<Record<string, string>> = {},
): Promise<Delivered> {
  const requests: Delivered['requests'] = [];
  const started = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push({
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
        method: request.method,
      });
      if (status !== 'silent') response.writeHead(status, headers).end('answer');
    });
  });
  server = started;
  return new Promise((resolve) => {
    started.listen(0, '127.0.0.1', () => {
      const origin = `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
      const allow = parseAllowList([origin]);
      resolve({
        url: `${origin}/hook`,
        requests,
        broker: openEgress({ allow: allow.ok ? allow.hosts : [], idleMs: 200 }),
      });
    });
  });
}

const deliver = (to: Delivered, body: unknown = { signal: 's1' }): Promise<DeliveryOutcome> =>
  deliverWebhook({ url: to.url, body, deliveryId: 'd-1', signingSecret: SECRET, nowMs: NOW_MS }, to.broker);

describe('a delivery', () => {
  test('is one signed POST of JSON that names itself', async () => {
    const to = await receiver(200);
    expect(await deliver(to, { title: 'é "quoted"', n: 1 })).toEqual({ kind: 'done', status: 200 });
    const [request, ...others] = to.requests;
    expect(others).toEqual([]);
    expect(request?.method).toBe('POST');
    expect(request?.body).toBe('{"title":"é \\"quoted\\"","n":1}');
    const expected = createHmac('sha256', 'shared-signing-secret')
      .update(`1700000000.${request?.body}`)
      .digest('hex');
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-signalwright-delivery': 'd-1',
      'x-signalwright-timestamp': '1700000000',
      'x-signalwright-signature': `v1=${expected}`,
    });
  });

  test('without a secret is not signed', async () => {
    const to = await receiver(204);
    await deliverWebhook({ url: to.url, body: {}, deliveryId: 'd-1', nowMs: NOW_MS }, to.broker);
    expect(to.requests[0]?.headers).not.toHaveProperty('x-signalwright-signature');
  });

  test.each<[status: number, headers: Readonly<Record<string, string>>, outcome: Partial<DeliveryOutcome>]>([
    [200, {}, { kind: 'done' }],
    [202, {}, { kind: 'done' }],
    [204, {}, { kind: 'done' }],
    [301, { location: '/elsewhere' }, { kind: 'failed' }],
    [302, { location: '/elsewhere' }, { kind: 'failed' }],
    [307, { location: '/elsewhere' }, { kind: 'failed' }],
    [400, {}, { kind: 'failed' }],
    [401, {}, { kind: 'failed' }],
    [404, {}, { kind: 'failed' }],
    [410, {}, { kind: 'failed' }],
    [408, {}, { kind: 'retry', afterMs: 1_000 }],
    [429, { 'retry-after': '7' }, { kind: 'retry', afterMs: 7_000 }],
    [429, { 'retry-after': '999999' }, { kind: 'retry', afterMs: RETRY_AFTER_MAX_MS }],
    [429, { 'retry-after': '-5' }, { kind: 'retry', afterMs: 1_000 }],
    [500, {}, { kind: 'retry', afterMs: 1_000 }],
    [503, { 'retry-after': '0' }, { kind: 'retry', afterMs: 0 }],
  ])('answered %d with %j: %j', async (status, headers, outcome) => {
    const to = await receiver(status, headers);
    expect(await deliver(to)).toMatchObject(outcome);
    expect(to.requests).toHaveLength(1);
  });

  test('that is not answered is tried again later', async () => {
    expect(await deliver(await receiver('silent'))).toMatchObject({ kind: 'retry', afterMs: 1_000 });
  });

  test('that our own rules refuse is not', async () => {
    const to = await receiver(200);
    const outcome = await deliver({ ...to, url: 'http://127.0.0.1:1/hook' });
    expect(outcome).toEqual({
      kind: 'failed',
      reason: 'http://127.0.0.1:1 is not on the list of allowed hosts.',
    });
    expect(await deliver(to, 'x'.repeat(WEBHOOK_MAX_BYTES))).toMatchObject({ kind: 'failed' });
    expect(to.requests).toEqual([]);
  });
});

describe('a signature', () => {
  const body = '{"a":1}';
  const headers = signatureHeaders(body, SECRET, NOW_MS);
  const timestamp = headers['x-signalwright-timestamp'] ?? '';
  const signature = headers['x-signalwright-signature'] ?? '';

  test.each<[title: string, given: Parameters<typeof isSignedBy>, accepted: boolean]>([
    ['the right one', [body, { timestamp, signature }, SECRET, NOW_MS], true],
    [
      'a little later',
      [body, { timestamp, signature }, SECRET, NOW_MS + SIGNATURE_TOLERANCE_MS - 1_000],
      true,
    ],
    ['too late', [body, { timestamp, signature }, SECRET, NOW_MS + SIGNATURE_TOLERANCE_MS + 1_000], false],
    [
      'from the future',
      [body, { timestamp, signature }, SECRET, NOW_MS - SIGNATURE_TOLERANCE_MS - 1_000],
      false,
    ],
    ['another body', [`${body} `, { timestamp, signature }, SECRET, NOW_MS], false],
    ['another time', [body, { timestamp: '1700000001', signature }, SECRET, NOW_MS], false],
    ['another secret', [body, { timestamp, signature }, new Secret('other'), NOW_MS], false],
    ['upper case', [body, { timestamp, signature: signature.toUpperCase() }, SECRET, NOW_MS], false],
    ['no version', [body, { timestamp, signature: signature.slice(3) }, SECRET, NOW_MS], false],
    ['half of it', [body, { timestamp, signature: signature.slice(0, 20) }, SECRET, NOW_MS], false],
    ['nothing', [body, { timestamp, signature: '' }, SECRET, NOW_MS], false],
    ['no time', [body, { timestamp: '', signature }, SECRET, NOW_MS], false],
    ['a time that is no number', [body, { timestamp: '1e9', signature }, SECRET, NOW_MS], false],
  ])('%s: accepted %#', (_title, given, accepted) => {
    expect(isSignedBy(...given)).toBe(accepted);
  });
});

test.each<[header: string | undefined, afterMs: number | undefined]>([
  [undefined, undefined],
  ['', undefined],
  ['0', 0],
  ['5', 5_000],
  [' 5 ', 5_000],
  ['120', 120_000],
  ['121', RETRY_AFTER_MAX_MS],
  ['1e3', undefined],
  ['-1', undefined],
  ['NaN', undefined],
  ['Infinity', undefined],
  ['5.5', undefined],
  ['99999999999999999999', undefined],
  ['Tue, 14 Nov 2023 22:13:30 GMT', 9_500],
  ['Tue, 14 Nov 2023 22:13:00 GMT', 0],
  ['Fri, 31 Dec 9999 23:59:59 GMT', RETRY_AFTER_MAX_MS],
  ['Tue, 99 Nov 2023 22:13:30 GMT', undefined],
  ['2023-11-14T22:13:30Z', undefined],
  ['tomorrow', undefined],
])('Retry-After %j is %j ms', (header, afterMs) => {
  expect(retryAfterMs(header, NOW_MS)).toBe(afterMs);
});
