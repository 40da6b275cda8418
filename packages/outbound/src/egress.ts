/**
 * The only way out over HTTP. A request goes through when its host is on the allow-list, every address its
 * name resolves to is public (or meant, see allow-list.ts), and then to one of exactly those addresses: the
 * name is resolved once and never again. Redirects start over. Proxy settings of the environment are
 * ignored. Law: threats "server-side request forgery" and "response abuse".
 */

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

import { isPublicAddress } from './address.ts';
import { allowedHostOf, type AllowedHost } from './allow-list.ts';
import { exchange, type Exchange } from './exchange.ts';
import type {
  EgressOutcome,
  EgressRequest,
  EgressResponse,
  FailureReason,
  RefusalReason,
} from './outcome.ts';
import { Secret } from './secret.ts';

/** Redirects that are followed. */
export const REDIRECTS_MAX = 3;
/** Bytes of a response body, packed and unpacked. */
export const RESPONSE_MAX_BYTES = 1_048_576;
/** Bytes of a request body. */
export const REQUEST_MAX_BYTES = 15_728_640;
/** From the call to the last byte, redirects included. */
export const DEADLINE_MS = 30_000;
/** Longest silence on the connection. */
const IDLE_MS = 5_000;
/** Requests under way in one broker. Chosen. */
export const CONCURRENT_MAX = 64;
/** Addresses of one name that are tried. Chosen. */
const ADDRESSES_MAX = 3;

/** Gives every address of a name. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export interface EgressOptions {
  readonly allow: readonly AllowedHost[];
  /** The system's resolver unless a test gives its own. */
  readonly resolve?: Resolve;
  /** Longest silence; IDLE_MS unless a test is in a hurry. */
  readonly idleMs?: number;
  /** Certificates (PEM) of authorities to trust instead of the public ones, for inside hosts. */
  readonly authorities?: readonly string[];
}

/** Sends requests under one set of rules. Never throws for what a URL, a server or a network does. */
export interface EgressBroker {
  readonly fetch: (request: EgressRequest) => Promise<EgressOutcome>;
}

/** Opens a broker. It holds no connections between requests. */
export function openEgress(options: EgressOptions): EgressBroker {
  let underWay = 0;
  return {
    fetch: async (request) => {
      if (underWay >= CONCURRENT_MAX) return refused('busy', `${CONCURRENT_MAX} requests are under way.`);
      underWay += 1;
      try {
        return await follow(request, options);
      } finally {
        underWay -= 1;
      }
    },
  };
}

async function follow(request: EgressRequest, options: EgressOptions): Promise<EgressOutcome> {
  const body = typeof request.body === 'string' ? Buffer.from(request.body) : request.body;
  if (body !== undefined && body.byteLength > REQUEST_MAX_BYTES) {
    return refused('bad-request', `The body has more than ${REQUEST_MAX_BYTES} bytes.`);
  }
  const timeout = AbortSignal.timeout(Math.min(request.timeoutMs ?? DEADLINE_MS, DEADLINE_MS));
  const deadline = request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal]);
  let hop: Hop = {
    url: request.url,
    method: request.method,
    headers: request.headers ?? {},
    ...(body !== undefined && { body }),
  };
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects += 1) {
    const outcome = await send(hop, options, deadline);
    if (outcome.kind === 'failed' && request.signal?.aborted === true) {
      return { ...outcome, reason: 'cancelled', message: 'The request was cancelled.' };
    }
    if (outcome.kind !== 'response') return outcome;
    const next = request.followRedirects === false ? undefined : redirectOf(hop, outcome.response);
    if (next === undefined) return outcome;
    if (next === 'downgrade') return refused('not-allowed', 'The redirect leads from https to http.');
    hop = next;
  }
  return refused('too-many-redirects', `More than ${REDIRECTS_MAX} redirects.`);
}

interface Hop {
  readonly url: string;
  readonly method: EgressRequest['method'];
  readonly headers: Readonly<Record<string, string | Secret>>;
  readonly body?: Uint8Array;
}

async function send(hop: Hop, options: EgressOptions, deadline: AbortSignal): Promise<EgressOutcome> {
  const target = checkUrl(hop.url, options.allow);
  if ('kind' in target) return target;
  const { url, allowed } = target;
  const headers = checkHeaders(hop.headers, url);
  if ('kind' in headers) return headers;
  const addresses = await addressesOf(url, allowed, options.resolve ?? resolveName, deadline);
  if ('kind' in addresses) return addresses;
  let outcome: EgressOutcome = failed('name', `${url.hostname} has no address.`);
  for (const address of addresses.list.slice(0, ADDRESSES_MAX)) {
    const sent: Exchange = {
      url,
      address,
      method: hop.method,
      headers: headers.values,
      ...(hop.body !== undefined && { body: hop.body }),
      ...(options.authorities !== undefined && { authorities: options.authorities }),
      idleMs: options.idleMs ?? IDLE_MS,
      maxBytes: RESPONSE_MAX_BYTES,
      deadline,
    };
    outcome = await exchange(sent);
    // Another address is only tried when nothing can have arrived at this one.
    if (outcome.kind !== 'failed' || outcome.reason !== 'connect' || outcome.mayHaveArrived) return outcome;
  }
  return outcome;
}

interface Target {
  readonly url: URL;
  readonly allowed: AllowedHost;
}

function checkUrl(text: string, allow: readonly AllowedHost[]): Target | EgressOutcome {
  // The parser would repair these silently; what is written must be what is asked for.
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u0020\u007f\\]/.test(text) || !URL.canParse(text)) {
    return refused('bad-request', 'This is not a URL.');
  }
  if (!/^https?:\/\/[^/]/i.test(text)) {
    return refused('not-allowed', 'Only https://… (and http://… where it is listed) is allowed.');
  }
  if (/^[^/]*\/\/[^/?#]*@/.test(text))
    return refused('bad-request', 'A URL must hold no user name or password.');
  const url = new URL(text);
  const allowed = allowedHostOf(url, allow);
  if (allowed === undefined) {
    return refused('not-allowed', `${url.protocol}//${url.host} is not on the list of allowed hosts.`);
  }
  return { url, allowed };
}

/** These belong to the connection, not to the caller. */
const OWN_HEADERS =
  /^(?:host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|keep-alive|proxy-.*)$/i;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

function checkHeaders(
  headers: Hop['headers'],
  url: URL,
): { readonly values: Readonly<Record<string, string>> } | EgressOutcome {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const text = value instanceof Secret ? value.reveal() : value;
    if (!HEADER_NAME.test(name) || !HEADER_VALUE.test(text) || OWN_HEADERS.test(name)) {
      return refused('bad-request', `The header "${name.slice(0, 40)}" cannot be sent.`);
    }
    if (value instanceof Secret && !value.isFor(url.hostname)) {
      return refused('secret-not-for-host', `${value.name} must not be sent to ${url.hostname}.`);
    }
    values[name] = text;
  }
  return { values };
}

async function addressesOf(
  url: URL,
  allowed: AllowedHost,
  resolve: Resolve,
  deadline: AbortSignal,
): Promise<{ readonly list: readonly string[] } | EgressOutcome> {
  const literal = url.hostname.replace(/^\[(.*)\]$/, '$1');
  let list: readonly string[];
  try {
    list = isIP(literal) === 0 ? await withinDeadline(resolve(url.hostname), deadline) : [literal];
  } catch {
    if (deadline.aborted) return failed('timeout', `${url.hostname} was not resolved in time.`);
    return failed('name', `${url.hostname} cannot be resolved.`);
  }
  const inside = allowed.inside ? undefined : list.find((address) => !isPublicAddress(address));
  if (inside !== undefined) {
    return refused('inside-address', `${url.hostname} leads to ${inside}, which is not a public address.`);
  }
  return { list };
}

async function resolveName(hostname: string): Promise<readonly string[]> {
  const answers = await lookup(hostname, { all: true, order: 'verbatim' });
  return answers.map((answer) => answer.address);
}

function withinDeadline<T>(work: Promise<T>, deadline: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error('The deadline has passed.'));
    if (deadline.aborted) return late();
    deadline.addEventListener('abort', late, { once: true });
    work.then(resolve, reject).finally(() => deadline.removeEventListener('abort', late));
  });
}

/** What may follow to another origin: nothing that could prove who we are. */
const HEADERS_FOR_STRANGERS = new Set(['accept', 'content-type', 'user-agent']);

/** The next hop, or undefined when the response is the answer. Methods change as in the Fetch standard. */
function redirectOf(hop: Hop, response: EgressResponse): Hop | 'downgrade' | undefined {
  const location = response.headers['location'];
  if (![301, 302, 303, 307, 308].includes(response.status) || location === undefined) return undefined;
  if (!URL.canParse(location, hop.url)) return undefined;
  const [from, to] = [new URL(hop.url), new URL(location, hop.url)];
  if (from.protocol === 'https:' && to.protocol === 'http:') return 'downgrade';
  const keepsBody =
    response.status === 307 || response.status === 308 || hop.method === 'GET' || hop.method === 'HEAD';
  const headers = Object.entries(hop.headers).filter(
    ([name]) => from.origin === to.origin || HEADERS_FOR_STRANGERS.has(name.toLowerCase()),
  );
  return {
    url: to.href,
    method: keepsBody ? hop.method : 'GET',
    headers: Object.fromEntries(headers),
    ...(keepsBody && hop.body !== undefined && { body: hop.body }),
  };
}

function refused(reason: RefusalReason, message: string): EgressOutcome {
  return { kind: 'refused', reason, message };
}

function failed(reason: FailureReason, message: string): EgressOutcome {
  return { kind: 'failed', reason, message, mayHaveArrived: false };
}
