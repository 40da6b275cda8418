/** Characters and bytes that hide, reorder or break what a reviewer sees. Source: threat T12 of docs/threats.md. */

import type { SeededRandom } from '../../harness/seeded-random.ts';
import { either, flagged, pick, refused, ruleText, valid, type Family, type HostileInput } from './input.ts';

/** First and last code point of what may stand nowhere in a file. */
const HIDDEN: readonly (readonly [name: string, first: number, last: number])[] = [
  ['NUL and controls', 0x00, 0x08],
  ['vertical tab and form feed', 0x0b, 0x0c],
  ['controls', 0x0e, 0x1f],
  ['DEL and C1, NEL among them', 0x7f, 0x9f],
  ['soft hyphen', 0xad, 0xad],
  ['Arabic letter mark', 0x61c, 0x61c],
  ['Hangul fillers', 0x115f, 0x1160],
  ['Mongolian vowel separator', 0x180e, 0x180e],
  ['zero width', 0x200b, 0x200b],
  ['direction marks', 0x200e, 0x200f],
  ['line and paragraph separator', 0x2028, 0x2029],
  ['embeddings and overrides', 0x202a, 0x202e],
  ['word joiner and invisible operators', 0x2060, 0x2064],
  ['isolates', 0x2066, 0x2069],
  ['deprecated format characters', 0x206a, 0x206f],
  ['Hangul filler', 0x3164, 0x3164],
  ['byte order mark', 0xfeff, 0xfeff],
  ['halfwidth filler', 0xffa0, 0xffa0],
  ['interlinear annotation', 0xfff9, 0xfffb],
  ['noncharacters', 0xfffe, 0xffff],
  ['musical format', 0x1d173, 0x1d17a],
  ['shorthand format', 0x1bca0, 0x1bca3],
  ['tags', 0xe0000, 0xe007f],
  ['further variation selectors', 0xe0100, 0xe0110],
];

/** Where a character is put: a comment, a key, and each style of a value. */
const PLACES: readonly ((character: string) => string)[] = [
  (character) => ruleText({ more: `# note${character}here\n` }),
  (character) => ruleText({ more: `own${character}er: me\n` }),
  (character) => ruleText({ name: `Hos${character}tile` }),
  (character) => ruleText({ query: `'@http.status${character}_code:500'` }),
  (character) => ruleText({ name: `"Hos${character}tile"` }),
  (character) => ruleText({ message: `|\n  Look${character} at it.\n` }),
  (character) => ruleText({ query: `>-\n      @http.status_code:500\n      ${character}env:prod` }),
  (character) => `${character}${ruleText()}`,
  (character) => `${ruleText()}${character}\n`,
];

function hiddenTable(): readonly HostileInput[] {
  return HIDDEN.flatMap(([name, first, last]) => {
    const codePoints = [...new Set([first, Math.floor((first + last) / 2), last])];
    return codePoints.flatMap((codePoint) =>
      PLACES.map((place, index) =>
        refused(
          `${name} U+${codePoint.toString(16)}, place ${index}`,
          place(String.fromCodePoint(codePoint)),
        ),
      ),
    );
  });
}

function drawHidden(random: SeededRandom): HostileInput {
  const [name, first, last] = pick(random, HIDDEN);
  const codePoint = first + random.below(last - first + 1);
  const text = ruleText();
  const at = random.below(text.length);
  return refused(
    `${name} U+${codePoint.toString(16)} at ${at}`,
    `${text.slice(0, at)}${String.fromCodePoint(codePoint)}${text.slice(at)}`,
  );
}

/** `\u202e` in double quotes is harmless as bytes and hostile as a value. */
function escapeTable(): readonly HostileInput[] {
  const escapes = [
    '\\0',
    '\\a',
    '\\b',
    '\\e',
    '\\v',
    '\\f',
    '\\N',
    '\\L',
    '\\P',
    '\\u202e',
    '\\u200b',
    '\\U000E0041',
    '\\x00',
    '\\x9b',
    '\\ud800',
    '\\udc00',
    '\\ud83d',
    '\\ufeff',
    '\\ufe0f',
    '\\u2066',
  ];
  return escapes.flatMap((escape) => [
    flagged(`escape ${escape} in a name`, ruleText({ name: `"Hos${escape}tile"` })),
    refused(`escape ${escape} in a key`, ruleText({ more: `"own${escape}er": me\n` })),
    flagged(`escape ${escape} in a query`, ruleText({ query: `"service:sh${escape}op"` })),
  ]);
}

/** Letters of other scripts that look like Latin ones, where a name must be what it looks like. */
function homoglyphTable(): readonly HostileInput[] {
  const words = [
    'shоp',
    'аdmin',
    'rооt',
    'pаyments',
    'sсan',
    'lοgin',
    'Αdmin',
    'ѕervice',
    'usеr',
    'ԁata',
    'teѕt',
    'hеlp',
  ];
  return words.flatMap((word) => [
    refused(`homoglyph ${word} as an id`, ruleText().replace('id: hostile', `id: ${word}`)),
    refused(`homoglyph ${word} in a query`, ruleText({ query: `'service:${word}'` })),
    refused(`homoglyph ${word} in an attribute`, ruleText({ query: `'@${word}.name:x'` })),
    refused(
      `homoglyph ${word} in a folded query`,
      ruleText({ query: `>-\n      env:prod\n      -service:${word}` }),
    ),
    refused(`homoglyph ${word} as a key`, ruleText({ more: `${word}: me\n` })),
    refused(`homoglyph ${word} as a kind`, ruleText().replace('kind: detection-rule', `kind: ${word}-rule`)),
  ]);
}

const SPACES = ['\u00a0', '\u1680', '\u2000', '\u2003', '\u2007', '\u200a', '\u202f', '\u205f', '\u3000'];

function spaceTable(): readonly HostileInput[] {
  return SPACES.flatMap((space) => {
    const name = `space U+${(space.codePointAt(0) ?? 0).toString(16)}`;
    return [
      refused(`${name} as indentation`, ruleText().replace('    query:', `${space.repeat(4)}query:`)),
      refused(`${name} behind a colon`, ruleText().replace('kind: ', `kind:${space}`)),
      refused(`${name} in a key`, ruleText({ more: `own${space}er: me\n` })),
      refused(`${name} in an id`, ruleText().replace('id: hostile', `id: hos${space}tile`)),
      flagged(`${name} in a query`, ruleText({ query: `'service:shop${space}-env:prod'` })),
      valid(`${name} in prose`, ruleText({ message: `|\n  Combien${space}?\n` })),
    ];
  });
}

/** Bytes that are no UTF-8, each sort of them. */
const BAD_BYTES: readonly (readonly [name: string, ...bytes: number[]])[] = [
  ['Latin-1', 0xe9],
  ['a continuation alone', 0x80],
  ['a start alone', 0xc3],
  ['two bytes of three', 0xe4, 0xb8],
  ['three bytes of four', 0xf0, 0x9f, 0x98],
  ['an overlong slash', 0xc0, 0xaf],
  ['an overlong NUL', 0xc0, 0x80],
  ['an overlong slash of three', 0xe0, 0x80, 0xaf],
  ['an overlong slash of four', 0xf0, 0x80, 0x80, 0xaf],
  ['an encoded surrogate', 0xed, 0xa0, 0x80],
  ['an encoded pair', 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
  ['beyond U+10FFFF', 0xf4, 0x90, 0x80, 0x80],
  ['five bytes', 0xf8, 0x88, 0x80, 0x80, 0x80],
  ['0xFE', 0xfe],
  ['0xFF', 0xff],
];

function insertBytes(text: string, at: number, bytes: readonly number[]): Uint8Array {
  const original = new TextEncoder().encode(text);
  return Uint8Array.from([...original.subarray(0, at), ...bytes, ...original.subarray(at)]);
}

function encodingTable(): readonly HostileInput[] {
  const text = ruleText();
  const utf16 = Buffer.from(text, 'utf16le');
  const places = [0, text.indexOf('Hostile') + 3, text.indexOf('500'), text.length];
  return [
    ...BAD_BYTES.flatMap(([name, ...bytes]) =>
      places.map((at) => refused(`${name} at ${at}`, insertBytes(text, at, bytes))),
    ),
    refused('UTF-16 with a mark', Uint8Array.from([0xff, 0xfe, ...utf16])),
    refused('UTF-16 without a mark', utf16),
    refused('UTF-16, high byte first', Buffer.from(utf16).swap16()),
    refused('UTF-32', Buffer.from([...text].flatMap((character) => [character.charCodeAt(0), 0, 0, 0]))),
    refused('a mark before UTF-8', `\ufeff${text}`),
    refused('1 MB of 0xFF', () => Buffer.alloc(1_000_000, 0xff)),
    refused('1 MB of 0x80 behind a rule', () =>
      Uint8Array.from(Buffer.concat([Buffer.from(text), Buffer.alloc(900_000, 0x80)])),
    ),
    refused('1 MB of NUL', () => Buffer.alloc(1_000_000, 0)),
  ];
}

function lineBreakTable(): readonly HostileInput[] {
  const text = ruleText();
  return [
    valid('CRLF throughout', text.replaceAll('\n', '\r\n')),
    refused('CR throughout', text.replaceAll('\n', '\r')),
    refused('LF and CR turned around', text.replaceAll('\n', '\n\r')),
    refused('CR twice', text.replaceAll('\n', '\r\r\n')),
    refused('a CR that hides the line', ruleText({ name: 'Evil\r name: Good' })),
    refused('NEL for a line break', text.replaceAll('\n', '\u0085')),
    refused('U+2028 for a line break', text.replaceAll('\n', '\u2028')),
    refused('form feed for a line break', text.replaceAll('\n', '\f')),
    valid('no line break at the end', text.trimEnd()),
  ];
}

export const CHARACTERS: readonly Family[] = [
  { name: 'hidden characters', table: hiddenTable, draw: drawHidden },
  { name: 'escapes', table: escapeTable },
  { name: 'homoglyphs', table: homoglyphTable },
  { name: 'spaces', table: spaceTable },
  {
    name: 'encodings',
    table: encodingTable,
    draw: (random) => {
      const [name, ...bytes] = pick(random, BAD_BYTES);
      const text = ruleText();
      const at = random.below(text.length);
      return refused(`${name} at ${at}`, insertBytes(text, at, bytes));
    },
  },
  {
    name: 'line breaks',
    table: lineBreakTable,
    draw: (random) => {
      const breaks = ['\n', '\n', '\r\n', '\r', '\n\n', ' \n', '\t\n', '\u2028'];
      const text = ruleText().replaceAll('\n', () => pick(random, breaks));
      return either('a mixture of line breaks', text);
    },
  },
];
