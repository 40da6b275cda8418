/**
 * Free text is searched word by word. A text is brought into one form: lower case, each run of characters
 * that are no letters, digits or underscores becomes one space, and a space stands at both ends. So a word
 * search is the search for ` word `, a phrase is ` two words `, and punctuation cannot be searched, as the
 * documentation says of log messages.
 *
 * Each character has one lower case, whatever stands beside it: a sigma is σ also at the end of a word, and
 * İ is i. So the form of a text is that of its characters, and automata can follow it.
 */

import type { Test } from '../ast.ts';

const NO_WORD = /[^\p{L}\p{M}\p{N}_]+/gu;
const WORD = /[\p{L}\p{M}\p{N}_]/u;
/** The only characters whose lower case depends on the next one, or is more than one. */
const UNSTEADY = /[İΣς]/;

/** ` hello world ` for `Hello, world!`; a single space for a text without words. */
export function wordForm(text: string): string {
  const inner = pieceForm(text).trim();
  return inner === '' ? ' ' : ` ${inner} `;
}

/** The form of a piece between wildcards, whose ends may be in the middle of a word. */
export function pieceForm(text: string): string {
  const steady = UNSTEADY.test(text) ? text.replaceAll('İ', 'i').replaceAll(/[Σς]/g, 'σ') : text;
  return steady.toLowerCase().replace(NO_WORD, ' ');
}

/** False for a test that can find no word: a text of punctuation only. */
export function hasWord(test: Test): boolean {
  return test.kind !== 'equals' || WORD.test(test.value);
}

/** What one character becomes in a word form: itself in lower case, or a space. */
export function formOfCode(code: number): number {
  return pieceForm(String.fromCodePoint(code)).codePointAt(0) as number;
}
