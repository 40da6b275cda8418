import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFieldPath, printFieldPath, type FieldPath } from './field-path.ts';

const ROWS: readonly [text: string, path: FieldPath][] = [
  ['options', ['options']],
  ['options.keepAlive', ['options', 'keepAlive']],
  ['cases[0].status', ['cases', 0, 'status']],
  ['queries[10].groupByFields[2]', ['queries', 10, 'groupByFields', 2]],
  ['options["a.b"].c', ['options', 'a.b', 'c']],
  ['["a b"]', ['a b']],
  ['[""].x', ['', 'x']],
  ['["-a"].b-c', ['-a', 'b-c']],
  ['a["]"][0]', ['a', ']', 0]],
  ['a["x\\u200by"].é', ['a', 'x\u200by', 'é']],
  ['["\\ud800"]', ['\ud800']],
  ['["\\u2028"].😀', ['\u2028', '😀']],
];

test.each(ROWS)('%s is read and written', (text, path) => {
  expect(parseFieldPath(text)).toEqual(path);
  expect(printFieldPath(path)).toBe(text);
});

test.each([
  '',
  '.',
  'a.',
  '.a',
  'a..b',
  'a[',
  'a[0',
  'a[-1]',
  'a[01]',
  'a[x]',
  'a b',
  'a["b"]',
  'a["x\u200by"]',
  'x\u200by',
  'a["\\q.b"]',
  'a.[0]',
])('%j is no path, or not the way it is written', (text) => {
  expect(parseFieldPath(text)).toBeUndefined();
});

test('every path reads back', () => {
  const segment = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.nat(1_000),
    fc.constantFrom('a.b', '[0]', '"'),
  );
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), (path) => {
      expect(parseFieldPath(printFieldPath(path))).toEqual(path);
    }),
  );
});
