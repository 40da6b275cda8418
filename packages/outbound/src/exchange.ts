/**
 * One request and its response on one connection to one address, with every part of the answer bounded.
 * Knows nothing of rules: `egress.ts` has checked the URL, the headers and the address.
 */

import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

import type { EgressOutcome, EgressRequest, FailureReason } from './outcome.ts';

/** Bytes of all response headers together. */
const HEADERS_MAX_BYTES = 16_384;

export interface Exchange {
  readonly url: URL;
  /** An IP address; the name in the URL is not resolved again. */
  readonly address: string;
  readonly method: EgressRequest['method'];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** PEM; the system's own when left out. */
  readonly authorities?: readonly string[];
  readonly idleMs: number;
  readonly maxBytes: number;
  readonly deadline: AbortSignal;
}

/** Sends it; never rejects. */
export function exchange(sent: Exchange): Promise<EgressOutcome> {
  return new Promise((resolve) => {
    let mayHaveArrived = false;
    const request = start(sent);
    const settle = (outcome: EgressOutcome): void => {
      sent.deadline.removeEventListener('abort', late);
      resolve(outcome);
      request.destroy();
    };
    const fail = (reason: FailureReason, message: string): void =>
      settle({ kind: 'failed', reason, message, mayHaveArrived });
    const late = (): void => fail('timeout', `${sent.url.host} did not answer in time.`);
    request.on('socket', (socket) => {
      const connected = sent.url.protocol === 'https:' ? 'secureConnect' : 'connect';
      socket.once(connected, () => {
        mayHaveArrived = true;
      });
    });
    request.on('timeout', () => fail('timeout', `${sent.url.host} was silent for ${sent.idleMs} ms.`));
    request.on('error', (error) =>
      fail(reasonOf(error, mayHaveArrived), `${sent.url.host}: ${plainReason(error)}.`),
    );
    request.on('response', (response) => {
      receive(response, sent).then(settle, (error: unknown) => {
        const reason = error instanceof TooLarge ? 'too-large' : 'protocol';
        fail(reason, `${sent.url.host}: ${plainReason(error)}.`);
      });
    });
    if (sent.deadline.aborted) return late();
    sent.deadline.addEventListener('abort', late, { once: true });
    request.end(sent.body);
  });
}

function start(sent: Exchange): ClientRequest {
  const { url, address } = sent;
  const pinned: LookupFunction = (_hostname, options, done) => {
    const family = isIP(address);
    if (options.all === true) done(null, [{ address, family }]);
    else done(null, address, family);
  };
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return send(url, {
    method: sent.method,
    headers: {
      'user-agent': 'signalwright',
      accept: '*/*',
      ...sent.headers,
      'accept-encoding': 'identity',
      ...(sent.body !== undefined && { 'content-length': String(sent.body.byteLength) }),
    },
    lookup: pinned,
    // A connection of its own: no agent of the process, with whatever proxy it may have, is involved.
    agent: false,
    timeout: sent.idleMs,
    maxHeaderSize: HEADERS_MAX_BYTES,
    insecureHTTPParser: false,
    ...(sent.authorities !== undefined && { ca: [...sent.authorities] }),
  });
}

async function receive(response: IncomingMessage, sent: Exchange): Promise<EgressOutcome> {
  const declared = Number(response.headers['content-length'] ?? 0);
  if (declared > sent.maxBytes) throw new TooLarge(sent.maxBytes);
  const isEmpty = sent.method === 'HEAD' || response.statusCode === 204 || response.statusCode === 304;
  const stream = isEmpty ? response : unpacked(response, sent.maxBytes);
  const body = await readAll(stream, sent.maxBytes);
  const headers = Object.entries(response.headersDistinct).map(([name, values]) => [
    name,
    (values ?? []).join(', '),
  ]);
  return {
    kind: 'response',
    response: {
      status: response.statusCode ?? 0,
      headers: Object.fromEntries(headers) as Readonly<Record<string, string>>,
      body,
      url: sent.url.href,
    },
  };
}

/** We ask for no packing; what comes packed all the same is unpacked under the same limit. */
function unpacked(response: IncomingMessage, maxBytes: number): Readable {
  const unpack = unpackerOf(response.headers['content-encoding']);
  if (unpack === undefined) return response;
  let packedBytes = 0;
  response.on('data', (chunk: Buffer) => {
    packedBytes += chunk.length;
    if (packedBytes > maxBytes) response.destroy(new TooLarge(maxBytes));
  });
  response.on('error', (error) => unpack.destroy(error));
  response.on('aborted', () => unpack.destroy(new Error('the connection was cut')));
  return response.pipe(unpack);
}

function unpackerOf(encoding: string | undefined) {
  switch (encoding?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      throw new Error('the answer is packed in an unknown way');
  }
}

async function readAll(stream: Readable, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new TooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

class TooLarge extends Error {
  constructor(maxBytes: number) {
    super(`the answer is larger than ${maxBytes} bytes`);
  }
}

const CONNECT_ERRORS = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
  'EACCES',
  'EPERM',
]);

function reasonOf(error: unknown, mayHaveArrived: boolean): FailureReason {
  if (!mayHaveArrived) return 'connect';
  return CONNECT_ERRORS.has(codeOf(error)) ? 'connect' : 'protocol';
}

/** One line without addresses of ours or text of theirs. */
function plainReason(error: unknown): string {
  const code = codeOf(error);
  if (code !== '') return code;
  return error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : 'no answer';
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
