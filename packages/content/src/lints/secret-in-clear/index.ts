/**
 * A key, token or password in the text of a file. What was in git once is public to all who can read it: the secret
 * must be changed, not only removed. Source: the documented forms of each vendor's keys.
 */

import type { ContentPath } from '@signalwright/model';
import type { Lint } from '../lint-contract.ts';

interface SecretForm {
  readonly what: string;
  readonly pattern: RegExp;
}

/** Each with bounded repeats, and a literal in front, so that a text is read in linear time. */
const FORMS: readonly SecretForm[] = [
  { what: 'an AWS access key', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/ },
  {
    what: 'a GitHub token',
    pattern: /\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{36,255}\b|\bgithub_pat_[A-Za-z0-9_]{60,100}\b/,
  },
  { what: 'a Slack token', pattern: /\bxox[abposr]-[A-Za-z0-9-]{10,200}/ },
  {
    what: 'the address of a Slack webhook',
    pattern: /\bhooks\.slack\.com\/services\/T[A-Z0-9]{6,14}\/B[A-Z0-9]{6,14}\/[A-Za-z0-9]{20,32}/,
  },
  { what: 'a private key', pattern: /-----BEGIN (?:[A-Z]{1,10} ){0,2}PRIVATE KEY-----/ },
  {
    what: 'a signed token',
    pattern: /\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,1000}/,
  },
  { what: 'an npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { what: 'a Google API key', pattern: /\bAIza[A-Za-z0-9_-]{35}\b/ },
  { what: 'a Stripe key', pattern: /\b[sr]k_live_[A-Za-z0-9]{20,100}\b/ },
  {
    what: 'a Datadog key',
    pattern:
      /\b(?:dd|datadog)[_-]?(?:api|app|application)[_-]?key["']?\s{0,3}[:=]\s{0,3}["']?[a-f0-9]{32,40}\b/i,
  },
  {
    what: 'a bearer token',
    pattern:
      /\bauthorization["']?\s{0,3}[:=]\s{0,3}["']?bearer\s{1,3}(?!\{\{|secret:)[A-Za-z0-9._~+/=-]{20,2000}/i,
  },
  {
    what: 'a password in an address',
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@{}'"]{1,64}:(?!\{\{|\*)[^\s/:@{}'"]{6,128}@/i,
  },
];

/** One look for all of the forms: nearly no text holds any of these. */
const MAY_HOLD_ONE =
  /AKIA|ASIA|gh[opsur]_|github_pat_|xox|hooks\.slack|PRIVATE KEY|eyJ|npm_|AIza|k_live_|[_-]?key|bearer|:\/\//i;

/** Texts of one object that are looked at. */
const MAX_TEXTS = 5_000;

export const secretInClear: Lint = (_object, report, _context, written) => {
  let texts = 0;
  const look = (value: unknown, path: ContentPath): void => {
    if (texts > MAX_TEXTS) return;
    if (typeof value === 'string') {
      texts += 1;
      if (!MAY_HOLD_ONE.test(value)) return;
      const found = FORMS.flatMap(({ what, pattern }) => {
        const match = pattern.exec(value);
        return match === null ? [] : [{ what, start: match.index, end: match.index + match[0].length }];
      })[0];
      if (found === undefined) return;
      report.inText(path, found, 'lint/secret-in-clear', `This looks like ${found.what}.`, {
        hint: 'Change the secret where it is valid, then write secret://<name> here.',
      });
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      look(child, [...path, Array.isArray(value) ? Number(key) : key]);
    }
  };
  look(written, []);
};
