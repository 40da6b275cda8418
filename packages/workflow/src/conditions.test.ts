import { expect, test } from 'vitest';
import type { ConditionOperator } from '@signalwright/model';
import { holds } from './conditions.ts';

type Row = [left: unknown, operator: ConditionOperator, right: unknown, expected: boolean];

const rows: Row[] = [
  ['malicious', 'eq', 'malicious', true],
  ['Malicious', 'eq', 'malicious', false],
  [5, 'eq', '5', true],
  [undefined, 'eq', 'undefined', false],
  [null, 'eq', undefined, true],
  [{ a: 1 }, 'eq', { a: 1 }, true],
  ['a', 'ne', 'b', true],
  [undefined, 'ne', 'b', true],
  ['10', 'gt', 9, true],
  ['ten', 'gt', 9, false],
  ['', 'lt', 9, false],
  [9, 'gte', 9, true],
  [9, 'lte', 8, false],
  ['203.0.113.7', 'contains', '113', true],
  [['a', 'b'], 'contains', 'b', true],
  [undefined, 'contains', 'b', false],
  [undefined, 'not_contains', 'b', true],
  ['abc', 'contains', undefined, false],
  ['abc', 'contains', { toString: 1 }, false],
  ['abc', 'contains', Object.create(null), false],
  ['a,b', 'contains', ['a', 'b'], false],
  [undefined, 'is_null', undefined, true],
  [0, 'is_not_null', undefined, true],
  ['', 'is_empty', undefined, true],
  [[], 'is_empty', undefined, true],
  [0, 'is_empty', undefined, false],
  [{ a: 1 }, 'is_not_empty', undefined, true],
];

test.each(rows)('%j %s %j is %s', (left, operator, right, expected) => {
  expect(holds(left, operator, right)).toBe(expected);
});
