/** Mail against a real SMTP server on this machine. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, test } from 'vitest';
import { Secret } from '../secret.ts';
import { mailAddressOf, tellMail, type MailConnector } from './mail.ts';
import type { SignalMessage } from './message.ts';

const MESSAGE: SignalMessage = {
  deliveryId: 'd-1',
  signalId: 'AQAAsignal',
  reason: 'opened',
  severity: 'high',
  title: 'Credential stuffing from 203.0.113.9',
  text: 'Many logins failed.\n\nBlock the address.',
  facts: [{ name: 'Service', value: 'shop' }],
  source: 'acme-appsec',
  url: 'https://signals.example.com/signals/AQAAsignal',
  atMs: Date.parse('2026-06-01T10:00:00Z'),
};

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly secure: boolean;
}

const servers: SMTPServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise<void>((resolve) => server.close(resolve));
});

async function mailServer(
  options: SMTPServerOptions = {},
): Promise<{ readonly port: number; readonly mails: Mail[] }> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString(),
          secure: session.secure,
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return { port: (server.server.address() as AddressInfo).port, mails };
}

function connector(port: number, change: Partial<MailConnector> = {}): MailConnector {
  return {
    server: `smtp://127.0.0.1:${port}`,
    from: 'signals@acme.example',
    to: ['@acme.example'],
    ...change,
  };
}

test('one plain text, known by its delivery, in the thread of its signal', async () => {
  const { port, mails } = await mailServer();
  expect(await tellMail(connector(port), 'bob@acme.example', MESSAGE)).toEqual({ kind: 'done', status: 250 });
  const raised: SignalMessage = { ...MESSAGE, deliveryId: 'd-2', reason: 'raised', severity: 'critical' };
  await tellMail(connector(port), 'bob@acme.example', raised);
  const [first, second] = mails;
  expect(first).toMatchObject({ from: 'signals@acme.example', to: ['bob@acme.example'] });
  for (const line of [
    'From: "acme-appsec" <signals@acme.example>',
    'To: bob@acme.example',
    'Subject: HIGH: Credential stuffing from 203.0.113.9',
    'Message-ID: <d-1@acme.example>',
    'In-Reply-To: <signal.AQAAsignal@acme.example>',
    'Auto-Submitted: auto-generated',
    'Date: Mon, 01 Jun 2026 10:00:00 +0000',
    'Content-Type: text/plain; charset=utf-8',
    'A signal of severity high was opened.',
    'Block the address.',
    'Service: shop',
    'https://signals.example.com/signals/AQAAsignal',
  ])
    expect(first?.raw.split('\r\n')).toContain(line);
  expect(second?.raw).toContain('Message-ID: <d-2@acme.example>');
  expect(second?.raw).toContain('In-Reply-To: <signal.AQAAsignal@acme.example>');
});

test('what an attacker wrote makes no header and no second receiver', async () => {
  const { port, mails } = await mailServer();
  const hostile: SignalMessage = {
    ...MESSAGE,
    signalId: 'x>\r\nBcc: eve@evil.example',
    title: 'a\r\nBcc: eve@evil.example\r\n\r\n<script>',
    text: '.\r\nQUIT\r\n<img src=x>',
    source: 'x\r\nBcc: eve@evil.example',
  };
  expect(await tellMail(connector(port), 'bob@acme.example', hostile)).toMatchObject({ kind: 'done' });
  expect(mails).toHaveLength(1);
  expect(mails[0]?.to).toEqual(['bob@acme.example']);
  const [head = ''] = mails[0]?.raw.split('\r\n\r\n') ?? [];
  expect(head).not.toMatch(/^bcc:/im);
  expect(head).toContain('text/plain');
});

describe('who may be told', () => {
  const CASES: readonly [address: string, to: readonly string[], isTold: boolean][] = [
    ['bob@acme.example', ['@acme.example'], true],
    ['Bob@ACME.example', ['@acme.example'], true],
    ['bob@acme.example', ['bob@acme.example'], true],
    ['eve@evil.example', ['@acme.example', 'bob@acme.example'], false],
    ['eve@notacme.example', ['@acme.example'], false],
    ['eve@acme.example.evil.example', ['@acme.example'], false],
    ['bob@acme.example', [], false],
  ];
  test.each(CASES)('%s by %j: %s', async (address, to, isTold) => {
    const { port, mails } = await mailServer();
    const outcome = await tellMail(connector(port, { to }), address, MESSAGE);
    expect(outcome.kind).toBe(isTold ? 'done' : 'failed');
    expect(mails).toHaveLength(isTold ? 1 : 0);
  });

  const HANDLES: readonly [handle: string, address: string | undefined][] = [
    ['@bob@acme.example', 'bob@acme.example'],
    ['@b.o+b@acme.example', 'b.o+b@acme.example'],
    ['@slack-appsec', undefined],
    ['@bob@acme.example,eve@evil.example', undefined],
    ['@bob@acme.example eve@evil.example', undefined],
    ['@"bob"@acme.example', undefined],
    ['@bob@acme.example\r\nRCPT TO:<eve@evil.example>', undefined],
    ['@bob@eve@acme.example', undefined],
    ['bob@acme.example', undefined],
  ];
  test.each(HANDLES)('%j is the handle of %s', (handle, address) => {
    expect(mailAddressOf(handle)).toBe(address);
  });
});

describe('the answers of a server', () => {
  const refusal = (code: number, text: string): Error =>
    Object.assign(new Error(text), { responseCode: code });

  test.each([
    [450, 'retry'],
    [451, 'retry'],
    [550, 'failed'],
    [554, 'failed'],
  ] as const)('%i to a receiver: %s', async (code, kind) => {
    const { port } = await mailServer({
      onRcptTo: (_address, _session, done) => done(refusal(code, 'mailbox says no')),
    });
    const outcome = await tellMail(connector(port), 'bob@acme.example', MESSAGE);
    expect(outcome.kind).toBe(kind);
    expect(outcome).toMatchObject({ reason: expect.stringContaining('mailbox says no') as unknown });
  });

  test('a wrong password is told to people, and is in no reason', async () => {
    const { port, mails } = await mailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ password }, _session, done) =>
        password === 'right' ? done(null, { user: 'u' }) : done(new Error('Invalid username or password')),
    });
    const change = { user: 'signals', password: new Secret('wrong-password') };
    const outcome = await tellMail(connector(port, change), 'bob@acme.example', MESSAGE);
    expect(outcome.kind).toBe('failed');
    expect(JSON.stringify(outcome)).not.toContain('wrong-password');
    const right = { user: 'signals', password: new Secret('right') };
    expect(await tellMail(connector(port, right), 'bob@acme.example', MESSAGE)).toMatchObject({
      kind: 'done',
    });
    expect(mails).toHaveLength(1);
  });

  test('a server that is away is tried again', async () => {
    const { port } = await mailServer();
    const [server] = servers.splice(0);
    await new Promise<void>((resolve) => server?.close(resolve));
    const outcome = await tellMail(connector(port), 'bob@acme.example', MESSAGE);
    expect(outcome).toMatchObject({ kind: 'retry', afterMs: 60_000 });
  });

  test('nothing is sent in clear to another machine', async () => {
    // Names of this machine other than the usual ones count as another machine.
    const { port, mails } = await mailServer();
    const outcome = await tellMail(
      connector(port, { server: `smtp://127.0.0.2:${port}` }),
      'bob@acme.example',
      MESSAGE,
    );
    expect(outcome.kind).not.toBe('done');
    expect(mails).toEqual([]);
  });
});

describe('TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sw-mail-'));
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  const how = [
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost',
  ];
  let made: { readonly key: string; readonly cert: string } | undefined;
  try {
    execFileSync('openssl', ['req', '-x509', ...how, ...files], { stdio: 'ignore' });
    made = {
      key: readFileSync(join(folder, 'key.pem'), 'utf8'),
      cert: readFileSync(join(folder, 'cert.pem'), 'utf8'),
    };
  } catch {
    made = undefined;
  }
  rmSync(folder, { recursive: true, force: true });

  test.each([
    ['smtps', { secure: true }],
    ['smtp', { disabledCommands: [] }],
  ] as const)('%s:// encrypts, and only to a certificate that is trusted', async (scheme, options) => {
    const own = made;
    if (own === undefined) throw new Error('This test needs openssl, which the proofs of egress need too.');
    const { port, mails } = await mailServer({ ...own, ...options, disabledCommands: [] });
    const server = `${scheme}://localhost:${port}`;
    const trusted = connector(port, { server, authorities: [own.cert] });
    expect(await tellMail(trusted, 'bob@acme.example', MESSAGE)).toMatchObject({ kind: 'done' });
    expect(mails).toMatchObject([{ secure: true }]);
    const outcome = await tellMail(connector(port, { server }), 'bob@acme.example', MESSAGE);
    expect(outcome.kind).not.toBe('done');
    expect(mails).toHaveLength(1);
  });
});
