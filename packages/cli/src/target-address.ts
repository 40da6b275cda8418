/** Where the embedded org is: SIGNALWRIGHT_URL, or where the org of this folder answered last. */

import { usageFailure } from './failure.ts';

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
