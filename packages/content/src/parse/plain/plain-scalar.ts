/** The plain words of YAML 1.2: which are text, which are numbers and booleans, and which are left to the full parser. */

import { UNSAFE_KEYS } from '../node-reader.ts';
import { notPlain } from './not-plain.ts';

const WHOLE_NUMBER = /^-?(?:0|[1-9][0-9]{0,14})$/;
const FRACTION = /^-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,15}$/;
/** Everything else that YAML 1.2 reads as a number. */
const ANY_NUMBER =
  /^(?:0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+\.?[0-9]*)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const OTHER_WORDS: ReadonlySet<string> = new Set([
  'null',
  'Null',
  'NULL',
  '~',
  'True',
  'TRUE',
  'False',
  'FALSE',
]);

const ZERO = 48;
const NINE = 57;

/** @param word not empty, without blanks around it */
export function plainValue(word: string): string | number | boolean {
  const first = word.charCodeAt(0);
  if (
    (first >= ZERO && first <= NINE) ||
    first === 43 /* + */ ||
    first === 45 /* - */ ||
    first === 46 /* . */
  )
    return numberOrText(word);
  if (word.length > 5) return word;
  if (word === 'true') return true;
  if (word === 'false') return false;
  return OTHER_WORDS.has(word) ? notPlain() : word;
}

function numberOrText(word: string): string | number {
  if (WHOLE_NUMBER.test(word) || FRACTION.test(word)) {
    const number = Number(word);
    // A number that is written in another way than it prints, 1.10 or -0, is refused by the full parser.
    return String(number) === word ? number : notPlain();
  }
  return ANY_NUMBER.test(word) ? notPlain() : word;
}

/** Words that are no text, and keys that are refused or warned of, are for the full parser to judge. */
export function isPlainKey(word: string, isQuoted: boolean): boolean {
  if (UNSAFE_KEYS.has(word)) return false;
  return isQuoted ? PLAIN_QUOTED_KEY.test(word) : !NO_TEXT.has(word);
}

/** Without escapes, quotes and characters beyond ASCII, which may look like others. */
const PLAIN_QUOTED_KEY = /^[ !#-&(-[\]-~]*$/;
const NO_TEXT: ReadonlySet<string> = new Set([...OTHER_WORDS, 'true', 'false']);
