import { afterEach, describe, expect, test } from 'vitest';

import type { OrgServices } from '../org-services.ts';
import { routeTable } from '../routes/route-table.ts';
import { openTestOrg, type Answered, type TestOrg } from '../testing/test-org.ts';
import { LOCAL_LIMIT, RATE_FAMILIES, rateFamilyOf } from './rate-limits.ts';

const RULES = '/api/v2/security_monitoring/rules';
const SIGNALS = '/api/v2/security_monitoring/signals';

let own: TestOrg;

afterEach(() => own.close());

function limitsOf({ headers }: Answered): Record<string, string | null> {
  const names = ['limit', 'period', 'remaining', 'reset', 'name'];
  return Object.fromEntries(names.map((name) => [name, headers.get(`x-ratelimit-${name}`)]));
}

describe('under a limit of two requests in a minute', () => {
  const open = async (): Promise<void> => {
    own = await openTestOrg({ rateLimits: { requests: 2, seconds: 60 } });
    own.clock.nowMs += 12_300;
  };

  test('the third is 429 in the documented envelope, and the next period begins with the minute', async () => {
    await open();
    const first = await own.call('GET', RULES);
    expect([first.status, limitsOf(first)]).toEqual([
      200,
      { limit: '2', period: '60', remaining: '1', reset: '48', name: 'security_monitoring_rules' },
    ]);
    expect((await own.call('GET', `${RULES}/nothing`)).status).toBe(404);
    const third = await own.call('POST', RULES, {});
    expect([third.status, third.body, limitsOf(third).remaining]).toEqual([
      429,
      { errors: ['Rate limit of 2 requests in 60 seconds reached. Please try again later.'] },
      '0',
    ]);
    expect(third.headers.get('content-type')).toBe('application/json');
    own.clock.nowMs += 48_000;
    const later = await own.call('GET', RULES);
    expect([later.status, limitsOf(later).remaining, limitsOf(later).reset]).toEqual([200, '1', '60']);
  });

  test('a refused request does nothing', async () => {
    await open();
    await own.call('GET', RULES);
    await own.call('GET', RULES);
    const body = { data: { attributes: { name: 'x', rule_query: '*', enabled: true } } };
    expect((await own.call('DELETE', `${RULES}/nothing`, body)).status).toBe(429);
    expect(own.log).toEqual([]);
  });

  test('another family has a limit of its own', async () => {
    await open();
    for (const status of [200, 200, 429]) expect((await own.call('GET', RULES)).status).toBe(status);
    expect((await own.call('GET', SIGNALS)).status).toBe(200);
  });

  test('who is not let in spends nothing, and is told nothing of limits', async () => {
    await open();
    const wrong = { apiKey: 'f'.repeat(64), applicationKey: 'f'.repeat(64) };
    for (let count = 0; count < 3; count += 1) {
      const refused = await own.call('GET', RULES, undefined, wrong);
      expect([refused.status, limitsOf(refused).limit]).toEqual([401, null]);
    }
    expect((await own.call('GET', RULES)).status).toBe(200);
  });

  test('sending logs, and what is ours, has no limit', async () => {
    await open();
    for (let count = 0; count < 3; count += 1) {
      const sent = await own.call('POST', '/api/v2/logs', [{ message: 'x' }]);
      expect([sent.status, limitsOf(sent).name]).toEqual([202, null]);
      expect((await own.call('GET', '/api/signalwright/denylist')).status).toBe(200);
    }
  });

  test('runs spend nothing of it', async () => {
    await open();
    const { apiKey, applicationKey } = own.runnerAccess;
    for (let count = 0; count < 3; count += 1) {
      const answer = await own.call('GET', SIGNALS, undefined, { apiKey, applicationKey });
      expect([answer.status, limitsOf(answer).limit]).toEqual([200, null]);
    }
  });

  test('empty answers say it too', async () => {
    await open();
    const rule = { name: 'x', enabled: true, rule_query: 'type:log_detection', suppression_query: 'a:b' };
    const body = { data: { type: 'suppressions', attributes: rule } };
    const path = '/api/v2/security_monitoring/configuration/suppressions/validation';
    const answer = await own.call('POST', path, body);
    expect([answer.status, limitsOf(answer).remaining]).toEqual([204, '1']);
  });
});

test('without an option the limit is beyond reach, and what the headers say is true', async () => {
  own = await openTestOrg();
  await own.call('GET', RULES);
  const { limit, remaining, period } = limitsOf(await own.call('GET', RULES));
  expect([Number(limit), Number(remaining), Number(period)]).toEqual([
    LOCAL_LIMIT.requests,
    LOCAL_LIMIT.requests - 2,
    LOCAL_LIMIT.seconds,
  ]);
});

test('the limits of the table are those of its families', async () => {
  own = await openTestOrg({ rateLimits: 'service' });
  const logs = await own.call('GET', '/api/v2/logs/events?filter[query]=*');
  expect(limitsOf(logs)).toMatchObject({ limit: '300', period: '3600', name: 'logs_public_search_api' });
});

test('every route of the public API but intakes has one family, and every family has a route', async () => {
  own = await openTestOrg();
  const isPublic = /^\/api\/v[12]\//;
  const routes = routeTable({} as OrgServices).filter(({ path }) => isPublic.test(path));
  const without = routes.filter((route) => rateFamilyOf(route) === undefined);
  expect(without.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /api/v2/logs']);
  const used = new Set(routes.map((route) => rateFamilyOf(route)?.name));
  expect(RATE_FAMILIES.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([]);
});
