import { MAX_DENYLIST_ENTRIES, type DenylistEntry } from '@signalwright/model';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RULESET } from './ruleset/ruleset.ts';
import { loadWaf, type Waf, type WafAddresses } from './waf.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const HOUR_MS = 3_600_000;

let waf: Waf;
beforeEach(async () => {
  const load = await loadWaf();
  if (!load.ok) throw new Error(JSON.stringify(load.refusal));
  waf = load.waf;
});
afterEach(() => waf.close());

function entry(kind: DenylistEntry['kind'], value: string, expiresAtMs?: number): DenylistEntry {
  const written = { kind, value, createdAtMs: NOW_MS, createdBy: 'test', reason: 'test' };
  return expiresAtMs === undefined ? written : { ...written, expiresAtMs };
}

function inspect(addresses: WafAddresses, nowMs = NOW_MS) {
  const request = waf.startRequest(nowMs);
  const inspection = request.inspect(addresses);
  request.end();
  return inspection;
}

const isBlocked = (addresses: WafAddresses, nowMs = NOW_MS) => inspect(addresses, nowMs).action !== undefined;
const from = (ip: string): WafAddresses => ({ 'http.client_ip': ip });

describe('denylist', () => {
  const hour = NOW_MS + HOUR_MS;
  type Row = [
    title: string,
    entries: DenylistEntry[],
    addresses: WafAddresses,
    nowMs: number,
    blocked: boolean,
  ];
  const rows: Row[] = [
    ['an empty list lets everybody pass', [], from('203.0.113.7'), NOW_MS, false],
    ['an address is blocked', [entry('ip', '203.0.113.7', hour)], from('203.0.113.7'), NOW_MS, true],
    ['its neighbour is not', [entry('ip', '203.0.113.7', hour)], from('203.0.113.8'), NOW_MS, false],
    ['a block of addresses is', [entry('ip', '198.51.100.0/24')], from('198.51.100.200'), NOW_MS, true],
    ['an IPv6 block is', [entry('ip', '2001:db8::/32')], from('2001:db8::7'), NOW_MS, true],
    ['a user is', [entry('user', 'noor.haddad')], { 'usr.id': 'noor.haddad' }, NOW_MS, true],
    ['a user is no address', [entry('user', '203.0.113.7')], from('203.0.113.7'), NOW_MS, false],
    ['no expiry blocks for ever', [entry('ip', '203.0.113.7')], from('203.0.113.7'), NOW_MS + 9e11, true],
    [
      'a second before its expiry it blocks',
      [entry('ip', '203.0.113.7', hour)],
      from('203.0.113.7'),
      hour - 1000,
      true,
    ],
    [
      'at its expiry it no longer blocks',
      [entry('ip', '203.0.113.7', hour)],
      from('203.0.113.7'),
      hour,
      false,
    ],
    [
      'what has expired before is left out',
      [entry('ip', '203.0.113.7', NOW_MS)],
      from('203.0.113.7'),
      NOW_MS,
      false,
    ],
    [
      'of two entries the longer counts',
      [entry('ip', '203.0.113.7'), entry('ip', '203.0.113.7', hour)],
      from('203.0.113.7'),
      hour,
      true,
    ],
    [
      'the expiry of one leaves the other',
      [entry('ip', '203.0.113.7', hour), entry('ip', '203.0.113.8', hour * 2)],
      from('203.0.113.8'),
      hour,
      true,
    ],
  ];
  test.each(rows)('%s', (_title, entries, addresses, nowMs, blocked) => {
    waf.updateDenylist(entries, NOW_MS);
    expect(isBlocked(addresses, nowMs)).toBe(blocked);
  });

  test('a blocked request reports the response and answers 403', () => {
    waf.updateDenylist([entry('ip', '203.0.113.7')], NOW_MS);
    const { activities, action } = inspect(from('203.0.113.7'));
    expect(action).toEqual({ kind: 'block_request', statusCode: 403 });
    expect(activities.map(({ ruleId, category, type }) => [ruleId, category, type])).toEqual([
      ['blk-001-001', 'security_response', 'block_ip'],
    ]);
  });

  test('an update replaces the list, and an empty one unblocks', () => {
    waf.updateDenylist([entry('ip', '203.0.113.7')], NOW_MS);
    waf.updateDenylist([entry('ip', '203.0.113.8'), entry('user', 'noor.haddad')], NOW_MS);
    expect(isBlocked(from('203.0.113.7'))).toBe(false);
    expect(isBlocked(from('203.0.113.8'))).toBe(true);
    waf.updateDenylist([entry('ip', '203.0.113.8')], NOW_MS);
    expect(isBlocked({ 'usr.id': 'noor.haddad' })).toBe(false);
    waf.updateDenylist([], NOW_MS);
    waf.updateDenylist([], NOW_MS);
    expect(isBlocked(from('203.0.113.8'))).toBe(false);
  });

  test('what the engine could not enforce is handed back', () => {
    const bad = [
      '',
      'localhost',
      '203.0.113.7/33',
      '203.0.113.7/-1',
      '203.0.113.7/24/1',
      'fe80::1%eth0',
      '2001:db8::/129',
    ];
    const refused = waf.updateDenylist(
      [...bad.map((value) => entry('ip', value)), entry('user', '')],
      NOW_MS,
    );
    expect(refused.map((refusal) => [refusal.entry.value, refusal.reason])).toEqual([
      ...bad.map((value) => [value, 'not_an_address']),
      ['', 'empty_user'],
    ]);
  });

  test('the list is bounded, and a value that is on it may be prolonged', () => {
    const address = (index: number) => `198.18.${Math.floor(index / 256)}.${index % 256}`;
    const entries = Array.from({ length: MAX_DENYLIST_ENTRIES + 1 }, (_, index) =>
      entry('ip', address(index), hour),
    );
    const refused = waf.updateDenylist([...entries, entry('ip', address(0))], NOW_MS);
    expect(refused).toEqual([{ entry: entries.at(-1), reason: 'list_is_full' }]);
    expect(isBlocked(from(address(0)), hour)).toBe(true);
  });

  test('blocking follows the clock of the story, however far from the system clock', () => {
    const storyMs = Date.UTC(2001, 0, 1);
    waf.updateDenylist([entry('ip', '203.0.113.7', storyMs + HOUR_MS)], storyMs);
    expect(isBlocked(from('203.0.113.7'), storyMs + HOUR_MS - 1)).toBe(true);
    expect(isBlocked(from('203.0.113.7'), storyMs + HOUR_MS)).toBe(false);
  });
});

describe('inspection', () => {
  test('a match says where the value stood', () => {
    const [activity] = inspect({
      'server.request.query': { q: ["x' UNION SELECT null, version() --"] },
    }).activities;
    expect(activity).toMatchObject({ category: 'attack_attempt', type: 'sql_injection' });
    expect(activity?.matches[0]).toMatchObject({ address: 'server.request.query', keyPath: ['q', '0'] });
  });

  test('a finding is reported once a request', () => {
    const request = waf.startRequest(NOW_MS);
    const addresses = { 'server.request.query': { q: ['<script>alert(1)</script>'] } };
    expect(request.inspect(addresses).activities).toHaveLength(1);
    expect(
      request.inspect({ 'server.request.body': { q: '<script>alert(1)</script>' } }).activities,
    ).toHaveLength(0);
    request.end();
  });

  test('a dangerous call is compared with what the client typed before', () => {
    const request = waf.startRequest(NOW_MS);
    request.inspect({ 'server.request.query': { host: ['x; cat /etc/hosts'] } });
    const { activities } = request.inspectCall({ 'server.sys.shell.cmd': 'ping -c 1 x; cat /etc/hosts' });
    request.end();
    expect(activities.map(({ category, type }) => `${category}.${type}`)).toEqual([
      'vulnerability_trigger.command_injection',
    ]);
    expect(activities[0]?.matches[0]).toMatchObject({
      address: 'server.request.query',
      keyPath: ['host', '0'],
    });
  });

  test('what was typed as a password is not repeated', () => {
    const secret = "hunter2' OR '1'='1";
    const { activities } = inspect({ 'server.request.body': { login: 'x', password: secret } });
    expect(activities).toHaveLength(1);
    expect(JSON.stringify(activities)).not.toContain('hunter2');
  });

  let deep: unknown = "' OR 1=1 --";
  for (let depth = 0; depth < 10_000; depth += 1) deep = [deep];
  const hostile: [string, unknown][] = [
    ['an empty list', { a: [] }],
    ['nothing', null],
    ['deep nesting', deep],
    ['a wide object', Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, 'x']))],
    ['a megabyte', 'x'.repeat(1 << 20)],
    ['lone surrogates and NUL', '\ud800\0\udfff'],
    ['the prototype as a key', JSON.parse('{"__proto__":{"polluted":true}}')],
    ['numbers beyond JSON', [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]],
  ];
  test.each(hostile)('a body of %s is inspected without harm', (_title, value) => {
    expect(inspect({ 'server.request.body': value })).toMatchObject({ timedOut: false, activities: [] });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('loading', () => {
  test('a platform without a build is refused with the reason in one line', async () => {
    const load = await loadWaf({
      importEngine: () =>
        Promise.reject(new Error('No native build was found for platform=plan9\n    loaded from: x')),
    });
    expect(load).toEqual({
      ok: false,
      refusal: { reason: 'no_engine', detail: 'No native build was found for platform=plan9' },
    });
  });

  test('an engine that is not installed is told from one without a build', async () => {
    const missing = Object.assign(new Error("Cannot find package '@datadog/native-appsec'"), {
      code: 'ERR_MODULE_NOT_FOUND',
    });
    expect(await loadWaf({ importEngine: () => Promise.reject(missing) })).toEqual({
      ok: false,
      refusal: {
        reason: 'not_installed',
        detail: 'the WAF engine "@datadog/native-appsec" is not installed',
      },
    });
  });

  test('a rule that the engine cannot read refuses the set by name', async () => {
    const [first] = RULESET.rules;
    if (first === undefined) throw new Error('no rule');
    const broken = { ...first, id: 'sw-broken', conditions: [{ operator: 'is_magic', parameters: {} }] };
    const load = await loadWaf({ ruleset: { ...RULESET, rules: [first, broken] } });
    expect(load).toMatchObject({ ok: false, refusal: { reason: 'ruleset_refused' } });
    expect(JSON.stringify(load)).toContain('sw-broken');
  });

  test('a set without rules is refused', async () => {
    expect(await loadWaf({ ruleset: { ...RULESET, rules: [] } })).toMatchObject({
      ok: false,
      refusal: { reason: 'ruleset_refused' },
    });
  });
});
