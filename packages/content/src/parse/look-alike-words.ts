/**
 * Words of keys and queries that look like others. In prose, such words are somebody's language; there is no check.
 * Source: reliability T12; Unicode UTS #39 for the letters.
 */

import { isLookAlike } from '@signalwright/template';

export interface LookAlikeWord {
  readonly offset: number;
  readonly word: string;
  /** mixed: letters of two scripts in one word. alike: each character has an ASCII one that looks the same. */
  readonly kind: 'mixed' | 'alike';
}

/** Taken for small capitals or for nothing at all: inside a Latin word they deceive, in a word of their own they do not. */
const LOOSE = /[гпвкмнтβγικτχω]/u;
const NOT_ASCII = /[^\x00-\x7F]/;
const LATIN = /\p{Script=Latin}/u;
/** Scripts that share shapes with Latin; words of Latin and Han letters, for example, are ordinary. */
const SHARED_SHAPES =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}\p{Script=Deseret}\p{Script=Osage}]/u;
const WORD = /[\p{L}\p{M}\p{N}_]+/gu;
/** The query language has a warning of its own for these. */
const OWN_WARNING = /[“”„]/;

/** In the order of the text. */
export function* lookAlikeWords(text: string): Generator<LookAlikeWord> {
  if (!NOT_ASCII.test(text)) return;
  const isForeign = speaksAnotherScript(text);
  let end = 0;
  for (const match of text.matchAll(WORD)) {
    yield* lookAlikeSigns(text, end, match.index);
    const word = match[0];
    end = match.index + word.length;
    if (LATIN.test(word) && SHARED_SHAPES.test(word)) yield { offset: match.index, word, kind: 'mixed' };
    else if (isWholeLookAlike(word, isForeign)) yield { offset: match.index, word, kind: 'alike' };
  }
  yield* lookAlikeSigns(text, end, text.length);
}

/** Spaces, dashes and colons that are none, between the words. */
function* lookAlikeSigns(text: string, start: number, end: number): Generator<LookAlikeWord> {
  let offset = start;
  for (const character of text.slice(start, end)) {
    if (isLookAlike(character) && !OWN_WARNING.test(character))
      yield { offset, word: character, kind: 'alike' };
    offset += character.length;
  }
}

/** `роса` may be dew or `poca`, unless a letter that no Latin one looks like shows that somebody writes Russian. */
function isWholeLookAlike(word: string, isForeign: boolean): boolean {
  if (!NOT_ASCII.test(word) || (isForeign && SHARED_SHAPES.test(word))) return false;
  return Array.from(word).every((letter) => letter <= '\u007F' || passesForAscii(letter));
}

function speaksAnotherScript(text: string): boolean {
  return Array.from(text).some((letter) => SHARED_SHAPES.test(letter) && !passesForAscii(letter));
}

function passesForAscii(letter: string): boolean {
  return isLookAlike(letter) && !LOOSE.test(letter);
}
