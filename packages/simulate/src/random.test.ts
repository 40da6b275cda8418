import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from './random.ts';

test('the same seed and stream give the same values', () => {
  fc.assert(
    fc.property(fc.integer(), fc.string(), (seed, stream) => {
      const [first, second] = [createRandom(seed, stream), createRandom(seed, stream)];
      for (let count = 0; count < 20; count += 1) expect(first.next()).toBe(second.next());
    }),
  );
});

test('values stay inside their bounds', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 1000 }), (seed, bound) => {
      const value = createRandom(seed, 'bounds').below(bound);
      expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true);
    }),
  );
});

test('streams of one seed differ, and so do seeds of one stream', () => {
  const ids = ['benign', 'xss', 'ssrf'].flatMap((stream) =>
    [1, 2, 3].map((seed) => createRandom(seed, stream).hex(16)),
  );
  expect(new Set(ids).size).toBe(ids.length);
});

test('picks are spread over all items', () => {
  const random = createRandom(7, 'spread');
  const counts = new Map<number, number>();
  for (let count = 0; count < 10_000; count += 1) {
    const item = random.pick([0, 1, 2, 3, 4]);
    counts.set(item, (counts.get(item) ?? 0) + 1);
  }
  expect(Math.min(...counts.values())).toBeGreaterThan(1800);
  expect(() => random.pick([])).toThrow('nothing to pick');
});
