/** Puts an application on a socket: the gate first, then the limits, then the application. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { getRequestListener } from '@hono/node-server';

import { checkRequestSource, loopbackHosts } from './host-gate.ts';
import { securityHeaders } from './security-headers.ts';

/** Chosen: fixed, so that the address of the page can be a bookmark. */
export const DEFAULT_PORT = 8085;

export const LOOPBACK = '127.0.0.1';

/** Source: reliability T29. Slow senders are cut off long before they can fill the table of connections. */
const LIMITS = {
  headerBytes: 16 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  checkEveryMs: 1_000,
  connections: 2_048,
  /** How long answers under way may take when the server stops. */
  shutdownMs: 5_000,
} as const;

export interface ListenOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

export interface Listening {
  readonly port: number;
  /** `http://127.0.0.1:8085`, without a slash at the end. */
  readonly url: string;
  /** Takes no new connection, lets answers under way finish, then resolves; a second call waits for the first. */
  close(): Promise<void>;
}

export type ListenRefusal =
  | { readonly reason: 'port_in_use'; readonly port: number }
  | { readonly reason: 'port_not_permitted'; readonly port: number }
  | { readonly reason: 'address_not_available'; readonly host: string };

export type ListenResult =
  | { readonly ok: true; readonly listening: Listening }
  | { readonly ok: false; readonly refusal: ListenRefusal };

/** Starts to listen. What the machine refuses comes back as a value; anything else is thrown. */
export async function listen(options: ListenOptions): Promise<ListenResult> {
  const hosts = new Set<string>();
  const underWay = new UnderWay();
  const server = createServer(
    {
      maxHeaderSize: LIMITS.headerBytes,
      headersTimeout: LIMITS.headersTimeoutMs,
      requestTimeout: LIMITS.requestTimeoutMs,
      connectionsCheckingInterval: LIMITS.checkEveryMs,
    },
    underWay.around(gated(getRequestListener(options.fetch, { overrideGlobalObjects: false }), hosts)),
  );
  server.maxConnections = LIMITS.connections;
  const refusal = await startListening(server, options);
  if (refusal !== undefined) return { ok: false, refusal };
  const { port } = server.address() as AddressInfo;
  for (const host of loopbackHosts(port)) hosts.add(host);
  const url = `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`;
  let closing: Promise<void> | undefined;
  return { ok: true, listening: { port, url, close: () => (closing ??= closeServer(server, underWay)) } };
}

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

/**
 * Answers that are not complete. When the server stops, each is the last one of its connection, and says so: a client
 * that sent its next request there would find it cut, and one that never pauses would keep the server from stopping.
 */
class UnderWay {
  readonly #responses = new Set<ServerResponse>();
  #isEnding = false;

  around(listener: Listener): Listener {
    return (request, response) => {
      this.#responses.add(response);
      response.once('close', () => this.#responses.delete(response));
      if (this.#isEnding) endWith(response);
      return listener(request, response);
    };
  }

  endConnections(): void {
    this.#isEnding = true;
    for (const response of this.#responses) endWith(response);
  }
}

function endWith(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}

function gated(listener: Listener, hosts: ReadonlySet<string>): Listener {
  return (request, response) => {
    const verdict = checkRequestSource(request, hosts);
    if (verdict.ok) return listener(request, response);
    const contentType = 'application/json';
    response.writeHead(verdict.status, {
      ...securityHeaders(contentType),
      'content-type': contentType,
      connection: 'close',
    });
    return response.end(JSON.stringify({ errors: [verdict.reason] }));
  };
}

function startListening(server: Server, options: ListenOptions): Promise<ListenRefusal | undefined> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const refusal = refusalOf(error.code, options);
      if (refusal === undefined) reject(error);
      else resolve(refusal);
    });
    server.listen({ port: options.port, host: options.host, exclusive: true }, () => resolve(undefined));
  });
}

function refusalOf(code: string | undefined, { port, host }: ListenOptions): ListenRefusal | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return { reason: 'port_in_use', port };
    case 'EACCES':
    case 'EPERM':
      return { reason: 'port_not_permitted', port };
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAFNOSUPPORT':
      return { reason: 'address_not_available', host };
    default:
      return undefined;
  }
}

function closeServer(server: Server, underWay: UnderWay): Promise<void> {
  return new Promise((resolve) => {
    underWay.endConnections();
    const timer = setTimeout(() => server.closeAllConnections(), LIMITS.shutdownMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
