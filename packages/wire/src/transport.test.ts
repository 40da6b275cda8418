import { describe, expect, test } from 'vitest';
import { MAX_ATTEMPTS, MAX_WAIT_MS, backoffMs, jitteredMs, readRateLimit } from './backoff.ts';
import { json, scriptNetwork, type Answer } from './testing/scripted-fetch.ts';
import { MAX_ANSWER_DEPTH, createTransport, type ApiRequest } from './transport.ts';

const GET: ApiRequest = { method: 'GET', path: '/api/v2/x' };
const POST: ApiRequest = { method: 'POST', path: '/api/v2/x', body: { a: 1 } };

const drop = (): Answer => new TypeError('fetch failed');
const silence = (): Answer => 'silence';
const truncated = (): Answer => new Response('{"data":{"id":"abc', { status: 200 });
const html = (): Answer => new Response('<html>ok</html>', { status: 200 });

type Row = [what: string, request: ApiRequest, answer: () => Answer, outcome: string, calls: number];

const rows: Row[] = [
  ['a read that is refused is not repeated', GET, json(403, { errors: ['Forbidden'] }), 'refused', 1],
  ['a read that is limited is repeated', GET, json(429, {}), 'refused', 5],
  ['a read that fails is repeated', GET, json(503, {}), 'unknown', 5],
  ['a read without an answer is repeated', GET, drop, 'unknown', 5],
  ['a search is a read', { ...POST, readsOnly: true }, json(502, {}), 'unknown', 5],
  ['a create that is refused is over', POST, json(400, { errors: ['no'] }), 'refused', 1],
  ['a create that is limited is not repeated here', POST, json(429, {}), 'refused', 1],
  ['a create with 500 is unclear, and sent once', POST, json(500, {}), 'unknown', 1],
  ['a create with 504 is unclear, and sent once', POST, json(504, {}), 'unknown', 1],
  ['a create with 408 is unclear, and sent once', POST, json(408, {}), 'unknown', 1],
  ['a create whose connection drops is unclear, and sent once', POST, drop, 'unknown', 1],
  ['a create that never ends is unclear, and sent once', POST, silence, 'unknown', 1],
  ['a create with half a body is unclear, and sent once', POST, truncated, 'unknown', 1],
  ['a create with a web page is unclear, and sent once', POST, html, 'unknown', 1],
  [
    'a create that is redirected is unclear, and sent once',
    POST,
    json(307, {}, { location: 'http://192.0.2.1/' }),
    'unknown',
    1,
  ],
  ['an update is sent once', { ...POST, method: 'PUT' }, json(500, {}), 'unknown', 1],
  ['a delete is sent once', { method: 'DELETE', path: '/x' }, json(500, {}), 'unknown', 1],
  ['an empty answer is an answer', { method: 'DELETE', path: '/x' }, json(204, undefined), 'done', 1],
];

test.each(rows)('%s', async (_what, request, answer, outcome, calls) => {
  const network = scriptNetwork([answer]);
  expect((await createTransport(network.options)(request)).kind).toBe(outcome);
  expect(network.asked).toHaveLength(calls);
});

test('a read that recovers is done', async () => {
  const network = scriptNetwork([drop, json(503, {}), truncated, json(200, { data: [] })]);
  const outcome = await createTransport(network.options)(GET);
  expect(outcome).toEqual({ kind: 'done', value: { data: [] } });
});

test('keys, the mark of a tool, and no redirect travel with each call', async () => {
  const network = scriptNetwork([json(200, {})]);
  await createTransport(network.options)({ ...POST, query: { 'page[size]': '100', q: 'a b' } });
  const [asked] = network.asked;
  expect(asked?.url).toBe('https://api.example.test/api/v2/x?page%5Bsize%5D=100&q=a+b');
  expect(Object.fromEntries(asked?.headers ?? [])).toEqual({
    accept: 'application/json',
    'content-type': 'application/json',
    'dd-api-key': 'api-key',
    'dd-application-key': 'application-key',
    'x-datadog-managed-by': 'iac',
  });
});

test('a token stands in for both keys', async () => {
  const network = scriptNetwork([json(200, {})]);
  await createTransport({ ...network.options, auth: { token: 't0ken' } })(GET);
  expect(network.asked[0]?.headers.get('authorization')).toBe('Bearer t0ken');
  expect(network.asked[0]?.headers.has('dd-api-key')).toBe(false);
});

test('an answer that nests deeper than any object of the API is not taken', async () => {
  const deep = MAX_ANSWER_DEPTH + 1;
  const network = scriptNetwork([() => new Response('['.repeat(deep) + ']'.repeat(deep), { status: 200 })]);
  expect(await createTransport(network.options)(POST)).toMatchObject({ kind: 'unknown' });
});

test('brackets inside strings are no depth', async () => {
  const value = { text: `\\"${'['.repeat(1_000)}` };
  const network = scriptNetwork([json(200, value)]);
  expect(await createTransport(network.options)(GET)).toEqual({ kind: 'done', value });
});

describe('rate limits', () => {
  type Limit = [headers: Record<string, string>, status: number, waitMs: number, asked: boolean];
  const limits: Limit[] = [
    [{ 'x-ratelimit-reset': '7' }, 429, 7_000, true],
    [{ 'retry-after': '3' }, 503, 3_000, true],
    [{ 'retry-after': 'Mon, 02 Nov 2026 00:00:30 GMT' }, 503, 30_000, true],
    [{ 'retry-after': 'Sun, 01 Nov 2026 00:00:00 GMT' }, 503, 0, true],
    [{ 'retry-after': '2', 'x-ratelimit-reset': '5' }, 429, 5_000, true],
    [{ 'x-ratelimit-reset': '999999999' }, 429, MAX_WAIT_MS, true],
    [{ 'x-ratelimit-reset': '1e9' }, 429, 0, false],
    [{ 'x-ratelimit-reset': '-5' }, 429, 0, false],
    [{ 'x-ratelimit-reset': 'NaN' }, 429, 0, false],
    [{ 'x-ratelimit-reset': '' }, 429, 0, false],
    [{ 'retry-after': 'soon' }, 429, 0, false],
    [{ 'x-ratelimit-reset': '5' }, 200, 5_000, false],
  ];
  test.each(limits)('%j with %d', (headers, status, waitMs, asked) => {
    const limit = readRateLimit(status, new Headers(headers), Date.UTC(2026, 10, 2));
    expect({ waitMs: limit.waitMs, asked: limit.asked }).toEqual({ waitMs, asked });
  });

  test('the time that the service names is slept, then the call is made again', async () => {
    const network = scriptNetwork([json(429, {}, { 'x-ratelimit-reset': '7' }), json(200, {})]);
    expect((await createTransport(network.options)(GET)).kind).toBe('done');
    expect(network.slept).toEqual([jitteredMs(7_000, 0.5)]);
  });

  test('what comes right before a call comes after the wait for its turn; what it throws keeps it from being sent', async () => {
    const spent = json(200, {}, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4' });
    const network = scriptNetwork([spent, json(200, {})]);
    const send = createTransport(network.options);
    await send(POST);
    let waits = 0;
    const beforeSend = (): Promise<void> => {
      waits = network.slept.length;
      return Promise.resolve();
    };
    expect(await send({ ...POST, beforeSend })).toMatchObject({ kind: 'done' });
    expect(waits).toBe(1);
    const refusing = { ...POST, beforeSend: () => Promise.reject(new Error('not now')) };
    await expect(send(refusing)).rejects.toThrow('not now');
    // A third call would find nothing left in the script.
    expect(network.slept).toHaveLength(1);
  });

  test('when nothing remains, the next call waits, whoever makes it', async () => {
    const spent = json(200, {}, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4' });
    const network = scriptNetwork([spent, json(200, {})]);
    const send = createTransport(network.options);
    await send(POST);
    expect(network.slept).toEqual([]);
    await send(POST);
    expect(network.slept).toEqual([jitteredMs(4_000, 0.5)]);
  });

  const hostile: readonly (readonly [what: string, headers: Readonly<Record<string, string>>])[] = [
    [
      'ages',
      { 'x-ratelimit-reset': '1000000000', 'x-ratelimit-period': '999999999', 'x-ratelimit-limit': '1' },
    ],
    ['a power', { 'x-ratelimit-reset': '1e9' }],
    ['less than nothing', { 'x-ratelimit-reset': '-1000000000', 'x-ratelimit-limit': '-1' }],
    ['no number', { 'x-ratelimit-reset': 'NaN', 'x-ratelimit-limit': 'NaN', 'x-ratelimit-remaining': 'NaN' }],
    ['no end', { 'x-ratelimit-reset': 'Infinity', 'retry-after': 'Infinity' }],
    ['nothing', { 'x-ratelimit-reset': '0', 'x-ratelimit-period': '0', 'x-ratelimit-limit': '0' }],
    ['400 digits', { 'x-ratelimit-reset': '9'.repeat(400), 'x-ratelimit-remaining': '9'.repeat(400) }],
    ['a name without end', { 'x-ratelimit-reset': '60', 'x-ratelimit-name': 'n'.repeat(10_000) }],
  ];
  test.each(hostile)(
    'headers with %s neither stop the client for good nor make it spin',
    async (_what, headers) => {
      const network = scriptNetwork([json(429, {}, headers)]);
      await createTransport(network.options)(GET);
      expect(network.asked).toHaveLength(MAX_ATTEMPTS);
      expect(network.slept).toHaveLength(MAX_ATTEMPTS - 1);
      expect(Math.min(...network.slept)).toBeGreaterThan(0);
      expect(Math.max(...network.slept)).toBeLessThanOrEqual(MAX_WAIT_MS + 1_000);
    },
  );

  test('retries spread out, and no wait is longer than half a minute', () => {
    expect([1, 2, 3, 4].map((attempt) => backoffMs(attempt, 0.5))).toEqual([500, 1_000, 2_000, 4_000]);
    expect(backoffMs(60, 0.999)).toBeLessThanOrEqual(30_000);
  });
});

describe('once it is stopped', () => {
  test('a read under way is cut off and not repeated', async () => {
    const network = scriptNetwork([silence]);
    const stop = new AbortController();
    const read = createTransport({ ...network.options, timeoutMs: 60_000, stop: stop.signal })(GET);
    stop.abort();
    expect(await read).toEqual({ kind: 'unknown', reason: 'interrupted' });
    expect(network.asked.length).toBeLessThanOrEqual(1);
  });

  test('a write under way is waited for', async () => {
    const stop = new AbortController();
    let answer: (response: Response) => void = () => undefined;
    const network = scriptNetwork([]);
    const fetch = (): Promise<Response> => new Promise((resolve) => (answer = resolve));
    const write = createTransport({ ...network.options, fetch, timeoutMs: 60_000, stop: stop.signal })(POST);
    await Promise.resolve();
    stop.abort();
    answer(Response.json({ data: 1 }));
    expect(await write).toEqual({ kind: 'done', value: { data: 1 } });
  });

  test('nothing more is sent', async () => {
    const network = scriptNetwork([json(200, {})]);
    const send = createTransport({ ...network.options, stop: AbortSignal.abort() });
    for (const request of [GET, POST])
      expect(await send(request)).toEqual({ kind: 'unknown', reason: 'interrupted' });
    expect(network.asked).toEqual([]);
  });
});

test('an answer that comes drop by drop ends with the time limit, for a read after its attempts', async () => {
  const cancelled: number[] = [];
  const dribble = (): Answer => {
    let timer: NodeJS.Timeout;
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => void (timer = setInterval(() => stream.enqueue(new Uint8Array([32])), 5)),
      cancel: () => void cancelled.push(1),
    });
    setTimeout(() => clearInterval(timer), 2_000).unref();
    return new Response(body, { status: 200 });
  };
  for (const [request, calls] of [
    [GET, MAX_ATTEMPTS],
    [POST, 1],
  ] as const) {
    const network = scriptNetwork([dribble]);
    const startedMs = performance.now();
    const outcome = await createTransport(network.options)(request);
    expect(outcome).toEqual({
      kind: 'unknown',
      reason: `${request.method} /api/v2/x: no answer within the time limit`,
    });
    expect(network.asked).toHaveLength(calls);
    expect(performance.now() - startedMs).toBeLessThan(1_500);
  }
});

test.each(['1e400', '-1E+999', `1${'0'.repeat(400)}`])(
  'a number that no computer holds, %s, is no answer',
  async (number) => {
    const network = scriptNetwork([(): Answer => new Response(`{"data":[{"a":${number}}]}`)]);
    expect(await createTransport(network.options)(POST)).toEqual({
      kind: 'unknown',
      reason: 'POST /api/v2/x: HTTP 200 with a number that is too large',
    });
  },
);

test.each(['1e308', '"1e400"', '1e-400'])('%s is a value like any other', async (value) => {
  const network = scriptNetwork([(): Answer => new Response(`{"a":${value}}`)]);
  expect((await createTransport(network.options)(POST)).kind).toBe('done');
});

test.each([400, 403, 500])(
  'what a %d repeats of the keys, and of a secret in the body, is not told',
  async (status) => {
    const body = { data: { attributes: { webhookSecret: 'correct-horse-battery' } } };
    const said = 'dd-api-key: api-key, dd-application-key: application-key, body: correct-horse-battery';
    const network = scriptNetwork([json(status, { errors: [said] })]);
    const told = JSON.stringify(await createTransport(network.options)({ ...POST, body }));
    expect(told).toContain(', body: ***');
    expect(told).not.toMatch(/: (?:api-key|application-key|correct-horse)/);
  },
);
