/**
 * Characters that hide or reorder what a reviewer sees, or that break other tools. Refused before any parser runs.
 * Source: reliability T12 (look-alikes that hide a change in review) and F4.
 */

import type { Diagnostic, DiagnosticCode } from '@signalwright/model';
import { diagnostic } from '../diagnostic.ts';
import type { SourceText } from '../source-text.ts';

export const MAX_FILE_BYTES = 1024 * 1024;

/** More of the same sort say nothing new. */
const MAX_DIAGNOSTICS = 20;

export type DecodedText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly offset: number };

/**
 * Strict UTF-8: no replacement characters, no encoded surrogates, no overlong forms. A byte order mark is kept, so
 * that `guardText` can point at it.
 *
 * @returns the text, or the number of bytes before the first one that is wrong
 */
export function decodeUtf8(bytes: Uint8Array): DecodedText {
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { ok: false, offset: firstBadByte(bytes) };
  }
}

/** Halves the range that is known to hold the first bad byte. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (good < bad) {
    const middle = (good + bad + 1) >> 1;
    const decoder = new TextDecoder('utf-8', { fatal: true });
    try {
      // `stream`: a character that is cut off at the end is not yet wrong.
      decoder.decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle - 1;
    }
  }
  return good - unfinishedBytes(bytes.subarray(0, good));
}

/** Bytes at the end that begin a character without finishing it. */
function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

const SUSPICIOUS =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB]|[\u034F]|[\uFE00-\uFE0F]|\r(?!\n)|[\u{E0000}-\u{E0FFF}]|\p{Cs}/gu;

/** What is wrong with the characters of a file; empty when a reviewer sees what a machine reads. */
export function guardText(source: SourceText): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const { offset, length, code, name } of suspiciousCharacters(source.text)) {
    const range = source.rangeAt(offset, offset + length);
    diagnostics.push(diagnostic(code, range, `The text holds ${name}.`, { hint: HINTS[code] }));
    if (diagnostics.length === MAX_DIAGNOSTICS) break;
  }
  return diagnostics;
}

export interface SuspiciousCharacter {
  readonly offset: number;
  readonly length: number;
  readonly code: TextCode;
  /** With its code point, for messages. */
  readonly name: string;
}

type TextCode = Exclude<Extract<DiagnosticCode, `text/${string}`>, 'text/escaped-character'>;

/** Also used on the values of escaped strings, where `"\u202e"` hides from a look at the bytes. */
export function* suspiciousCharacters(text: string): Generator<SuspiciousCharacter> {
  for (const match of text.matchAll(SUSPICIOUS)) {
    const character = match[0];
    const codePoint = character.codePointAt(0) ?? 0;
    const code = judge(text, match.index, codePoint);
    if (code === undefined) continue;
    const name = `${NAMES[code]} (U+${codePoint.toString(16).toUpperCase().padStart(4, '0')})`;
    yield { offset: match.index, length: character.length, code, name };
  }
}

const NAMES: Readonly<Record<TextCode, string>> = {
  'text/not-utf8': 'bytes that are not UTF-8',
  'text/byte-order-mark': 'a byte order mark',
  'text/control-character': 'a control character',
  'text/bidi-character': 'a character that changes the direction of writing',
  'text/invisible-character': 'an invisible character',
  'text/lone-surrogate': 'half of a surrogate pair',
  'text/mixed-script': 'a word of two scripts',
};

const HINTS: Readonly<Partial<Record<TextCode, string>>> = {
  'text/byte-order-mark': 'Save the file as UTF-8 without a byte order mark; `signalwright fmt` removes it.',
  'text/control-character': 'Remove it.',
  'text/bidi-character': 'Remove it: it can make a line look like another one in review.',
  'text/invisible-character': 'Remove it: two texts that look the same must be the same.',
  'text/lone-surrogate': 'Write the whole character.',
};

function judge(text: string, offset: number, codePoint: number): TextCode | undefined {
  if (codePoint === 0xfeff) return offset === 0 ? 'text/byte-order-mark' : 'text/invisible-character';
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return 'text/lone-surrogate';
  if (codePoint < 0x20 || (codePoint >= 0x7f && codePoint <= 0x9f)) return 'text/control-character';
  if (codePoint === 0x2028 || codePoint === 0x2029) return 'text/control-character';
  if (isBidi(codePoint)) return 'text/bidi-character';
  if (isJoinerInPlace(text, offset, codePoint) || isSelectorInPlace(text, offset, codePoint))
    return undefined;
  return 'text/invisible-character';
}

function isBidi(codePoint: number): boolean {
  return (
    codePoint === 0x061c ||
    codePoint === 0x200e ||
    codePoint === 0x200f ||
    (codePoint >= 0x202a && codePoint <= 0x202e) ||
    (codePoint >= 0x2066 && codePoint <= 0x2069)
  );
}

/** Joiners belong to Arabic and Indic writing and to emoji of several parts; anywhere else they hide. */
function isJoinerInPlace(text: string, offset: number, codePoint: number): boolean {
  if (codePoint !== 0x200c && codePoint !== 0x200d) return false;
  const before = characterBefore(text, offset);
  if (JOINING_LETTER.test(before)) return true;
  return codePoint === 0x200d && (EMOJI.test(before) || before === '\uFE0F');
}

/** Variation selectors belong behind emoji, digits of key caps and Han characters. */
function isSelectorInPlace(text: string, offset: number, codePoint: number): boolean {
  const before = characterBefore(text, offset);
  if (codePoint === 0xfe0e || codePoint === 0xfe0f) return EMOJI.test(before);
  return codePoint >= 0xe0100 && codePoint <= 0xe01ef && /^\p{Script=Han}$/u.test(before);
}

const JOINING_LETTER =
  /^[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Mongolian}\p{Script=Myanmar}]$/u;
const EMOJI = /^[\p{Emoji}\p{Emoji_Modifier}]$/u;

function characterBefore(text: string, offset: number): string {
  const last = text.charCodeAt(offset - 1);
  const isLow = last >= 0xdc00 && last <= 0xdfff;
  return text.slice(Math.max(0, offset - (isLow ? 2 : 1)), offset);
}

/**
 * Words that mix Latin letters with look-alikes of another script. For keys, ids and queries only: in prose, such
 * words are somebody's language.
 */
export function* mixedScriptWords(
  text: string,
): Generator<{ readonly offset: number; readonly word: string }> {
  for (const match of text.matchAll(/[\p{L}\p{M}\p{N}_]+/gu)) {
    const word = match[0];
    if (/\p{Script=Latin}/u.test(word) && LOOK_ALIKE_SCRIPT.test(word)) yield { offset: match.index, word };
  }
}

const LOOK_ALIKE_SCRIPT = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;
