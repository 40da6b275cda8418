import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventDocument } from '@signalwright/model';
import { span } from './testing/build.ts';
import { MAX_TUPLES_PER_EVENT, MAX_VALUE_CHARS, compileTuples, tupleKey } from './tuple.ts';

const document = (attributes: Record<string, unknown>, tags: readonly string[] = []) =>
  eventDocument(span(0, attributes, { service: 'shop', tags }));

type Row = [
  what: string,
  paths: readonly string[],
  optional: boolean,
  attributes: Record<string, unknown>,
  tuples: readonly (readonly string[])[],
];

test.each<Row>([
  ['no paths make one group of everything', [], false, {}, [[]]],
  ['a reserved name and an attribute', ['service', '@usr.id'], false, { usr: { id: 'u' } }, [['shop', 'u']]],
  ['a missing value leaves the event out', ['service', '@usr.id'], false, {}, []],
  ['a missing value of an optional group is N/A', ['service', '@usr.id'], true, {}, [['shop', 'N/A']]],
  ['an empty list is a missing value', ['@usr.id'], true, { usr: { id: [] } }, [['N/A']]],
  ['null is a missing value', ['@usr.id'], false, { usr: { id: null } }, []],
  ['an empty text is a value', ['@usr.id'], false, { usr: { id: '' } }, [['']]],
  ['numbers and booleans by their spelling', ['@n', '@b'], false, { n: 1.5, b: true }, [['1.5', 'true']]],
  ['a list stands in one group for each value', ['@ip'], false, { ip: ['a', 'b', 'a'] }, [['a'], ['b']]],
  [
    'two lists in each combination',
    ['@x', '@y'],
    false,
    { x: ['a', 'b'], y: [1, 2] },
    [
      ['a', '1'],
      ['a', '2'],
      ['b', '1'],
      ['b', '2'],
    ],
  ],
  ['1 and "1" are one group', ['@x'], false, { x: [1, '1'] }, [['1']]],
  [
    'names of prototypes are values like others',
    ['@x'],
    false,
    { x: ['__proto__', 'constructor'] },
    [['__proto__'], ['constructor']],
  ],
  ['what an object inherits is no value', ['@constructor', '@x.__proto__'], false, { x: {} }, []],
])('%s', (_what, paths, optional, attributes, tuples) => {
  expect(compileTuples(paths, optional)(document(attributes))).toEqual(tuples);
});

test('a tag is a group by its key', () => {
  expect(compileTuples(['team'], false)(document({}, ['team:blue', 'teams:red']))).toEqual([['blue']]);
});

test(`one event stands in at most ${MAX_TUPLES_PER_EVENT} groups of a query`, () => {
  const many = Array.from({ length: 10_000 }, (_, index) => `v${index}`);
  const tuples = compileTuples(['@x', '@y', '@z'], false)(document({ x: many, y: many, z: many }));
  expect(tuples).toHaveLength(MAX_TUPLES_PER_EVENT);
});

test('long values are cut and stay apart', () => {
  const long = 'x'.repeat(100_000);
  const [[a] = [], [b] = []] = compileTuples(['@x'], false)(document({ x: [`${long}a`, `${long}b`] }));
  expect(a).not.toBe(b);
  expect(a?.length).toBeLessThanOrEqual(MAX_VALUE_CHARS);
  expect(a?.startsWith('xxx')).toBe(true);
});

test('a cut never leaves half a character', () => {
  const [[cut] = []] = compileTuples(
    ['@x'],
    false,
  )(document({ x: `${'x'.repeat(191)}😀${'y'.repeat(200)}` }));
  expect(cut).toBe(Buffer.from(cut ?? '').toString());
});

/** Reads a key back: if that can be done, no two tuples share one. */
function readKey(key: string): readonly string[] {
  const tuple: string[] = [];
  for (let at = 0; at < key.length;) {
    const colon = key.indexOf(':', at);
    const end = colon + 1 + Number(key.slice(at, colon));
    tuple.push(key.slice(colon + 1, end));
    at = end;
  }
  return tuple;
}

test('a key can be read back, whatever the values hold, so no two tuples share one', () => {
  const value = fc.oneof(fc.constantFrom('', ':', '1:', '1:a', '2:ab', ',', '\u0000', 'N/A'), fc.string());
  fc.assert(
    fc.property(fc.array(value, { maxLength: 5 }), (tuple) => {
      expect(readKey(tupleKey(tuple))).toEqual(tuple);
    }),
    { numRuns: 500 },
  );
});
