/**
 * Which characters are enough to try, so that a text with a property exists if one made of them does.
 *
 * Take any text that the accepting automata accept and the refusing ones do not, and put a fresh character,
 * which no automaton names, wherever no accepting one names the character it consumes. The accepting ones
 * still accept. A refusing one that accepts the new text steps over the fresh characters as over any other,
 * so it would have accepted the old text as well; unless it tells letters from punctuation, or characters by
 * their order. So there is a fresh character for each class that some automaton tells apart, and where a
 * class is so small that all its members are named, those members.
 */

import { formOfCode } from '../match/words.ts';
import { SPACE, type Acceptor } from './acceptor.ts';

export interface Alphabet {
  /** What reads best first. */
  readonly codes: readonly number[];
  /** False where characters beyond the first plane are compared by order: those are not looked at. */
  readonly isComplete: boolean;
}

export function alphabetFor(accepted: readonly Acceptor[], refused: readonly Acceptor[]): Alphabet {
  const all = [...accepted, ...refused];
  const named = union(all);
  const wanted = new Set([...union(accepted), ...union(all.filter(({ tells }) => tells === 'order'))]);
  const ordered = all.filter(({ tells }) => tells === 'order');
  const classes = all.some(({ tells }) => tells === 'words') ? [isLetter, isPunctuation] : [isAny];
  const bounds = [...union(ordered)].toSorted((a, b) => a - b);
  const fresh = gapsBetween(bounds).flatMap((gap) => classes.flatMap((is) => freshIn(gap, is, named)));
  // Words apart from one another come last: a text without spaces reads better.
  const codes = [...new Set([...fresh, ...wanted])].filter((code) => code !== SPACE);
  const needsSpace = wanted.has(SPACE) || fresh.includes(SPACE);
  return {
    codes: needsSpace ? [...codes, SPACE] : codes,
    isComplete: bounds.every((code) => code < FIRST_SURROGATE),
  };
}

interface Gap {
  /** Both ends belong to it. */
  readonly from: number;
  readonly to: number;
}

const FIRST_SURROGATE = 0xd800;
const PLEASANT = [...'xyzwvutsrqponmlkjihgfedcba-/!,;+'].map((char) => char.charCodeAt(0));

function gapsBetween(bounds: readonly number[]): readonly Gap[] {
  const inside = bounds.filter((code) => code < FIRST_SURROGATE);
  const ends = [-1, ...inside, FIRST_SURROGATE];
  return ends
    .slice(1)
    .map((end, at) => ({ from: (ends[at] as number) + 1, to: end - 1 }))
    .filter(({ from, to }) => from <= to);
}

/** A character of the gap and class that nothing names; where there is none, all of them. */
function freshIn({ from, to }: Gap, is: (code: number) => boolean, named: ReadonlySet<number>): number[] {
  const isFree = (code: number): boolean => {
    if (!is(code) || named.has(code)) return false;
    const form = formOfCode(code);
    // All punctuation has the form of a gap between words; a letter must not have that of a named one.
    return form === SPACE || !named.has(form);
  };
  const liked = PLEASANT.find((code) => code >= from && code <= to && isFree(code));
  if (liked !== undefined) return [liked];
  const members: number[] = [];
  for (const code of codesOf(from, to)) {
    if (isFree(code)) return [code];
    if (is(code)) members.push(code);
  }
  return members;
}

/** Control characters last. */
function* codesOf(from: number, to: number): Generator<number> {
  for (let code = Math.max(from, SPACE); code <= to; code += 1) yield code;
  for (let code = from; code <= Math.min(to, SPACE - 1); code += 1) yield code;
}

function isLetter(code: number): boolean {
  return formOfCode(code) !== SPACE;
}

function isPunctuation(code: number): boolean {
  return !isLetter(code);
}

function isAny(): boolean {
  return true;
}

function union(acceptors: readonly Acceptor[]): ReadonlySet<number> {
  return new Set(acceptors.flatMap(({ named }) => [...named]));
}
