/**
 * Verdicts against brute force: random pairs of queries, many of them near misses of each other, and every
 * document of a small universe chosen to hold the boundary values of each test in the vocabulary.
 */

import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { Query } from '../ast.ts';
import { allOf, anyOf, not } from '../build.ts';
import { compileMatcher } from '../match/compile.ts';
import type { QueryDocument } from '../match/document.ts';
import { parseQuery } from '../parse/parse.ts';
import { printQuery } from '../print.ts';
import type { MeaningOptions } from './find-document.ts';
import { implies, type Implication } from './implies.ts';

/** 1 takes some seconds. A larger number in the environment looks longer. */
const SCALE = Number(process.env['SIGNALWRIGHT_RUNS_SCALE'] ?? '1');

function query(text: string): Query {
  const result = parseQuery(text);
  if (!result.ok) throw new Error(`${text}: ${JSON.stringify(result.errors)}`);
  return result.query;
}

/** Sets of at most two values, the empty set among them. */
function smallSets<T>(pool: readonly T[]): readonly (readonly T[])[] {
  return [[], ...pool.flatMap((one, at) => [[one], ...pool.slice(at + 1).map((two) => [one, two])])];
}

function doc(part: Partial<QueryDocument>): QueryDocument {
  return { reserved: {}, tags: [], attributes: {}, message: '', ...part };
}

interface World {
  readonly name: string;
  readonly leaves: readonly string[];
  readonly universe: readonly QueryDocument[];
  readonly runs: number;
  /** The share of pairs that may stay undecided. */
  readonly mayBeUnknown: number;
}

const texts = ['', 'a', 'b', 'ab', 'ba', 'aa', 'aab', 'x', 'xb', 'ax', 'axb'];
const numbers = [0, 0.5, 1, 1.5, 2, 3, 10, 11, '1.0', '02', '-1', 'x'];
const addresses = [
  '203.0.113.7',
  '203.0.113.8',
  '203.0.113.200',
  '198.51.100.1',
  '2001:db8::1',
  '::ffff:203.0.113.7',
  '203.0.113.07',
  'x',
  '203.0.113.',
];

/** The same paths by keys that hold dots. */
const DOTTED: readonly Record<string, unknown>[] = [
  { 'v.b': 'a' },
  { 'v.b.d': 'a' },
  { 'v.b': { d: 'a' }, v: 'x' },
  { v: { 'b.d': 'a' } },
  { v: { b: 'x' }, 'v.b': 'a', 'v.c': 'a' },
  { v: [{ b: null }], 'v.b': ['a', 'b'] },
];

const worlds: readonly World[] = [
  {
    name: 'patterns and equality on one attribute',
    leaves: [
      '@v:a',
      '@v:b',
      '@v:ab',
      '@v:""',
      '@v:a*',
      '@v:*a',
      '@v:*b',
      '@v:a?',
      '@v:?',
      '@v:??',
      '@v:*a*',
      '@v:a*b',
      '@v:?*',
      '@v:*',
      '@v:*ab*',
      '@v:a*a',
    ],
    universe: smallSets(texts).map((v) => doc({ attributes: { v } })),
    runs: 600,
    mayBeUnknown: 0,
  },
  {
    name: 'numbers on one attribute',
    leaves: [
      '@v:>1',
      '@v:>=1',
      '@v:<1',
      '@v:<=1',
      '@v:>=2',
      '@v:<2',
      '@v:[1 TO 2]',
      '@v:{1 TO 2}',
      '@v:{0 TO 3}',
      '@v:[2 TO 1]',
      '@v:1',
      '@v:2',
      '@v:1*',
      '@v:*',
      '@v:[* TO 10]',
      '@v:[10 TO *]',
      '@v:>"1"',
    ],
    universe: smallSets(numbers).map((v) => doc({ attributes: { v } })),
    runs: 500,
    // Text bounds stand beside numbers here, and nothing is proved of them.
    mayBeUnknown: 0,
  },
  {
    name: 'addresses on one attribute',
    leaves: [
      'CIDR(@v, 203.0.113.0/24)',
      'CIDR(@v, 203.0.113.0/25)',
      'CIDR(@v, 203.0.113.128/25)',
      'CIDR(@v, 203.0.113.7/32)',
      'CIDR(@v, 0.0.0.0/0)',
      'CIDR(@v, ::/0)',
      'CIDR(@v, 203.0.113.0/25, 203.0.113.128/25)',
      '@v:203.0.113.7',
      '@v:203.0.113.*',
      '@v:*',
      '@v:>1',
    ],
    universe: smallSets(addresses).map((v) => doc({ attributes: { v } })),
    runs: 300,
    mayBeUnknown: 0,
  },
  {
    name: 'attributes inside attributes',
    leaves: [
      '@v:*',
      '@v.b:*',
      '@v.c:*',
      '@v.b.d:*',
      '@v:a',
      '@v.b:a',
      '@v.b:b*',
      '@v.c:a',
      '@v.b.d:a',
      '@v:?*',
      '@v:""',
    ],
    universe: smallSets([
      '',
      'a',
      'x',
      { b: 'a' },
      { b: 'ba' },
      { c: 'a' },
      { b: { d: 'a' } },
      { x: 'x' },
      { b: ['a', { d: 'x' }] },
      { b: { e: 1 } },
    ])
      .map((v) => doc({ attributes: { v } }))
      .concat(DOTTED.map((attributes) => doc({ attributes }))),
    runs: 300,
    mayBeUnknown: 0,
  },
  {
    name: 'words of the message',
    leaves: ['a', 'b', '"a b"', '"b a"', 'a*', '*b', 'a?b', 'ab', '"a a"', 'message:*', '*a*b*', '"!"'],
    universe: [
      '',
      '!',
      'a',
      'b',
      'ab',
      'a b',
      'b a',
      'a a',
      'a b a',
      'a x b',
      'axb',
      'x',
      'ab ab',
      'b b',
      'a-b',
      'ax xb',
    ].map((message) => doc({ message })),
    runs: 400,
    mayBeUnknown: 0,
  },
  {
    name: 'tags, reserved names and everything at once',
    leaves: [
      't:a',
      't:b',
      't:a*',
      't:*',
      'tags:"t:a"',
      'tags:n',
      'tags:*',
      'tags:t*',
      'n:*',
      'env:a',
      'env:*',
      'env:a*',
      'tags:"env:a"',
      '*:a',
      '*:x*',
      'a',
      '@v:a',
      '-t:*',
    ],
    universe: smallSets(['t:a', 't:b', 't:ax', 'n', 't', 'env:a', 'env:b', 'x:y']).flatMap((tags) =>
      [{}, { env: 'a' }, { env: ['b', 'ax'] }].flatMap((reserved) =>
        [{}, { v: 'a' }, { v: 'x' }].flatMap((attributes) =>
          ['', 'a', 'x y'].map((message) => doc({ tags, reserved, attributes, message })),
        ),
      ),
    ),
    runs: 200,
    // Tests that look at several places meet here; see `opaque` in literal.ts.
    mayBeUnknown: 0,
  },
];

/** Random queries, and pairs where the second is the first with one thing changed. */
function pairs(leaves: readonly string[]): fc.Arbitrary<readonly [Query, Query]> {
  const anyLeaf = fc.constantFrom(...leaves).map(query);
  const { tree } = fc.letrec<{ tree: Query }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      anyLeaf,
      anyLeaf.map((leaf) => not(leaf)),
      fc.array(tie('tree'), { minLength: 2, maxLength: 3 }).map((all) => allOf(all)),
      fc.array(tie('tree'), { minLength: 2, maxLength: 3 }).map((all) => anyOf(all)),
      tie('tree').map((one) => not(one)),
    ),
  }));
  const nearMiss = fc
    .tuple(tree, fc.nat(), anyLeaf, fc.nat(3))
    .map(([one, at, leaf, how]): readonly [Query, Query] => [one, change(one, at, leaf, how)]);
  return fc.oneof(
    fc.tuple(tree, tree),
    nearMiss,
    nearMiss.map(([one, two]): readonly [Query, Query] => [two, one]),
  );
}

function change(one: Query, at: number, leaf: Query, how: number): Query {
  if (one.kind === 'not') return not(change(one.child, at, leaf, how));
  if (one.kind === 'and' || one.kind === 'or') {
    const place = at % one.children.length;
    const join = one.kind === 'and' ? allOf : anyOf;
    if (how === 0) return join(one.children.filter((_, index) => index !== place));
    return join(
      one.children.map((child, index) =>
        index === place ? change(child, Math.floor(at / one.children.length), leaf, how) : child,
      ),
    );
  }
  return [leaf, not(one), allOf([one, leaf]), anyOf([one, leaf])][how] as Query;
}

interface Tally {
  tried: number;
  unknown: number;
  readonly internal: string[];
}

function check(
  a: Query,
  b: Query,
  universe: readonly QueryDocument[],
  options: MeaningOptions,
  tally: Tally,
): void {
  const verdict: Implication = implies(a, b, options);
  const matchesA = compileMatcher(a);
  const matchesB = compileMatcher(b);
  const counter = universe.find((document) => matchesA(document) && !matchesB(document));
  const pair = `${printQuery(a)}  =>  ${printQuery(b)}`;
  tally.tried += 1;
  if (verdict.verdict === 'yes') expect(counter, `${pair} was said to hold`).toBeUndefined();
  if (verdict.verdict === 'no') {
    expect(
      matchesA(verdict.witness) && !matchesB(verdict.witness),
      `${pair}: ${JSON.stringify(verdict.witness)}`,
    ).toBe(true);
  }
  if (verdict.verdict === 'unknown') {
    tally.unknown += 1;
    if (verdict.reason.startsWith('internal')) tally.internal.push(`${pair}: ${verdict.reason}`);
  }
}

describe.each(worlds)('$name', ({ leaves, universe, runs, mayBeUnknown }) => {
  const tally: Tally = { tried: 0, unknown: 0, internal: [] };

  test(`no verdict is wrong on ${runs * SCALE} pairs and ${universe.length} documents`, () => {
    fc.assert(
      fc.property(pairs(leaves), ([a, b]) => check(a, b, universe, {}, tally)),
      { numRuns: runs * SCALE },
    );
  });

  test('witnesses laid over a sample are as right', () => {
    const samples = fc.constantFrom(...universe);
    fc.assert(
      fc.property(pairs(leaves), samples, ([a, b], fill) => check(a, b, universe, { fill }, tally)),
      { numRuns: (runs * SCALE) / 2 },
    );
  });

  test('no mistake of ours hides behind "unknown", which stays rare', ({ annotate }) => {
    expect(tally.internal.slice(0, 3)).toEqual([]);
    void annotate(
      `${tally.unknown} of ${tally.tried} pairs unknown (${((100 * tally.unknown) / tally.tried).toFixed(2)} %)`,
    );
    expect(tally.unknown / tally.tried).toBeLessThanOrEqual(mayBeUnknown);
  });
});

describe('single-valued attributes', () => {
  test('no verdict is wrong among documents that keep to it', () => {
    const tally: Tally = { tried: 0, unknown: 0, internal: [] };
    const world = worlds[0] as World;
    const universe = ['', ...texts].map((v) => doc({ attributes: { v } })).concat(doc({}));
    const options = { singleValued: new Set(['@v']) };
    fc.assert(
      fc.property(pairs(world.leaves), ([a, b]) => check(a, b, universe, options, tally)),
      { numRuns: 500 * SCALE },
    );
    expect(tally.internal).toEqual([]);
  });
});
