/**
 * The services that the sample application plays, told apart by the Host header. The names are reserved for
 * documentation (RFC 2606), so no DNS answer can point a browser at them.
 */

export interface Site {
  readonly host: string;
  readonly service: string;
  readonly env: string;
  readonly version: string;
  readonly team: string;
}

export const SITES = {
  shop: { host: 'shop.example.com', service: 'shop', env: 'prod', version: '4.2.0', team: 'storefront' },
  shopStaging: {
    host: 'shop.staging.example.com',
    service: 'shop',
    env: 'staging',
    version: '4.3.0-rc.1',
    team: 'storefront',
  },
  payments: {
    host: 'payments.example.com',
    service: 'payments',
    env: 'prod',
    version: '2.8.1',
    team: 'payments',
  },
} as const satisfies Record<string, Site>;

export type SiteName = keyof typeof SITES;

/**
 * @param hostHeader as sent; the application's own loopback address is the shop, for people with a curl
 * @returns undefined for any other name, which is refused: a page elsewhere may have been rebound to loopback
 */
export function siteOfHost(hostHeader: string | undefined, port: number): Site | undefined {
  const host = hostHeader?.toLowerCase();
  if (host === `127.0.0.1:${port}` || host === `localhost:${port}`) return SITES.shop;
  return Object.values(SITES).find((site) => site.host === host);
}
