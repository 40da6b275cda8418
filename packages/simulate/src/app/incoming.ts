/**
 * Reads an incoming request once, into plain values: whose it is, when it happens, and what the WAF engine is shown.
 * Raw on purpose: a router would tidy `/../` away before anybody could inspect it.
 */

import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { spanIdOf } from '../trace-id.ts';
import type { WafAddresses } from '../waf.ts';
import type { Site } from './sites.ts';

/** `<key>;<milliseconds>`: a request that is part of a story says when it happens. Needs the application's key. */
export const STORY_HEADER = 'x-signalwright-story';
/** W3C Trace Context; a story names its traces, so that its events have the same ids each time it is told. */
const TRACEPARENT = /^00-([\da-f]{32})-[\da-f]{16}-0[01]$/;

export interface Incoming {
  readonly site: Site;
  readonly atMs: number;
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly path: string;
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly clientIp: string;
  readonly userAgent: string;
  /** Lower-case names, without cookies, credentials and the headers of the story. */
  readonly headers: Readonly<Record<string, string>>;
  readonly sessionId: string | undefined;
}

export interface ReadIncomingOptions {
  readonly site: Site;
  /** What a request must name to choose its own time and trace. */
  readonly storyKey: string;
  readonly nowMs: () => number;
}

export function readIncoming(message: IncomingMessage, options: ReadIncomingOptions): Incoming {
  const target = message.url ?? '/';
  const queryStart = target.indexOf('?');
  const storyMs = storyTime(message.headers[STORY_HEADER], options.storyKey);
  const traceId =
    (storyMs === undefined ? undefined : givenTraceId(message)) ?? randomBytes(16).toString('hex');
  return {
    site: options.site,
    atMs: storyMs ?? options.nowMs(),
    traceId,
    spanId: spanIdOf(traceId),
    method: message.method ?? 'GET',
    target,
    path: queryStart < 0 ? target : target.slice(0, queryStart),
    query: readForm(queryStart < 0 ? '' : target.slice(queryStart + 1)),
    clientIp: clientAddress(message),
    userAgent: message.headers['user-agent'] ?? '',
    headers: shownHeaders(message),
    sessionId: sessionCookie(message.headers.cookie),
  };
}

/** The engine's addresses that are known before the body is read. */
export function requestAddresses(incoming: Incoming): WafAddresses {
  return {
    'http.client_ip': incoming.clientIp,
    'server.request.method': incoming.method,
    'server.request.uri.raw': incoming.target,
    'server.request.query': incoming.query,
    'server.request.headers.no_cookies': incoming.headers,
  };
}

/** Query string or form body to all values of each name. Own keys only, whatever the names are. */
export function readForm(text: string): Readonly<Record<string, readonly string[]>> {
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return Object.fromEntries(values);
}

function storyTime(header: string | readonly string[] | undefined, storyKey: string): number | undefined {
  const text = typeof header === 'string' ? header : '';
  if (!text.startsWith(`${storyKey};`)) return undefined;
  const ms = Number(text.slice(storyKey.length + 1));
  return Number.isSafeInteger(ms) && ms >= 0 ? ms : undefined;
}

function givenTraceId(message: IncomingMessage): string | undefined {
  const { traceparent } = message.headers;
  return typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined;
}

/**
 * The application listens on loopback alone, so its peer is the one proxy in front of it, which appends the address
 * that it saw: only the last one is not the client's to choose.
 */
function clientAddress(message: IncomingMessage): string {
  const forwarded = message.headers['x-forwarded-for'];
  const last = (typeof forwarded === 'string' ? forwarded : '').split(',').at(-1)?.trim() ?? '';
  const address = isIP(last) > 0 ? last : (message.socket.remoteAddress ?? '127.0.0.1');
  // A proxy that listens on IPv6 writes an IPv4 client so; it is one client, with one spelling.
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  return mapped !== undefined && isIP(mapped) === 4 ? mapped : address.toLowerCase();
}

function shownHeaders(message: IncomingMessage): Readonly<Record<string, string>> {
  const hidden = new Set(['cookie', 'authorization', 'x-forwarded-for', 'traceparent', STORY_HEADER]);
  return Object.fromEntries(
    Object.entries(message.headers).flatMap(([name, value]) =>
      hidden.has(name) || value === undefined
        ? []
        : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

function sessionCookie(header: string | undefined): string | undefined {
  return /(?:^|;\s*)session=([\w-]{1,64})(?:;|$)/.exec(header ?? '')?.[1];
}
