import { expect, test } from 'vitest';
import type { StoreError } from './store-error.ts';
import { parseStored } from './stored-json.ts';

test('what was written is read back', () => {
  expect(parseStored({ path: '/data/org.db' }, '{"a":[1,null]}')).toEqual({ a: [1, null] });
});

test.each(['', '{"a":', '{"a":1}x', '\u0000'])(
  '%j is damage, told with the path and without the text',
  (text) => {
    const damage = { kind: 'damaged', code: 'store/database-damaged', path: '/data/org.db' };
    expect(() => parseStored({ path: '/data/org.db' }, text)).toThrow(
      expect.objectContaining(damage) as StoreError,
    );
    expect(() => parseStored({ path: '/data/org.db' }, text)).toThrow(
      'The database /data/org.db is damaged (a record is no JSON); restore a backup.',
    );
  },
);
