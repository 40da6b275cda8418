import { describe, expect, test } from 'vitest';
import { MAX_EVENTS_PER_REQUEST, MAX_EVENT_BYTES, decodeLogs, decodeSpans } from './event.ts';

const NOW_MS = Date.UTC(2026, 10, 2, 12);
const ctx = { nowMs: NOW_MS, newId: () => 'new-id' };

function oneLog(log: unknown): unknown {
  const result = decodeLogs(log, ctx);
  return result.ok ? result.value[0] : result.problems;
}

test('a log line of the documentation', () => {
  const log = {
    ddsource: 'nginx',
    ddtags: 'env:staging, version:5.1,',
    hostname: 'i-012345678',
    message: '2019-11-19T14:37:58,995 INFO Hello',
    service: 'payment',
    network: { client: { ip: '203.0.113.7' } },
  };
  expect(oneLog(log)).toEqual({
    id: 'new-id',
    tsMs: NOW_MS,
    dataSource: 'logs',
    source: 'nginx',
    service: 'payment',
    env: 'staging',
    host: 'i-012345678',
    tags: ['env:staging', 'version:5.1'],
    attributes: { network: { client: { ip: '203.0.113.7' } } },
    message: '2019-11-19T14:37:58,995 INFO Hello',
  });
});

test.each([
  ['an ISO date', { timestamp: '2026-11-02T11:00:00Z' }, NOW_MS - 3_600_000],
  ['milliseconds', { timestamp: NOW_MS - 1 }, NOW_MS - 1],
  ['seconds', { timestamp: NOW_MS / 1_000 - 60 }, NOW_MS - 60_000],
  ['the time of a CloudTrail record', { eventTime: '2026-11-02T11:30:00Z' }, NOW_MS - 1_800_000],
  ['no date', {}, NOW_MS],
  ['a date that is none', { timestamp: 'yesterday' }, NOW_MS],
])('the time of a log comes from %s', (_what, log, tsMs) => {
  expect(oneLog(log)).toMatchObject({ tsMs });
});

test('a message that is a JSON object gives attributes, and given attributes win', () => {
  const log = { message: '{"evt":{"name":"login"},"a":1,"timestamp":"2026-11-02T11:00:00Z"}', a: 2 };
  expect(oneLog(log)).toMatchObject({
    attributes: { evt: { name: 'login' }, a: 2 },
    tsMs: NOW_MS - 3_600_000,
  });
});

test.each([
  ['objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ['lists', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
])('a message of nested %s stays text: nobody can follow it to its end', (_what, message) => {
  expect(oneLog({ message, a: 1 })).toMatchObject({ message, attributes: { a: 1 } });
});

test.each([
  ['a day and more ahead', { timestamp: NOW_MS + 90_000_000 }],
  ['before 1970', { message: '{"date":"1960-01-01"}' }],
])(
  'a log that dates itself %s has the time of its arrival, and costs its neighbours nothing',
  (_what, log) => {
    expect(decodeLogs([{ message: 'innocent' }, log], ctx)).toMatchObject({
      ok: true,
      value: [{ tsMs: NOW_MS }, { tsMs: NOW_MS }],
    });
  },
);

test('__proto__ in a log is data like any other', () => {
  const result = decodeLogs(
    JSON.parse('{"message":"{\\"__proto__\\":{\\"x\\":1}}","__proto__":{"y":1}}'),
    ctx,
  );
  expect(result.ok).toBe(true);
  expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  expect(({} as Record<string, unknown>)['y']).toBeUndefined();
});

describe('what is too much is refused as a whole', () => {
  const span = { timestamp: NOW_MS, attributes: {} };
  test.each([
    ['too many events', Array.from({ length: MAX_EVENTS_PER_REQUEST + 1 }, () => span), ''],
    ['an event that is too long', [span, { ...span, message: 'x'.repeat(MAX_EVENT_BYTES) }], '[1]'],
    ['a day and more ahead', { ...span, timestamp: NOW_MS + 90_000_000 }, '[0].timestamp'],
    ['before 1970', { ...span, timestamp: '1960-01-01' }, '[0].timestamp'],
    ['too many tags', { ...span, tags: Array.from({ length: 201 }, (_, n) => `t${n}`) }, '[0].tags'],
    ['a tag that is no string', { ...span, tags: [7] }, '[0].tags[0]'],
    ['a service that is too long', { ...span, service: 's'.repeat(1_001) }, '[0].service'],
    ['attributes that are a list', { ...span, attributes: [1] }, '[0].attributes'],
    ['a field of another shape', { ...span, meta: { x: 1 } }, '[0].meta'],
    ['no object', 7, '[0]'],
  ])('%s', (_what, body, path) => {
    const result = decodeSpans(body, ctx);
    expect(result.ok ? [] : result.problems.map((problem) => problem.path)).toContain(path);
  });
});
