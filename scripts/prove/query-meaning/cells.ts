/**
 * The shortest text of each Boolean cell of some tests: one for every way in which they can be true and
 * false of one text. Texts are grown character by character; two that leave every test in the same position
 * go on alike, so one of them is enough. Exact for patterns, equality, words and text bounds. Of numbers and
 * addresses the boundary values are looked at, in several spellings.
 */

import { boundaryTexts } from './boundary-texts.ts';
import { isNumeric, type TextTest } from './text-test.ts';
import type { Asked } from './tree.ts';
import { walkerOf } from './walkers.ts';

/** Above what the tests of one place ever need; a run into it is counted. */
const MAX_PLACES = 1_500;
/** Where numbers meet patterns there are more cells than anybody can list. */
const MAX_MIXED_PLACES = 300;

export interface Cells {
  readonly texts: readonly string[];
  readonly isCut: boolean;
}

export function cellsOf(tests: readonly TextTest[]): Cells {
  const found = new Map<string, string>();
  const note = (text: string): void => {
    const cell = tests.map(({ holds }) => (holds(text) ? '1' : '0')).join('');
    if (!found.has(cell)) found.set(cell, text);
  };
  for (const text of boundaryTexts(tests)) note(text);
  // Numbers by themselves are exhausted by the values around their bounds.
  const isMixed =
    tests.some(({ asked }) => asked.kind === 'like') && tests.some(({ asked }) => isNumeric(asked));
  const walked = isMixed ? tests : tests.filter(({ asked }) => !isNumeric(asked));
  const walkers = walked.map(walkerOf).filter((walker) => walker !== undefined);
  const alphabet = alphabetOf(walked);
  const limit = isMixed ? MAX_MIXED_PLACES : MAX_PLACES;
  const queue = [{ text: '', places: walkers.map(({ start }) => start) }];
  const seen = new Set<string>();
  for (let at = 0; at < queue.length && at < limit; at += 1) {
    const { text, places } = queue[at] as (typeof queue)[number];
    note(text);
    for (const char of alphabet) {
      const next = walkers.map((walker, index) => walker.step(places[index] ?? '', char));
      const key = next.join(';');
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push({ text: text + char, places: next });
    }
  }
  // Addresses among patterns are only those at the ends of blocks.
  const has = (...kinds: Asked['kind'][]): boolean => tests.some(({ asked }) => kinds.includes(asked.kind));
  const isOpen = has('blocks') && has('like', 'between');
  return { texts: [...found.values()], isCut: isOpen || queue.length > limit };
}

function alphabetOf(tests: readonly TextTest[]): readonly string[] {
  const chars = new Set(['q']);
  for (const { asked, as } of tests) {
    for (const char of charsOf(asked)) chars.add(as === 'words' ? char.toLowerCase() : char);
    if (as === 'words') chars.add('!');
    if (asked.kind === 'between') for (const char of neighboursOf(asked)) chars.add(char);
  }
  return [...chars];
}

function charsOf(asked: Asked): readonly string[] {
  if (asked.kind === 'is') return [...asked.text];
  return asked.kind === 'like'
    ? asked.signs.flatMap((sign) => (typeof sign === 'string' ? [] : [sign.char]))
    : [];
}

/** For text bounds the characters beside each, for numbers what numerals are made of. */
function neighboursOf(asked: Asked & { readonly kind: 'between' }): readonly string[] {
  return [asked.low, asked.high].flatMap((end) => {
    if (end === undefined) return [];
    const chars = [...String(end.value)];
    if (typeof end.value === 'number') return [...chars, ...DIGITS, '.', '-'];
    const beside = (char: string, by: number): string => String.fromCharCode(char.charCodeAt(0) + by);
    return chars.flatMap((char) => [beside(char, -1), char, beside(char, 1)]);
  });
}

const DIGITS = ['0', '5', '9'];
