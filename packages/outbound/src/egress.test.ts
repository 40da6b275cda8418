import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';

import { afterEach, beforeAll, describe, expect, test } from 'vitest';

import { parseAllowList } from './allow-list.ts';
import {
  CONCURRENT_MAX,
  openEgress,
  REQUEST_MAX_BYTES,
  RESPONSE_MAX_BYTES,
  type EgressBroker,
  type EgressOptions,
} from './egress.ts';
import { EgressError, fetchThrough } from './fetch-through.ts';
import type { EgressOutcome, EgressRequest } from './outcome.ts';
import { Secret } from './secret.ts';

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

interface Listener {
  readonly port: number;
  readonly origin: string;
  /** Connections so far. */
  readonly connects: () => number;
}

function listen(server: Server, host = '127.0.0.1'): Promise<Listener> {
  let connects = 0;
  servers.push(server);
  server.on('connection', (socket) => {
    connects += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  return new Promise((resolve) => {
    server.listen(0, host, () => {
      const { port } = server.address() as AddressInfo;
      resolve({ port, origin: `http://127.0.0.1:${port}`, connects: () => connects });
    });
  });
}

const http = (listener: RequestListener): Promise<Listener> => listen(createHttpServer(listener));
const tcp = (answer: (socket: Socket) => void): Promise<Listener> => listen(createTcpServer(answer));

/** Nobody may ever connect to it; it would hear every address of this machine. */
const canary = (): Promise<Listener> =>
  listen(
    createTcpServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')),
    '::',
  );

function broker(allow: readonly string[], options: Partial<EgressOptions> = {}): EgressBroker {
  const list = parseAllowList(allow);
  if (!list.ok) throw new Error(list.message);
  return openEgress({ allow: list.hosts, idleMs: 500, ...options });
}

const get = (url: string): EgressRequest => ({ url, method: 'GET' });

function bodyOf(outcome: EgressOutcome): string {
  if (outcome.kind !== 'response') throw new Error(`${outcome.kind}: ${outcome.message}`);
  return Buffer.from(outcome.response.body).toString();
}

async function received(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('a request to an allowed host', () => {
  test('arrives whole, and its answer comes back', async () => {
    const server = await http(async (request, response) => {
      const body = await received(request);
      response.setHeader('X-Seen', 'yes').writeHead(201);
      response.end(
        JSON.stringify({
          method: request.method,
          url: request.url,
          body,
          key: request.headers['x-key'],
          host: request.headers.host,
        }),
      );
    });
    const outcome = await broker([server.origin]).fetch({
      url: `${server.origin}/path?q=1#fragment`,
      method: 'POST',
      headers: { 'x-key': new Secret('s3cret-value'), 'content-type': 'text/plain' },
      body: 'héllo',
    });
    expect(JSON.parse(bodyOf(outcome))).toEqual({
      method: 'POST',
      url: '/path?q=1',
      body: 'héllo',
      key: 's3cret-value',
      host: `127.0.0.1:${server.port}`,
    });
    expect(outcome).toMatchObject({
      kind: 'response',
      response: { status: 201, headers: { 'x-seen': 'yes' } },
    });
  });

  test('goes to the address that was checked: the name is resolved once', async () => {
    const first = await http((_request, response) => response.end('first'));
    const second = await canary();
    let asked = 0;
    const resolve = async (): Promise<readonly string[]> => {
      asked += 1;
      return asked === 1 ? ['127.0.0.1'] : ['127.0.0.2'];
    };
    const outcome = await broker([`http://flip.example:${first.port}`], { resolve }).fetch(
      get(`http://flip.example:${first.port}/`),
    );
    expect([bodyOf(outcome), asked, second.connects()]).toEqual(['first', 1, 0]);
  });

  test('tries the next address only when nothing can have arrived at the one before', async () => {
    const server = await http((_request, response) => response.end('reached'));
    const resolve = async (): Promise<readonly string[]> => ['127.0.0.9', '127.0.0.1'];
    const outcome = await broker([`http://two.example:${server.port}`], { resolve }).fetch(
      get(`http://two.example:${server.port}/`),
    );
    expect(bodyOf(outcome)).toBe('reached');
  });

  test('ignores proxy settings of the environment', async () => {
    const proxy = await canary();
    const server = await http((_request, response) => response.end('direct'));
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'];
    for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : proxy.origin;
    try {
      expect(bodyOf(await broker([server.origin]).fetch(get(`${server.origin}/`)))).toBe('direct');
    } finally {
      for (const name of names) delete process.env[name];
    }
    expect(proxy.connects()).toBe(0);
  });

  test('can be cancelled', async () => {
    const server = await http(() => undefined);
    const abort = new AbortController();
    const pending = broker([server.origin], { idleMs: 5_000 }).fetch({
      ...get(`${server.origin}/`),
      signal: abort.signal,
    });
    setTimeout(() => abort.abort(), 50);
    expect(await pending).toMatchObject({ kind: 'failed', reason: 'cancelled' });
    expect(
      await broker([server.origin]).fetch({ ...get(`${server.origin}/`), signal: abort.signal }),
    ).toMatchObject({ reason: 'cancelled' });
  });
});

const ALLOWED = 'hooks.example.com';

/** Ways to write this machine, or to make an allowed name look like it. `P` is the port of the canary. */
const SPELLINGS = [
  'http://127.0.0.1:P/',
  'https://127.0.0.1:P/',
  'http://localhost:P/',
  'http://LOCALHOST:P/',
  'http://localhost.:P/',
  'http://localhost.localdomain:P/',
  'http://127.1:P/',
  'http://127.0.1:P/',
  'http://2130706433:P/',
  'http://0x7f000001:P/',
  'http://0X7F.0.0.1:P/',
  'http://0x7f.1:P/',
  'http://017700000001:P/',
  'http://0177.0.0.1:P/',
  'http://0177.0.0.01:P/',
  'http://127.0.0.1.:P/',
  'http://127.127.127.127:P/',
  'http://0:P/',
  'http://0.0.0.0:P/',
  'http://00000.0:P/',
  'http://[::1]:P/',
  'http://[0:0:0:0:0:0:0:1]:P/',
  'http://[::]:P/',
  'http://[::ffff:127.0.0.1]:P/',
  'http://[::ffff:7f00:1]:P/',
  'http://[0:0:0:0:0:ffff:127.0.0.1]:P/',
  'http://[::127.0.0.1]:P/',
  'http://[64:ff9b::7f00:1]:P/',
  'http://[2002:7f00:1::]:P/',
  'http://[fe80::1%25lo]:P/',
  'http://[::1%25lo]:P/',
  'http://①②⑦.⓪.⓪.①:P/',
  'http://127。0。0。1:P/',
  'http://127．0．0．1:P/',
  'http://１２７.0.0.1:P/',
  'http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:P/',
  'http://127%2e0%2e0%2e1:P/',
  'http://%31%32%37.0.0.1:P/',
  'http://%6cocalhost:P/',
  'http://loc\u00adalhost:P/',
  'http:127.0.0.1:P/',
  'http:/127.0.0.1:P/',
  'http:///127.0.0.1:P/',
  'http:\\\\127.0.0.1:P\\',
  '//127.0.0.1:P/',
  '///127.0.0.1:P/',
  '127.0.0.1:P',
  'localhost:P/',
  ' http://127.0.0.1:P/',
  'http://127.0.0.1:P/ ',
  'ht\ntp://127.0.0.1:P/',
  'http://127.0.\t0.1:P/',
  'http://127.0.0.1\r\n:P/',
  '\u0000http://127.0.0.1:P/',
  'http://user:pw@127.0.0.1:P/',
  'https://hooks.example.com@127.0.0.1:P/',
  'https://hooks.example.com:443@127.0.0.1:P/',
  'https://hooks.example.com%40127.0.0.1:P/',
  'https://127.0.0.1:P@hooks.example.com/',
  'https://x@hooks.example.com/',
  'https://:@hooks.example.com:443/',
  'http://127.0.0.1:P#@hooks.example.com/',
  'http://127.0.0.1:P?@hooks.example.com/',
  'http://127.0.0.1:P\\@hooks.example.com/',
  'http://127.0.0.1:P/@hooks.example.com/',
  'https://hooks.example.com\\@127.0.0.1:P/',
  'https://hooks.example.com\t@127.0.0.1:P/',
  'https://hooks.example.com:P/',
  'http://hooks.example.com/',
  'http://hooks.example.com:443/',
  'https://hooks.example.com./',
  'https://hooks.example.com.127.0.0.1.nip.example/',
  'https://hooks.example.com.evil.example/',
  'https://evil-hooks.example.com/',
  'https://example.com/',
  'https://hооks.example.com/',
  'https://hooks。evil.example/',
  'https://hooks.example.com%00.evil.example/',
  'https://hooks.example.com%2f@127.0.0.1:P/',
  'http://169.254.169.254/latest/meta-data/',
  'http://[fd00:ec2::254]/latest/',
  'http://metadata.google.internal/',
  'http://100.100.100.200/',
  'http://192.168.0.1/',
  'http://10.0.0.1/',
  'http://[fd00::1]/',
  'file:///etc/passwd',
  'file://127.0.0.1/etc/passwd',
  'ftp://127.0.0.1:P/',
  'gopher://127.0.0.1:P/_GET',
  'ws://127.0.0.1:P/',
  'wss://hooks.example.com/',
  'data:text/plain,x',
  'javascript:alert(1)',
  'blob:https://hooks.example.com/x',
  'unix:/var/run/docker.sock',
  'http+unix://%2fvar%2frun%2fdocker.sock/',
  'about:blank',
  'jar:https://hooks.example.com!/x',
  'view-source:http://127.0.0.1:P/',
  'dict://127.0.0.1:P/',
  'ldap://127.0.0.1:P/',
  'node:fs',
  'HTTPS',
  '',
  'https://',
  'https:///',
  'http://[::1',
  'https://[127.0.0.1]:P/',
];

describe('everything that is not on the list', () => {
  test('is refused without a connection, however it is written', async () => {
    const heard = await canary();
    const asked: string[] = [];
    const resolve = async (name: string): Promise<readonly string[]> => {
      asked.push(name);
      return ['127.0.0.1'];
    };
    const out = broker([ALLOWED], { resolve });
    for (const spelling of SPELLINGS) {
      const outcome = await out.fetch(get(spelling.replaceAll('P', String(heard.port))));
      expect(outcome.kind, JSON.stringify(spelling)).toBe('refused');
    }
    expect(SPELLINGS.length).toBeGreaterThan(100);
    expect(heard.connects()).toBe(0);
    expect(asked).toEqual([]);
  });

  test('other spellings of an allowed name are that name, and still end at its addresses', async () => {
    const heard = await canary();
    const out = broker([ALLOWED], { resolve: async () => ['127.0.0.1'] });
    for (const url of [
      'https://hooks.example.com/',
      'https://HOOKS.EXAMPLE.COM:443/',
      'https://ｈooks.example.com/',
      'https://hooks。example。com/',
    ]) {
      expect(await out.fetch(get(url))).toMatchObject({ kind: 'refused', reason: 'inside-address' });
    }
    expect(heard.connects()).toBe(0);
  });
});

describe('an allowed name that leads inside', () => {
  test.each<[title: string, answers: readonly string[]]>([
    ['loopback', ['127.0.0.1']],
    ['loopback v6', ['::1']],
    ['mapped loopback', ['::ffff:127.0.0.1']],
    ['this host', ['0.0.0.0']],
    ['private', ['10.1.2.3']],
    ['metadata', ['169.254.169.254']],
    ['carrier-grade NAT', ['100.64.0.1']],
    ['unique local', ['fd00:ec2::254']],
    ['link-local with a zone', ['fe80::1%lo']],
    ['NAT64', ['64:ff9b::7f00:1']],
    ['6to4', ['2002:7f00:1::']],
    ['documentation', ['203.0.113.7']],
    ['a public and a private address', ['1.1.1.1', '127.0.0.1']],
    ['a public v4 and a private v6', ['1.1.1.1', 'fd00::1']],
    ['a number instead of an address', ['2130706433']],
    ['a name instead of an address', ['localhost']],
    ['an empty address', ['']],
  ])('%s: refused without a connection', async (_title, answers) => {
    const heard = await canary();
    const outcome = await broker([`${ALLOWED}:${heard.port}`], { resolve: async () => answers }).fetch(
      get(`https://${ALLOWED}:${heard.port}/`),
    );
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'inside-address' });
    expect(heard.connects()).toBe(0);
  });

  test('an address on the list without scheme and port must be public too', async () => {
    const heard = await canary();
    expect(
      await broker([`127.0.0.1:${heard.port}`]).fetch(get(`https://127.0.0.1:${heard.port}/`)),
    ).toMatchObject({ reason: 'inside-address' });
    expect(heard.connects()).toBe(0);
  });

  test.each<[title: string, resolve: () => Promise<readonly string[]>, reason: string]>([
    ['no address', async () => [], 'name'],
    ['an error', () => Promise.reject(new Error('SERVFAIL')), 'name'],
    ['no answer in time', () => new Promise(() => undefined), 'timeout'],
  ])('a name with %s fails', async (_title, resolve, reason) => {
    const outcome = await broker([ALLOWED], { resolve }).fetch({
      ...get(`https://${ALLOWED}/`),
      timeoutMs: 100,
    });
    expect(outcome).toMatchObject({ kind: 'failed', reason, mayHaveArrived: false });
  });
});

describe('redirects', () => {
  const redirecting = (status: number, location: () => string): Promise<Listener> =>
    http((request, response) => {
      if (request.url === '/start') response.writeHead(status, { location: location() }).end();
      else
        response.end(
          `${request.method} ${request.headers.authorization ?? '-'} ${request.headers['x-key'] ?? '-'} ${request.headers['content-type'] ?? '-'}`,
        );
    });

  test.each([301, 302, 303, 307, 308])(
    '%d to a host that is not on the list is refused without a connection',
    async (status) => {
      const heard = await canary();
      const server = await redirecting(status, () => `http://127.0.0.1:${heard.port}/`);
      expect(await broker([server.origin]).fetch(get(`${server.origin}/start`))).toMatchObject({
        kind: 'refused',
        reason: 'not-allowed',
      });
      expect(heard.connects()).toBe(0);
    },
  );

  test.each([
    'http://[::1]:P/',
    '//localhost:P/',
    'http://user@127.0.0.1:Q/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'ftp://127.0.0.1:Q/',
    'http://2130706433:P/',
    'https://127.0.0.1:Q/',
    '\\\\127.0.0.1:P\\',
  ])('a redirect to %s is refused', async (location) => {
    const heard = await canary();
    const server = await redirecting(302, () =>
      location.replace('P', String(heard.port)).replace('Q', String(server.port)),
    );
    expect(await broker([server.origin]).fetch(get(`${server.origin}/start`))).toMatchObject({
      kind: 'refused',
    });
    expect(heard.connects()).toBe(0);
  });

  test.each<[status: number, method: 'GET' | 'POST' | 'PUT', after: string]>([
    [301, 'POST', 'GET - - -'],
    [302, 'POST', 'GET - - -'],
    [303, 'PUT', 'GET - - -'],
    [307, 'POST', 'POST - - text/plain'],
    [308, 'PUT', 'PUT - - text/plain'],
    [302, 'GET', 'GET - - text/plain'],
  ])(
    '%d of a %s to another allowed origin becomes %s, without what proves who we are',
    async (status, method, after) => {
      const other = await redirecting(200, () => '');
      const server = await redirecting(status, () => `${other.origin}/end`);
      const headers = { authorization: 'Bearer x', 'x-key': new Secret('key'), 'content-type': 'text/plain' };
      const outcome = await broker([server.origin, other.origin]).fetch({
        url: `${server.origin}/start`,
        method,
        headers,
        ...(method !== 'GET' && { body: 'x' }),
      });
      expect(bodyOf(outcome).replace(/text\/plain$/, (type) => (after.endsWith('-') ? '-' : type))).toBe(
        after,
      );
    },
  );

  test('to the same origin keep the headers', async () => {
    const server = await redirecting(307, () => '/end');
    const outcome = await broker([server.origin]).fetch({
      ...get(`${server.origin}/start`),
      headers: { authorization: 'Bearer x' },
    });
    expect(bodyOf(outcome)).toBe('GET Bearer x - -');
    expect(outcome).toMatchObject({ response: { url: `${server.origin}/end` } });
  });

  test('are followed three times, not four, and not at all when asked', async () => {
    const server = await http((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end('there');
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    });
    const out = broker([server.origin]);
    expect(bodyOf(await out.fetch(get(`${server.origin}/3`)))).toBe('there');
    expect(await out.fetch(get(`${server.origin}/4`))).toMatchObject({
      kind: 'refused',
      reason: 'too-many-redirects',
    });
    expect(await out.fetch({ ...get(`${server.origin}/1`), followRedirects: false })).toMatchObject({
      response: { status: 302 },
    });
  });

  test('resolve the name again, and check the new answer', async () => {
    const server = await redirecting(302, () => `http://name.example:${server.port}/end`);
    const answers = [['127.0.0.1'], ['127.0.0.9']];
    const resolve = async (): Promise<readonly string[]> => answers.shift() ?? [];
    const list = [`http://name.example:${server.port}`];
    const outcome = await broker(list, { resolve }).fetch({
      ...get(`http://name.example:${server.port}/start`),
      timeoutMs: 400,
    });
    // The entry means an inside host, so the new address is tried, and nothing listens there.
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'connect' });
    expect(answers).toEqual([]);
  });
});

describe('an answer that would hurt', () => {
  const MEMORY_MAX_BYTES = 96 * 1024 * 1024;
  const head = (headers: string): string => `HTTP/1.1 200 OK\r\n${headers}\r\n\r\n`;
  const packed = (encoding: string, make: () => Buffer) => (socket: Socket) => {
    const bytes = make();
    socket.write(head(`content-encoding: ${encoding}\r\ncontent-length: ${bytes.length}`));
    socket.end(bytes);
  };
  let bombs = { gzip: Buffer.alloc(0), deflate: Buffer.alloc(0), br: Buffer.alloc(0) };
  beforeAll(() => {
    const zeros = Buffer.alloc(48 * 1024 * 1024);
    const br = brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
    bombs = { gzip: gzipSync(zeros), deflate: deflateSync(zeros), br };
  });
  const endless = (start: string, piece: Buffer | string, everyMs: number) => (socket: Socket) => {
    socket.write(start);
    const timer = setInterval(() => {
      if (!socket.destroyed) socket.write(piece);
    }, everyMs);
    socket.on('close', () => clearInterval(timer));
  };

  test.each<[title: string, answer: (socket: Socket) => void, reason: string]>([
    [
      'a declared length beyond the limit',
      (socket) => socket.write(head(`content-length: ${RESPONSE_MAX_BYTES + 1}`)),
      'too-large',
    ],
    ['an endless body', endless(head('connection: close'), Buffer.alloc(256 * 1024), 1), 'too-large'],
    [
      'endless chunks',
      endless(head('transfer-encoding: chunked'), `10000\r\n${'x'.repeat(65_536)}\r\n`, 1),
      'too-large',
    ],
    ['a gzip bomb', packed('gzip', () => bombs.gzip), 'too-large'],
    ['a deflate bomb', packed('deflate', () => bombs.deflate), 'too-large'],
    ['a brotli bomb', packed('br', () => bombs.br), 'too-large'],
    [
      'an endless packed body',
      endless(head('content-encoding: gzip\r\nconnection: close'), gzipSync(Buffer.from('x'.repeat(99))), 1),
      'timeout',
    ],
    ['broken gzip', packed('gzip', () => Buffer.from('not gzip at all')), 'protocol'],
    [
      'gzip that stops early',
      packed('gzip', () => gzipSync(Buffer.alloc(9_999, 1)).subarray(0, 40)),
      'protocol',
    ],
    ['an unknown packing', packed('zstd', () => Buffer.from('x')), 'protocol'],
    ['one byte of the head at a time', endless('HTTP/1.1 200 OK\r\nx: ', 'y', 50), 'timeout'],
    ['one byte of the body at a time', endless(head('content-length: 1000'), 'y', 50), 'timeout'],
    ['silence', () => undefined, 'timeout'],
    ['silence after the head', (socket) => socket.write(head('content-length: 10')), 'timeout'],
    ['100 kB of headers', (socket) => socket.end(head(`x: ${'y'.repeat(100_000)}`)), 'protocol'],
    ['10,000 headers', (socket) => socket.end(head('x: y\r\n'.repeat(10_000).trimEnd())), 'protocol'],
    [
      'a bad chunk size',
      (socket) => socket.end(`${head('transfer-encoding: chunked')}zz\r\nx\r\n0\r\n\r\n`),
      'protocol',
    ],
    [
      'a body shorter than declared',
      (socket) => socket.end(`${head('content-length: 100')}short`),
      'protocol',
    ],
    [
      'two lengths',
      (socket) => socket.end(`${head('content-length: 1\r\ncontent-length: 2')}xx`),
      'protocol',
    ],
    [
      'a length and chunks',
      (socket) => socket.end(`${head('content-length: 1\r\ntransfer-encoding: chunked')}0\r\n\r\n`),
      'protocol',
    ],
    ['something that is not HTTP', (socket) => socket.end('220 smtp.example ESMTP\r\n'), 'protocol'],
    ['nothing but the end', (socket) => socket.end(), 'protocol'],
    ['a reset', (socket) => socket.resetAndDestroy(), 'protocol'],
    ['endless interim answers', endless('', 'HTTP/1.1 103 Early Hints\r\n\r\n', 20), 'timeout'],
  ])('%s', async (_title, answer, reason) => {
    const server = await tcp((socket) => {
      socket.once('data', () => answer(socket));
    });
    const before = process.memoryUsage().rss;
    const startedMs = performance.now();
    const outcome = await broker([server.origin]).fetch({ ...get(`${server.origin}/`), timeoutMs: 1_500 });
    expect(outcome).toMatchObject({ kind: 'failed', reason, mayHaveArrived: true });
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(MEMORY_MAX_BYTES);
  });

  test('an answer just within the limit is read, packed or not', async () => {
    const body = Buffer.alloc(RESPONSE_MAX_BYTES, 'x');
    const server = await http((request, response) => {
      if (request.url === '/gzip') response.setHeader('content-encoding', 'gzip').end(gzipSync(body));
      else response.end(body);
    });
    for (const path of ['/', '/gzip']) {
      expect(
        bodyOf(await broker([server.origin], { idleMs: 5_000 }).fetch(get(`${server.origin}${path}`))),
      ).toHaveLength(body.length);
    }
  });

  test('nobody listening: nothing can have arrived', async () => {
    const server = await http(() => undefined);
    await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));
    expect(await broker([server.origin]).fetch(get(`${server.origin}/`))).toMatchObject({
      kind: 'failed',
      reason: 'connect',
      mayHaveArrived: false,
    });
  });
});

describe('a request that must not be sent', () => {
  test.each<[title: string, change: Partial<EgressRequest>, reason: string]>([
    ['a line feed in a header', { headers: { 'x-a': 'b\r\nx-evil: 1' } }, 'bad-request'],
    ['a line feed in a header name', { headers: { 'x-a\r\nx-evil': '1' } }, 'bad-request'],
    ['a line feed in a secret', { headers: { 'x-a': new Secret('a\nb') } }, 'bad-request'],
    ['a character beyond Latin-1 in a header', { headers: { 'x-a': '日' } }, 'bad-request'],
    ['a host of its own', { headers: { Host: 'evil.example' } }, 'bad-request'],
    ['a length of its own', { headers: { 'Content-Length': '0' } }, 'bad-request'],
    ['a transfer encoding of its own', { headers: { 'transfer-encoding': 'chunked' } }, 'bad-request'],
    ['a proxy header', { headers: { 'Proxy-Authorization': 'x' } }, 'bad-request'],
    [
      'a body beyond the limit',
      { method: 'POST', body: new Uint8Array(REQUEST_MAX_BYTES + 1) },
      'bad-request',
    ],
    [
      'a secret of another host',
      { headers: { 'x-a': new Secret('value', { name: 'secret://other', hosts: ['other.example'] }) } },
      'secret-not-for-host',
    ],
  ])('%s', async (_title, change, reason) => {
    const heard = await canary();
    const outcome = await broker([heard.origin]).fetch({ ...get(`${heard.origin}/`), ...change });
    expect(outcome).toMatchObject({ kind: 'refused', reason });
    expect(JSON.stringify(outcome)).not.toContain('value');
    expect(heard.connects()).toBe(0);
  });

  test('one too many at a time is told to wait, and a place is free again afterwards', async () => {
    const server = await http((_request, response) => {
      setTimeout(() => response.end('x'), 30);
    });
    const out = broker([server.origin], { idleMs: 5_000 });
    const outcomes = await Promise.all(
      Array.from({ length: CONCURRENT_MAX + 3 }, () => out.fetch(get(`${server.origin}/`))),
    );
    expect(outcomes.filter((outcome) => outcome.kind === 'response')).toHaveLength(CONCURRENT_MAX);
    expect(
      outcomes.filter((outcome) => outcome.kind === 'refused' && outcome.reason === 'busy'),
    ).toHaveLength(3);
    expect(bodyOf(await out.fetch(get(`${server.origin}/`)))).toBe('x');
  });
});

describe('in the shape of fetch', () => {
  test('a Request becomes a Response', async () => {
    const server = await http(async (request, response) => {
      response
        .setHeader('content-encoding', 'gzip')
        .end(gzipSync(`${request.method} ${await received(request)} ${request.headers['x-a']}`));
    });
    const send = fetchThrough(broker([server.origin]));
    const response = await send(
      new Request(`${server.origin}/`, { method: 'PUT', body: 'data', headers: { 'x-a': 'b' } }),
    );
    expect([response.status, await response.text()]).toEqual([200, 'PUT data b']);
    const head = await send(new Request(`${server.origin}/`, { method: 'HEAD' }));
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test.each([204, 205, 304])('status %d has no body', async (status) => {
    const server = await http((_request, response) => response.writeHead(status).end());
    const response = await fetchThrough(broker([server.origin]))(new Request(`${server.origin}/`));
    expect([response.status, response.body]).toEqual([status, null]);
  });

  test('a refusal rejects with its reason', async () => {
    const send = fetchThrough(broker([]));
    await expect(send(new Request('http://127.0.0.1:1/'))).rejects.toMatchObject({
      name: 'EgressError',
      outcome: { reason: 'not-allowed' },
    });
    await expect(send(new Request('https://a.example/', { method: 'OPTIONS' }))).rejects.toBeInstanceOf(
      EgressError,
    );
    await expect(
      send(new Request('https://a.example/', { signal: AbortSignal.abort() })),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('over TLS', () => {
  /** A certificate for one name that signs itself; undefined where there is no openssl. */
  function certificate(name: string): { readonly key: string; readonly cert: string } | undefined {
    const folder = mkdtempSync(join(tmpdir(), 'outbound-'));
    try {
      writeFileSync(
        join(folder, 'c.cnf'),
        `[req]\ndistinguished_name=n\nx509_extensions=e\nprompt=no\n[n]\nCN=${name}\n[e]\nsubjectAltName=DNS:${name}\n`,
      );
      const files = [
        '-keyout',
        join(folder, 'key.pem'),
        '-out',
        join(folder, 'cert.pem'),
        '-config',
        join(folder, 'c.cnf'),
      ];
      execFileSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:P-256',
          '-nodes',
          '-days',
          '2',
          ...files,
        ],
        { stdio: 'ignore' },
      );
      return {
        key: readFileSync(join(folder, 'key.pem'), 'utf8'),
        cert: readFileSync(join(folder, 'cert.pem'), 'utf8'),
      };
    } catch {
      return undefined;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const ours = certificate('inside.example');
  const other = certificate('other.example');
  const resolve = async (): Promise<readonly string[]> => ['127.0.0.1'];

  test('the certificate must be of the name in the URL, though the connection goes to an address', async (context) => {
    if (ours === undefined || other === undefined) return context.skip('needs openssl');
    const good = await listen(createHttpsServer(ours, (_request, response) => response.end('private')));
    const wrong = await listen(createHttpsServer(other, (_request, response) => response.end('wrong')));
    const list = [`https://inside.example:${good.port}`, `https://inside.example:${wrong.port}`];
    const out = broker(list, { resolve, authorities: [ours.cert, other.cert] });
    expect(bodyOf(await out.fetch(get(`https://inside.example:${good.port}/`)))).toBe('private');
    expect(await out.fetch(get(`https://inside.example:${wrong.port}/`))).toMatchObject({
      kind: 'failed',
      mayHaveArrived: false,
    });
    const publicOnly = broker(list, { resolve });
    expect(await publicOnly.fetch(get(`https://inside.example:${good.port}/`))).toMatchObject({
      kind: 'failed',
      mayHaveArrived: false,
    });
    return undefined;
  });

  test('a redirect never leads from https to http', async (context) => {
    if (ours === undefined) return context.skip('needs openssl');
    const heard = await canary();
    const server = await listen(
      createHttpsServer(ours, (_request, response) =>
        response.writeHead(302, { location: heard.origin }).end(),
      ),
    );
    const out = broker([`https://inside.example:${server.port}`, heard.origin], {
      resolve,
      authorities: [ours.cert],
    });
    expect(await out.fetch(get(`https://inside.example:${server.port}/`))).toMatchObject({
      kind: 'refused',
      reason: 'not-allowed',
    });
    expect(heard.connects()).toBe(0);
    return undefined;
  });
});
