import { expect, test } from 'vitest';
import { dateText } from './date-text.ts';
import { checkMaking } from './plan-file.ts';

test.each([
  [0, '1970-01-01T00:00:00.000Z'],
  [8.64e15, '+275760-09-13T00:00:00.000Z'],
  [8.64e15 + 1, 'no date (8640000000000001 ms)'],
  [-1e300, 'no date (-1e+300 ms)'],
  [Number.NaN, 'no date (NaN ms)'],
])('%d reads %s', (ms, text) => expect(dateText(ms)).toBe(text));

test('a plan file whose dates are none is refused, and says so', () => {
  const made = { atMs: Number.MAX_SAFE_INTEGER, expiresAtMs: -Number.MAX_SAFE_INTEGER };
  expect(checkMaking(made, { nowMs: 0 })).toEqual([
    'The plan has expired at no date (-9007199254740991 ms).',
    'The plan was made at no date (9007199254740991 ms), which is still to come: check the clocks.',
  ]);
});
