import { deflateSync, gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { encodeSpan } from '@signalwright/wire';

import { MAX_INTAKE_BYTES } from '../http/read-body.ts';
import { START_MS, loginFailure, openTestOrg, type Answered, type TestOrg } from '../testing/test-org.ts';

let own: TestOrg;

const MINUTE_MS = 60_000;
const LOGS = '/api/v2/logs/events';

/** Twelve log lines, one a minute, the last of them now; every third is an error. */
beforeAll(async () => {
  own = await openTestOrg();
  const logs = Array.from({ length: 12 }, (_, at) => ({
    ddsource: 'nginx',
    ddtags: 'env:prod,team:red',
    hostname: at % 2 === 0 ? 'web-1' : 'web-2',
    service: 'shop',
    status: at % 3 === 0 ? 'Error' : 'ok',
    message: `GET /cart ${at}`,
    timestamp: START_MS - (11 - at) * MINUTE_MS,
    http: { status_code: 200 + at },
  }));
  expect((await own.call('POST', '/api/v2/logs', logs)).status).toBe(202);
  const spans = [
    loginFailure('span-1', START_MS - MINUTE_MS),
    loginFailure('span-2', START_MS, '198.51.100.9'),
  ];
  expect((await own.call('POST', '/api/signalwright/spans', spans.map(encodeSpan))).status).toBe(202);
});

afterAll(() => own.close());

interface Listed {
  readonly data: readonly {
    readonly id: string;
    readonly type: string;
    readonly attributes: Record<string, unknown>;
  }[];
  readonly meta: { readonly page?: { readonly after: string }; readonly status: string };
  readonly links?: { readonly next: string };
}

function listed(answer: Answered): Listed {
  expect(answer.status).toBe(200);
  return answer.body as Listed;
}

const messagesOf = (answer: Answered): readonly unknown[] =>
  listed(answer).data.map(({ attributes }) => attributes['message']);

type Row = [what: string, body: object, expected: readonly string[]];

const searches: Row[] = [
  ['the newest first, ten of them', {}, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((n) => `GET /cart ${n}`)],
  ['the oldest first', { sort: 'timestamp', page: { limit: 2 } }, ['GET /cart 0', 'GET /cart 1']],
  ['a query', { filter: { query: 'status:error host:web-1' } }, ['GET /cart 6', 'GET /cart 0']],
  ['attributes', { filter: { query: '@http.status_code:>=210' } }, ['GET /cart 11', 'GET /cart 10']],
  ['a time from now', { filter: { from: 'now-90s' } }, ['GET /cart 11', 'GET /cart 10']],
  [
    'a time as text and one as a number',
    {
      filter: {
        from: new Date(START_MS - 11 * MINUTE_MS).toISOString(),
        to: String(START_MS - 10 * MINUTE_MS),
      },
    },
    ['GET /cart 1', 'GET /cart 0'],
  ],
  ['nothing', { filter: { query: 'service:other' } }, []],
];

test.each(searches)('logs are searched by %s', async (_what, body, expected) => {
  expect(messagesOf(await own.call('POST', `${LOGS}/search`, body))).toEqual(expected);
});

test('a log line is answered as the public API writes it', async () => {
  const { data, meta, links } = listed(await own.call('GET', `${LOGS}?page[limit]=1`));
  expect(data).toEqual([
    {
      id: expect.any(String) as string,
      type: 'log',
      attributes: {
        attributes: { http: { status_code: 211 }, timestamp: START_MS },
        host: 'web-2',
        message: 'GET /cart 11',
        service: 'shop',
        status: 'ok',
        tags: ['env:prod', 'team:red', 'source:nginx'],
        timestamp: new Date(START_MS).toISOString(),
      },
    },
  ]);
  expect(meta).toMatchObject({ status: 'done', page: { after: expect.any(String) as string } });
  expect(links?.next).toContain(LOGS);
});

test('pages follow each other by the link, hold every line once, and a new line shifts none', async () => {
  const seen: unknown[] = [];
  let next: string | undefined = `${LOGS}?filter[query]=service:shop&page[limit]=5`;
  while (next !== undefined) {
    const answer: Answered = await own.call('GET', next);
    seen.push(...messagesOf(answer));
    next = listed(answer).links?.next;
    await own.call('POST', '/api/v2/logs', { message: 'later', service: 'shop', timestamp: START_MS + 1 });
  }
  expect(seen).toEqual(Array.from({ length: 12 }, (_, at) => `GET /cart ${11 - at}`));
});

test('spans are searched in their envelope, and logs are no spans', async () => {
  const body = {
    data: { type: 'search_request', attributes: { filter: { query: '@http.client_ip:198.51.100.9' } } },
  };
  const { data } = listed(await own.call('POST', '/api/v2/spans/events/search', body));
  expect(data).toMatchObject([
    {
      id: 'span-2',
      type: 'spans',
      attributes: { service: 'shop', custom: { http: { client_ip: '198.51.100.9' } } },
    },
  ]);
  expect(listed(await own.call('GET', '/api/v2/spans/events')).data).toHaveLength(2);
});

describe('what cannot be asked', () => {
  test.each([
    ['a query', { filter: { query: 'status:(high' } }],
    ['a time', { filter: { from: 'yesterday' } }],
    ['a limit', { page: { limit: 1_001 } }],
    ['a cursor', { page: { cursor: 'x' } }],
    ['a sort', { sort: 'host' }],
    ['a filter', { filter: [] }],
    ['a body', []],
  ])('%s is refused', async (_what, body) => {
    const answer = await own.call('POST', `${LOGS}/search`, body);
    expect([answer.status, answer.body]).toEqual([400, { errors: [expect.any(String)] }]);
  });
});

describe('counts of logs', () => {
  const aggregate = (body: object): Promise<Answered> =>
    own.call('POST', '/api/v2/logs/analytics/aggregate', body);

  test('by two fields, the most frequent first', async () => {
    const filter = { query: '-later' };
    const group_by = [{ facet: 'status' }, { facet: 'host', limit: 1 }];
    const { body } = await aggregate({ filter, compute: [{ aggregation: 'count' }], group_by });
    expect(body).toMatchObject({
      data: {
        buckets: [
          { by: { status: 'ok', host: 'web-1' }, computes: { c0: 4 } },
          { by: { status: 'error', host: 'web-1' }, computes: { c0: 2 } },
        ],
      },
      meta: { status: 'done' },
    });
  });

  test('over time', async () => {
    const compute = [{ aggregation: 'count', type: 'timeseries', interval: '5m' }];
    const { body } = await aggregate({ filter: { query: '-later' }, compute });
    const [bucket] = (body as { data: { buckets: { computes: { c0: { value: number }[] } }[] } }).data
      .buckets;
    expect(bucket?.computes.c0.reduce((sum, { value }) => sum + value, 0)).toBe(12);
  });

  test.each([
    ['another aggregation', { compute: [{ aggregation: 'pc99', metric: '@duration' }] }],
    ['two at once', { compute: [{ aggregation: 'count' }, { aggregation: 'count' }] }],
    ['four fields', { group_by: ['a', 'b', 'c', 'd'].map((facet) => ({ facet })) }],
    ['a field that is a query', { group_by: [{ facet: 'a:b OR *' }] }],
    [
      'more points than a line has',
      { compute: [{ aggregation: 'count', type: 'timeseries', interval: '100ms' }] },
    ],
  ])('%s is refused', async (_what, body) => {
    expect((await aggregate(body)).status).toBe(400);
  });
});

describe('log lines come in', () => {
  const send = async (
    body: string | Uint8Array,
    headers: Readonly<Record<string, string>>,
    query = '',
  ): Promise<number> => {
    const { apiKey } = own.org.ownerCredentials;
    const request = new Request(`http://org.in-process/api/v2/logs${query}`, {
      method: 'POST',
      headers: { 'dd-api-key': apiKey, ...headers },
      body: body as BodyInit,
    });
    const response = await own.org.fetch(request);
    if (response.status === 202) expect(await response.json()).toEqual({});
    return response.status;
  };
  const JSON_TYPE = { 'content-type': 'application/json' };
  const one = JSON.stringify({ message: 'packed', service: 'intake', timestamp: START_MS });

  test.each([
    ['as one object', one, JSON_TYPE],
    ['as a list', `[${one}]`, JSON_TYPE],
    ['under gzip', gzipSync(one), { ...JSON_TYPE, 'content-encoding': 'gzip' }],
    ['under deflate', deflateSync(one), { ...JSON_TYPE, 'content-encoding': 'deflate' }],
    ['under nothing, and it says so', one, { ...JSON_TYPE, 'content-encoding': 'identity' }],
  ])('%s', async (_how, body, headers) => {
    const before = await countOf('service:intake');
    expect(await send(body, headers)).toBe(202);
    expect(await countOf('service:intake')).toBe(before + 1);
  });

  test('as lines of text, with what the address says of all of them', async () => {
    const query = '?ddsource=syslog&service=lines&hostname=gw-1&ddtags=env:prod,team:net';
    expect(await send('first line\n\nsecond line\r\n', { 'content-type': 'text/plain' }, query)).toBe(202);
    expect(await countOf('service:lines source:syslog host:gw-1 team:net')).toBe(2);
  });

  test.each([
    ['what is not gzip', one, { ...JSON_TYPE, 'content-encoding': 'gzip' }, 400],
    ['half of a gzip', gzipSync(one).subarray(0, 20), { ...JSON_TYPE, 'content-encoding': 'gzip' }, 400],
    ['an encoding that is none of them', one, { ...JSON_TYPE, 'content-encoding': 'br' }, 415],
    ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['no JSON', '{', JSON_TYPE, 400],
    ['too much', ' '.repeat(MAX_INTAKE_BYTES + 1), JSON_TYPE, 413],
    [
      'too much under gzip',
      gzipSync(' '.repeat(MAX_INTAKE_BYTES + 1)),
      { ...JSON_TYPE, 'content-encoding': 'gzip' },
      413,
    ],
  ])('%s is refused', async (_what, body, headers, status) => {
    expect(await send(body, headers)).toBe(status);
  });

  async function countOf(query: string): Promise<number> {
    return listed(await own.call('POST', `${LOGS}/search`, { filter: { query }, page: { limit: 1_000 } }))
      .data.length;
  }
});

test('a log line is judged by the rules, and its signal is counted', async () => {
  const rule = {
    name: 'Errors of the gateway',
    type: 'log_detection',
    isEnabled: true,
    message: 'It fails.',
    tags: ['team:net'],
    queries: [{ name: 'errors', query: 'service:gateway status:error', groupByFields: ['host'] }],
    cases: [{ name: 'some', condition: 'errors > 1', status: 'medium' }],
    options: { evaluationWindow: 300, keepAlive: 3_600, maxSignalDuration: 86_400 },
  };
  expect((await own.call('POST', '/api/v2/security_monitoring/rules', rule)).status).toBe(200);
  for (const hostname of ['gw-1', 'gw-1', 'gw-2', 'gw-2']) {
    const log = { service: 'gateway', hostname, level: 'ERROR', message: 'upstream', timestamp: START_MS };
    await own.call('POST', '/api/v2/logs', log);
  }
  const facets = await own.call(
    'GET',
    '/api/signalwright/signals/facets?facet=host&facet=team&filter[query]=status:medium',
  );
  expect(facets.body).toEqual({
    data: [
      {
        id: 'host',
        type: 'signal_facets',
        attributes: {
          title: 'Host',
          values: [
            { value: 'gw-1', count: 1, term: 'host:gw-1' },
            { value: 'gw-2', count: 1, term: 'host:gw-2' },
          ],
        },
      },
      {
        id: 'team',
        type: 'signal_facets',
        attributes: { title: 'Team', values: [{ value: 'net', count: 2, term: 'team:net' }] },
      },
    ],
    meta: { total: 2, status: 'done' },
  });
  const counted = await own.call('POST', '/api/signalwright/signals/aggregate', {
    filter: { query: '*', from: 'now-1h' },
    group_by: [{ facet: '@workflow.rule.name' }, { facet: 'status' }],
  });
  expect(counted.body).toMatchObject({
    data: {
      buckets: [
        { by: { '@workflow.rule.name': 'Errors of the gateway', status: 'medium' }, computes: { c0: 2 } },
      ],
    },
  });
});
