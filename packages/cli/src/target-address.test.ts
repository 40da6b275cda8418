import { expect, test } from 'vitest';
import { requireKnownSite } from './target-address.ts';

test.each(['datadoghq.com', 'us3.datadoghq.com', 'ap1.datadoghq.com', 'datadoghq.eu', 'ddog-gov.com'])(
  'keys are sent to %s',
  (site) => expect(() => requireKnownSite(site, 'prod', {})).not.toThrow(),
);

test.each(['evil.example', 'datadoghq.eu.evil.example', 'evildatadoghq.eu', 'datadoghq.co', 'eu', 'com'])(
  'keys are not sent to %s, unless DD_SITE says the same',
  (site) => {
    expect(() => requireKnownSite(site, 'prod', {})).toThrow(
      `${site}, is none of Datadog: no key is sent there.`,
    );
    expect(() => requireKnownSite(site, 'prod', { DD_SITE: `x${site}` })).toThrow('no key is sent there');
    expect(() => requireKnownSite(site, 'prod', { DD_SITE: site })).not.toThrow();
  },
);
