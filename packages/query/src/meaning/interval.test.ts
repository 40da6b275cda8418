import { describe, expect, test } from 'vitest';
import { contains, EVERY_NUMBER, intersect, pleasantNumbers, subtract, type Interval } from './interval.ts';

const closed = (low: number, high: number): Interval => ({ low, lowIn: true, high, highIn: true });
const open = (low: number, high: number): Interval => ({ low, lowIn: false, high, highIn: false });

describe('what is left of an interval', () => {
  const rows: [title: string, from: Interval, holes: Interval[], left: Interval[]][] = [
    ['nothing taken', closed(1, 2), [], [closed(1, 2)]],
    ['all taken', closed(1, 2), [closed(0, 3)], []],
    [
      'the middle taken',
      closed(1, 4),
      [closed(2, 3)],
      [
        { ...closed(1, 2), highIn: false },
        { ...closed(3, 4), lowIn: false },
      ],
    ],
    ['all but the ends taken', closed(1, 2), [open(1, 2)], [closed(1, 1), closed(2, 2)]],
    ['taken in two pieces that meet', closed(1, 4), [closed(1, 2), { ...closed(2, 4), lowIn: false }], []],
    ['a hole that holds nothing', closed(1, 2), [closed(9, 3)], [closed(1, 2)]],
    [
      'one number taken from all',
      EVERY_NUMBER,
      [closed(5, 5)],
      [
        { ...EVERY_NUMBER, high: 5 },
        { ...EVERY_NUMBER, low: 5 },
      ],
    ],
  ];
  test.each(rows)('%s', (_title, from, holes, left) => {
    expect(subtract(from, holes)).toEqual(left);
  });
});

test('two neighbouring doubles, both left out, hold nothing; with one between they hold it', () => {
  const next = 1 + Number.EPSILON;
  expect(intersect(EVERY_NUMBER, open(1, next))).toBeUndefined();
  expect(intersect(EVERY_NUMBER, open(1, next + Number.EPSILON))).toBeDefined();
  expect(intersect(EVERY_NUMBER, open(0, Number.MIN_VALUE))).toBeUndefined();
  expect(intersect(EVERY_NUMBER, open(-Number.MIN_VALUE, Number.MIN_VALUE))).toBeDefined();
  expect(intersect(EVERY_NUMBER, open(Number.MAX_VALUE, Number.POSITIVE_INFINITY))).toBeUndefined();
});

describe('pleasant numbers', () => {
  const rows: [interval: Interval, first: number][] = [
    [closed(500, 599), 500],
    [open(100, Number.POSITIVE_INFINITY), 101],
    [open(Number.NEGATIVE_INFINITY, 5), 4],
    [open(499, 500), 499.5],
    [open(0.1, 0.2), 0.15],
    [EVERY_NUMBER, 0],
    [open(1, 1 + 2 * Number.EPSILON), 1 + Number.EPSILON],
  ];
  test.each(rows)('of %j the first is %d', (interval, first) => {
    const numbers = pleasantNumbers(interval);
    expect(numbers[0]).toBe(first);
    expect(numbers.every((value) => contains(interval, value))).toBe(true);
  });
});
