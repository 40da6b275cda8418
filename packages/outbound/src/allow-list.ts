/**
 * Where the process may connect to. Deny by default; one entry is one host:
 *
 *     hooks.example.com          https, port 443, public addresses only
 *     hooks.example.com:8443     another port
 *     *.example.com              any host below, not the domain itself
 *     https://siem.corp:8443     scheme and port spelled out: inside addresses are meant
 *     http://127.0.0.1:8080      the same without TLS
 */

export interface AllowedHost {
  readonly scheme: 'http:' | 'https:';
  /** As a URL spells it: lower case, punycode, IPv6 in brackets. With `below`, the domain above. */
  readonly host: string;
  readonly below: boolean;
  readonly port: number;
  /** Inside addresses are meant. */
  readonly inside: boolean;
}

export type AllowListResult =
  | { readonly ok: true; readonly hosts: readonly AllowedHost[] }
  /** `entry` is the first one that cannot be read. */
  | { readonly ok: false; readonly entry: string; readonly message: string };

/** Reads the entries of an allow-list, e.g. from the configuration. */
export function parseAllowList(entries: readonly string[]): AllowListResult {
  const hosts: AllowedHost[] = [];
  for (const entry of entries) {
    const host = parseEntry(entry);
    if (typeof host === 'string') return { ok: false, entry, message: `"${entry}" ${host}` };
    hosts.push(host);
  }
  return { ok: true, hosts };
}

/** The entry that covers a URL, or undefined. */
export function allowedHostOf(url: URL, hosts: readonly AllowedHost[]): AllowedHost | undefined {
  const port = portOf(url);
  return hosts.find(
    (allowed) =>
      allowed.scheme === url.protocol &&
      allowed.port === port &&
      (allowed.below ? url.hostname.endsWith(`.${allowed.host}`) : url.hostname === allowed.host),
  );
}

/** The port that a URL leads to. */
function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'http:' ? 80 : 443;
}

const ENTRY = /^(?:(https?):\/\/)?(\*\.)?([^\s/?#@\\:*]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/;

function parseEntry(entry: string): AllowedHost | string {
  const match = ENTRY.exec(entry);
  if (match === null) return 'is not a host. Write host, host:port or scheme://host:port.';
  const [, scheme, wildcard, host = '', port] = match;
  if (scheme === 'http' && port === undefined) return 'needs its port, because it is not https.';
  const written = `${scheme ?? 'https'}://${host}${port === undefined ? '' : `:${port}`}`;
  if (!URL.canParse(written)) return 'is not a host.';
  const url = new URL(written);
  if (wildcard !== undefined && !url.hostname.includes('.')) return 'covers a whole top-level domain.';
  return {
    scheme: url.protocol === 'http:' ? 'http:' : 'https:',
    host: url.hostname,
    below: wildcard !== undefined,
    port: portOf(url),
    inside: scheme !== undefined && port !== undefined && wildcard === undefined,
  };
}
