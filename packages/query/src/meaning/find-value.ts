/**
 * One value that some tests accept and others do not. Texts are of three sorts: those that spell numbers,
 * those that spell addresses, and all others. Where a test speaks of numbers or addresses each sort is
 * searched by itself; patterns, words, text bounds and equality are automata that run beside. `none` is a
 * proof; what cannot be proved is `unknown`.
 */

import type { AddressBlock } from '../address.ts';
import { parseNumber } from '../number.ts';
import type { Acceptor } from './acceptor.ts';
import { colonAddresses } from './colon-text.ts';
import { dottedAddresses } from './dotted-text.ts';
import { acceptorsOf, blocksOf, exactText, isAnything, numbersOf, passes, type Ask } from './ask.ts';
import { EVERY_BLOCK, intersectBlocks, pleasantAddresses, subtractBlocks } from './block-set.ts';
import { findWord, type WordBudget } from './find-word.ts';
import { EVERY_NUMBER, intersect, pleasantNumbers, subtract, type Interval } from './interval.ts';
import { numeralForms, numeralsWithExponent, oversizedNumerals, plainNumerals } from './numeral-text.ts';

export interface ValueQuestion {
  readonly accepted: readonly Ask[];
  readonly refused: readonly Ask[];
  /** Texts to take if they fit, best first: what the sample event holds there. */
  readonly preferred: readonly string[];
}

export type ValueAnswer =
  | { readonly kind: 'found'; readonly text: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' };

const NONE: ValueAnswer = { kind: 'none' };
const UNKNOWN: ValueAnswer = { kind: 'unknown' };

/** What the searches of one question share. */
interface Work {
  readonly question: ValueQuestion;
  readonly fits: (text: string) => boolean;
  readonly accepted: readonly Acceptor[];
  readonly refused: readonly Acceptor[];
  readonly budget: WordBudget;
}

export function findValue(question: ValueQuestion, budget: WordBudget): ValueAnswer {
  const { accepted, refused, preferred } = question;
  if (refused.some(isAnything)) return NONE;
  const fits = fitting(question);
  const liked = preferred.find(fits);
  if (liked !== undefined) return { kind: 'found', text: liked };
  const exact = accepted.map(exactText).find((text) => text !== undefined);
  if (exact !== undefined) return fits(exact) ? { kind: 'found', text: exact } : NONE;
  const work = { question, fits, accepted: acceptorsOf(accepted), refused: acceptorsOf(refused), budget };
  // Most often the automata alone decide, whatever is a number or an address.
  const plain = findWith(work, []);
  if (plain.kind === 'none' || (plain.kind === 'found' && fits(plain.text))) return plain;
  const intervals = present(accepted.map(numbersOf));
  const blocks = present(accepted.map(blocksOf));
  // No number is an address.
  if (intervals.length > 0 && blocks.length > 0) return NONE;
  if (intervals.length > 0) return findNumber(work, intervals);
  if (blocks.length > 0) return findAddress(work, blocks);
  return findText(work);
}

function fitting({ accepted, refused }: ValueQuestion): (text: string) => boolean {
  const yes = accepted.map(passes);
  const no = refused.map(passes);
  return (text) => yes.every((check) => check(text)) && !no.some((check) => check(text));
}

function present<T>(items: readonly (T | undefined)[]): readonly T[] {
  return items.filter((item) => item !== undefined);
}

/** What is found counts; what is open in one search leaves the whole open. */
function firstOf(searches: readonly (() => ValueAnswer)[]): ValueAnswer {
  let isOpen = false;
  for (const search of searches) {
    const answer = search();
    if (answer.kind === 'found') return answer;
    if (answer.kind === 'unknown') isOpen = true;
  }
  return isOpen ? UNKNOWN : NONE;
}

/** A text that is accepted, and that some more automata accept or refuse. */
function findWith(work: Work, accepted: readonly Acceptor[], refused: readonly Acceptor[] = []): ValueAnswer {
  return findWord(
    { accepted: [...accepted, ...work.accepted], refused: [...refused, ...work.refused] },
    work.budget,
  );
}

/** The form of a text only allows it to be what is wanted: each candidate is asked. */
function findOfForm(work: Work, form: Acceptor): ValueAnswer {
  const answer = findWith(work, [form]);
  if (answer.kind !== 'found' || work.fits(answer.text)) return answer;
  return findWord(
    { accepted: [form, ...work.accepted], refused: work.refused, also: work.fits },
    work.budget,
  );
}

function findText(work: Work): ValueAnswer {
  const { refused } = work.question;
  const holes = present(refused.map(numbersOf));
  const blocks = refused.flatMap((ask) => blocksOf(ask) ?? []);
  const numerals = holes.length === 0 ? [] : [numeralForms('all')];
  const addresses = blocks.length === 0 ? [] : [dottedAddresses(EVERY_BLOCK), colonAddresses(EVERY_BLOCK)];
  return firstOf([
    () => findBound(work),
    () => findWith(work, [], [...numerals, ...addresses]),
    ...(holes.length === 0
      ? []
      : [
          () => findNumeral(work, subtract(EVERY_NUMBER, holes)),
          () => findWith(work, [oversizedNumerals()]),
        ]),
    ...(blocks.length === 0 ? [] : [() => findAddressOutside(work, blocks)]),
  ]);
}

/** Where texts are compared, a bound itself reads better than the first text beyond it. */
function findBound({ question, fits }: Work): ValueAnswer {
  const bounds = question.accepted.flatMap((ask) => {
    if (ask.on !== 'value') return [];
    const { test } = ask;
    return test.kind === 'compare' ? [test.bound] : test.kind === 'range' ? [test.lower, test.upper] : [];
  });
  const texts = bounds.flatMap((bound) => (bound.kind === 'text' ? [bound.value, `${bound.value}x`] : []));
  const text = texts.find(fits);
  return text === undefined ? NONE : { kind: 'found', text };
}

function findNumber(work: Work, accepted: readonly Interval[]): ValueAnswer {
  const shared = accepted.reduce<Interval | undefined>(
    (all, one) => all && intersect(all, one),
    EVERY_NUMBER,
  );
  const holes = present(work.question.refused.map(numbersOf));
  return shared === undefined ? NONE : findNumeral(work, subtract(shared, holes));
}

/** More pieces come from more holes than anybody writes. */
const MAX_PIECES = 64;
const MAX_RESPELLED = 4;

function findNumeral(work: Work, pieces: readonly Interval[]): ValueAnswer {
  if (pieces.length === 0) return NONE;
  if (pieces.length > MAX_PIECES) return UNKNOWN;
  const { fits, question } = work;
  const numbers = pieces.flatMap(pleasantNumbers);
  const spelled = (): readonly string[] =>
    numbers.slice(0, MAX_RESPELLED).flatMap((number) => spellings(number, question.refused.length));
  const text = numbers.map(String).find(fits) ?? spelled().find(fits);
  if (text !== undefined) return { kind: 'found', text };
  return firstOf([
    ...pieces.map((piece) => () => findWith(work, [plainNumerals(piece)])),
    () => findWithExponent(work, pieces),
  ]);
}

const EXPONENTS = [-1, 1, -2, 2, -10, 10, -20, 20, -100, 100, -300, 300];

/** Found only: there are more exponents than can be looked at. */
function findWithExponent(work: Work, pieces: readonly Interval[]): ValueAnswer {
  const form = findWith(work, [numeralForms('with-exponent')]);
  if (form.kind === 'none') return NONE;
  for (const piece of pieces) {
    for (const exponent of EXPONENTS) {
      const answer = findWith(work, [numeralsWithExponent(piece, exponent)]);
      if (answer.kind === 'found') return answer;
    }
  }
  return findOfForm(work, numeralForms('with-exponent'));
}

/** More spellings of one number than there are tests that could refuse a single text. */
function spellings(number: number, count: number): readonly string[] {
  const text = String(number);
  const grow = (zeros: string): string => {
    if (text.includes('e')) return text.replace(/e([+-]?)/, `e$1${zeros}`);
    return text.includes('.') ? `${text}${zeros}` : `${text}.${zeros}`;
  };
  return Array.from({ length: count + 1 }, (_, at) => grow('0'.repeat(at + 1)))
    .concat(number >= 0 ? `+${text}` : [])
    .filter((spelling) => parseNumber(spelling) === number);
}

function findAddress(work: Work, accepted: readonly (readonly AddressBlock[])[]): ValueAnswer {
  const [first = [], ...others] = accepted;
  const holes = work.question.refused.flatMap((ask) => blocksOf(ask) ?? []);
  const left = subtractBlocks(others.reduce(intersectBlocks, first), holes);
  if (left === undefined) return UNKNOWN;
  return left.length === 0 ? NONE : findAddressIn(work, left);
}

function findAddressOutside(work: Work, holes: readonly AddressBlock[]): ValueAnswer {
  const left = subtractBlocks(EVERY_BLOCK, holes);
  return left === undefined ? UNKNOWN : findAddressIn(work, left);
}

const MAX_BLOCKS_TRIED = 64;

function findAddressIn(work: Work, blocks: readonly AddressBlock[]): ValueAnswer {
  const { fits, question } = work;
  for (const block of blocks.slice(0, MAX_BLOCKS_TRIED)) {
    const text = pleasantAddresses(block, question.refused.length + 1).find(fits);
    if (text !== undefined) return { kind: 'found', text };
  }
  return firstOf([
    () => findWith(work, [dottedAddresses(blocks)]),
    () => findWith(work, [colonAddresses(blocks)]),
  ]);
}
