import { describe, expect, test } from 'vitest';
import { decodeRuleSelection, encodeRuleSelection } from './suppression.ts';

describe('rules that a suppression names', () => {
  test.each([
    [['a'], 'signalwright:"acme/a"'],
    [['a', 'b-2'], 'signalwright:("acme/a" OR "acme/b-2")'],
  ])('%j is %s', (ids, query) => {
    expect(encodeRuleSelection({ kind: 'ids', ids }, 'acme')).toBe(query);
    expect(decodeRuleSelection(query, 'acme')).toEqual({ kind: 'ids', ids });
  });

  test.each([
    'signalwright:"other/a"',
    'signalwright:("acme/a" OR "other/b")',
    'signalwright:("acme/a" AND "acme/b")',
    'signalwright:"acme/a" type:log_detection',
    'signalwright:acme/a',
    'signalwright:()',
    'signalwright:',
    'type:log_detection',
    '',
  ])('%s stays a query', (query) => {
    expect(decodeRuleSelection(query, 'acme')).toEqual({ kind: 'query', query });
  });
});
