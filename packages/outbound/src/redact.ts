/**
 * The last net under secrets: whatever text leaves through here has each registered value replaced, in every
 * spelling in which values travel (spelling.ts).
 */

import { StringDecoder } from 'node:string_decoder';
import { Transform } from 'node:stream';

import { MASK, type Secret } from './secret.ts';
import { searched, spellingsOf, type Searched, type Span, type Spelling } from './spelling.ts';

/** Shorter lines of a multi-line secret are left alone. Chosen. */
const LINE_MIN_CHARS = 8;

export interface Redactor {
  /** The text without secrets. */
  readonly text: (text: string) => string;
  /** A stream for UTF-8 output that also finds what is split over chunks. Only what could be the beginning of a secret waits. */
  readonly stream: () => Transform;
}

/** A redactor for these secrets, whole lines of a multi-line secret included. */
export function redactor(secrets: readonly Secret[]): Redactor {
  const values = new Set(secrets.flatMap((secret) => valuesOf(secret.reveal())));
  const spellings = [...values].flatMap(spellingsOf);
  return {
    text: (text) => mask(text, find(searched(text), spellings)),
    stream: () => redactingStream(spellings),
  };
}

/** A private key is also its lines: logs break at line ends. */
function valuesOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  return lines.length === 1 ? [value] : [value, ...lines.filter((line) => line.length >= LINE_MIN_CHARS)];
}

/** Where secrets are, in order, overlaps joined. */
function find(where: Searched, spellings: readonly Spelling[]): readonly Span[] {
  const spans = spellings.flatMap((spelling) => spelling.find(where));
  spans.sort((a, b) => a.start - b.start || b.end - a.end);
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last === undefined || span.start >= last.end) joined.push(span);
    else if (span.end > last.end) joined[joined.length - 1] = { start: last.start, end: span.end };
  }
  return joined;
}

function mask(text: string, spans: readonly Span[]): string {
  let from = 0;
  const parts: string[] = [];
  for (const { start, end } of spans) {
    parts.push(text.slice(from, start), MASK);
    from = end;
  }
  return parts.join('') + text.slice(from);
}

function redactingStream(spellings: readonly Spelling[]): Transform {
  const decoder = new StringDecoder('utf8');
  let held = '';
  return new Transform({
    decodeStrings: true,
    transform(chunk: Buffer, _encoding, done) {
      held += decoder.write(chunk);
      const where = searched(held);
      const spans = find(where, spellings);
      let cut = Math.min(held.length, ...spellings.map((spelling) => spelling.openEnd(where)));
      // A match across the cut, or one that may still grow, waits as a whole.
      for (const { start, end } of spans.toReversed()) {
        if (start < cut && (end > cut || end === held.length)) cut = start;
      }
      const out = mask(
        held.slice(0, cut),
        spans.filter(({ end }) => end <= cut),
      );
      held = held.slice(cut);
      done(null, out);
    },
    flush(done) {
      const rest = held + decoder.end();
      done(null, mask(rest, find(searched(rest), spellings)));
    },
  });
}
