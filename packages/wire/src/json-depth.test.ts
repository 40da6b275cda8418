import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isJsonDeeperThan } from './json-depth.ts';

test('the depth of a text is that of the value that it gives, whatever its strings hold', () => {
  const string = fc.string({ unit: fc.constantFrom('"', '\\', '[', '{', ']', '}', 'a', '\n', 'é') });
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      string,
      fc.integer(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(string, tie('value'), { maxKeys: 3 }),
    ),
  }));
  fc.assert(
    fc.property(value, (each) => {
      const depth = depthOf(each);
      expect(isJsonDeeperThan(JSON.stringify(each), depth)).toBe(false);
      if (depth > 0) expect(isJsonDeeperThan(JSON.stringify(each), depth - 1)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test.each<[text: string, isDeeper: boolean]>([
  ['"[[[', false],
  ['"\\"[[[', false],
  ['"\\\\"[[[', true],
  ['[[{"a":', true],
  ['', false],
])('of what is no whole JSON the brackets outside of strings count: %s', (text, isDeeper) => {
  expect(isJsonDeeperThan(text, 2)).toBe(isDeeper);
});

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
