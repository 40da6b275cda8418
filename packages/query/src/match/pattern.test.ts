import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { PatternPart } from '../ast.ts';
import { MAX_PATTERN_CHARS } from '../parse/limits.ts';
import { compilePattern, compileWordPattern } from './pattern.ts';
import { wordForm } from './words.ts';

/** `a*b?` as parts. */
function parts(text: string): readonly PatternPart[] {
  return text
    .split(/([*?])/)
    .filter((piece) => piece !== '')
    .map((piece): PatternPart =>
      piece === '*'
        ? { kind: 'any-run' }
        : piece === '?'
          ? { kind: 'any-one' }
          : { kind: 'text', text: piece },
    );
}

describe('whole values', () => {
  const rows: [pattern: string, value: string, expected: boolean][] = [
    ['web*', 'web', true],
    ['web*', 'web-1', true],
    ['web*', 'my-web', false],
    ['*web', 'my-web', true],
    ['*web', 'web-1', false],
    ['*we*', 'owed', true],
    ['a*b*c', 'aXbYc', true],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
    ['*aba*ba', 'ababa', true],
    ['*ab*ab*', 'ab', false],
    ['hello?world', 'hello world', true],
    ['hello?world', 'helloworld', false],
    ['?', '😀', true],
    ['??', '😀', false],
    ['a?*', 'a', false],
    ['a?*', 'abc', true],
    ['*?', '', false],
    ['Web*', 'web', false],
  ];
  test.each(rows)('%s on "%s" is %s', (pattern, value, expected) => {
    expect(compilePattern(parts(pattern))(value)).toBe(expected);
  });

  /** The definition, exponential and obvious. */
  function holds(pattern: readonly string[], text: readonly string[]): boolean {
    const [first, ...rest] = pattern;
    if (first === undefined) return text.length === 0;
    if (first === '*') return holds(rest, text) || (text.length > 0 && holds(pattern, text.slice(1)));
    return text.length > 0 && (first === '?' || first === text[0]) && holds(rest, text.slice(1));
  }

  test('agrees with the definition on every small pattern and value', () => {
    const pattern = fc.array(fc.constantFrom('a', 'b', '*', '?', '😀'), { minLength: 1, maxLength: 7 });
    const text = fc.array(fc.constantFrom('a', 'b', '😀'), { maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (signs, chars) => {
        const once = signs.filter((sign, at) => sign !== '*' || signs[at - 1] !== '*');
        fc.pre(once.some((sign) => sign === '*' || sign === '?'));
        expect(compilePattern(parts(once.join('')))(chars.join(''))).toBe(holds(once, chars));
      }),
      { numRuns: 5_000 },
    );
  });

  test('a pattern longer than one machine word works bit by bit', () => {
    const long = compilePattern(parts(`${'a?'.repeat(70)}*z`));
    expect(long(`${'ab'.repeat(70)}z`)).toBe(true);
    expect(long(`${'ab'.repeat(69)}az`)).toBe(false);
    expect(long(`${'ab'.repeat(31)}bb${'ab'.repeat(38)}z`)).toBe(false);
  });
});

describe('words', () => {
  const rows: [pattern: string, text: string, expected: boolean][] = [
    ['web*', 'the web-server', true],
    ['web*', 'the website', true],
    ['web*', 'cobweb', false],
    ['*NETWORK*', 'a subnetwork went down', true],
    ['us*ed', 'user failed', false],
    ['hello?world', 'Hello World!', true],
    ['hello?world', 'hello-world', true],
    ['hello?world', 'hello, world', true],
    ['hello?world', 'hello big world', false],
    ['*/api/*', 'GET /api/', true],
    ['*/api/*', 'GET /apis/', false],
    ['log*/in', 'logging in', true],
    ['*!*', 'anything', false],
    ['?', 'a b', true],
    ['?', 'ab', false],
  ];
  test.each(rows)('%s in "%s" is %s', (pattern, text, expected) => {
    expect(compileWordPattern(parts(pattern))(wordForm(text))).toBe(expected);
  });
});

describe('hostile patterns', () => {
  const long = 'a'.repeat(100_000);
  const patterns = [
    '*a*a*a*a*a*a*b',
    'a*'.repeat(500),
    '*a'.repeat(500),
    `*${'a'.repeat(1_000)}b*`,
    `*${'a?'.repeat(500)}b`,
    `${'?'.repeat(1_000)}b`,
    '*?*?*?*?*?*b',
    `${'?*'.repeat(300)}b`,
    `*${'ab'.repeat(500)}*`,
    '*'.concat('aaaaaaab*'.repeat(110)),
    ...Array.from({ length: 50 }, (_, at) => `*${'a'.repeat(at * 7)}${'?a*'.repeat(at)}b*`),
  ];
  test.each(patterns.map((pattern, at) => [at + 1, pattern]))(
    'number %i takes no time to speak of on 100 kB',
    (_at, pattern) => {
      const text = String(pattern).replace(/\*+/g, '*').slice(0, MAX_PATTERN_CHARS);
      const whole = compilePattern(parts(text));
      const inWords = compileWordPattern(parts(text));
      const form = wordForm(long);
      const before = process.cpuUsage();
      whole(long);
      inWords(form);
      // Processor time, since the machine may be shared. The slowest takes some 50 ms.
      expect(process.cpuUsage(before).user / 1_000).toBeLessThan(250);
    },
  );
});
