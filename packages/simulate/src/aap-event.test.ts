import { describe, expect, test } from 'vitest';
import { activitiesOf, isBlockedEvent, MAX_TEXT_LENGTH, toAapEvent, type Exchange } from './aap-event.ts';
import { SITES } from './app/sites.ts';
import type { SecurityActivity } from './waf-result.ts';

const QUIET: Exchange = {
  site: SITES.shop,
  atMs: 1_700_000_000_000,
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  method: 'GET',
  target: '/search?q=mug',
  path: '/search',
  query: { q: ['mug'] },
  clientIp: '198.19.0.11',
  userAgent: 'curl/8.9.1',
  status: 200,
  route: '/search',
  blocked: false,
  userId: undefined,
  login: undefined,
  activities: [],
};

function activity(category: string, type: string, ruleId: string): SecurityActivity {
  return { ruleId, ruleName: ruleId, category, type, matches: [] };
}

const XSS = activity('attack_attempt', 'xss', 'sw-xss-001');
const SQLI = activity('attack_attempt', 'sql_injection', 'sw-sqli-001');

describe('security activity', () => {
  test('is absent from a quiet request', () => {
    const event = toAapEvent(QUIET);
    expect(event.attributes).not.toHaveProperty('appsec');
    expect(event.attributes).not.toHaveProperty('usr');
    expect(activitiesOf(event)).toEqual([]);
    expect(isBlockedEvent(event)).toBe(false);
  });

  test('stands alone when there is one, and in a list without repeats when there are more', () => {
    const one = toAapEvent({ ...QUIET, activities: [XSS] });
    expect(one.attributes['appsec']).toMatchObject({
      security_activity: 'attack_attempt.xss',
      rule_id: 'sw-xss-001',
    });
    const two = toAapEvent({ ...QUIET, activities: [XSS, SQLI, XSS] });
    expect(two.attributes['appsec']).toMatchObject({
      security_activity: ['attack_attempt.xss', 'attack_attempt.sql_injection'],
      category: 'attack_attempt',
      type: ['xss', 'sql_injection'],
    });
    expect(activitiesOf(one)).toEqual(['attack_attempt.xss']);
    expect(activitiesOf(two)).toEqual(['attack_attempt.xss', 'attack_attempt.sql_injection']);
  });

  test('of a login says who and whether there is such a user, as the SDK does', () => {
    const event = toAapEvent({
      ...QUIET,
      userId: 'nobody',
      login: { outcome: 'failure', userExists: false },
      activities: [activity('business_logic', 'users.login.failure', 'sw-login-failure')],
    });
    expect(event.attributes).toMatchObject({
      usr: { id: 'nobody' },
      appsec: {
        events: { users: { login: { failure: { track: true, usr: { id: 'nobody', exists: false } } } } },
      },
    });
  });
});

describe('what a client sent', () => {
  test('is cut when it is long', () => {
    const long = 'x'.repeat(5_000);
    const event = toAapEvent({
      ...QUIET,
      target: `/${long}`,
      path: `/${long}`,
      route: '',
      userAgent: long,
      userId: long,
      query: Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`${long}${index}`, [long]])),
    });
    const longest = (value: unknown): number => {
      if (typeof value === 'string') return value.length;
      if (typeof value !== 'object' || value === null) return 0;
      return Math.max(0, ...Object.entries(value).flatMap(([key, inner]) => [key.length, longest(inner)]));
    };
    expect(longest(event)).toBeLessThan(MAX_TEXT_LENGTH + 100);
    expect(JSON.stringify(event).length).toBeLessThan(100_000);
  });

  test('keeps several values of one parameter, and names that are dangerous as keys', () => {
    const query = JSON.parse('{"q":["a","b"],"__proto__":["c"]}');
    const { attributes } = toAapEvent({ ...QUIET, query });
    expect(JSON.stringify(attributes)).toContain('"queryString":{"q":["a","b"],"__proto__":"c"}');
    expect(({} as Record<string, unknown>)['0']).toBeUndefined();
  });
});

test('a resource is named by its route, or by its path where none answered', () => {
  expect(
    toAapEvent({ ...QUIET, path: '/products/x', route: '/products/:slug' }).attributes['resource_name'],
  ).toBe('GET /products/:slug');
  expect(toAapEvent({ ...QUIET, path: '/.env', route: '', status: 404 }).message).toBe('GET /.env 404');
});
