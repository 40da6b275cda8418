/** Each automaton against the matcher that it stands for. */

import { expect, test } from 'vitest';
import fc from 'fast-check';
import { blockHolds, parseAddress, parseBlock } from '../address.ts';
import type { PatternPart, Test } from '../ast.ts';
import { toSteps, wordParts } from '../match/pattern.ts';
import { parseNumber } from '../number.ts';
import { after, oneOfTexts, rawPattern, wholePattern, type Acceptor } from './acceptor.ts';
import { colonAddresses } from './colon-text.ts';
import { dottedAddresses } from './dotted-text.ts';
import { acceptorsOf, passes, type Ask } from './ask.ts';
import { contains, type Interval } from './interval.ts';
import { numeralForms, numeralsWithExponent, oversizedNumerals, plainNumerals } from './numeral-text.ts';

function accepts(acceptor: Acceptor, text: string): boolean {
  let state = acceptor.start;
  for (const char of text) state = acceptor.next(state, char.codePointAt(0) as number);
  return acceptor.accepts(state);
}

function parts(signs: readonly string[]): readonly PatternPart[] {
  return signs
    .filter((sign, at) => sign !== '*' || signs[at - 1] !== '*')
    .map((sign): PatternPart =>
      sign === '*' ? { kind: 'any-run' } : sign === '?' ? { kind: 'any-one' } : { kind: 'text', text: sign },
    );
}

const signs = fc.array(fc.constantFrom('a', 'B', '-', '*', '?'), { minLength: 1, maxLength: 6 }).map(parts);
const letters = fc
  .array(fc.constantFrom('a', 'A', 'b', 'B', '-', ' ', 'İ', 'Σ', '😀'), { maxLength: 7 })
  .map((all) => all.join(''));

test('words are found in a text where they are found in its word form', () => {
  fc.assert(
    fc.property(signs, letters, (pattern, text) => {
      const ask: Ask = { on: 'words', parts: wordParts(pattern) };
      expect(accepts(rawPattern(toSteps(wordParts(pattern))), text)).toBe(passes(ask)(text));
    }),
    { numRuns: 3_000 },
  );
});

test('behind a prefix an automaton accepts what makes the whole', () => {
  fc.assert(
    fc.property(signs, letters, letters, (pattern, prefix, text) => {
      const whole = wholePattern(toSteps(pattern));
      expect(accepts(after(whole, prefix), text)).toBe(accepts(whole, prefix + text));
    }),
  );
});

test('a list of texts holds them and nothing else', () => {
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 5 }), letters, (texts, text) => {
      expect(accepts(oneOfTexts(texts), text)).toBe(texts.includes(text));
      for (const each of texts) expect(accepts(oneOfTexts(texts), each)).toBe(true);
    }),
  );
});

test('text bounds compare as strings do', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'B', '9', '😀', '\ufffd'), { maxLength: 4 })
    .map((all) => all.join(''));
  const bound = text.map((value) => ({ kind: 'text', value }) as const);
  const open = fc.constant({ kind: 'open' } as const);
  const place = { start: 0, end: 0 };
  const tests: fc.Arbitrary<Test> = fc.oneof(
    fc
      .record({ operator: fc.constantFrom('>', '>=', '<', '<='), bound })
      .map((compare): Test => ({ kind: 'compare', ...compare, ...place })),
    fc
      .record({ lower: bound, upper: fc.oneof(bound, open), inclusive: fc.boolean() })
      .map((range): Test => ({ kind: 'range', ...range, ...place })),
  );
  fc.assert(
    fc.property(tests, text, (asked, value) => {
      const ask: Ask = { on: 'value', test: asked };
      const [acceptor] = acceptorsOf([ask]);
      expect(acceptor && accepts(acceptor, value)).toBe(passes(ask)(value));
    }),
    { numRuns: 2_000 },
  );
});

const ENDS = [0, 1, -1, 0.1, 500, 499.5, 0.1 + 0.2, 1e21, -1e21, 2 ** 53, 5e-324, 1.7976931348623157e308];
const HALF_ABOVE_ONE = '1.00000000000000011102230246251565404236316680908203125';

const interval = fc
  .tuple(fc.constantFrom(...ENDS, -Infinity), fc.constantFrom(...ENDS, Infinity), fc.boolean(), fc.boolean())
  .map(([a, b, lowIn, highIn]): Interval => {
    const [low, high] = a < b ? [a, b] : [b, a];
    const closed = low === high;
    return {
      low,
      lowIn: Number.isFinite(low) && (lowIn || closed),
      high,
      highIn: Number.isFinite(high) && (highIn || closed),
    };
  });

/** Around the ends, in odd spellings. */
const numeral = fc
  .tuple(
    fc.constantFrom(
      ...ENDS.map((end) => BigInt(Math.trunc(end)).toString()),
      '0.1',
      '499.5',
      '0.30000000000000004',
      HALF_ABOVE_ONE,
    ),
    fc.constantFrom('', '+', '-', '0', '-0'),
    fc.constantFrom('', '.0', '.5', '0', '1', '.', '.00000000000000000000001', '49999999999999999999'),
  )
  .map(([digits, before, after_]) => before + digits + after_);

test('plain numerals are in an interval where the number that they spell is', () => {
  fc.assert(
    fc.property(interval, numeral, (range, text) => {
      const number = parseNumber(text);
      const isInside = number !== undefined && contains(range, number);
      expect(accepts(plainNumerals(range), text), `${text} in ${JSON.stringify(range)}`).toBe(isInside);
    }),
    { numRuns: 5_000 },
  );
});

test('so are those with an exponent', () => {
  const exponent = fc.constantFrom(-1, 1, -20, 20, -300, 300);
  fc.assert(
    fc.property(interval, numeral, exponent, (range, mantissa, places) => {
      const text = `${mantissa}e${places}`;
      const number = parseNumber(text);
      const isInside = number !== undefined && contains(range, number);
      expect(accepts(numeralsWithExponent(range, places), text), `${text} in ${JSON.stringify(range)}`).toBe(
        isInside,
      );
    }),
    { numRuns: 3_000 },
  );
});

test('half way between two doubles a numeral is read as the even one', () => {
  const one = plainNumerals({ low: 1, lowIn: true, high: 1, highIn: true });
  expect(accepts(one, HALF_ABOVE_ONE)).toBe(true);
  expect(accepts(one, `${HALF_ABOVE_ONE}1`)).toBe(false);
});

test.each([
  ['12', true, false],
  ['-0.50', true, false],
  ['+1e-7', true, true],
  ['1E5', true, true],
  ['1.', false, false],
  ['.5', false, false],
  ['1e', false, false],
  ['--1', false, false],
  ['', false, false],
])('"%s" has the form of a number: %s, with an exponent: %s', (text, all, exponent) => {
  expect(accepts(numeralForms('all'), text)).toBe(all);
  expect(accepts(numeralForms('with-exponent'), text)).toBe(exponent);
});

test('a numeral beyond the largest double is no number', () => {
  const last = 2n ** 1024n - 2n ** 970n;
  expect(accepts(oversizedNumerals(), `${last}`)).toBe(true);
  expect(accepts(oversizedNumerals(), `-${last}.0`)).toBe(true);
  expect(accepts(oversizedNumerals(), `${last - 1n}`)).toBe(false);
  expect(parseNumber(`${last}`)).toBeUndefined();
  expect(parseNumber(`${last - 1n}`)).toBe(Number.MAX_VALUE);
});

test('dotted addresses are in blocks where the matcher finds them', () => {
  const part = fc.constantFrom('0', '7', '10', '127', '128', '203', '255', '256', '07', '');
  const address = fc.array(part, { minLength: 3, maxLength: 5 }).map((all) => all.join('.'));
  const block = fc.constantFrom(
    '0.0.0.0/0',
    '10.0.0.0/8',
    '203.0.0.0/7',
    '10.7.0.0/17',
    '10.7.128.7/32',
    '::/0',
    '10.0.0.0/9',
  );
  fc.assert(
    fc.property(fc.array(block, { minLength: 1, maxLength: 3 }), address, (written, text) => {
      const blocks = written.map(parseBlock).filter((each) => each !== undefined);
      const found = parseAddress(text);
      const isInside = found !== undefined && blocks.some((each) => blockHolds(each, found));
      expect(accepts(dottedAddresses(blocks), text)).toBe(isInside);
    }),
    { numRuns: 3_000 },
  );
});

test('texts with colons are in blocks where the matcher finds them', () => {
  const piece = fc.constantFrom(
    '0',
    '1',
    'ab',
    'FFFF',
    '12345',
    ':',
    '::',
    '.',
    '7',
    '255',
    '07',
    'g',
    '198.51.100.7',
  );
  const broken = fc.array(piece, { minLength: 1, maxLength: 9 }).map((pieces) => pieces.join(''));
  const joined = fc
    .array(fc.constantFrom('0', '1', 'ab', '', 'ffff', 'c633', '6407'), { minLength: 2, maxLength: 9 })
    .map((groups) => groups.join(':'));
  const mapped = fc.constantFrom(
    '::ffff:',
    '0::FFFF:',
    '::ffff:0:',
    '::',
    '1:0:0:0:0:ffff:',
    '0:0:0:0:0:ffff:',
  );
  const text = fc.oneof(
    fc.ipV6(),
    broken,
    joined,
    fc
      .tuple(mapped, fc.constantFrom('198.51.100.7', 'c633:6407', '198.51.100.256'))
      .map((all) => all.join('')),
  );
  const block = fc.constantFrom(
    '::/0',
    '::/96',
    '1::/16',
    'ab::/8',
    '::ab:0:0/80',
    '198.51.100.0/24',
    '0.0.0.0/1',
    '::1/128',
  );
  fc.assert(
    fc.property(fc.array(block, { minLength: 1, maxLength: 3 }), text, (written, value) => {
      const blocks = written.map(parseBlock).filter((each) => each !== undefined);
      const found = value.includes(':') ? parseAddress(value) : undefined;
      const isInside = found !== undefined && blocks.some((each) => blockHolds(each, found));
      expect(accepts(colonAddresses(blocks), value), `${value} in ${written.join()}`).toBe(isInside);
    }),
    { numRuns: 8_000 },
  );
});

test('a settled pattern accepts whatever follows', () => {
  fc.assert(
    fc.property(signs, letters, letters, (pattern, text, more) => {
      const whole = wholePattern(toSteps(pattern));
      let state = whole.start;
      for (const char of text) state = whole.next(state, char.codePointAt(0) as number);
      if (whole.isSettled(state)) expect(accepts(whole, text + more)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
