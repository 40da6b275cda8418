/**
 * Free text is searched word by word. A text is brought into one form: lower case, each run of characters
 * that are no letters, digits or underscores becomes one space, and a space stands at both ends. So a word
 * search is the search for ` word `, a phrase is ` two words `, and punctuation cannot be searched, as the
 * documentation says of log messages.
 */

import type { Test } from '../ast.ts';

const NO_WORD = /[^\p{L}\p{M}\p{N}_]+/gu;
const WORD = /[\p{L}\p{M}\p{N}_]/u;

/** ` hello world ` for `Hello, world!`; a single space for a text without words. */
export function wordForm(text: string): string {
  const inner = text.toLowerCase().replace(NO_WORD, ' ').trim();
  return inner === '' ? ' ' : ` ${inner} `;
}

/** The form of a piece between wildcards, whose ends may be in the middle of a word. */
export function pieceForm(text: string): string {
  return text.toLowerCase().replace(NO_WORD, ' ');
}

/** False for a test that can find no word: a text of punctuation only. */
export function hasWord(test: Test): boolean {
  return test.kind !== 'equals' || WORD.test(test.value);
}
