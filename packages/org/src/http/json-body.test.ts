import fc from 'fast-check';
import { expect, test } from 'vitest';

import { MAX_JSON_DEPTH } from '@signalwright/wire';

import { objectAt, parseEvents, parseJson } from './json-body.ts';

type Row = [title: string, text: string, expected: unknown];

const rows: Row[] = [
  ['an object', '{"a":[1,"x",null]}', { a: [1, 'x', null] }],
  ['brackets inside strings do not count as depth', JSON.stringify('['.repeat(100)), '['.repeat(100)],
  ['an escaped quote does not end a string', '{"a":"\\"[[["}', { a: '"[[[' }],
  ['nothing', '', 'The body is not valid JSON.'],
  ['half an object', '{"a":', 'The body is not valid JSON.'],
  ['a trailing comma', '[1,]', 'The body is not valid JSON.'],
  ['a key that reaches the prototype', '{"__proto__":{"admin":true}}', 'The key "__proto__" is not allowed.'],
  ['the same, deep inside', '{"a":[{"constructor":1}]}', 'The key "constructor" is not allowed.'],
  ['the same, spelled with escapes', '{"\\u005f_proto__":1}', 'The key "__proto__" is not allowed.'],
  ['a number that is too large', '{"a":[-1e400]}', 'The body has a number that is too large.'],
  ['the largest number', '[1.7976931348623157e308]', [Number.MAX_VALUE]],
  ['the third of them', '{"prototype":1}', 'The key "prototype" is not allowed.'],
];

test.each(rows)('%s', (_title, text, expected) => {
  const result = parseJson(text);
  expect(result.ok ? result.value : result.reason).toEqual(expected);
});

test.each([
  ['arrays', (depth: number) => '['.repeat(depth) + ']'.repeat(depth)],
  ['objects', (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`],
])('%s nested as deep as allowed pass, one deeper do not, a million neither', (_title, nested) => {
  expect(parseJson(nested(MAX_JSON_DEPTH)).ok).toBe(true);
  expect(parseJson(nested(MAX_JSON_DEPTH + 1)).ok).toBe(false);
  expect(parseJson('['.repeat(1_000_000)).ok).toBe(false);
});

test('a body of events keeps what its reader must see: depth, and the keys of one event', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const read = parseEvents(`[${deep},{"message":"b","__proto__":1}]`);
  const neighbour = read.ok ? (read.value as readonly object[])[1] : undefined;
  expect(Object.keys(neighbour ?? {})).toEqual(['message', '__proto__']);
  expect(parseEvents('[1')).toEqual({ ok: false, reason: 'The body is not valid JSON.' });
});

test('whatever the text, it answers like the platform or refuses, and no prototype changes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const result = parseJson(text);
      if (result.ok) expect(result.value).toEqual(JSON.parse(text));
      expect(Object.keys(Object.prototype)).toEqual([]);
    }),
  );
});

test('a path through something that is no object ends in undefined', () => {
  expect(objectAt({ data: { attributes: { a: 1 } } }, 'data', 'attributes')).toEqual({ a: 1 });
  expect(objectAt({ data: [] }, 'data', 'attributes')).toBeUndefined();
  expect(objectAt({ data: 'x' }, 'data', 'length')).toBeUndefined();
  expect(objectAt({}, 'toString')).toBeUndefined();
});
