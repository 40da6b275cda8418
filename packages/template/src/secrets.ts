/**
 * Keys, tokens and passwords in a text, told by the forms that vendors document. Only well-known forms are found: what
 * this does not find may be a secret all the same.
 */

export interface FoundSecret {
  /** With its article: "an npm token". */
  readonly what: string;
  /** UTF-16 offsets, half-open. */
  readonly start: number;
  readonly end: number;
}

interface SecretForm {
  readonly what: string;
  readonly pattern: RegExp;
}

/** Each with bounded repeats, and a literal in front, so that a text is read in linear time. */
const FORMS: readonly SecretForm[] = [
  { what: 'an AWS access key', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  {
    what: 'a GitHub token',
    pattern: /\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{36,255}\b|\bgithub_pat_[A-Za-z0-9_]{60,100}\b/g,
  },
  { what: 'a Slack token', pattern: /\bxox[abposr]-[A-Za-z0-9-]{10,200}/g },
  {
    what: 'the address of a Slack webhook',
    pattern: /\bhooks\.slack\.com\/services\/T[A-Z0-9]{6,14}\/B[A-Z0-9]{6,14}\/[A-Za-z0-9]{20,32}/g,
  },
  {
    what: 'a private key',
    pattern:
      /-----BEGIN (?:[A-Z]{1,10} ){0,2}PRIVATE KEY-----(?:\s{0,40}[A-Za-z0-9+/=]{16,80}(?=\s|-|$)){0,400}/g,
  },
  {
    what: 'a signed token',
    // Not behind a dash: a text of many starts would be read from each of them.
    pattern: /(?<![\w-])eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,1000}/g,
  },
  { what: 'an npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { what: 'a Google API key', pattern: /\bAIza[A-Za-z0-9_-]{35}\b/g },
  { what: 'a Stripe key', pattern: /\b[sr]k_live_[A-Za-z0-9]{20,100}\b/g },
  {
    what: 'a Datadog key',
    pattern:
      /\b(?:dd|datadog)[_-]?(?:api|app|application)[_-]?key["']?\s{0,3}[:=]\s{0,3}["']?[a-f0-9]{32,40}\b/gi,
  },
  {
    what: 'a bearer token',
    pattern:
      /\bauthorization["']?\s{0,3}[:=]\s{0,3}["']?bearer\s{1,3}(?!\{\{|secret:)[A-Za-z0-9._~+/=-]{20,2000}/gi,
  },
  {
    what: 'a password in an address',
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@{}'"]{1,64}:(?!\{\{|\*)[^\s/:@{}'"]{6,128}@/gi,
  },
];

/** One look for all of the forms: nearly no text holds any of these. */
const MAY_HOLD_ONE =
  /AKIA|ASIA|gh[opsur]_|github_pat_|xox|hooks\.slack|PRIVATE KEY|eyJ|npm_|AIza|k_live_|(?:api|app|application)[_-]?key|bearer|:\/\/[^\s/:@{}'"]{1,64}:/i;

/** The shortest of the forms, `ab://c:secret@`; half of all texts are shorter. */
const MIN_CHARS = 14;

/** In the order of the text; of those that overlap the first. */
export function findSecrets(text: string): readonly FoundSecret[] {
  if (text.length < MIN_CHARS || !MAY_HOLD_ONE.test(text)) return [];
  const all = FORMS.flatMap(({ what, pattern }) =>
    Array.from(text.matchAll(pattern), ({ 0: found, index }) => ({
      what,
      start: index,
      end: index + found.length,
    })),
  ).toSorted((a, b) => a.start - b.start || b.end - a.end);
  const found: FoundSecret[] = [];
  for (const each of all) if (each.start >= (found.at(-1)?.end ?? 0)) found.push(each);
  return found;
}

/** The text with a star for each character of a secret that is no blank: lines and columns stay where they were. */
export function maskSecrets(text: string): string {
  const found = findSecrets(text);
  if (found.length === 0) return text;
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of found) {
    parts.push(text.slice(at, start), stars(text.slice(start, end)));
    at = end;
  }
  return [...parts, text.slice(at)].join('');
}

/** The text with a star for each UTF-16 unit that is no blank. */
export function stars(text: string): string {
  return text.replaceAll(/\S/g, '*');
}
