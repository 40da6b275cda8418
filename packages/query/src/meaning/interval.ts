/** Sets of numbers between two ends, over the doubles that a value can be. */

import type { Bound, OpenEnd, Test } from '../ast.ts';

export interface Interval {
  readonly low: number;
  readonly lowIn: boolean;
  readonly high: number;
  readonly highIn: boolean;
}

export const EVERY_NUMBER: Interval = {
  low: Number.NEGATIVE_INFINITY,
  lowIn: false,
  high: Number.POSITIVE_INFINITY,
  highIn: false,
};

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

/** The part that both share; undefined when it holds no number. */
export function intersect(a: Interval, b: Interval): Interval | undefined {
  const [low, lowIn] = a.low > b.low || (a.low === b.low && !a.lowIn) ? [a.low, a.lowIn] : [b.low, b.lowIn];
  const [high, highIn] =
    a.high < b.high || (a.high === b.high && !a.highIn) ? [a.high, a.highIn] : [b.high, b.highIn];
  const both = { low, lowIn, high, highIn };
  return isEmpty(both) ? undefined : both;
}

/** What is left of `from` without any of `holes`, in order; each piece holds a number. */
export function subtract(from: Interval, holes: readonly Interval[]): readonly Interval[] {
  let left: readonly Interval[] = [from];
  for (const hole of holes) {
    const below: Interval = { ...EVERY_NUMBER, high: hole.low, highIn: !hole.lowIn };
    const above: Interval = { ...EVERY_NUMBER, low: hole.high, lowIn: !hole.highIn };
    left = left.flatMap((piece) =>
      isEmpty(hole)
        ? [piece]
        : [intersect(piece, below), intersect(piece, above)].filter((part) => part !== undefined),
    );
  }
  return left;
}

/**
 * Numbers inside, the ones a person would pick first: the ends, the whole numbers next to them, round
 * numbers, then the middle with few decimals. Never empty for an interval that holds a number.
 */
export function pleasantNumbers(interval: Interval): readonly number[] {
  const { low, high } = interval;
  const round = ROUND.flatMap((value) => [value, -value]);
  const candidates = [
    low,
    Math.floor(low) + 1,
    high,
    Math.ceil(high) - 1,
    0,
    low + 0.5,
    high - 0.5,
    ...round,
  ];
  const middle = low / 2 + high / 2;
  if (Number.isFinite(middle)) {
    for (let digits = 0; digits <= MAX_DIGITS; digits += 1) candidates.push(Number(middle.toFixed(digits)));
    candidates.push(middle);
  }
  candidates.push(nextUp(low), nextUp(Number.NEGATIVE_INFINITY), Number.MAX_VALUE);
  // Adding 0 turns minus zero, which no text spells, into zero.
  return [...new Set(candidates.filter((value) => contains(interval, value)).map((value) => value + 0))];
}

export function contains({ low, lowIn, high, highIn }: Interval, value: number): boolean {
  return (
    Number.isFinite(value) && (lowIn ? value >= low : value > low) && (highIn ? value <= high : value < high)
  );
}

const MAX_DIGITS = 17;
const ROUND = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000].flatMap((power) =>
  [1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => digit * power),
);

/** Exact: two neighbouring doubles, both left out, hold nothing between them. */
function isEmpty({ low, lowIn, high, highIn }: Interval): boolean {
  if (low > high) return true;
  if (low === high) return !lowIn || !highIn || !Number.isFinite(low);
  if ((lowIn && Number.isFinite(low)) || (highIn && Number.isFinite(high))) return false;
  const next = nextUp(low);
  return next >= high || !Number.isFinite(next);
}

/** The next double below. */
export function nextDown(value: number): number {
  return -nextUp(-value);
}

/** The next double above. */
export function nextUp(value: number): number {
  if (value === Number.NEGATIVE_INFINITY) return -Number.MAX_VALUE;
  if (value === Number.POSITIVE_INFINITY) return value;
  if (value === 0) return Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return view.getFloat64(0);
}
