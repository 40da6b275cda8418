/** The cheap looks leave out no question whose answer would be a finding. */

import { alwaysTrue, parseQuery, satisfiable } from '@signalwright/query';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mayContradict, mayCoverAll } from './repeated-fields.ts';

const clause = fc.constantFrom(
  '@usr:x',
  '@usr.id:x',
  '@usr.id:y',
  '@usr.id:*',
  '@usr:*',
  '@n:>5',
  '@n:<=5',
  'service:shop',
  'shop',
  '*:shop',
  'tags:team\\:x',
);
const { query } = fc.letrec<{ query: string }>((tie) => ({
  query: fc.oneof(
    { depthSize: 'small' },
    { weight: 3, arbitrary: clause },
    { weight: 1, arbitrary: tie('query').map((inner) => `-(${inner})`) },
    { weight: 2, arbitrary: fc.tuple(tie('query'), tie('query')).map(([a, b]) => `(${a} ${b})`) },
    { weight: 2, arbitrary: fc.tuple(tie('query'), tie('query')).map(([a, b]) => `(${a} OR ${b})`) },
  ),
}));

function parsed(text: string): NonNullable<Extract<ReturnType<typeof parseQuery>, { ok: true }>['query']> {
  const result = parseQuery(text);
  if (!result.ok) throw new Error(`${text} is no query: ${result.errors[0]?.message ?? ''}`);
  return result.query;
}

describe('a cheap look', () => {
  test('never hides a contradiction', () => {
    fc.assert(
      fc.property(query.map(parsed), (each) => {
        if (!mayContradict(each)) expect(satisfiable(each).verdict).toBe('yes');
      }),
      { numRuns: 500 },
    );
  });

  test('never hides that everything matches', () => {
    fc.assert(
      fc.property(query.map(parsed), (each) => {
        if (!mayCoverAll(each)) expect(alwaysTrue(each).verdict).not.toBe('yes');
      }),
      { numRuns: 500 },
    );
  });

  test.each(['@usr.id:(a OR b) @n:>5', 'service:shop -@usr.id:x', '@http.method:GET @http.status_code:200'])(
    'asks nothing of %s',
    (text) => {
      expect(mayContradict(parsed(text))).toBe(false);
      expect(mayCoverAll(parsed(text))).toBe(false);
    },
  );
});
