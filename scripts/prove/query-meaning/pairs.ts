/** Random queries about few places, and pairs of them of which most differ in one small thing. */

import type { SeededRandom } from '../../harness/seeded-random.ts';
import { changeTree } from './change-tree.ts';
import { leavesOf, oneOf, signsOf, type Asked, type Leaf, type Tree, type Where } from './tree.ts';

export interface Pair {
  readonly before: Tree;
  readonly after: Tree;
}

type Flavour = 'patterns' | 'numbers' | 'blocks' | 'texts' | 'mixed' | 'words';

interface Theme {
  readonly where: Where;
  readonly flavour: Flavour;
}

const MAX_LEAVES = 7;

/** Pairs whose universe stays small: few places, few tests of each. */
export function drawPair(random: SeededRandom): Pair {
  for (;;) {
    const themes = drawThemes(random);
    const before = drawTree(random, themes, 2);
    const after =
      random.below(8) === 0
        ? drawTree(random, themes, 2)
        : changeTree(before, random, () => drawLeaf(random, themes), 1 + random.below(2));
    const leaves = new Set([...leavesOf(before), ...leavesOf(after)].map((leaf) => JSON.stringify(leaf)));
    if (leaves.size > MAX_LEAVES) continue;
    return random.below(2) === 0 ? { before, after } : { before: after, after: before };
  }
}

function drawThemes(random: SeededRandom): readonly Theme[] {
  const count = 1 + random.below(3);
  return Array.from({ length: count }, () => drawTheme(random));
}

function drawTheme(random: SeededRandom): Theme {
  const flavour = oneOf(random, [
    'patterns',
    'patterns',
    'patterns',
    'numbers',
    'numbers',
    'blocks',
    'texts',
    'mixed',
  ] as const);
  switch (random.below(14)) {
    case 0:
      return { where: { kind: 'attribute', name: 'v.b' }, flavour };
    case 1:
      return { where: { kind: 'attribute', name: 'w' }, flavour };
    case 2:
    case 3:
      return { where: { kind: 'message' }, flavour: 'words' };
    case 4:
    case 5:
      return { where: { kind: 'everything' }, flavour: 'words' };
    case 6:
      return { where: { kind: 'tag', name: 't' }, flavour };
    case 7:
      return { where: { kind: 'tags' }, flavour: 'patterns' };
    case 8:
      return { where: { kind: 'reserved', name: 'env' }, flavour };
    default:
      return { where: { kind: 'attribute', name: 'v' }, flavour };
  }
}

function drawTree(random: SeededRandom, themes: readonly Theme[], depth: number): Tree {
  const choice = random.below(10);
  if (depth === 0 || choice < 3) return drawLeaf(random, themes);
  if (choice < 4) return { kind: 'not', part: drawTree(random, themes, depth - 1) };
  const parts = Array.from({ length: 2 + random.below(2) }, () => drawTree(random, themes, depth - 1));
  return { kind: choice < 7 ? 'all' : 'any', parts };
}

function drawLeaf(random: SeededRandom, themes: readonly Theme[]): Leaf {
  const { where, flavour } = oneOf(random, themes);
  return {
    kind: 'leaf',
    where,
    asked: where.kind === 'tags' ? drawTag(random) : drawAsked(random, flavour, where),
  };
}

function drawAsked(random: SeededRandom, flavour: Flavour, where: Where): Asked {
  if (flavour !== 'words' && random.below(9) === 0) return { kind: 'exists' };
  switch (flavour) {
    case 'words':
      if (where.kind === 'message' && random.below(12) === 0) return { kind: 'exists' };
      return random.below(2) === 0
        ? { kind: 'is', text: oneOf(random, ['a', 'b', 'A', 'ab', 'a b', 'b a', 'a a', 'b-a', '!', 'a b a']) }
        : drawPattern(random, ['a', 'b', '-', 'B'], 4);
    case 'patterns':
      return random.below(3) === 0
        ? { kind: 'is', text: drawText(random, ['a', 'b', 'A'], 3) }
        : drawPattern(random, ['a', 'b', 'A', '-'], 5);
    case 'numbers':
      return random.below(5) === 0
        ? { kind: 'is', text: oneOf(random, ['5', '5.0', '0', '-1', '10']) }
        : drawBetween(random, NUMBERS);
    case 'texts':
      return random.below(3) === 0 ? drawPattern(random, ['a', 'b', '5'], 3) : drawBetween(random, TEXTS);
    case 'blocks':
      return random.below(5) === 0
        ? { kind: 'is', text: oneOf(random, ['10.0.0.7', '203.0.113.7', '2001:db8::1']) }
        : drawBlocks(random);
    case 'mixed':
      return drawMixed(random);
  }
}

function drawMixed(random: SeededRandom): Asked {
  switch (random.below(5)) {
    case 0:
      return drawBlocks(random);
    case 1:
      return drawBetween(random, NUMBERS);
    case 2:
      return drawBetween(random, TEXTS);
    case 3:
      return {
        kind: 'like',
        signs: signsOf(oneOf(random, ['10.0.0.*', '203.*', '*:*', '*.7', '10.?.*', '*.*'])),
      };
    default:
      return drawPattern(random, ['5', '1', '0', '.', 'a'], 3);
  }
}

const NUMBERS = [-1, 0, 0.5, 1, 2, 5, 10, 100, 499.5];
const TEXTS = ['a', 'ab', 'b', '5', '', 'B', '1.5'];

function drawBetween(random: SeededRandom, values: readonly (number | string)[]): Asked {
  const inside = random.below(2) === 0;
  const [one, two] = [oneOf(random, values), oneOf(random, values)];
  if (random.below(2) === 0)
    return { kind: 'between', [oneOf(random, ['low', 'high'])]: { value: one, inside } };
  const [low, high] = one < two || random.below(10) === 0 ? [one, two] : [two, one];
  return { kind: 'between', low: { value: low, inside }, high: { value: high, inside } };
}

function drawBlocks(random: SeededRandom): Asked {
  const block = (): string =>
    random.below(4) === 0
      ? `2001:db8::/${oneOf(random, [0, 16, 32, 64, 127, 128])}`
      : `${oneOf(random, ['10.0.0.0', '203.0.113.0', '203.0.113.128', '10.0.0.7'])}/${oneOf(random, [0, 1, 8, 16, 23, 24, 25, 30, 31, 32])}`;
  return { kind: 'blocks', blocks: Array.from({ length: 1 + random.below(2) }, block) };
}

function drawTag(random: SeededRandom): Asked {
  if (random.below(10) === 0) return { kind: 'exists' };
  if (random.below(2) === 0)
    return { kind: 'is', text: oneOf(random, ['t:a', 't:b', 't', 'n', 'env:a', 'env', 'u:a']) };
  return {
    kind: 'like',
    signs: signsOf(oneOf(random, ['t*', '*a', 't:*', '*:*', '?:a', '*n*', 'e*:a', 't:a*', '?'])),
  };
}

function drawPattern(random: SeededRandom, chars: readonly string[], most: number): Asked {
  const signs = signsOf(drawText(random, [...chars, '*', '?', '*'], most) || '*');
  const isPattern = signs.some((sign) => typeof sign === 'string') && signs.some((sign) => sign !== 'run');
  return isPattern ? { kind: 'like', signs } : drawPattern(random, chars, most);
}

function drawText(random: SeededRandom, chars: readonly string[], most: number): string {
  return Array.from({ length: random.below(most + 1) }, () => oneOf(random, chars)).join('');
}
