import { connect } from 'node:net';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { listen, type Listening } from './listen.ts';

let server: Listening;
let reached = 0;

beforeAll(async () => {
  const started = await listen({
    port: 0,
    host: '127.0.0.1',
    fetch: () => {
      reached += 1;
      return new Response('reached');
    },
  });
  if (!started.ok) throw new Error(started.refusal.reason);
  server = started.listening;
});

afterAll(() => server.close());

/** Writes bytes as they are: `fetch` would put its own Host in. `PORT` stands for the server's port. */
function send(lines: readonly string[], body = ''): Promise<string> {
  const request = `${[...lines, ''].join('\r\n')}\r\n${body}`.replaceAll('PORT', String(server.port));
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write(request));
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      answer += chunk;
      socket.end();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}

type HostRow = [title: string, host: readonly string[], status: number];

const hostRows: HostRow[] = [
  ['the loopback address', ['Host: 127.0.0.1:PORT'], 200],
  ['localhost', ['Host: localhost:PORT'], 200],
  ['localhost in capitals', ['Host: LOCALHOST:PORT'], 200],
  ['IPv6 loopback', ['Host: [::1]:PORT'], 200],
  ['no header at all', [], 400],
  ['an empty header', ['Host:'], 403],
  ['another name', ['Host: attacker.example:PORT'], 403],
  ['a name that begins with localhost', ['Host: localhost.attacker.example:PORT'], 403],
  ['a name that ends with localhost', ['Host: attacker.localhost:PORT'], 403],
  ['localhost with a dot at the end', ['Host: localhost.:PORT'], 403],
  ['no port', ['Host: 127.0.0.1'], 403],
  ['another port', ['Host: 127.0.0.1:1'], 403],
  ['a port with a zero in front', ['Host: 127.0.0.1:0PORT'], 403],
  ['any address', ['Host: 0.0.0.0:PORT'], 403],
  ['another loopback address', ['Host: 127.0.0.2:PORT'], 403],
  ['a short loopback address', ['Host: 127.1:PORT'], 403],
  ['a decimal loopback address', ['Host: 2130706433:PORT'], 403],
  ['a hexadecimal loopback address', ['Host: 0x7f.0.0.1:PORT'], 403],
  ['a mapped loopback address', ['Host: [::ffff:127.0.0.1]:PORT'], 403],
  ['the unspecified IPv6 address', ['Host: [::]:PORT'], 403],
  ['a long form of IPv6 loopback', ['Host: [0:0:0:0:0:0:0:1]:PORT'], 403],
  ['a user before the host', ['Host: localhost:PORT@attacker.example'], 403],
  ['a path after the host', ['Host: localhost:PORT/'], 403],
  ['a list of hosts', ['Host: localhost:PORT, attacker.example'], 403],
  ['a second header', ['Host: localhost:PORT', 'Host: attacker.example'], 400],
  ['a second header first', ['Host: attacker.example', 'Host: localhost:PORT'], 400],
  ['the same header twice', ['Host: localhost:PORT', 'Host: localhost:PORT'], 400],
  ['a forwarded host', ['Host: attacker.example', 'X-Forwarded-Host: localhost:PORT'], 403],
];

describe.each(['/', '/health', '/api/v2/security_monitoring/rules', '/no-such-route'])('GET %s', (path) => {
  test.each(hostRows)('Host: %s', async (_title, headers, status) => {
    const before = reached;
    const answer = await send([`GET ${path} HTTP/1.1`, ...headers, 'Connection: close']);
    expect(statusOf(answer)).toBe(status);
    expect(reached - before).toBe(status === 200 ? 1 : 0);
  });
});

type OriginRow = [title: string, method: string, headers: readonly string[], status: number];

const SAME = 'Origin: http://127.0.0.1:PORT';
const OTHER = 'Origin: https://attacker.example';

const originRows: OriginRow[] = [
  ['a program, without either header', 'POST', [], 200],
  ['our own page', 'POST', [SAME, 'Sec-Fetch-Site: same-origin'], 200],
  ['our own page under another of its names', 'POST', ['Origin: http://localhost:PORT'], 200],
  ['another site', 'POST', [OTHER], 403],
  ['another site, with the header that says so', 'POST', [OTHER, 'Sec-Fetch-Site: cross-site'], 403],
  ['another site that hides its origin', 'POST', ['Origin: null'], 403],
  ['another port of this machine', 'POST', ['Origin: http://127.0.0.1:1', 'Sec-Fetch-Site: same-site'], 403],
  ['this host over https', 'POST', ['Origin: https://127.0.0.1:PORT'], 403],
  ['an origin that begins like ours', 'POST', ['Origin: http://127.0.0.1:PORT.attacker.example'], 403],
  [
    'a cross-site form without an origin',
    'POST',
    ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate'],
    403,
  ],
  [
    'a same-site form without an origin',
    'POST',
    ['Sec-Fetch-Site: same-site', 'Sec-Fetch-Mode: navigate'],
    403,
  ],
  ['a site that puts', 'PUT', [OTHER], 403],
  ['a site that patches', 'PATCH', [OTHER], 403],
  ['a site that deletes', 'DELETE', [OTHER], 403],
  ['a preflight', 'OPTIONS', [OTHER, 'Access-Control-Request-Method: POST'], 403],
  ['somebody who types the address', 'GET', ['Sec-Fetch-Site: none', 'Sec-Fetch-Mode: navigate'], 200],
  ['a link in another site', 'GET', ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate'], 200],
  ['an image in another site', 'GET', ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors'], 403],
  ['a script of another site', 'GET', ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: cors', OTHER], 403],
];

test.each(originRows)('%s: %s', async (_title, method, headers, status) => {
  const answer = await send([
    `${method} /api/v2/logs HTTP/1.1`,
    'Host: 127.0.0.1:PORT',
    ...headers,
    'Content-Length: 0',
    'Connection: close',
  ]);
  expect(statusOf(answer)).toBe(status);
  expect(answer.toLowerCase()).not.toContain('access-control-allow');
});

type LineRow = [title: string, lines: readonly string[], status: number];

const lineRows: LineRow[] = [
  ['an absolute request line to us', ['GET http://127.0.0.1:PORT/ HTTP/1.1', 'Host: 127.0.0.1:PORT'], 400],
  [
    'an absolute request line elsewhere',
    ['GET http://attacker.example/ HTTP/1.1', 'Host: 127.0.0.1:PORT'],
    400,
  ],
  ['an asterisk', ['OPTIONS * HTTP/1.1', 'Host: 127.0.0.1:PORT'], 400],
  [
    'a WebSocket',
    ['GET / HTTP/1.1', 'Host: 127.0.0.1:PORT', 'Upgrade: websocket', 'Connection: Upgrade'],
    426,
  ],
  ['a header of 20 kB', ['GET / HTTP/1.1', 'Host: 127.0.0.1:PORT', `X-Long: ${'a'.repeat(20_000)}`], 431],
  [
    'a length and chunks at once',
    ['POST / HTTP/1.1', 'Host: 127.0.0.1:PORT', 'Content-Length: 4', 'Transfer-Encoding: chunked'],
    400,
  ],
];

test.each(lineRows)('%s is refused', async (_title, lines, status) => {
  const before = reached;
  expect(statusOf(await send(lines))).toBe(status);
  expect(reached).toBe(before);
});

test('a refusal carries the headers that every answer carries', async () => {
  const answer = (await send(['GET / HTTP/1.1', 'Host: attacker.example'])).toLowerCase();
  expect(answer).toContain("content-security-policy: default-src 'none'");
  expect(answer).toContain('x-content-type-options: nosniff');
});

test('a port that is taken is a value, not a crash', async () => {
  const second = await listen({ port: server.port, host: '127.0.0.1', fetch: () => new Response() });
  expect(second).toEqual({ ok: false, refusal: { reason: 'port_in_use', port: server.port } });
});

test('an address of another machine is a value too', async () => {
  const other = await listen({ port: 0, host: '192.0.2.1', fetch: () => new Response() });
  expect(other).toEqual({ ok: false, refusal: { reason: 'address_not_available', host: '192.0.2.1' } });
});
