/** Laws that hold of verdicts whatever the queries are, up to what is left undecided. */

import { expect, test } from 'vitest';
import fc from 'fast-check';
import type { Query } from '../ast.ts';
import { allOf, anyOf, not } from '../build.ts';
import { parseQuery } from '../parse/parse.ts';
import { printQuery } from '../print.ts';
import { compareQueries, type QueryVerdict } from './compare.ts';
import { alwaysTrue, equivalent, implies, satisfiable } from './implies.ts';

function query(text: string): Query {
  const result = parseQuery(text);
  if (!result.ok) throw new Error(`${text}: ${JSON.stringify(result.errors)}`);
  return result.query;
}

const LEAVES = [
  '@a:x',
  '@a:x*',
  '@a:*y',
  '@a:*',
  '@a:>=5',
  '@a:[1 TO 5]',
  '@a.b:x',
  'CIDR(@a, 203.0.113.0/24)',
  '@t:>"m"',
  'env:prod',
  'team:x',
  'tags:t*',
  '*:x',
  'hello',
  '"hello x"',
].map(query);

const leaf = fc.constantFrom(...LEAVES);
const { tree } = fc.letrec<{ tree: Query }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    leaf,
    tie('tree').map((one) => not(one)),
    fc.array(tie('tree'), { minLength: 2, maxLength: 3 }).map((all) => allOf(all)),
    fc.array(tie('tree'), { minLength: 2, maxLength: 3 }).map((all) => anyOf(all)),
  ),
}));

const RUNS = { numRuns: 250 };

test('a query implies itself, in any spelling', () => {
  fc.assert(
    fc.property(tree, (one) => {
      expect(implies(one, query(printQuery(one))).verdict).toBe('yes');
      expect(equivalent(one, query(printQuery(one))).verdict).toBe('yes');
    }),
    RUNS,
  );
});

test('the order of clauses and a double negation change no verdict', () => {
  const turned = (one: Query): Query => {
    if (one.kind === 'and') return allOf(one.children.map(turned).toReversed());
    if (one.kind === 'or') return anyOf(one.children.map(turned).toReversed());
    return one.kind === 'not' ? not(turned(one.child)) : one;
  };
  fc.assert(
    fc.property(tree, tree, (one, two) => {
      const { verdict } = compareQueries(one, two);
      expect(compareQueries(turned(one), turned(two)).verdict).toBe(verdict);
      const doubled = allOf([query('*'), not(anyOf([not(one), query('-*:*')]))]);
      expect(compareQueries(doubled, two).verdict).toBe(verdict);
    }),
    RUNS,
  );
});

test('seen from the other side a verdict is its mirror image', () => {
  const mirror: Record<QueryVerdict, QueryVerdict> = {
    EQUIVALENT: 'EQUIVALENT',
    NARROWS: 'WIDENS',
    WIDENS: 'NARROWS',
    INCOMPARABLE: 'INCOMPARABLE',
    UNKNOWN: 'UNKNOWN',
  };
  fc.assert(
    fc.property(tree, tree, (one, two) => {
      const there = compareQueries(one, two);
      const back = compareQueries(two, one);
      expect(back.verdict).toBe(mirror[there.verdict]);
      expect(back.newlyMatches === undefined).toBe(there.noLongerMatches === undefined);
    }),
    RUNS,
  );
});

test('what is negated implies the other way round', () => {
  fc.assert(
    fc.property(tree, tree, (one, two) => {
      expect(implies(not(two), not(one)).verdict).toBe(implies(one, two).verdict);
    }),
    RUNS,
  );
});

test('implication is transitive', () => {
  fc.assert(
    fc.property(tree, leaf, leaf, (one, more, less) => {
      // Chains that often hold: a conjunction, one of its clauses, an alternative to it.
      const [a, b, c] = [allOf([one, more]), one, anyOf([one, less])];
      expect(implies(a, b).verdict).toBe('yes');
      expect(implies(b, c).verdict).toBe('yes');
      expect(implies(a, c).verdict).toBe('yes');
    }),
    RUNS,
  );
  fc.assert(
    fc.property(tree, tree, tree, (a, b, c) => {
      if (implies(a, b).verdict !== 'yes' || implies(b, c).verdict !== 'yes') return;
      expect(implies(a, c).verdict).toBe('yes');
    }),
    RUNS,
  );
});

test('one query is satisfiable unless its negation is always true', () => {
  fc.assert(
    fc.property(tree, (one) => {
      const expected = { yes: 'no', no: 'yes', unknown: 'unknown' }[satisfiable(one).verdict];
      expect(alwaysTrue(not(one)).verdict).toBe(expected);
    }),
    RUNS,
  );
});

test('less effort may leave more open, and says nothing else', () => {
  fc.assert(
    fc.property(tree, tree, (one, two) => {
      const quick = implies(one, two, { effort: 'quick' }).verdict;
      if (quick !== 'unknown') expect(implies(one, two).verdict).toBe(quick);
    }),
    RUNS,
  );
});
