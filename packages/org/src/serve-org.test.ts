import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { StoreError } from '@signalwright/store';

import { describeListenRefusal, serveOrg, type OrgServer } from './serve-org.ts';
import { loginFailure, loginRule, openTestOrg, type TestOrg } from './testing/test-org.ts';

let own: TestOrg;
let server: OrgServer;

beforeAll(async () => {
  own = await openTestOrg();
  const started = await serveOrg(own.org, { port: 0 });
  if (!started.ok) throw new Error(started.refusal.reason);
  server = started.server;
});

afterAll(async () => {
  await server.close();
  await own.close();
});

test('it listens on the loopback address alone, and says that it is well', async () => {
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  expect(await (await fetch(`${server.url}/health`)).json()).toEqual({ status: 'ok' });
  expect(await (await fetch(`${server.url}/ready`)).json()).toEqual({ status: 'ready' });
});

test('keys, bodies and answers pass through a socket as they do in process', async () => {
  const { apiKey, applicationKey } = own.org.ownerCredentials;
  const response = await fetch(`${server.url}/api/v2/security_monitoring/rules`, {
    method: 'POST',
    headers: {
      'dd-api-key': apiKey,
      'dd-application-key': applicationKey,
      'content-type': 'application/json',
    },
    body: JSON.stringify(loginRule()),
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  const sent = await fetch(`${server.url}/api/signalwright/spans`, {
    method: 'POST',
    headers: { 'dd-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify(
      [loginFailure('socket-1', own.clock.nowMs)].map(({ tsMs, dataSource: _source, ...span }) => ({
        ...span,
        timestamp: tsMs,
      })),
    ),
  });
  expect([sent.status, await sent.text()]).toEqual([202, '{}']);
});

test('a body that is larger than a mebibyte is refused before it is read to the end', async () => {
  const { apiKey, applicationKey } = own.org.ownerCredentials;
  const head = [
    'POST /api/v2/security_monitoring/rules HTTP/1.1',
    `Host: 127.0.0.1:${server.port}`,
    `DD-API-KEY: ${apiKey}`,
    `DD-APPLICATION-KEY: ${applicationKey}`,
    'Content-Type: application/json',
    'Content-Length: 1073741824',
  ].join('\r\n');
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write(`${head}\r\n\r\n{`));
    socket.setEncoding('utf8');
    socket.once('data', (chunk: string) => {
      resolve(chunk);
      socket.destroy();
    });
    socket.on('error', reject);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
});

test('five hundred connections that send one byte and wait do not keep others out', async () => {
  const sockets: Socket[] = [];
  await Promise.all(
    Array.from(
      { length: 500 },
      () =>
        new Promise<void>((resolve, reject) => {
          const socket = connect(server.port, '127.0.0.1', () => {
            socket.write('G');
            resolve();
          });
          socket.on('error', reject);
          sockets.push(socket);
        }),
    ),
  );
  const startedMs = performance.now();
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  expect(performance.now() - startedMs).toBeLessThan(5_000);
  for (const socket of sockets) {
    socket.removeAllListeners('error').on('error', () => undefined);
    socket.destroy();
  }
}, 60_000);

describe('what the machine refuses', () => {
  test('a port in use is a value with one line for people', async () => {
    const second = await openTestOrg();
    const result = await serveOrg(second.org, { port: server.port });
    expect(result).toEqual({ ok: false, refusal: { reason: 'port_in_use', port: server.port } });
    if (!result.ok) expect(describeListenRefusal(result.refusal)).toContain(`Port ${server.port} is in use.`);
    await second.close();
  });

  test('a folder that is a file is an error of the environment', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'org-'));
    const file = join(folder, 'data');
    writeFileSync(file, '');
    const failed = await openTestOrg({ dataDir: file }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(StoreError);
    expect((failed as StoreError).kind).toBe('environment');
    rmSync(folder, { recursive: true });
  });

  test('a folder that another org has open is busy, and opens once that one is closed', async () => {
    const first = await openTestOrg();
    const failed = await openTestOrg({ dataDir: first.dataDir }).catch((error: unknown) => error);
    expect((failed as StoreError).kind).toBe('busy');
    const again = await first.restart();
    await again.close();
  });

  test.skipIf(process.getuid?.() === 0)('so is a folder without permission', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'org-'));
    chmodSync(folder, 0o500);
    const failed = await openTestOrg({ dataDir: join(folder, 'data') }).catch((error: unknown) => error);
    expect((failed as StoreError).kind).toBe('environment');
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
  });
});

describe('stopping', () => {
  test('lets an answer under way finish, takes no new connection, and can be asked twice', async () => {
    const other = await openTestOrg();
    const started = await serveOrg(other.org, { port: 0 });
    if (!started.ok) throw new Error(started.refusal.reason);
    const { port } = started.server;
    const body = JSON.stringify([{ timestamp: other.clock.nowMs, attributes: {} }]);
    const head = [
      'POST /api/signalwright/spans HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      `DD-API-KEY: ${other.org.ownerCredentials.apiKey}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      'Expect: 100-continue',
      'Connection: close',
    ].join('\r\n');
    const socket = connect(port, '127.0.0.1', () => socket.write(`${head}\r\n\r\n`));
    socket.setEncoding('utf8');
    // The server has the request in hand once it asks for the body.
    const asked = await new Promise<string>((resolve, reject) => {
      socket.once('data', resolve).once('error', reject);
    });
    expect(asked).toMatch(/^HTTP\/1\.1 100 /);
    const closing = Promise.all([started.server.close(), started.server.close()]);
    const answered = new Promise<string>((resolve) => socket.once('data', resolve));
    socket.write(body);
    expect(await answered).toMatch(/^HTTP\/1\.1 202 /);
    await closing;
    await expect(fetch(`${started.server.url}/health`)).rejects.toThrow();
    await other.close();
  });

  test('is not held up by a client that never pauses, and cuts none of its requests', async () => {
    const other = await openTestOrg();
    const started = await serveOrg(other.org, { port: 0 });
    if (!started.ok) throw new Error(started.refusal.reason);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ends: string[] = [];
    const ask = (): void => {
      const asked = request(`${started.server.url}/health`, { agent }, (response) => {
        ends.push(`${response.statusCode} ${response.headers.connection}`);
        response.resume().on('end', ask);
      });
      asked.on('error', (error: NodeJS.ErrnoException) => ends.push(error.code ?? error.message)).end();
    };
    ask();
    while (ends.length < 10) await new Promise((resolve) => setTimeout(resolve, 5));
    const stoppedMs = performance.now();
    await started.server.close();
    expect(performance.now() - stoppedMs).toBeLessThan(2_000);
    // Refused, or written to a connection that was idle when the server stopped: not begun in either case.
    const isOver = (): boolean => ends.at(-1)?.startsWith('E') === true;
    while (!isOver()) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(ends.filter((end) => !/^200 (keep-alive|close)$/.test(end))).toHaveLength(1);
    agent.destroy();
    await other.close();
  });

  test('an org that is closed is not ready', async () => {
    const other = await openTestOrg();
    await other.org.close();
    expect((await other.org.fetch(new Request('http://org.in-process/ready'))).status).toBe(503);
    await other.close();
  });
});

test('the keys of the owner are the same after a restart, and made anew when their file is lost', async () => {
  let other = await openTestOrg();
  const first = other.org.ownerCredentials;
  other = await other.restart();
  expect(other.org.ownerCredentials).toEqual(first);
  rmSync(join(other.dataDir, 'credentials.json'));
  other = await other.restart();
  expect(other.org.ownerCredentials).not.toEqual(first);
  expect((await other.call('GET', '/api/signalwright/users')).status).toBe(200);
  await other.close();
});
