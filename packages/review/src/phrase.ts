/**
 * A sentence whose words are ours and whose data is not. Whoever prints it decides how data is made inert, so
 * that no place can forget to.
 */

import { maskSecrets } from '@signalwright/template';

/** Text from content, events or an API. Attacker-controlled. */
export interface Datum {
  readonly data: string;
}

export type Phrase = readonly (string | Datum)[];

/** Template tag: what is written is ours, what is put in is data; a phrase stays what it is. */
export function say(words: TemplateStringsArray, ...parts: readonly (string | number | Phrase)[]): Phrase {
  return words.flatMap((text, at): Phrase => {
    const part = parts[at];
    const own = text === '' ? [] : [text];
    if (part === undefined) return own;
    return [...own, ...(typeof part === 'object' ? part : [{ data: String(part) }])];
  });
}

/** `a, b and c`. */
export function list(phrases: readonly Phrase[]): Phrase {
  return phrases.flatMap((phrase, at) => {
    if (at === 0) return phrase;
    return [at === phrases.length - 1 ? ' and ' : ', ', ...phrase];
  });
}

/** Data as a list, cut after `most`. */
export function listData(texts: readonly string[], most = 5): Phrase {
  const shown = texts.slice(0, most).map((text): Phrase => [{ data: text }]);
  return list(texts.length > most ? [...shown, [`${texts.length - most} more`]] : shown);
}

/** `1 rule`, `2 rules`: our own words. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The phrase as bare text, for JSON and for sinks that escape whole texts. */
export function plainText(phrase: Phrase): string {
  return phrase.map((part) => (typeof part === 'string' ? part : part.data)).join('');
}

/**
 * The datum, shorter than `most` UTF-16 units. Secrets are masked before: half of one would not be known for what it is.
 *
 * @param end stands for what is left out; plain dots where look-alike letters are spelled out
 */
export function cutDatum(datum: string, most: number, end = '...'): string {
  const text = maskSecrets(datum);
  if (text.length <= most) return text;
  const at = most - end.length;
  // Not in the middle of a pair.
  return `${text.slice(0, /[\ud800-\udbff]/.test(text.charAt(at - 1)) ? at - 1 : at)}${end}`;
}
