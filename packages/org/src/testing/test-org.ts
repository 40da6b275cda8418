/** An org in a temporary folder with a clock that the test moves, and a receiver that remembers what it was told. */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Event, RoleName } from '@signalwright/model';
import { openEgress, parseAllowList, Secret } from '@signalwright/outbound';
import { createApiClient, type ApiClient } from '@signalwright/wire';

import { createOrg } from '../create-org.ts';
import type { Org, OrgOptions } from '../org.ts';
import type { Connector } from '../deliver-notice.ts';
import { openEmbeddedWorkflows } from '../embedded-workflows.ts';
import type { Credentials } from '../identity/identity-file.ts';
import type { LogEntry } from '../log.ts';
import type { OrgAccess } from '../workflow-port.ts';

/** 2026-11-22T10:00:00Z. */
export const START_MS = 1_795_341_600_000;

export interface TestOrg {
  readonly org: Org;
  readonly dataDir: string;
  readonly clock: { nowMs: number };
  readonly log: LogEntry[];
  readonly client: ApiClient;
  readonly webhook: WebhookSink;
  /** With the keys of the runner, whose causes are believed. */
  readonly runnerAccess: OrgAccess;
  /** Sends a request with the owner's keys, or with those given. */
  call(method: string, path: string, body?: unknown, credentials?: Credentials): Promise<Answered>;
  credentialsOf(role: RoleName): Credentials;
  /** Closes the org and opens it again on the same folder, as it was or with something changed. */
  restart(change?: Partial<OrgOptions>): Promise<TestOrg>;
  close(): Promise<void>;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly body: unknown;
}

/** What stands at a path of an answer's body; undefined where nothing does. */
export function field(answered: Answered, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<string, unknown> | undefined)?.[key],
    answered.body,
  );
}

export interface WebhookSink {
  readonly url: string;
  readonly received: { readonly headers: Readonly<Record<string, unknown>>; readonly body: unknown }[];
  /** What it answers to the next requests; 200 when there is nothing left. */
  readonly answers: number[];
  close(): Promise<void>;
}

export async function openTestOrg(change: Partial<OrgOptions> = {}): Promise<TestOrg> {
  const dataDir = mkdtempSync(join(tmpdir(), 'org-'));
  const webhook = await openWebhookSink();
  return openOn(dataDir, webhook, { nowMs: START_MS }, change);
}

async function openOn(
  dataDir: string,
  webhook: WebhookSink,
  clock: { nowMs: number },
  change: Partial<OrgOptions>,
): Promise<TestOrg> {
  const log: LogEntry[] = [];
  const allow = parseAllowList([new URL(webhook.url).origin]);
  if (!allow.ok) throw new Error(allow.message);
  const egress = openEgress({ allow: allow.hosts });
  const random = (bytes: number): Uint8Array => randomBytes(bytes);
  const nowMs = (): number => clock.nowMs;
  const sleep = (ms: number): Promise<void> => {
    clock.nowMs += ms;
    return Promise.resolve();
  };
  const connectors = new Map<string, Connector>([
    ['@webhook-siem', { kind: 'webhook', url: webhook.url }],
    ['@slack-appsec', { kind: 'slack', url: new Secret(webhook.url) }],
  ]);
  const write = (entry: LogEntry): void => void log.push(entry);
  let runnerAccess: OrgAccess | undefined;
  const org = await createOrg({
    dataDir,
    nowMs,
    random,
    connectors,
    teller: { name: 'acme', publicUrl: 'https://signals.example.com/soc' },
    egress,
    neverBlock: ['192.0.2.0/24'],
    log: write,
    openWorkflows: (runner) => {
      runnerAccess = runner;
      const clock = { nowMs, sleep };
      return openEmbeddedWorkflows({ dataDir, clock, random, egress, log: write, secret: noSecret }, runner);
    },
    ...change,
  });
  const access = org.access();
  const issued = new Map<RoleName, Credentials>();
  return {
    org,
    dataDir,
    clock,
    log,
    webhook,
    runnerAccess: runnerAccess ?? access,
    client: createApiClient({
      baseUrl: access.baseUrl,
      auth: { apiKey: access.apiKey, applicationKey: access.applicationKey },
      fetch: access.fetch,
      clock: { nowMs, sleep },
      random: () => 0.5,
    }),
    call: (method, path, body, credentials) => call(org, method, path, body, credentials),
    credentialsOf: (role) => {
      const known = issued.get(role) ?? org.issueKeys(role);
      issued.set(role, known);
      return known;
    },
    restart: async (changed = {}) => {
      await org.close();
      return openOn(dataDir, webhook, clock, { ...change, ...changed });
    },
    close: async () => {
      await org.close();
      await webhook.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function noSecret(name: string): string {
  throw new Error(`There is no secret "${name}".`);
}

async function call(
  org: Org,
  method: string,
  path: string,
  body: unknown,
  credentials: Credentials = org.ownerCredentials,
): Promise<Answered> {
  const response = await org.fetch(
    new Request(`http://org.in-process${path}`, {
      method,
      headers: {
        'dd-api-key': credentials.apiKey,
        'dd-application-key': credentials.applicationKey,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }),
  );
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function openWebhookSink(): Promise<WebhookSink> {
  const received: WebhookSink['received'] = [];
  const answers: number[] = [];
  const server: Server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body: parse(text) });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({
        url: `http://127.0.0.1:${port}/siem`,
        received,
        answers,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}

/** A failed login of the sample shop, as the sample application's tracer would report it. */
export function loginFailure(id: string, tsMs: number, ip = '203.0.113.7', user = `user-${id}`): Event {
  return {
    id,
    tsMs,
    dataSource: 'spans',
    service: 'shop',
    env: 'prod',
    tags: ['env:prod'],
    attributes: {
      http: { client_ip: ip },
      usr: { id: user },
      appsec: { security_activity: 'business_logic.users.login.failure' },
    },
    message: 'POST /login',
  };
}

/** Create body of a rule that opens a high signal at the fifth failed login of an address. */
export function loginRule(change: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    name: 'Failed logins',
    type: 'application_security',
    isEnabled: true,
    message: '{{@http.client_ip}} failed to log in.',
    tags: ['security:attack', 'signalwright:acme/failed-logins'],
    queries: [
      {
        name: 'failures',
        query: '@appsec.security_activity:business_logic.users.login.failure',
        groupByFields: ['service', '@http.client_ip'],
      },
    ],
    cases: [
      { name: 'storm', condition: 'failures > 9', status: 'critical' },
      { name: 'burst', condition: 'failures > 4', status: 'high', notifications: ['@webhook-siem'] },
    ],
    options: { evaluationWindow: 300, keepAlive: 3_600, maxSignalDuration: 86_400 },
    ...change,
  };
}
