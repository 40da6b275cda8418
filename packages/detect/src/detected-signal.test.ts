/** What a signal says: title, message, tags, attributes, entities, severity outside production. */

import { expect, test } from 'vitest';
import type { DetectedSignal, DetectionRule, Event, Severity } from '@signalwright/model';
import { T0, compiled, detectorOf, ingestAll, query, ruleCase, span } from './testing/build.ts';

function lastSignal(part: Partial<DetectionRule>, events: readonly Event[]): DetectedSignal {
  const changes = ingestAll(detectorOf([compiled(part)]), events);
  const last = changes.findLast((change) => change.kind !== 'closed');
  if (last === undefined) throw new Error('no signal');
  return last.signal;
}

test('the title is the rule name, and the case name when it has one', () => {
  expect(lastSignal({}, [span(0)]).title).toBe('Rule');
  expect(lastSignal({ cases: [ruleCase('a > 0', { name: 'takeover' })] }, [span(0)]).title).toBe(
    'Rule - takeover',
  );
});

test('name and message are templates over the signal', () => {
  const signal = lastSignal(
    {
      id: 'r',
      name: 'Stuffing of {{@usr.id}}',
      message:
        '{{rule_name}}|{{case_name}}|{{severity}}|{{events_matched}}|{{events_matched_per_query.logins}}|' +
        '{{first_seen_epoch}}|{{last_seen_epoch}}|{{first_seen}}|{{service}}|{{team.name}}|{{@http.client_ip}}',
      tags: ['team:blue', 'team:red'],
      queries: [query({ name: 'logins', groupBy: ['service'] })],
      cases: [ruleCase('logins > 1', { name: 'two', severity: 'high' })],
    },
    [0, 5_000].map((atMs) =>
      span(atMs, { usr: { id: 'dana' }, http: { client_ip: '203.0.113.7' } }, { service: 'shop' }),
    ),
  );
  expect(signal.title).toBe('Stuffing of dana - two');
  const parts = signal.message.replaceAll('\\', '').split('|');
  expect(parts.slice(0, 5)).toEqual(['Stuffing of dana', 'two', '3', '2', '2']);
  expect(parts.slice(5, 7)).toEqual([String(T0), String(T0 + 5_000)]);
  expect(parts.slice(7)).toEqual(['Mon Jun 01 12:00:00 UTC 2026', 'shop', 'blue', '203.0.113.7']);
});

test('the title is rendered again when new data correlates', () => {
  const rule = { name: '{{events_matched}} logins' };
  expect(lastSignal(rule, [span(0)]).title).toBe('1 logins');
  expect(lastSignal(rule, [span(0), span(1)]).title).toBe('2 logins');
});

test('values from events are inert in a message', () => {
  const message = 'by {{@usr.id}}';
  const signal = lastSignal({ message }, [span(0, { usr: { id: '![x](https://198.51.100.9/) <b>' } })]);
  expect(signal.message).not.toContain('![x](');
  expect(signal.message).not.toContain('<b>');
});

test('tags are those of the rule, then service, env and group tags, each once', () => {
  const signal = lastSignal(
    {
      tags: ['security:attack', 'env:prod'],
      queries: [query({ groupBy: ['service', 'env', 'team', '@ip'] })],
    },
    [span(0, { ip: 'x' }, { service: 'shop', env: 'prod', tags: ['team:blue', 'other:tag'] })],
  );
  expect(signal.tags).toEqual(['security:attack', 'env:prod', 'service:shop', 'team:blue']);
  expect(signal).toMatchObject({ services: ['shop'], env: 'prod' });
});

test('services of all events are listed; an env that they do not agree on is only in the tags', () => {
  const signal = lastSignal({}, [
    span(0, {}, { service: 'shop', env: 'prod', host: 'h1' }),
    span(1, {}, { service: 'api', env: 'staging', host: 'h1' }),
  ]);
  expect(signal.services).toEqual(['shop', 'api']);
  expect(signal.env).toBeUndefined();
  expect(signal.host).toBe('h1');
  expect(signal.tags).toEqual(['service:shop', 'service:api', 'env:prod', 'env:staging']);
});

test('attributes are the group values and what all events agree on', () => {
  const event = (path: string) =>
    span(0, {
      http: { client_ip: ['203.0.113.7', '203.0.113.8'], method: 'GET', url: path },
      usr: { id: path },
    });
  const signal = lastSignal(
    { queries: [query({ groupBy: ['@http.client_ip'] })], cases: [ruleCase('a > 1')] },
    [event('/a'), event('/b')],
  );
  expect(signal.attributes).toEqual({ http: { client_ip: '203.0.113.8', method: 'GET' } });
});

test('events before the firing have their say in what all agree on', () => {
  const rule = { cases: [ruleCase('a > 2')] };
  const signal = lastSignal(rule, [
    span(0, { x: 1, y: 1 }),
    span(1, { x: 2, y: 1 }),
    span(2, { x: 1, y: 1 }),
  ]);
  expect(signal.attributes).toEqual({ y: 1 });
});

test('a group value keeps its type where the events agree on it', () => {
  const rule = { queries: [query({ groupBy: ['@http.status_code'] })] };
  expect(lastSignal(rule, [span(0, { http: { status_code: 500 } })]).attributes).toEqual({
    http: { status_code: 500 },
  });
});

test('attributes are bounded, and names of prototypes are left out', () => {
  const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, index]));
  const hostile = JSON.parse(
    '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "ok": {"__proto__": 1, "deep": 2}}',
  ) as Record<string, unknown>;
  let deep: Record<string, unknown> = { end: 1 };
  for (let depth = 0; depth < 10_000; depth += 1) deep = { deep };
  const signal = lastSignal({}, [span(0, { ...hostile, text: 'x'.repeat(1_000_000), deep, wide })]);
  expect(signal.attributes['ok']).toEqual({ deep: 2 });
  expect(Object.hasOwn(signal.attributes, '__proto__')).toBe(false);
  expect(Object.hasOwn(signal.attributes, 'constructor')).toBe(false);
  expect(Object.keys({})).toEqual([]);
  expect('polluted' in {}).toBe(false);
  expect(JSON.stringify(signal.attributes).length).toBeLessThan(8_192);
});

test('attackers are addresses, victims authenticated users', () => {
  const signal = lastSignal({}, [
    span(0, { http: { client_ip: '203.0.113.7' }, usr: { id: 'dana', name: 'Dana' } }),
    span(1, {
      http: { client_ip: '2001:db8::7' },
      network: { client: { ip: '198.51.100.1' } },
      usr: { id: 'dana' },
    }),
    span(2, { http: { client_ip: '<script>' }, usr: { id: '' } }),
  ]);
  expect(signal.entities).toEqual([
    { role: 'attacker', path: '@http.client_ip', value: '203.0.113.7' },
    { role: 'victim', path: '@usr.id', value: 'dana' },
    { role: 'victim', path: '@usr.name', value: 'Dana' },
    { role: 'attacker', path: '@http.client_ip', value: '2001:db8::7' },
    { role: 'attacker', path: '@network.client.ip', value: '198.51.100.1' },
  ]);
});

type EnvRow = [envs: readonly (string | undefined)[], severity: Severity, expected: Severity];

test.each<EnvRow>([
  [['staging'], 'critical', 'high'],
  [['staging-eu'], 'high', 'medium'],
  [['test'], 'medium', 'low'],
  [['development'], 'low', 'info'],
  [['dev'], 'info', 'info'],
  [['prod'], 'high', 'high'],
  [['pre-staging'], 'high', 'high'],
  [[undefined], 'high', 'high'],
  [['dev', 'staging'], 'high', 'medium'],
  // One event from production is enough.
  [['dev', 'prod'], 'high', 'high'],
  [['dev', undefined], 'high', 'high'],
])('events from %j lower %s to %s', (envs, severity, expected) => {
  const rule = { decreaseSeverityOutsideProduction: true, cases: [ruleCase('a > 0', { severity })] };
  const events = envs.map((env, index) => span(index, {}, env === undefined ? {} : { env }));
  expect(lastSignal(rule, events).severity).toBe(expected);
});

test('severity is not lowered unless the rule asks for it, and the env may be a tag', () => {
  const cases = [ruleCase('a > 0', { severity: 'high' })];
  expect(lastSignal({ cases }, [span(0, {}, { env: 'dev' })]).severity).toBe('high');
  const rule = { cases, decreaseSeverityOutsideProduction: true };
  expect(lastSignal(rule, [span(0, {}, { tags: ['env:dev'] })]).severity).toBe('medium');
});

test('the rule, its version, and the deciding case stand in the signal', () => {
  const actions = [{ kind: 'block_ip' as const, durationMs: 60_000 }];
  const cases = [ruleCase('a > 0', { name: 'c', severity: 'high', notifications: ['@slack-x'], actions })];
  const changes = detectorOf([compiled({ id: 'r', name: 'R', cases, tags: ['t:1'] }, 7)]).ingest(span(0));
  expect(changes[0]).toMatchObject({
    signal: {
      rule: {
        id: 'r',
        name: 'R',
        type: 'application_security',
        version: 7,
        detectionMethod: 'threshold',
        tags: ['t:1'],
      },
      caseName: 'c',
      notifications: ['@slack-x'],
      actions,
    },
  });
});
