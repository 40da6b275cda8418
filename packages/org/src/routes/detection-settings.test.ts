/** Security filters and critical assets, from the API to what becomes of an event. */

import { afterEach, beforeEach, expect, test } from 'vitest';

import {
  field,
  loginFailure,
  loginRule,
  openTestOrg,
  type Answered,
  type TestOrg,
} from '../testing/test-org.ts';

const CONFIGURATION = '/api/v2/security_monitoring/configuration';
const FILTERS = `${CONFIGURATION}/security_filters`;
const ASSETS = `${CONFIGURATION}/critical_assets`;
const SIGNALS = '/api/v2/security_monitoring/signals';

let own: TestOrg;

beforeEach(async () => {
  own = await openTestOrg();
});

afterEach(() => own.close());

function send(method: string, path: string, type: string, attributes: object): Promise<Answered> {
  return own.call(method, path, { data: { type, attributes } });
}

async function logs(count: number, service: string): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const message = { message: 'denied', service, ddsource: 'vpn', ddtags: 'env:prod' };
    expect((await own.call('POST', '/api/v2/logs', [message])).status).toBe(202);
  }
}

async function severities(): Promise<readonly unknown[]> {
  const found = field(await own.call('GET', `${SIGNALS}?sort=timestamp`), 'data') as {
    attributes: { status: unknown };
  }[];
  return found.map(({ attributes }) => attributes.status);
}

const LOG_RULE = loginRule({
  type: 'log_detection',
  queries: [{ name: 'failures', query: 'source:vpn', groupByFields: ['service'] }],
  cases: [{ condition: 'failures > 0', status: 'low' }],
});

test('a log that no filter finds opens no signal, and counts again once the filter is changed', async () => {
  await own.call('POST', '/api/v2/security_monitoring/rules', LOG_RULE);
  const builtIn = String(field(await own.call('GET', FILTERS), 'data', '0', 'id'));
  const exclusion_filters = [{ name: 'shop', query: 'service:shop' }];
  const changed = await send('PATCH', `${FILTERS}/${builtIn}`, 'security_filters', { exclusion_filters });
  expect(changed.status).toBe(200);
  await logs(1, 'shop');
  expect(await severities()).toEqual([]);
  const status = await own.call('GET', '/api/signalwright/status');
  expect(field(status, 'data', 'detection', 'filteredEvents')).toBe(1);
  await logs(1, 'billing');
  expect(await severities()).toEqual(['low']);
  await send('PATCH', `${FILTERS}/${builtIn}`, 'security_filters', { exclusion_filters: [] });
  await logs(1, 'shop');
  expect(await severities()).toEqual(['low', 'low']);
});

test('a signal about a critical asset is as severe as the asset says, until the asset is disabled', async () => {
  await own.call('POST', '/api/v2/security_monitoring/rules', LOG_RULE);
  const asset = {
    query: 'service:shop',
    rule_query: 'type:log_detection',
    severity: 'increase',
    description: 'The shop earns the money.',
  };
  const created = await send('POST', ASSETS, 'critical_assets', asset);
  expect(field(created, 'data', 'attributes')).toMatchObject(asset);
  await logs(1, 'shop');
  await logs(1, 'billing');
  expect((await severities()).toSorted()).toEqual(['low', 'medium']);
  const path = `${ASSETS}/${String(field(created, 'data', 'id'))}`;
  await send('PATCH', path, 'critical_assets', { enabled: false });
  own.clock.nowMs += 3 * 24 * 3_600_000;
  await own.org.pipeline.tick();
  await logs(1, 'shop');
  expect((await severities()).toSorted()).toEqual(['low', 'low', 'medium']);
});

test('what an asset raised is still so after a restart', async () => {
  await own.call('POST', '/api/v2/security_monitoring/rules', loginRule());
  await send('POST', ASSETS, 'critical_assets', { query: '*', rule_query: '*', severity: 'critical' });
  const attack = (id: string, offset: number) => loginFailure(id, own.clock.nowMs + offset);
  await own.org.pipeline.ingest(Array.from({ length: 5 }, (_, index) => attack(`a${index}`, index)));
  expect(await severities()).toEqual(['critical']);
  own = await own.restart();
  await own.org.pipeline.ingest([attack('b', 10)]);
  expect(await severities()).toEqual(['critical']);
});
