/**
 * The spellings in which a value travels. Escapes differ from one encoder to the next (which characters a URL
 * encodes, how JSON writes a slash), so the value is matched character by character, each in any of its
 * spellings; base64 and hexadecimal change the whole text and are searched for as they are.
 */

/** Shorter spellings are left alone: they would also hit ordinary text. Chosen. */
const SPELLING_MIN_CHARS = 4;
/** A part of a base64 text is only searched for when it is at least this long. Chosen. */
const BASE64_PART_MIN_CHARS = 8;

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A text that is searched for many values. */
export interface Searched {
  readonly text: string;
  /** ASCII letters in lower case; as long as the text. */
  readonly lower: string;
  /** Where an escape may begin. */
  readonly signs: readonly number[];
}

/** One way to find a value in a text. */
export interface Spelling {
  /** Every occurrence. */
  readonly find: (searched: Searched) => readonly Span[];
  /** Where an occurrence may have begun that the end of the text cuts off; the text's length when none has. */
  readonly openEnd: (searched: Searched) => number;
}

/** What an escape begins with. */
const ESCAPE_SIGN = /[\\%&+]/g;

/** Makes a text ready to be searched. */
export function searched(text: string): Searched {
  return {
    text,
    lower: text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
    signs: Array.from(text.matchAll(ESCAPE_SIGN), (sign) => sign.index),
  };
}

/** Every way to find a value; none for a value that is too short. */
export function spellingsOf(value: string): readonly Spelling[] {
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  const whole = [hex, hex.toUpperCase(), ...base64Spellings(bytes)].filter(
    (text) => text.length >= SPELLING_MIN_CHARS,
  );
  const fixed = [...new Set(whole)].map(fixedSpelling);
  return value.length >= SPELLING_MIN_CHARS ? [escapedSpelling(value), ...fixed] : [];
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

function fixedSpelling(spelling: string): Spelling {
  return {
    find: ({ text }) => {
      const spans: Span[] = [];
      for (let start = text.indexOf(spelling); start !== -1; start = text.indexOf(spelling, start + 1)) {
        spans.push({ start, end: start + spelling.length });
      }
      return spans;
    },
    openEnd: ({ text }) => {
      for (let start = Math.max(0, text.length - spelling.length + 1); start < text.length; start += 1) {
        if (text[start] === spelling[0] && spelling.startsWith(text.slice(start))) return start;
      }
      return text.length;
    },
  };
}

/** How one character of the value may be written. */
interface Letter {
  readonly raw: string;
  /** Compared without regard to case: hexadecimal digits come in both. */
  readonly escapes: readonly string[];
}

const SHORT_ESCAPES: Readonly<Record<string, readonly string[]>> = {
  '\n': ['\\n', '\\\\n'],
  '\r': ['\\r', '\\\\r'],
  '\t': ['\\t', '\\\\t'],
  '\b': ['\\b', '\\\\b'],
  '\f': ['\\f', '\\\\f'],
  '"': ['\\"', '\\\\\\"', '&quot;'],
  '\\': ['\\\\', '\\\\\\\\'],
  '/': ['\\/', '\\\\/'],
  "'": ["\\'", '&apos;'],
  '&': ['&amp;'],
  '<': ['&lt;'],
  '>': ['&gt;'],
  ' ': ['+'],
};

function lettersOf(value: string): readonly Letter[] {
  return Array.from(value, (character) => {
    const percent = [...Buffer.from(character)]
      .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
      .join('');
    const units = Array.from({ length: character.length }, (_, index) =>
      character.charCodeAt(index).toString(16).padStart(4, '0'),
    );
    const codePoint = character.codePointAt(0) ?? 0;
    return {
      raw: character,
      escapes: [
        ...(SHORT_ESCAPES[character] ?? []),
        percent,
        percent.replaceAll('%', '%25'),
        units.map((unit) => `\\u${unit}`).join(''),
        units.map((unit) => `\\\\u${unit}`).join(''),
        `&#${codePoint};`,
        `&#x${codePoint.toString(16)};`,
      ],
    };
  });
}

function escapedSpelling(value: string): Spelling {
  const letters = lettersOf(value);
  const raw = letters[0]?.raw ?? '';
  const rawStart = raw + (letters[1]?.raw ?? '');
  return {
    find: (where) => {
      const matches = startsIn(where, raw, rawStart).map((start) => ({
        start,
        end: matchFrom(where, start, letters).end,
      }));
      return matches.filter((match): match is Span => match.end !== undefined);
    },
    openEnd: (where) => {
      const { length } = where.text;
      for (let start = Math.max(0, length - letters.length * LETTER_MAX_CHARS); start < length; start += 1) {
        if (matchFrom(where, start, letters).isOpen) return start;
      }
      return length;
    },
  };
}

/** The longest spelling of one character: four bytes, each as `%25xx`. */
const LETTER_MAX_CHARS = 20;
/** Ways to read one value that are followed at once; only a value made of escape signs has more. */
const WAYS_MAX = 32;

/** The few places where the value can begin: its first two characters, or an escape in place of one of them. */
function startsIn({ text, signs }: Searched, raw: string, rawStart: string): readonly number[] {
  const starts: number[] = [];
  for (let at = text.indexOf(rawStart); at !== -1; at = text.indexOf(rawStart, at + 1)) starts.push(at);
  for (const sign of signs) {
    starts.push(sign);
    if (text.startsWith(raw, sign - raw.length)) starts.push(sign - raw.length);
  }
  return starts;
}

interface Match {
  /** The farthest end of a whole match. */
  readonly end: number | undefined;
  /** The text ends in the middle of what could be a match. */
  readonly isOpen: boolean;
}

/** Follows every way to read the value from `start` at once: a character may be its own escape sign. */
function matchFrom({ text, lower }: Searched, start: number, letters: readonly Letter[]): Match {
  let ends = [start];
  let isOpen = false;
  for (const { raw, escapes } of letters) {
    const next: number[] = [];
    const follow = (where: string, spelling: string, at: number): void => {
      if (where.startsWith(spelling, at)) {
        const end = at + spelling.length;
        if (!next.includes(end) && next.length < WAYS_MAX) next.push(end);
      } else if (at + spelling.length > where.length && spelling.startsWith(where.slice(at))) isOpen = true;
    };
    for (const at of ends) {
      follow(text, raw, at);
      if (at === text.length || isEscapeSign(text.charCodeAt(at))) {
        for (const escape of escapes) follow(lower, escape, at);
      }
    }
    if (next.length === 0) return { end: undefined, isOpen };
    ends = next;
  }
  return { end: Math.max(...ends), isOpen };
}

function isEscapeSign(code: number): boolean {
  return code === 0x5c || code === 0x25 || code === 0x26 || code === 0x2b;
}
