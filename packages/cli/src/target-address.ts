/** Where the embedded org is: SIGNALWRIGHT_URL, or where the org of this folder answered last. */

import { EXIT } from './exit-codes.ts';
import { CommandFailure, usageFailure } from './failure.ts';
import { oneLine } from './text-width.ts';
import type { World } from './world.ts';

/**
 * The address as it is used and recorded: one spelling, nothing in it that is secret.
 *
 * @throws CommandFailure 64 for what is no address of an org
 */
export function readTargetUrl(text: string): string {
  const problem = problemOf(text);
  if (problem !== undefined)
    throw usageFailure(`SIGNALWRIGHT_URL ${problem}.`, 'Such as http://127.0.0.1:8085.');
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}

/** The value is not repeated: it may hold a password. */
function problemOf(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return 'is no http or https address';
  const { username, password, search, hash } = new URL(text);
  if (username !== '' || password !== '')
    return 'holds a user or a password: keys are given by DD_API_KEY and DD_APP_KEY';
  if (search !== '' || hash !== '' || text.includes('?') || text.includes('#'))
    return 'has a question mark or a # in it';
  return undefined;
}

/** Keys of this machine's org are sent to no other machine. */
export function isThisMachine(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** Where Datadog's own sites are. Source: Datadog "Getting started with Datadog sites". */
const DATADOG_DOMAINS = ['datadoghq.com', 'datadoghq.eu', 'ddog-gov.com'];

/**
 * Keys follow `site:`, which is a line that anybody can propose: a branch that names another host would have them from
 * whoever plans it. Another host is named a second time, where no branch can.
 *
 * @throws CommandFailure 1
 */
export function requireKnownSite(site: string, environment: string, env: World['env']): void {
  const isDatadog = DATADOG_DOMAINS.some((domain) => site === domain || site.endsWith(`.${domain}`));
  if (isDatadog || env['DD_SITE'] === site) return;
  throw new CommandFailure(
    EXIT.findings,
    `The site of ${oneLine(environment)}, ${site}, is none of Datadog: no key is sent there.`,
    `Correct site: in signalwright.yaml. If that host is meant, set DD_SITE=${site} as well.`,
  );
}
