/** The built-in actions against a real org: what a workflow step does to signals and the denylist, and what it may not. */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ActionContext, ActionOutcome, AnyAction } from '@signalwright/action';
import { PLAIN_RULE, type DetectionRule, type Event } from '@signalwright/model';
import { createOrg, type Org } from '@signalwright/org';
import { openEgress } from '@signalwright/outbound';
import { createApiClient, encodeRule, type ApiClient } from '@signalwright/wire';
import { BUILT_IN_ACTIONS, createSecurityOrg } from '@signalwright/workflow';

const NOW_MS = Date.UTC(2026, 5, 1, 12);
const HOUR_MS = 3_600_000;
const RULE: DetectionRule = {
  kind: 'detection-rule',
  id: 'probe',
  name: 'Probe',
  type: 'application_security',
  enabled: true,
  tags: [],
  message: 'probe',
  method: { kind: 'threshold' },
  queries: [
    {
      name: 'a',
      query: '@appsec.type:xss',
      aggregation: { kind: 'count' },
      groupBy: ['@http.client_ip'],
      optionalGroupBy: false,
    },
  ],
  cases: [{ name: '', condition: 'a > 0', severity: 'high', notifications: [], actions: [] }],
  evaluationWindowMs: 300_000,
  keepAliveMs: HOUR_MS,
  maxSignalDurationMs: 24 * HOUR_MS,
  decreaseSeverityOutsideProduction: false,
  hasExtendedTitle: false,
  ...PLAIN_RULE,
};

let folder: string;
let org: Org;
let client: ApiClient;
let signalId: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'actions-'));
  org = await createOrg({
    dataDir: folder,
    nowMs: () => NOW_MS,
    random: (bytes) => randomBytes(bytes),
    connectors: new Map(),
    egress: openEgress({ allow: [] }),
    neverBlock: ['192.0.2.0/24'],
    log: () => undefined,
  });
  const { baseUrl, fetch, apiKey, applicationKey } = org.access();
  client = createApiClient({
    baseUrl,
    fetch,
    auth: { apiKey, applicationKey },
    clock: { nowMs: () => NOW_MS, sleep: () => Promise.resolve() },
    random: () => 0.5,
  });
  expect((await client.rules.create(encodeRule(RULE, { stack: 'test' }))).kind).toBe('done');
  expect((await client.own.sendSpans([event()])).kind).toBe('done');
  const found = await client.signals.search({});
  signalId = found.kind === 'done' ? (found.value[0]?.id ?? '') : '';
  expect(signalId).not.toBe('');
});

afterAll(async () => {
  await org.close();
  rmSync(folder, { recursive: true, force: true });
});

function event(): Event {
  return {
    id: 'e1',
    tsMs: NOW_MS - 1_000,
    dataSource: 'spans',
    service: 'shop',
    env: 'prod',
    tags: [],
    attributes: { appsec: { type: 'xss' }, http: { client_ip: '203.0.113.9' } },
    message: '',
  };
}

function call(id: string, input: unknown, stepKey = 'run-1/step'): Promise<ActionOutcome<unknown>> {
  const action = BUILT_IN_ACTIONS.get(id) as AnyAction;
  const ctx: ActionContext = {
    http: () => Promise.reject(new Error('no network')),
    org: createSecurityOrg(client),
    secret: () => '',
    nowMs: NOW_MS,
    stepKey,
    signal: new AbortController().signal,
  };
  return action.run(input as never, ctx);
}

describe('signalwright.block_ip', () => {
  test('blocks an address for the time, and a repeat leaves one entry with the same end', async () => {
    const input = { ip: '203.0.113.9', duration: '1h' };
    const expected = { kind: 'done', output: { ip: '203.0.113.9', untilMs: NOW_MS + HOUR_MS } };
    expect(await call('signalwright.block_ip', input)).toEqual(expected);
    expect(await call('signalwright.block_ip', input)).toEqual(expected);
    expect(org.denylist().map((entry) => [entry.value, entry.expiresAtMs])).toEqual([
      ['203.0.113.9', NOW_MS + HOUR_MS],
    ]);
  });

  test('blocks for ever when it is told so', async () => {
    const outcome = await call('signalwright.block_ip', { ip: '203.0.113.10', duration: 'permanent' });
    expect(outcome).toEqual({ kind: 'done', output: { ip: '203.0.113.10' } });
  });

  test.each([
    ['an address that must never be blocked', '192.0.2.7', '1h'],
    ['a loopback address', '127.0.0.1', '1h'],
    ['a private address', '10.0.0.8', '1h'],
    ['something that is no address', "203.0.113.9'; --", '1h'],
    ['a duration that is none', '203.0.113.11', 'soon'],
    ['a duration that names a property', '203.0.113.11', 'constructor'],
  ])('refuses %s and blocks nothing', async (_title, ip, duration) => {
    const before = org.denylist().length;
    expect((await call('signalwright.block_ip', { ip, duration })).kind).toBe('failed');
    expect(org.denylist()).toHaveLength(before);
  });
});

describe('signalwright.signal.update', () => {
  test('sets the state and comments once, however often it is tried', async () => {
    const input = { signal: signalId, state: 'under_review', comment: 'looking' };
    const first = await call('signalwright.signal.update', input, 'run-2/record');
    expect(first).toEqual({ kind: 'done', output: { signal: signalId, stateChanged: true } });
    const again = await call('signalwright.signal.update', input, 'run-2/record');
    expect(again).toEqual({ kind: 'done', output: { signal: signalId, stateChanged: false } });
    const { baseUrl, fetch, apiKey, applicationKey } = org.access();
    const answer = await fetch(`${baseUrl}/api/signalwright/signals/${signalId}/comments`, {
      headers: { 'DD-API-KEY': apiKey, 'DD-APPLICATION-KEY': applicationKey },
    });
    expect(JSON.stringify(await answer.json()).match(/looking/g)).toHaveLength(1);
  });

  test('archives with a reason', async () => {
    const input = { signal: signalId, state: 'archived', archiveReason: 'false_positive' };
    expect((await call('signalwright.signal.update', input)).kind).toBe('done');
    const signal = await client.signals.get(signalId);
    expect(signal.kind === 'done' && signal.value.state).toBe('archived');
  });

  test.each([
    ['a reason without archiving', { state: 'open', archiveReason: 'other' }],
    ['a signal that does not exist', { signal: 'gone', state: 'open' }],
  ])('refuses %s', async (_title, input) => {
    expect((await call('signalwright.signal.update', { signal: signalId, ...input })).kind).toBe('failed');
  });
});

test('signalwright.signal.comment refuses a signal that does not exist', async () => {
  expect((await call('signalwright.signal.comment', { signal: 'gone', comment: 'x' })).kind).toBe('failed');
});

test('signalwright.threat_intel.lookup answers unknown for an address on no list', async () => {
  expect(await call('signalwright.threat_intel.lookup', { ip: '203.0.113.9' })).toEqual({
    kind: 'done',
    output: { verdict: 'unknown', source: '', category: '' },
  });
});

test('an org that does not answer is tried again, not taken for a refusal', async () => {
  const deaf = createApiClient({
    baseUrl: 'http://127.0.0.1:1',
    fetch: () => Promise.reject(new TypeError('fetch failed')),
    auth: { apiKey: 'a', applicationKey: 'b' },
    clock: { nowMs: () => NOW_MS, sleep: () => Promise.resolve() },
    random: () => 0.5,
  });
  const answer = await createSecurityOrg(deaf).blockIp({ ip: '203.0.113.9', reason: '' });
  expect(answer.kind).toBe('unclear');
});
