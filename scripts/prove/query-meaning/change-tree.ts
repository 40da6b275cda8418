/** One small thing changed: a clause dropped or negated, a wildcard swapped, a bound moved, a letter in the other case. */

import type { SeededRandom } from '../../harness/seeded-random.ts';
import { oneOf, signsOf, type Asked, type End, type Leaf, type Sign, type Tree } from './tree.ts';

/** Draws a leaf like those of the tree. */
type DrawLeaf = () => Leaf;

export function changeTree(tree: Tree, random: SeededRandom, drawLeaf: DrawLeaf, times: number): Tree {
  const changed = changeOnce(tree, random, drawLeaf);
  return times > 1 ? changeTree(changed, random, drawLeaf, times - 1) : changed;
}

function changeOnce(tree: Tree, random: SeededRandom, drawLeaf: DrawLeaf): Tree {
  switch (tree.kind) {
    case 'true':
      return drawLeaf();
    case 'leaf':
      return changeLeaf(tree, random, drawLeaf);
    case 'not':
      return random.below(4) === 0
        ? tree.part
        : { kind: 'not', part: changeOnce(tree.part, random, drawLeaf) };
    default: {
      const at = random.below(tree.parts.length);
      switch (random.below(6)) {
        case 0: {
          const parts = tree.parts.filter((_, index) => index !== at);
          return parts.length === 1 ? (parts[0] as Tree) : { ...tree, parts };
        }
        case 1:
          return { kind: tree.kind === 'all' ? 'any' : 'all', parts: tree.parts };
        case 2:
          // The same in other words: De Morgan.
          return {
            kind: 'not',
            part: {
              kind: tree.kind === 'all' ? 'any' : 'all',
              parts: tree.parts.map((part) => ({ kind: 'not', part })),
            },
          };
        default:
          return {
            ...tree,
            parts: tree.parts.map((part, index) =>
              index === at ? changeOnce(part, random, drawLeaf) : part,
            ),
          };
      }
    }
  }
}

function changeLeaf(leaf: Leaf, random: SeededRandom, drawLeaf: DrawLeaf): Tree {
  const other = drawLeaf();
  switch (random.below(8)) {
    case 0:
      return { kind: 'not', part: leaf };
    case 1:
      return { kind: 'all', parts: [leaf, other] };
    case 2:
      return { kind: 'any', parts: [leaf, other] };
    case 3:
      return { kind: 'all', parts: splitRange(leaf) };
    default:
      return { ...leaf, asked: changeAsked(leaf.asked, random) };
  }
}

/** A range as two comparisons, which a list passes with two values. */
function splitRange(leaf: Leaf): readonly Tree[] {
  const { asked } = leaf;
  if (asked.kind !== 'between' || asked.low === undefined || asked.high === undefined) return [leaf, leaf];
  const above: Leaf = { ...leaf, asked: { kind: 'between', low: asked.low } };
  const beyond: Asked = { kind: 'between', low: { ...asked.high, inside: !asked.high.inside } };
  return [above, { kind: 'not', part: { ...leaf, asked: beyond } }];
}

function changeAsked(asked: Asked, random: SeededRandom): Asked {
  switch (asked.kind) {
    case 'exists':
      return asked;
    case 'is':
      return changeText(asked, random);
    case 'like':
      return changePattern(asked.signs, random);
    case 'between':
      return { ...asked, ...moveEnds(asked, random) };
    case 'blocks':
      return { kind: 'blocks', blocks: asked.blocks.map((block) => changeBlock(block, random)) };
  }
}

/** A letter in the other case, a wildcard behind it or in the place of a character. */
function changeText(asked: Asked & { readonly kind: 'is' }, random: SeededRandom): Asked {
  const { text } = asked;
  if (text === '' || random.below(3) === 0) return { ...asked, text: otherCase(text) };
  const signs: Sign[] = signsOf(text.replaceAll(/[*?]/g, 'a')).slice();
  if (random.below(2) === 0) signs.push('run');
  else signs[random.below(signs.length)] = 'one';
  return { kind: 'like', signs };
}

function otherCase(text: string): string {
  return text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase();
}

function changePattern(signs: readonly Sign[], random: SeededRandom): Asked {
  const at = random.below(signs.length);
  const sign = signs[at];
  const swapped: readonly Sign[] =
    typeof sign === 'object'
      ? [oneOf<Sign>(random, ['one', 'run', { char: otherCase(sign.char) }, { char: 'b' }])]
      : oneOf<readonly Sign[]>(random, [['one'], ['run'], [], [{ char: 'a' }], ['one', 'run']]);
  const all = [...signs.slice(0, at), ...swapped, ...signs.slice(at + 1)];
  const kept = all.filter((each, index) => each !== 'run' || all[index - 1] !== 'run');
  if (kept.every((each) => each === 'run')) return { kind: 'exists' };
  if (kept.some((each) => typeof each === 'string')) return { kind: 'like', signs: kept };
  return { kind: 'is', text: kept.map((each) => (typeof each === 'object' ? each.char : '')).join('') };
}

function moveEnds(
  { low, high }: Asked & { readonly kind: 'between' },
  random: SeededRandom,
): { low?: End; high?: End } {
  const inside =
    random.below(3) === 0 ? !(low?.inside ?? high?.inside ?? true) : (low?.inside ?? high?.inside ?? true);
  const move = (end: End | undefined): { value: number | string; inside: boolean } | undefined => {
    if (end === undefined) return undefined;
    if (typeof end.value === 'string')
      return { value: oneOf(random, [end.value, `${end.value}a`, 'b']), inside };
    return { value: end.value + oneOf(random, [0, 0, 1, -1, 0.5]), inside };
  };
  const [newLow, newHigh] = [move(low), move(high)];
  return { ...(newLow !== undefined && { low: newLow }), ...(newHigh !== undefined && { high: newHigh }) };
}

function changeBlock(block: string, random: SeededRandom): string {
  const [network = '', length = '0'] = block.split('/');
  const most = network.includes(':') ? 128 : 32;
  const moved = Math.min(most, Math.max(0, Number(length) + oneOf(random, [1, -1, 0])));
  return `${network}/${moved}`;
}
