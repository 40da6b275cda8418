import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { CANONICAL_DEPTH_MAX, canonicalDigest, canonicalJson } from './canonical-json.ts';
import { sha256Hex } from './sha256.ts';

describe('canonical JSON', () => {
  test.each<[value: unknown, text: string]>([
    [null, 'null'],
    [true, 'true'],
    ['', '""'],
    // RFC 8785, section 3.2.2: strings and numbers.
    ['\u20ac$\u000f\nA\'B"\\\\"/', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'],
    [333333333.33333329, '333333333.3333333'],
    [1e30, '1e+30'],
    [4.5, '4.5'],
    [2e-3, '0.002'],
    [0.000000000000000000000000001, '1e-27'],
    [-0, '0'],
    [9007199254740991, '9007199254740991'],
    // Section 3.2.3: names are sorted by UTF-16 units, not by code points.
    [
      { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 },
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
    ],
    [{ b: [1, { d: null, c: '' }], a: {} }, '{"a":{},"b":[1,{"c":"","d":null}]}'],
    [{ a: undefined, b: 1 }, '{"b":1}'],
    [Object.assign(Object.create(null) as object, { a: 1 }), '{"a":1}'],
    ['\ud800', '"\\ud800"'],
    [{ 10: 1, 9: 2, a: 3 }, '{"10":1,"9":2,"a":3}'],
    [JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
  ])('%j reads %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  test.each<[title: string, value: unknown]>([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['a bigint', 1n],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['undefined', undefined],
    ['a list with a hole in it', [1, undefined]],
    ['an object that stands for another', Object.create({ a: 1 })],
    ['something deep inside', { a: [{ b: new Set() }] }],
  ])('%s is refused', (_title, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  test('a cycle and endless depth are refused, not followed', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(() => canonicalJson(cycle)).toThrow(`deeper than ${CANONICAL_DEPTH_MAX}`);
  });

  test('two spellings of one value have one text, which reads back as the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(canonicalJson(reversed(value))).toBe(text);
        expect(canonicalDigest(value)).toBe(sha256Hex(text));
      }),
    );
  });
});

/** The same value with the members of every object in the other order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.create(null) as Record<string, unknown>;
  for (const [key, item] of Object.entries(value).toReversed()) copy[key] = reversed(item);
  return copy;
}

test('a digest of more than one chunk is that of the whole text', () => {
  const value = Array.from({ length: 5_000 }, (_, n) => ({ n, text: `😀 ${'x'.repeat(n % 40)}` }));
  expect(canonicalDigest(value)).toBe(sha256Hex(canonicalJson(value)));
});

test('the digest is the one that everybody else computes', () => {
  expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256Hex(new TextEncoder().encode('abc'))).toBe(sha256Hex('abc'));
});
