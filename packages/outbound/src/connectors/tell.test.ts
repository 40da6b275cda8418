/** Connectors against receivers that speak the protocol of the service, over real HTTP on this machine. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { parseAllowList } from '../allow-list.ts';
import type { DeliveryOutcome } from '../delivery.ts';
import { openEgress } from '../egress.ts';
import { Secret } from '../secret.ts';
import type { SignalMessage } from './message.ts';
import { originOf, tellPeople, type PeopleConnector } from './tell.ts';

const MESSAGE: SignalMessage = {
  deliveryId: 'd-1',
  signalId: 'AQAAsignal',
  reason: 'opened',
  severity: 'high',
  title: 'Credential stuffing from 203.0.113.9',
  text: 'Many logins failed.\n\nBlock the address.',
  facts: [
    { name: 'Rule', value: 'Credential stuffing' },
    { name: 'Service', value: 'shop' },
  ],
  source: 'acme-appsec',
  url: 'https://signals.example.com/signals/AQAAsignal',
  atMs: Date.parse('2026-06-01T10:00:00Z'),
};

interface Received {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

type Answer = readonly [status: number, body: string, headers?: Readonly<Record<string, string>>];

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A service on this machine; everything it gets is kept. */
async function service(
  answer: (received: Received) => Answer,
): Promise<{ readonly origin: string; readonly received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => void serve(request, response, answer, received));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (received: Received) => Answer,
  received: Received[],
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const one: Received = {
    method: request.method ?? '',
    url: request.url ?? '',
    authorization: request.headers.authorization,
    body: text === '' ? undefined : (JSON.parse(text) as unknown),
  };
  received.push(one);
  const [status, body, headers = { 'content-type': 'text/plain' }] = answer(one);
  response.writeHead(status, headers).end(body);
}

function tell(connector: PeopleConnector, message = MESSAGE): Promise<DeliveryOutcome> {
  const allow = parseAllowList([originOf(connector)]);
  const broker = openEgress({ allow: allow.ok ? allow.hosts : [], idleMs: 500 });
  return tellPeople(connector, message, broker, MESSAGE.atMs);
}

/** Of the first request. */
function bodyOf([first]: readonly Received[]): unknown {
  if (first === undefined) throw new Error('Nothing was received.');
  return first.body;
}

const KINDS = ['slack', 'teams', 'pagerduty', 'jira'] as const;

function connectorOf(kind: (typeof KINDS)[number], origin: string): PeopleConnector {
  switch (kind) {
    case 'slack':
    case 'teams':
      return { kind, url: new Secret(`${origin}/services/T0/B0/secret-path`, { name: 'secret://hook' }) };
    case 'pagerduty':
      return { kind, routingKey: new Secret('R0UT1NGKEY'), url: `${origin}/v2/enqueue` };
    case 'jira':
      return { kind, site: origin, user: 'bot@example.com', token: new Secret('jira-token'), project: 'SEC' };
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };

describe('slack', () => {
  /** Source: "Handling errors" of incoming webhooks: text in the body says what is wrong. */
  function slack({ body }: Received): Answer {
    const { text, blocks } = body as {
      text?: unknown;
      blocks?: readonly { text?: { text: string }; fields?: unknown[] }[];
    };
    if (typeof text !== 'string' || blocks === undefined || blocks.length > 50)
      return [400, 'invalid_blocks'];
    const tooLong = blocks.some(
      (block) => (block.text?.text.length ?? 0) > 3_000 || (block.fields?.length ?? 0) > 10,
    );
    return tooLong ? [400, 'invalid_blocks'] : [200, 'ok'];
  }

  test('a message in plain text objects, and nothing from outside where Slack reads markup', async () => {
    const { origin, received } = await service(slack);
    const hostile = { ...MESSAGE, title: '<!channel> *hi*', text: '<https://evil.example|click> @here' };
    expect(await tell(connectorOf('slack', origin), hostile)).toEqual({ kind: 'done', status: 200 });
    expect(received[0]?.url).toBe('/services/T0/B0/secret-path');
    const { text, blocks } = bodyOf(received) as { text: string; blocks: unknown[] };
    expect(text).toBe('A signal of severity high was opened.');
    expect(JSON.stringify(blocks)).not.toContain('mrkdwn');
    expect(blocks[0]).toEqual({
      type: 'header',
      text: { type: 'plain_text', text: 'HIGH: <!channel> *hi*', emoji: false },
    });
  });

  test('what is too long for Slack is cut, with a sign', async () => {
    const { origin, received } = await service(slack);
    const facts = Array.from({ length: 30 }, (_, index) => ({ name: `F${index}`, value: 'v'.repeat(5_000) }));
    const long = { ...MESSAGE, title: 't'.repeat(999), text: '😀'.repeat(9_999), facts };
    expect(await tell(connectorOf('slack', origin), long)).toMatchObject({ kind: 'done' });
    const [header, section] = (bodyOf(received) as { blocks: { text: { text: string } }[] }).blocks;
    expect(header?.text.text).toHaveLength(150);
    expect(section?.text.text).toMatch(/^(?:😀)+…$/u);
  });
});

describe('teams', () => {
  test('a card that reads no Markdown, below the limit whatever the signal holds', async () => {
    const { origin, received } = await service(() => [202, '']);
    const facts = Array.from({ length: 40 }, (_, index) => ({ name: `F${index}`, value: '"'.repeat(5_000) }));
    const huge = { ...MESSAGE, title: '[x](https://evil.example)', text: '\u0001\n'.repeat(40_000), facts };
    expect(await tell(connectorOf('teams', origin), huge)).toEqual({ kind: 'done', status: 202 });
    const sent = JSON.stringify(received[0]?.body);
    expect(Buffer.byteLength(sent)).toBeLessThanOrEqual(28 * 1024);
    expect(sent).not.toMatch(/"(TextBlock|FactSet)"/);
    expect(sent).toContain('"text":"HIGH: [x](https://evil.example)"');
  });

  test('the whole message where it fits', async () => {
    const { origin, received } = await service(() => [200, '1']);
    await tell(connectorOf('teams', origin));
    const { attachments } = bodyOf(received) as { attachments: { contentType: string; content: unknown }[] };
    expect(attachments[0]).toMatchObject({
      contentType: 'application/vnd.microsoft.card.adaptive',
      content: {
        type: 'AdaptiveCard',
        actions: [{ type: 'Action.OpenUrl', title: 'Open the signal', url: MESSAGE.url }],
      },
    });
    const sent = JSON.stringify(attachments);
    for (const said of ['Many logins failed.', 'Block the address.', 'Rule: ', 'shop'])
      expect(sent).toContain(said);
  });
});

describe('pagerduty', () => {
  /** Source: "Send an alert event": a bad event is answered 400 with what is wrong. */
  function pagerduty({ body }: Received): Answer {
    const { routing_key, payload } = body as {
      routing_key?: unknown;
      payload?: Readonly<Record<string, unknown>>;
    };
    if (routing_key !== 'R0UT1NGKEY')
      return [400, '{"status":"invalid event","errors":["\'routing_key\' is missing or blank"]}', JSON_TYPE];
    if (!['critical', 'error', 'warning', 'info'].includes(String(payload?.['severity'])))
      return [400, '{"status":"invalid event"}', JSON_TYPE];
    return [202, '{"status":"success","message":"Event processed","dedup_key":"k"}', JSON_TYPE];
  }

  test('an alert that later notices of the signal join', async () => {
    const { origin, received } = await service(pagerduty);
    expect(await tell(connectorOf('pagerduty', origin))).toEqual({ kind: 'done', status: 202 });
    await tell(connectorOf('pagerduty', origin), {
      ...MESSAGE,
      deliveryId: 'd-2',
      reason: 'raised',
      severity: 'critical',
    });
    expect(received.map(({ body }) => body)).toMatchObject([
      {
        event_action: 'trigger',
        dedup_key: 'AQAAsignal',
        payload: {
          summary: 'HIGH: Credential stuffing from 203.0.113.9',
          source: 'acme-appsec',
          severity: 'error',
          timestamp: '2026-06-01T10:00:00.000Z',
          custom_details: { Service: 'shop', message: MESSAGE.text },
        },
      },
      { dedup_key: 'AQAAsignal', payload: { severity: 'critical' } },
    ]);
  });

  test('a refusal says what PagerDuty says, and not the key', async () => {
    const { origin } = await service(pagerduty);
    const wrong = {
      kind: 'pagerduty',
      routingKey: new Secret('other'),
      url: `${origin}/v2/enqueue`,
    } as const;
    const outcome = await tell(wrong);
    expect(outcome.kind).toBe('failed');
    expect(JSON.stringify(outcome)).toContain("'routing_key' is missing or blank");
    expect(JSON.stringify(outcome)).not.toContain('other');
  });
});

describe('jira', () => {
  /** Keeps issues by label, as the search of Jira finds them. */
  function jira(): (received: Received) => Answer {
    const issues = new Map<string, string>();
    return ({ method, url, authorization, body }) => {
      if (authorization !== `Basic ${Buffer.from('bot@example.com:jira-token').toString('base64')}`)
        return [401, 'Client must be authenticated to access this resource.'];
      if (method === 'GET') {
        const jql = new URL(url, 'http://jira').searchParams.get('jql') ?? '';
        const label = /^labels = "(signalwright-[0-9a-f]{20})"$/.exec(jql)?.[1] ?? '';
        const key = issues.get(label);
        return [
          200,
          JSON.stringify({ issues: key === undefined ? [] : [{ id: '1', key }], isLast: true }),
          JSON_TYPE,
        ];
      }
      if (url.endsWith('/comment')) return [201, '{"id":"9"}', JSON_TYPE];
      const { fields } = body as {
        fields: { labels: readonly string[]; summary: string; description: unknown };
      };
      if (fields.summary.includes('\n') || fields.summary.length > 255)
        return [400, '{"errorMessages":[],"errors":{"summary":"The summary is invalid."}}', JSON_TYPE];
      if (JSON.stringify(fields.description).includes('"text":""'))
        return [400, '{"errorMessages":["INVALID_INPUT"]}', JSON_TYPE];
      issues.set(fields.labels[1] ?? '', `SEC-${issues.size + 1}`);
      return [201, `{"id":"1","key":"SEC-${issues.size}"}`, JSON_TYPE];
    };
  }

  test('one issue a signal: repeated it is found, raised it is commented', async () => {
    const { origin, received } = await service(jira());
    const connector = connectorOf('jira', origin);
    expect(await tell(connector)).toEqual({ kind: 'done', status: 201 });
    expect(await tell(connector)).toEqual({ kind: 'done', status: 200 });
    expect(await tell(connector, { ...MESSAGE, reason: 'raised', severity: 'critical' })).toEqual({
      kind: 'done',
      status: 201,
    });
    expect(await tell(connector, { ...MESSAGE, signalId: 'another' })).toEqual({ kind: 'done', status: 201 });
    const posts = received.filter(({ method }) => method === 'POST').map(({ url }) => url);
    expect(posts).toEqual(['/rest/api/3/issue', '/rest/api/3/issue/SEC-1/comment', '/rest/api/3/issue']);
    expect(received[1]?.body).toMatchObject({
      fields: {
        project: { key: 'SEC' },
        issuetype: { name: 'Task' },
        summary: 'HIGH: Credential stuffing from 203.0.113.9',
      },
    });
  });

  test('a wrong token is told to people, and not tried for ever', async () => {
    const { origin } = await service(jira());
    const connector = { ...connectorOf('jira', origin), token: new Secret('wrong') } as PeopleConnector;
    expect(await tell(connector)).toEqual({
      kind: 'failed',
      reason: 'The receiver answered 401: Client must be authenticated to access this resource.',
    });
  });

  test.each(['not json', '[]', '{"issues":[null]}', '{"issues":[{"key":{"a":1}}]}', 'null'])(
    'a search answered with %s finds nothing, and the issue is made',
    async (answer) => {
      const { origin, received } = await service(({ method }) =>
        method === 'GET' ? [200, answer, JSON_TYPE] : [201, '{"key":"SEC-1"}', JSON_TYPE],
      );
      expect(await tell(connectorOf('jira', origin))).toMatchObject({ kind: 'done' });
      expect(received).toHaveLength(2);
    },
  );
});

describe.each(KINDS)('%s', (kind) => {
  const ANSWERS: readonly [Answer, DeliveryOutcome['kind']][] = [
    [[429, 'slow down', { 'retry-after': '7' }], 'retry'],
    [[500, 'x'], 'retry'],
    [[503, ''], 'retry'],
    [[400, 'no'], 'failed'],
    [[404, 'no_service'], 'failed'],
    [[302, '', { location: 'https://elsewhere.example' }], 'failed'],
  ];
  test.each(ANSWERS)('an answer of %j is %s', async (answer, expected) => {
    const { origin, received } = await service(() => answer);
    const outcome = await tell(connectorOf(kind, origin));
    expect(outcome.kind).toBe(expected);
    if (answer[0] === 429) expect(outcome).toMatchObject({ afterMs: 7_000 });
    expect(received).toHaveLength(1);
  });

  test('a receiver that is away is tried again; its secret is in no reason', async () => {
    const { origin } = await service(() => [200, '']);
    const [server] = servers.splice(0);
    await new Promise((resolve) => server?.close(resolve));
    const outcome = await tell(connectorOf(kind, origin));
    expect(outcome.kind).toBe('retry');
    expect(JSON.stringify(outcome)).not.toMatch(/secret-path|R0UT1NGKEY|jira-token/);
  });

  test('only the place that was named is let in', async () => {
    const { origin, received } = await service(() => [200, '']);
    const broker = openEgress({ allow: [] });
    const outcome = await tellPeople(connectorOf(kind, origin), MESSAGE, broker, 0);
    expect(outcome.kind).toBe('failed');
    expect(JSON.stringify(outcome)).not.toMatch(/secret-path|R0UT1NGKEY|jira-token/);
    expect(received).toEqual([]);
  });
});
