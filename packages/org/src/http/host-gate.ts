/**
 * The first check of every request that arrives over a socket, before any route, file or token is looked at: a page
 * of another site that resolves its own name to 127.0.0.1 still sends its own name in `Host`.
 * Source: reliability T27 (DNS rebinding, cross-site request forgery, clickjacking on the local page).
 */

import type { IncomingMessage } from 'node:http';

export type GateVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly status: 400 | 403 | 426; readonly reason: string };

type GatedRequest = Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders' | 'headers'>;

const ADMITTED: GateVerdict = { ok: true };
const READING_METHODS = new Set(['GET', 'HEAD']);

/**
 * @param hosts what `Host` may say, lower case, with the port (`127.0.0.1:8085`)
 * @returns why the request must not reach the application, or that it may
 */
export function checkRequestSource(request: GatedRequest, hosts: ReadonlySet<string>): GateVerdict {
  const host = onlyHeader(request, 'host');
  if (host === undefined) return refuse(400, 'A request needs exactly one Host header.');
  if (!hosts.has(host.toLowerCase())) return refuse(403, 'This server does not answer to that Host.');
  // `GET http://elsewhere/ HTTP/1.1` names a second host beside the header; proxies send it, clients do not.
  if (request.url?.startsWith('/') !== true) return refuse(400, 'The request target must be a path.');
  if (request.headers.upgrade !== undefined) return refuse(426, 'This server upgrades to no other protocol.');
  return checkOrigin(request, hosts);
}

/** Hosts under which a server that listens on the loopback address is known. */
export function loopbackHosts(port: number): ReadonlySet<string> {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  return new Set(names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
}

/**
 * Browsers say where a request comes from. Another site may navigate here (a link in a chat) and nothing else: it
 * may neither change anything nor load what is here into itself. Programs send neither header.
 */
function checkOrigin(request: GatedRequest, hosts: ReadonlySet<string>): GateVerdict {
  const isReading = READING_METHODS.has(request.method ?? '');
  const origin = request.headers.origin;
  if (origin !== undefined && !isOwnOrigin(origin, hosts))
    return refuse(403, 'Another origin may not call this.');
  const site = request.headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return ADMITTED;
  if (isReading && request.headers['sec-fetch-mode'] === 'navigate') return ADMITTED;
  return refuse(403, 'Another site may not call this.');
}

/** Plain http only: a loopback server has no certificate, so an https origin is somebody else's. */
function isOwnOrigin(origin: string, hosts: ReadonlySet<string>): boolean {
  const scheme = 'http://';
  return origin.startsWith(scheme) && hosts.has(origin.slice(scheme.length).toLowerCase());
}

/** Node keeps the first of several Host headers; a proxy in between may have believed the second. */
function onlyHeader(request: GatedRequest, name: string): string | undefined {
  const values = request.rawHeaders.filter(
    (_, index, all) => index % 2 === 1 && all[index - 1]?.toLowerCase() === name,
  );
  return values.length === 1 ? values[0] : undefined;
}

function refuse(status: 400 | 403 | 426, reason: string): GateVerdict {
  return { ok: false, status, reason };
}
