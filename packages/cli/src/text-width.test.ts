import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clipColumns, columnsOf, oneLine, padColumns, wrapColumns } from './text-width.ts';

describe('columnsOf', () => {
  const rows: readonly [text: string, columns: number][] = [
    ['', 0],
    ['abc', 3],
    ['漢字', 4],
    ['한국', 4],
    ['e\u0301', 1],
    ['😀', 2],
    ['→ ✓ …', 5],
  ];
  test.each(rows)('%s takes %d', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });
});

test('clipping keeps what fits and marks what does not', () => {
  expect(clipColumns('abcdef', 6)).toBe('abcdef');
  expect(clipColumns('abcdef', 5)).toBe('abcd…');
  expect(clipColumns('漢字漢字', 6)).toBe('漢字…');
});

test('wrapping breaks at words, cuts words that are too long, and ends at the last line', () => {
  expect(wrapColumns('one two three', 7, 3)).toEqual(['one two', 'three']);
  expect(wrapColumns('abcdefghij', 4, 3)).toEqual(['abcd', 'efgh', 'ij']);
  expect(wrapColumns('one two three four', 7, 2)).toEqual(['one two', 'three …']);
});

test('wrapping makes no command of a CI job out of the middle of a line', () => {
  expect(wrapColumns('say something ::error:: now', 15, 3)).toEqual([
    'say something',
    '\\u{3a}:error::',
    'now',
  ]);
});

test('one line stays one line', () => {
  expect(oneLine(' a\n\tb  c\u2028d ')).toBe('a b c d');
});

test('no result is wider than what was asked for, and padding makes it exactly so', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '漢', '😀', 'e\u0301', '…'), maxLength: 60 });
  fc.assert(
    fc.property(
      text,
      fc.integer({ min: 2, max: 40 }),
      fc.integer({ min: 1, max: 4 }),
      (value, columns, lines) => {
        expect(columnsOf(clipColumns(value, columns))).toBeLessThanOrEqual(columns);
        expect(columnsOf(padColumns(clipColumns(value, columns), columns))).toBe(columns);
        const wrapped = wrapColumns(value, columns, lines);
        expect(wrapped.length).toBeLessThanOrEqual(lines);
        for (const line of wrapped) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
      },
    ),
  );
});
