/**
 * Characters that hide or reorder what a reviewer sees, or that break other tools. Refused before any parser runs.
 * Source: reliability T12 (look-alikes that hide a change in review) and F4; decision 0026.
 */

import type { Diagnostic } from '@signalwright/model';
import { diagnostic } from '../diagnostic.ts';
import type { SourceText } from '../source-text.ts';
import { hiddenByBlanks, mixedLineBreaks } from './guard-lines.ts';

/** More of the same sort say nothing new. */
const MAX_DIAGNOSTICS = 20;

/** Nothing outside of these needs a closer look; nearly every file is written in them alone. */
const NOT_PLAIN = /[^\t\n\x20-\x7e]/;

/**
 * Unicode knows what is drawn as nothing (default ignorable) and what is no character at all; what is added draws
 * nothing, or breaks lines where no editor shows it.
 */
const SUSPICIOUS =
  /[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2028\u2029\uFFF9-\uFFFB\u{13430}-\u{1343F}]/gu;

/** What is wrong with the characters of a file; no error when a reviewer sees what a machine reads. */
export function guardText(source: SourceText): readonly Diagnostic[] {
  const { text } = source;
  const diagnostics = [...hiddenByBlanks(source)];
  if (!NOT_PLAIN.test(text)) return diagnostics;
  for (const { offset, length, code, name } of suspiciousCharacters(text)) {
    const range = source.rangeAt(offset, offset + length);
    const isMark = code === 'text/byte-order-mark';
    const fix = isMark ? { title: 'Remove it', edits: [{ range, text: '' }] } : undefined;
    diagnostics.push(diagnostic(code, range, `The text holds ${name}.`, { hint: HINTS[code], fix }));
    if (diagnostics.length >= MAX_DIAGNOSTICS) break;
  }
  return [...diagnostics, ...mixedLineBreaks(source)];
}

export interface SuspiciousCharacter {
  readonly offset: number;
  readonly length: number;
  readonly code: TextCode;
  /** With its code point, for messages. */
  readonly name: string;
}

type TextCode =
  | 'text/byte-order-mark'
  | 'text/control-character'
  | 'text/bidi-character'
  | 'text/invisible-character'
  | 'text/lone-surrogate';

/** Also used on the values of escaped strings, where `"\u202e"` hides from a look at the bytes. */
export function* suspiciousCharacters(text: string): Generator<SuspiciousCharacter> {
  for (const match of text.matchAll(SUSPICIOUS)) {
    const character = match[0];
    const codePoint = character.codePointAt(0) ?? 0;
    const code = judge(text, match.index, character);
    if (code === undefined) continue;
    const name = `${NAMES[code]} (U+${codePoint.toString(16).toUpperCase().padStart(4, '0')})`;
    yield { offset: match.index, length: character.length, code, name };
  }
}

const NAMES: Readonly<Record<TextCode, string>> = {
  'text/byte-order-mark': 'a byte order mark',
  'text/control-character': 'a control character',
  'text/bidi-character': 'a character that changes the direction of writing',
  'text/invisible-character': 'an invisible character',
  'text/lone-surrogate': 'half of a surrogate pair',
};

const HINTS: Readonly<Record<TextCode, string>> = {
  'text/byte-order-mark': 'Save the file as UTF-8 without a byte order mark; `signalwright fmt` removes it.',
  'text/control-character': 'Remove it.',
  'text/bidi-character': 'Remove it: it can make a line look like another one in review.',
  'text/invisible-character': 'Remove it: two texts that look the same must be the same.',
  'text/lone-surrogate': 'Write the whole character.',
};

function judge(text: string, offset: number, character: string): TextCode | undefined {
  if (character === '\t' || character === '\n' || (character === '\r' && text[offset + 1] === '\n'))
    return undefined;
  if (character === '\uFEFF') return offset === 0 ? 'text/byte-order-mark' : 'text/invisible-character';
  if (/\p{Cs}/u.test(character)) return 'text/lone-surrogate';
  if (/[\p{Cc}\p{Noncharacter_Code_Point}\u2028\u2029]/u.test(character)) return 'text/control-character';
  if (/\p{Bidi_Control}/u.test(character)) return 'text/bidi-character';
  const isInPlace = isJoinerInPlace(text, offset, character) || isSelectorInPlace(text, offset, character);
  return isInPlace ? undefined : 'text/invisible-character';
}

/** Joiners belong to Arabic and Indic writing and to emoji of several parts; anywhere else they hide. */
function isJoinerInPlace(text: string, offset: number, character: string): boolean {
  if (character !== '\u200C' && character !== '\u200D') return false;
  const before = characterBefore(text, offset);
  if (JOINING_LETTER.test(before)) return true;
  if (character === '\u200C') return false;
  return (PICTURE.test(before) || before === '\uFE0F') && PICTURE.test(characterAt(text, offset + 1));
}

/** Variation selectors belong behind emoji, key caps, Han characters and the letters of scripts that have them. */
function isSelectorInPlace(text: string, offset: number, character: string): boolean {
  const before = characterBefore(text, offset);
  if (/[\u180B-\u180D\u180F]/.test(character)) return /^\p{Script=Mongolian}$/u.test(before);
  if (character >= '\uFE00' && character <= '\uFE02') return /^\p{Script=Han}$/u.test(before);
  if (character === '\uFE0E' || character === '\uFE0F') {
    return /^[0-9#*]$/.test(before) ? text[offset + 1] === '\u20E3' : PICTURE.test(before);
  }
  return /^[\u{E0100}-\u{E01EF}]$/u.test(character) && /^\p{Script=Han}$/u.test(before);
}

const JOINING_LETTER =
  /^[\p{scx=Arab}\p{scx=Syrc}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Khmr}\p{scx=Mong}\p{scx=Mymr}\p{scx=Tibt}]$/u;
/** `\p{Emoji}` alone would take digits for emoji. */
const PICTURE = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}]$/u;

function characterBefore(text: string, offset: number): string {
  const last = text.charCodeAt(offset - 1);
  const isLow = last >= 0xdc00 && last <= 0xdfff;
  return text.slice(Math.max(0, offset - (isLow ? 2 : 1)), offset);
}

function characterAt(text: string, offset: number): string {
  const codePoint = text.codePointAt(offset);
  return codePoint === undefined ? '' : String.fromCodePoint(codePoint);
}
