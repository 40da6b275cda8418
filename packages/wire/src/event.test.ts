import { describe, expect, test } from 'vitest';
import { decodeLogs, decodeSpans } from './event.ts';
import { MAX_EVENTS_PER_REQUEST, MAX_EVENT_BYTES } from './intake-batch.ts';

const NOW_MS = Date.UTC(2026, 10, 2, 12);
const ctx = { nowMs: NOW_MS, newId: () => 'new-id' };

function oneLog(log: unknown): unknown {
  const result = decodeLogs(log, ctx);
  return result.ok ? (result.value.events[0] ?? result.value.refused) : result.problems;
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
      value: { events: [{ tsMs: NOW_MS }, { tsMs: NOW_MS }], refused: [], cut: [] },
    });
  },
);

test('a key that reaches a prototype is left out of a log and of its message', () => {
  const text = '{"message":"{\\"__proto__\\":{\\"x\\":1},\\"b\\":2}","__proto__":{"y":1},"a":1}';
  const log = oneLog(JSON.parse(text)) as { readonly attributes: object };
  expect(Object.getOwnPropertyNames(log.attributes)).toEqual(['b', 'a']);
  expect(({} as Record<string, unknown>)['x'] ?? ({} as Record<string, unknown>)['y']).toBeUndefined();
});

test('more events than a request may hold are refused as a whole', () => {
  const body = Array.from({ length: MAX_EVENTS_PER_REQUEST + 1 }, () => ({ message: 'x' }));
  expect(decodeLogs(body, ctx)).toMatchObject({ ok: false, problems: [{ path: '' }] });
});

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
const long = (characters: number): string => 'x'.repeat(characters);

describe('one event that cannot be taken is refused alone, with its place and why', () => {
  const span = { timestamp: NOW_MS, attributes: {} };
  const rows: [what: string, decode: typeof decodeLogs, entry: unknown, reason: RegExp][] = [
    ['a log that is no object', decodeLogs, 7, /^Expected an object/],
    ['a log that nests too deep', decodeLogs, { a: nested(100) }, /nested deeper than 64/],
    ['a log that nests without end', decodeLogs, { a: nested(200_000) }, /nested deeper than 64/],
    ['a log whose attributes are too long', decodeLogs, { a: long(MAX_EVENT_BYTES) }, /longer than 1000000/],
    ['a span that is no object', decodeSpans, 'x', /^Expected an object/],
    ['a day and more ahead', decodeSpans, { ...span, timestamp: NOW_MS + 90_000_000 }, /^timestamp: /],
    ['before 1970', decodeSpans, { ...span, timestamp: '1960-01-01' }, /^timestamp: /],
    ['a tag that is no string', decodeSpans, { ...span, tags: [7] }, /^tags\[0\]: /],
    ['a service that is no string', decodeSpans, { ...span, service: {} }, /^service: /],
    ['an id that is too long', decodeSpans, { ...span, id: long(1_001) }, /^id: /],
    ['attributes that are a list', decodeSpans, { ...span, attributes: [1] }, /^attributes: /],
    ['a field of another shape', decodeSpans, { ...span, meta: { x: 1 } }, /^meta: /],
  ];

  test.each(rows)('%s', (_what, decode, entry, reason) => {
    const good = decode === decodeSpans ? span : { message: 'good' };
    const result = decode([good, entry, good], ctx);
    expect(result).toMatchObject({ ok: true, value: { events: [{}, {}], cut: [] } });
    expect(result.ok && result.value.refused).toEqual([
      { index: 1, reason: expect.stringMatching(reason) as string },
    ]);
  });
});

describe('what can be cut is cut, and said', () => {
  const tags = Array.from({ length: 201 }, (_, n) => `t${n}`);
  const rows: [what: string, decode: typeof decodeLogs, entry: object, event: object][] = [
    ['too many tags of a span', decodeSpans, { tags, timestamp: NOW_MS }, { tags: tags.slice(0, 200) }],
    ['too many tags of a log', decodeLogs, { ddtags: tags.join() }, { tags: tags.slice(0, 200) }],
    ['a tag that is too long', decodeLogs, { ddtags: long(2_000) }, { tags: [long(1_000)] }],
    ['a service that is too long', decodeLogs, { service: long(1_001) }, { service: long(1_000) }],
    ['half a character at the cut', decodeLogs, { service: `${long(999)}😀` }, { service: long(999) }],
    ['a host that is too long', decodeSpans, { host: long(1_001), timestamp: 1 }, { host: long(1_000) }],
  ];

  test.each(rows)('%s', (_what, decode, entry, event) => {
    const result = decode([entry], ctx);
    expect(result).toMatchObject({ ok: true, value: { events: [event], refused: [], cut: [{ index: 0 }] } });
  });

  test('a message that is too long', () => {
    const result = decodeLogs([{ message: long(MAX_EVENT_BYTES), a: 1 }], ctx);
    const [event] = result.ok ? result.value.events : [];
    expect(event?.attributes).toEqual({ a: 1 });
    expect(event?.message).toHaveLength(MAX_EVENT_BYTES - JSON.stringify({ message: '', a: 1 }).length);
    expect(result).toMatchObject({
      value: { cut: [{ reason: expect.stringContaining('message') as string }] },
    });
  });
});

test('a reserved name of a log that holds no text is an attribute like any other', () => {
  expect(oneLog({ service: { name: 'shop' }, ddtags: ['a'], message: 'x' })).toMatchObject({
    tags: [],
    attributes: { service: { name: 'shop' }, ddtags: ['a'] },
  });
});
