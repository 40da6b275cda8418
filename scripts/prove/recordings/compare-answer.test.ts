import { describe, expect, test } from 'vitest';

import { Pairs, differencesOf, type Comparison } from './compare-answer.ts';

const FROZEN_MS = 1_769_009_705_000;

function compare(recorded: unknown, ours: unknown, change: Partial<Comparison> = {}): readonly string[] {
  const known = { ids: new Pairs(), people: new Pairs(), frozenAtMs: FROZEN_MS, isSorted: false };
  return differencesOf(recorded, ours, { ...known, ...change });
}

describe('the same', () => {
  test.each([
    ['another id', { id: 'abc-def-ghi' }, { id: 'xyz-xyz-xyz' }],
    [
      'an id inside a text',
      [{ id: 'abc-def-ghi' }, { output: 'resource "abc-def-ghi"' }],
      [{ id: 'xyz-xyz-xyz' }, { output: 'resource "xyz-xyz-xyz"' }],
    ],
    ['a moment near the clock', { createdAt: FROZEN_MS + 817 }, { createdAt: FROZEN_MS }],
    ['a moment long ago', { createdAt: 5 }, { createdAt: 5 }],
    ['tags in another order', { tags: ['a', 'b'] }, { tags: ['b', 'a'] }],
    [
      'another person, twice the same',
      [{ creator: { handle: 'a', name: 'A' } }, { updater: { handle: 'a', name: 'A' } }],
      [{ creator: { handle: 'o', name: 'O' } }, { updater: { handle: 'o', name: 'O' } }],
    ],
    ['a key that newer answers have', { version: 1 }, { version: 1, isBeta: false }],
    ['fewer objects in all', { totalCount: 547 }, { totalCount: 2 }],
    [
      'a list in no order',
      [{ id: 'abc-def-ghi' }, { data: [{ id: 'one' }, { id: 'two' }] }],
      [{ id: 'xyz-xyz-xyz' }, { data: [{ id: 'one' }, { id: 'two' }] }],
    ],
  ])('%s', (_title, recorded, ours) => {
    expect(compare(recorded, ours)).toEqual([]);
  });
});

describe('a difference', () => {
  test.each([
    ['two ids for one', [{ id: 'abc-def-ghi' }, { id: 'abc-def-ghi' }], [{ id: 'x' }, { id: 'y' }]],
    ['one id for two', [{ id: 'abc-def-ghi' }, { id: 'jkl-mno-pqr' }], [{ id: 'x' }, { id: 'x' }]],
    ['an id that is no text', { id: 'abc-def-ghi' }, { id: 7 }],
    ['a moment far from the clock', { createdAt: FROZEN_MS }, { createdAt: FROZEN_MS - 3_600_000 }],
    [
      'a moment as a database writes it, in ISO 8601',
      { createdAt: '2026-05-26 20:46:03.567462+00' },
      { createdAt: '2026-05-26T20:46:03.567Z' },
    ],
    ['a moment of another form', { createdAt: FROZEN_MS }, { createdAt: '2026-01-21T15:35:05.000Z' }],
    ['an old moment that is another one', { createdAt: 5 }, { createdAt: 6 }],
    ['a tag too few', { tags: ['a', 'b'] }, { tags: ['a'] }],
    [
      'a person where there is nobody',
      { updater: { handle: '', name: '' } },
      { updater: { handle: 'o', name: 'O' } },
    ],
    ['a person told in another way', { creator: { handle: 'a', name: 'A' } }, { creator: { handle: 'o' } }],
    ['a key that is missing', { version: 1, isBeta: false }, { version: 1 }],
    ['a key too much', { version: 1 }, { version: 1, surprise: true }],
    ['a key too much in a refusal', { errors: ['Not found'] }, { errors: ['Not found'], error: {} }],
    ['another version', { version: 2 }, { version: 1 }],
    ['a null for a text', { description: '' }, { description: null }],
    ['another word', { errors: ['Not found'] }, { errors: ['not found'] }],
    ['more objects in all', { totalCount: 2 }, { totalCount: 3 }],
    ['a list that is shorter', { data: [1, 2] }, { data: [1] }],
  ])('%s', (_title, recorded, ours) => {
    expect(compare(recorded, ours)).not.toEqual([]);
  });

  test('an order that the request asks for', () => {
    const ids = new Pairs();
    for (const id of ['abc-def-ghi', 'jkl-mno-pqr']) ids.pair(id, id);
    const recorded = { data: [{ id: 'abc-def-ghi' }, { id: 'jkl-mno-pqr' }] };
    const turned = { data: recorded.data.toReversed() };
    expect(compare(recorded, turned, { ids })).toEqual([]);
    expect(compare(recorded, turned, { ids, isSorted: true })).not.toEqual([]);
  });
});
