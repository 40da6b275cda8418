/** Headers that every answer carries. Source: reliability T06 (stored scripts) and T27 (framing, sniffing). */

/** Answers that are data: nothing in them may ever run, load or be framed. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** The page has no script at all; its one style sheet and its forms are its own. */
const PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const EVERYWHERE = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** @param contentType of the answer; HTML gets the policy of the page, all else that of data */
export function securityHeaders(contentType: string | null): Readonly<Record<string, string>> {
  const isPage = contentType?.startsWith('text/html') === true;
  return { ...EVERYWHERE, 'content-security-policy': isPage ? PAGE_POLICY : DATA_POLICY };
}
