/**
 * One value that some tests accept and others do not. Values are texts here: a number stands for its text,
 * since every test sees it that way. Three kinds of language meet: patterns (with equality and presence),
 * numeric intervals, and address blocks. `none` is a proof; what cannot be proved is `unknown`.
 */

import type { Bound, OpenEnd, Test } from '../ast.ts';
import { parseBlock, type AddressBlock } from '../address.ts';
import { valueCheck } from '../match/compile.ts';
import { toSteps } from '../match/pattern.ts';
import { parseNumber } from '../number.ts';
import { intersectBlocks, pleasantAddresses, subtractBlocks } from './block-set.ts';
import { findWord, type WordBudget, type WordPattern } from './find-word.ts';
import { EVERY_NUMBER, intersect, pleasantNumbers, subtract, type Interval } from './interval.ts';

export interface ValueQuestion {
  readonly accepted: readonly Test[];
  readonly refused: readonly Test[];
  /** Texts to take if they fit, best first: what the sample event holds there. */
  readonly preferred: readonly string[];
}

export type ValueAnswer =
  | { readonly kind: 'found'; readonly text: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' };

const NONE: ValueAnswer = { kind: 'none' };
const UNKNOWN: ValueAnswer = { kind: 'unknown' };

export function findValue(question: ValueQuestion, budget: WordBudget): ValueAnswer {
  const { accepted, refused, preferred } = question;
  if (refused.some((test) => test.kind === 'exists')) return NONE;
  const fits = combine(accepted, refused);
  const liked = preferred.find(fits);
  if (liked !== undefined) return { kind: 'found', text: liked };
  const exact = accepted.find((test) => test.kind === 'equals');
  if (exact !== undefined) return fits(exact.value) ? { kind: 'found', text: exact.value } : NONE;
  const intervals = accepted.map(intervalOf).filter((interval) => interval !== undefined);
  const blocks = accepted.map(blocksOf).filter((set) => set !== undefined);
  // No number is an address.
  if (intervals.length > 0 && blocks.length > 0) return NONE;
  if (intervals.length > 0) return findNumber(intervals, refused, fits);
  if (blocks.length > 0) return findAddress(blocks, refused, fits);
  return findText(question, fits, budget);
}

/** The interval of a numeric comparison or range; undefined for other tests, text bounds among them. */
export function intervalOf(test: Test): Interval | undefined {
  if (test.kind === 'compare') {
    if (test.bound.kind === 'text') return undefined;
    const { value } = test.bound;
    const inside = test.operator === '>=' || test.operator === '<=';
    return test.operator === '>' || test.operator === '>='
      ? { ...EVERY_NUMBER, low: value, lowIn: inside }
      : { ...EVERY_NUMBER, high: value, highIn: inside };
  }
  if (test.kind !== 'range' || test.lower.kind === 'text' || test.upper.kind === 'text') return undefined;
  return {
    low: endOf(test.lower, Number.NEGATIVE_INFINITY),
    lowIn: test.inclusive && test.lower.kind === 'number',
    high: endOf(test.upper, Number.POSITIVE_INFINITY),
    highIn: test.inclusive && test.upper.kind === 'number',
  };
}

function endOf(bound: Bound | OpenEnd, open: number): number {
  return bound.kind === 'number' ? bound.value : open;
}

function blocksOf(test: Test): readonly AddressBlock[] | undefined {
  if (test.kind !== 'cidr') return undefined;
  return test.blocks.map(parseBlock).filter((block) => block !== undefined);
}

function combine(accepted: readonly Test[], refused: readonly Test[]): (text: string) => boolean {
  const yes = accepted.map(valueCheck);
  const no = refused.map(valueCheck);
  return (text) => yes.every((check) => check(text)) && !no.some((check) => check(text));
}

/** Exact unless patterns or text bounds stand beside the intervals: each number has endlessly many spellings. */
function findNumber(
  accepted: readonly Interval[],
  refused: readonly Test[],
  fits: (text: string) => boolean,
): ValueAnswer {
  const shared = accepted.reduce<Interval | undefined>(
    (all, one) => all && intersect(all, one),
    EVERY_NUMBER,
  );
  if (shared === undefined) return NONE;
  const holes = refused.map(intervalOf).filter((interval) => interval !== undefined);
  const left = subtract(shared, holes);
  if (left.length === 0) return NONE;
  const numbers = left.flatMap(pleasantNumbers);
  const plain = numbers.map(String).find(fits);
  if (plain !== undefined) return { kind: 'found', text: plain };
  const spelled = numbers
    .slice(0, MAX_RESPELLED)
    .flatMap((number) => spellings(number, refused.length))
    .find(fits);
  return spelled === undefined ? UNKNOWN : { kind: 'found', text: spelled };
}

const MAX_RESPELLED = 4;

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

/** Exact unless patterns, or more single addresses than a small block has, stand beside the blocks. */
function findAddress(
  accepted: readonly (readonly AddressBlock[])[],
  refused: readonly Test[],
  fits: (text: string) => boolean,
): ValueAnswer {
  const [first = [], ...others] = accepted;
  const shared = others.reduce(intersectBlocks, first);
  const left = subtractBlocks(
    shared,
    refused.flatMap((test) => blocksOf(test) ?? []),
  );
  if (left === undefined) return UNKNOWN;
  if (left.length === 0) return NONE;
  for (const block of left.slice(0, MAX_BLOCKS_TRIED)) {
    const text = pleasantAddresses(block, refused.length + 1).find(fits);
    if (text !== undefined) return { kind: 'found', text };
  }
  return UNKNOWN;
}

const MAX_BLOCKS_TRIED = 64;

/** Patterns and presence. Exact as far as the patterns go; other tests can only turn candidates down. */
function findText(
  { accepted, refused }: ValueQuestion,
  fits: (text: string) => boolean,
  budget: WordBudget,
): ValueAnswer {
  const patterns = refused.filter((test) => test.kind === 'pattern');
  const question = {
    accepted: accepted.filter((test) => test.kind === 'pattern').map(wordPattern),
    refused: patterns.map(wordPattern),
    refusedTexts: refused.flatMap((test) => (test.kind === 'equals' ? [test.value] : [])),
    wordForm: false,
    also: fits,
  };
  const answer = findWord(question, budget);
  if (answer.kind !== 'unknown') return answer;
  const guess = accepted.flatMap(guesses).find(fits);
  return guess === undefined ? UNKNOWN : { kind: 'found', text: guess };
}

function wordPattern(test: Test & { readonly kind: 'pattern' }): WordPattern {
  return { steps: toSteps(test.parts), scope: 'all' };
}

/** Texts at and around the bounds of a comparison of text. */
function guesses(test: Test): readonly string[] {
  const bounds =
    test.kind === 'compare' ? [test.bound] : test.kind === 'range' ? [test.lower, test.upper] : [];
  return bounds.flatMap((bound) =>
    bound.kind === 'text' ? [bound.value, `${bound.value}a`, bound.value.slice(0, -1), 'a'] : [],
  );
}
