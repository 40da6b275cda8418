/**
 * The last net under secrets: whatever text leaves through here has each registered value replaced, in the
 * spellings in which values travel: raw, JSON-escaped, URL-encoded, base64 (also as a part of a longer
 * text, as in basic authentication), base64url and hexadecimal.
 */

import { StringDecoder } from 'node:string_decoder';
import { Transform } from 'node:stream';

import { MASK, type Secret } from './secret.ts';

/** Shorter spellings are left alone: they would also hit ordinary text. Chosen. */
export const REDACTED_MIN_CHARS = 4;
/** A part of a base64 text is only searched for when it is at least this long. Chosen. */
const BASE64_PART_MIN_CHARS = 8;

export interface Redactor {
  /** The text without secrets. */
  readonly text: (text: string) => string;
  /** A stream for UTF-8 output that also finds what is split over chunks. */
  readonly stream: () => Transform;
}

interface Found {
  readonly start: number;
  readonly end: number;
}

/** A redactor for these secrets, whole lines of a multi-line secret included. */
export function redactor(secrets: readonly Secret[]): Redactor {
  const spellings = [...new Set(secrets.flatMap((secret) => valuesOf(secret).flatMap(spellingsOf)))]
    .filter((spelling) => spelling.length >= REDACTED_MIN_CHARS)
    .toSorted((a, b) => b.length - a.length);
  const longest = spellings[0]?.length ?? 0;
  const text = (input: string): string => mask(input, find(input, spellings));
  return { text, stream: () => redactingStream(text, (input) => find(input, spellings), longest) };
}

/** A private key is also its lines: logs break at line ends. */
function valuesOf(secret: Secret): readonly string[] {
  const value = secret.reveal();
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  return lines.length === 1
    ? [value]
    : [value, ...lines.filter((line) => line.length >= BASE64_PART_MIN_CHARS)];
}

function spellingsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  const percent = percentOf(value);
  const json = JSON.stringify(value).slice(1, -1);
  return [
    value,
    json,
    json.replaceAll('/', '\\/'),
    JSON.stringify(json).slice(1, -1),
    encodeURIComponent(wellFormed(value)),
    percent,
    percent.replaceAll('%20', '+'),
    percent.toLowerCase(),
    hex.replace(/../g, '%$&'),
    hex.toUpperCase().replace(/../g, '%$&'),
    hex,
    hex.toUpperCase(),
    ...base64Spellings(bytes),
  ];
}

/** `encodeURIComponent` throws on a stray surrogate. */
function wellFormed(value: string): string {
  return value.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Form encoding: everything but letters, digits and `-._*` is encoded. */
function percentOf(value: string): string {
  return encodeURIComponent(wellFormed(value)).replace(
    /[!'()~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * Three bytes make four characters, so a value inside a longer text has three spellings; the characters
 * that it shares with its neighbours are left out.
 */
function base64Spellings(bytes: Buffer): readonly string[] {
  const parts = [0, 1, 2].flatMap((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const shared = (before + bytes.length) % 3 === 0 ? 0 : 1;
    const part = padded.slice(before === 0 ? 0 : before + 1, padded.length - shared);
    return part.length >= BASE64_PART_MIN_CHARS ? [part] : [];
  });
  const whole = bytes.toString('base64');
  return [whole, whole.replaceAll('=', ''), ...parts].flatMap((text) => [
    text,
    text.replaceAll('+', '-').replaceAll('/', '_'),
  ]);
}

/** Where spellings occur, in order, overlaps joined. */
function find(text: string, spellings: readonly string[]): readonly Found[] {
  const hits: Found[] = [];
  for (const spelling of spellings) {
    for (let start = text.indexOf(spelling); start !== -1; start = text.indexOf(spelling, start + 1)) {
      hits.push({ start, end: start + spelling.length });
    }
  }
  hits.sort((a, b) => a.start - b.start || b.end - a.end);
  const joined: Found[] = [];
  for (const hit of hits) {
    const last = joined.at(-1);
    if (last === undefined || hit.start >= last.end) joined.push(hit);
    else if (hit.end > last.end) joined[joined.length - 1] = { start: last.start, end: hit.end };
  }
  return joined;
}

function mask(text: string, found: readonly Found[]): string {
  let from = 0;
  const parts: string[] = [];
  for (const { start, end } of found) {
    parts.push(text.slice(from, start), MASK);
    from = end;
  }
  return parts.join('') + text.slice(from);
}

/** Holds back as many characters as the longest spelling may still need. */
function redactingStream(
  redact: (text: string) => string,
  findIn: (text: string) => readonly Found[],
  longest: number,
): Transform {
  const decoder = new StringDecoder('utf8');
  let held = '';
  return new Transform({
    decodeStrings: true,
    transform(chunk: Buffer, _encoding, done) {
      held += decoder.write(chunk);
      let cut = held.length - Math.max(0, longest - 1);
      if (cut <= 0) return done();
      const across = findIn(held).find(({ start, end }) => start < cut && cut < end);
      if (across !== undefined) cut = across.start;
      const out = redact(held.slice(0, cut));
      held = held.slice(cut);
      done(null, out);
    },
    flush(done) {
      done(null, redact(held + decoder.end()));
    },
  });
}
