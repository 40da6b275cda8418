/**
 * Ways to make a line read other than it is, in the manner of Trojan Source (CVE-2021-42574, CVE-2021-42694): each puts
 * something into a text or replaces a part of it. Own set.
 */

export interface Deception {
  readonly name: string;
  /** `ascii` as the deceiver writes it; the same for a reader. */
  readonly write: (ascii: string) => string;
  /** Where it deceives: prose may hold letters of any script, so look-alikes count in keys and queries only. */
  readonly where: 'anywhere' | 'keys-and-queries';
}

const inMiddle =
  (hidden: string) =>
  (text: string): string =>
    `${text.slice(0, text.length >> 1)}${hidden}${text.slice(text.length >> 1)}`;
const around =
  (before: string, after: string) =>
  (text: string): string =>
    `${before}${text}${after}`;

const character = (codePoint: number): string => String.fromCodePoint(codePoint);
const title = (codePoint: number): string => `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

const BIDI = [0x61c, 0x200e, 0x200f, ...range(0x202a, 0x202e), ...range(0x2066, 0x2069)];
const UNSEEN = [
  0xad,
  0x34f,
  0x115f,
  0x1160,
  0x17b4,
  0x17b5,
  ...range(0x180b, 0x180f),
  0x200b,
  ...range(0x2060, 0x2064),
  ...range(0x206a, 0x206f),
  0x3164,
  ...range(0xfe00, 0xfe0f),
  0xfeff,
  0xffa0,
  ...range(0xfff9, 0xfffb),
  0x1bca0,
  0x1d173,
  0x1d17a,
  0xe0001,
  0xe0041,
  0xe007f,
  0xe0100,
  0xe01ef,
  0x13430,
];
const CONTROL = [
  0x0, 0x1, 0x7, 0x8, 0xb, 0xc, 0x1b, 0x1f, 0x7f, 0x80, 0x85, 0x9b, 0x9f, 0x2028, 0x2029, 0xfffe, 0xffff,
  0x1fffe,
];

/** Direction: the published tricks with overrides and isolates, and each control alone. */
const DIRECTION: readonly Deception[] = [
  ...BIDI.map((each): Deception => ({
    name: `direction ${title(each)}`,
    write: inMiddle(character(each)),
    where: 'anywhere',
  })),
  { name: 'an override that is closed', write: around('\u202E', '\u202C'), where: 'anywhere' },
  { name: 'an isolate that is closed', write: around('\u2067', '\u2069'), where: 'anywhere' },
  { name: 'isolates that swap neighbours', write: around('\u2066', '\u2069 \u2066'), where: 'anywhere' },
  { name: 'an early return', write: around('\u202E\u2066', '\u2069\u2066'), where: 'anywhere' },
  { name: 'a stretched string', write: around('', '\u202E \u2066// ok\u2069 \u2066'), where: 'anywhere' },
  { name: 'an embedding behind Hebrew', write: around('\u05D0\u202B', '\u202C'), where: 'anywhere' },
];

const HIDDEN: readonly Deception[] = [
  ...UNSEEN.map((each): Deception => ({
    name: `unseen ${title(each)}`,
    write: inMiddle(character(each)),
    where: 'anywhere',
  })),
  ...CONTROL.map((each): Deception => ({
    name: `control ${title(each)}`,
    write: inMiddle(character(each)),
    where: 'anywhere',
  })),
  { name: 'joiner between Latin letters', write: inMiddle('\u200D'), where: 'anywhere' },
  { name: 'non-joiner between Latin letters', write: inMiddle('\u200C'), where: 'anywhere' },
  { name: 'joiner behind an emoji', write: around('😀\u200D', ''), where: 'anywhere' },
  { name: 'joiner behind a digit', write: around('1\u200D', ''), where: 'anywhere' },
  { name: 'selector behind a digit', write: around('1\uFE0F', ''), where: 'anywhere' },
  { name: 'selector twice', write: around('❤\uFE0F\uFE0F', ''), where: 'anywhere' },
  {
    name: 'a text in tag characters',
    write: around('🏴\u{E0065}\u{E0076}\u{E0069}\u{E006C}\u{E007F}', ''),
    where: 'anywhere',
  },
  { name: 'a return without a feed', write: around('', '\r'), where: 'anywhere' },
  { name: 'content behind 150 spaces', write: around('', `${' '.repeat(150)}x`), where: 'anywhere' },
  { name: 'content behind 150 tabs', write: around('', `${'\t'.repeat(150)}x`), where: 'anywhere' },
];

/** Letters of other scripts for Latin ones. Each pair: what is written, what it is taken for. */
const LETTERS =
  'АA ВB ЕE КK МM НH ОO РP СC ТT ХX аa еe оo рp сc хx уy іi јj ѕs ԁd ԛq ԝw һh νv οo ρp αa ιi κk τt υu χx γy օo սu տs հh ցg ոn ⲟo ꓮA ꓐB Ꭺa Ꭼe Ꮃw';

const LOOK_ALIKES: readonly Deception[] = [
  ...LETTERS.split(' ').map((pair): Deception => {
    const [foreign = '', latin = ''] = Array.from(pair);
    // One letter in the midst of Latin ones, as in `admіn`.
    return {
      name: `${title(foreign.codePointAt(0) ?? 0)} for ${latin}`,
      write: inMiddle(foreign),
      where: 'keys-and-queries',
    };
  }),
  ...[0x1d41a, 0x1d44e, 0x1d4b6, 0x1d51e, 0x1d5ba, 0x1d68a, 0xff41, 0xff21, 0x24d0, 0x2090].map(
    (each): Deception => ({
      name: `letter form ${title(each)}`,
      write: () => character(each).repeat(3),
      where: 'keys-and-queries',
    }),
  ),
  ...[0xa0, 0x1680, ...range(0x2000, 0x200a), 0x202f, 0x205f, 0x3000].map((each): Deception => ({
    name: `space ${title(each)}`,
    write: inMiddle(character(each)),
    where: 'keys-and-queries',
  })),
  ...[0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212, 0xfe63, 0xff0d].map((each): Deception => ({
    name: `dash ${title(each)}`,
    write: around('', character(each)),
    where: 'keys-and-queries',
  })),
  ...[
    0xa789, 0x2236, 0xff1a, 0xfe55, 0x2217, 0xff0a, 0xff20, 0xfe6b, 0x2044, 0x2215, 0x201a, 0xa78c, 0x2032,
  ].map((each): Deception => ({
    name: `sign ${title(each)}`,
    write: around('', character(each)),
    where: 'keys-and-queries',
  })),
  ...['роса', 'сор', 'хор', 'ѕсоре', 'раураӏ', 'асе', 'ΑΒΕ', 'ΡΟΡ', 'օսց'].map((word): Deception => ({
    name: `the whole word ${word}`,
    write: () => word,
    where: 'keys-and-queries',
  })),
];

export const DECEPTIONS: readonly Deception[] = [...DIRECTION, ...HIDDEN, ...LOOK_ALIKES];
