/** A receiver of webhooks on this machine: the outside world of the story. It takes what is signed. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isSignedBy, type Secret } from '@signalwright/outbound';

const MAX_BODY_BYTES = 1024 * 1024;
const REQUEST_TIMEOUT_MS = 5_000;

export interface WebhookSink {
  /** Where a handle's webhook leads: `http://127.0.0.1:<port>/<handle without @>`. */
  urlOf(handle: string): string;
  close(): Promise<void>;
}

export async function startWebhookSink(secret: Secret, nowMs: () => number): Promise<WebhookSink> {
  const server: Server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    void take(request, response);
  });

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const isMeant =
      body !== undefined && request.method === 'POST' && isSigned(request, body, secret, nowMs());
    response.writeHead(isMeant ? 204 : 401).end();
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (handle) => `http://127.0.0.1:${port}/${encodeURIComponent(handle.replace(/^@/, ''))}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isSigned(request: IncomingMessage, body: string, secret: Secret, nowMs: number): boolean {
  const headers = {
    timestamp: header(request, 'x-signalwright-timestamp'),
    signature: header(request, 'x-signalwright-signature'),
  };
  return isSignedBy(body, headers, secret, nowMs);
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request) {
      const part = chunk as Buffer;
      bytes += part.byteLength;
      if (bytes > MAX_BODY_BYTES) return undefined;
      chunks.push(part);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}
