import { expect, test } from 'vitest';
import { layOver, misplacedField, type MisplacedField } from './unknown-fields.ts';

const BODY = { name: 'X', options: { keepAlive: 60 }, queries: [{ query: 'a' }, { query: 'b' }], none: null };

const LAID: readonly [title: string, path: string, value: unknown, expected: object][] = [
  ['a new field', 'foo', { a: 1 }, { foo: { a: 1 } }],
  ['a field of an object', 'options.foo', 1, { options: { keepAlive: 60, foo: 1 } }],
  ['another value', 'options.keepAlive', '60', { options: { keepAlive: '60' } }],
  ['a field of one item', 'queries[1].foo', null, { queries: [{ query: 'a' }, { query: 'b', foo: null }] }],
  ['objects on the way', 'a.b.c', 1, { a: { b: { c: 1 } } }],
  ['an object for null', 'none.x', 1, { none: { x: 1 } }],
  ['nothing where there was something', '-options.keepAlive', null, { options: {} }],
  ['nothing in an item', '-queries[0].query', null, { queries: [{}, { query: 'b' }] }],
  ['an item as a whole', 'queries[0]', 1, { queries: [1, { query: 'b' }] }],
];

test.each(LAID)('%s is laid over', (_title, path, value, expected) => {
  const before = structuredClone(BODY);
  expect(misplacedField(BODY, path, value)).toBeUndefined();
  expect(layOver(BODY, { [path]: value })).toEqual({ ...BODY, ...expected });
  expect(BODY).toEqual(before);
});

const MISPLACED: readonly [path: string, problem: MisplacedField][] = [
  ['a..b', 'not-a-path'],
  ['name.foo', 'leads-nowhere'],
  ['queries[2].foo', 'leads-nowhere'],
  ['options[0]', 'leads-nowhere'],
  ['queries.foo', 'leads-nowhere'],
  ['[0]', 'leads-nowhere'],
  ['-foo', 'leads-nowhere'],
  ['-queries[0]', 'leads-nowhere'],
  ['-x', 'not-a-path'],
  ['__proto__.polluted', 'unsafe'],
  ['options.constructor.prototype.polluted', 'unsafe'],
  ['["__proto__"].polluted', 'not-a-path'],
];

test.each(MISPLACED)('%s is refused: %s', (path, problem) => {
  expect(misplacedField(BODY, path, path.startsWith('-x') ? 1 : null)).toBe(problem);
  expect(() => layOver(BODY, { [path]: path.startsWith('-x') ? 1 : null })).toThrow('leads nowhere');
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test('nothing to lay over leaves the body as it is', () => {
  expect(layOver(BODY, undefined)).toBe(BODY);
});
