/** Queries as the proof makes them: a tree of its own, written as text for the parser that is on trial. */

import type { SeededRandom } from '../../harness/seeded-random.ts';

export type Tree =
  | { readonly kind: 'true' }
  | { readonly kind: 'not'; readonly part: Tree }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Tree[] }
  | Leaf;

export interface Leaf {
  readonly kind: 'leaf';
  readonly where: Where;
  readonly asked: Asked;
}

export type Where =
  | { readonly kind: 'attribute' | 'reserved' | 'tag'; readonly name: string }
  | { readonly kind: 'tags' | 'message' | 'everything' };

/** A character, any run of them, or exactly one. */
export type Sign = { readonly char: string } | 'run' | 'one';

export type Asked =
  | { readonly kind: 'is'; readonly text: string }
  | { readonly kind: 'like'; readonly signs: readonly Sign[] }
  | { readonly kind: 'exists' }
  /** One end at least; both of one type. Ends with different `inside` cannot be written. */
  | { readonly kind: 'between'; readonly low?: End; readonly high?: End }
  | { readonly kind: 'blocks'; readonly blocks: readonly string[] };

export interface End {
  readonly value: number | string;
  readonly inside: boolean;
}

/** The text of a query, in one of the many ways to write it. */
export function writeQuery(tree: Tree, random: SeededRandom): string {
  switch (tree.kind) {
    case 'true':
      return oneOf(random, ['*', '*:*', '(*)']);
    case 'leaf':
      return writeLeaf(tree, random);
    case 'not': {
      const sign = oneOf(random, ['-', 'NOT ', '- ']);
      return `${sign}${writeOperand(tree.part, random)}`;
    }
    case 'all':
    case 'any': {
      const shared = tree.parts.length > 1 ? sharedKey(tree) : undefined;
      if (shared !== undefined && random.below(2) === 0) return `${shared}(${writeInside(tree, random)})`;
      const join = tree.kind === 'any' ? [' OR ', ' || '] : [' ', ' AND ', ' && '];
      return tree.parts.map((part) => writeOperand(part, random)).join(oneOf(random, join));
    }
  }
}

function writeOperand(tree: Tree, random: SeededRandom): string {
  const text = writeQuery(tree, random);
  return tree.kind === 'all' || tree.kind === 'any' ? `(${text})` : text;
}

/** Under a key that stands before the parentheses. */
function writeInside(tree: Tree, random: SeededRandom): string {
  switch (tree.kind) {
    case 'true':
      return '*';
    case 'leaf':
      return writeAsked(tree.asked, random);
    case 'not':
      return `-${tree.part.kind === 'leaf' ? '' : '('}${writeInside(tree.part, random)}${tree.part.kind === 'leaf' ? '' : ')'}`;
    default:
      return tree.parts
        .map((part) => (part.kind === 'leaf' ? writeInside(part, random) : `(${writeInside(part, random)})`))
        .join(tree.kind === 'any' ? ' OR ' : ' AND ');
  }
}

/** The key that stands before every leaf, where one does. */
function sharedKey(tree: Tree): string | undefined {
  const keys = new Set(
    leavesOf(tree).map((leaf) => (leaf.asked.kind === 'blocks' ? undefined : keyOf(leaf))),
  );
  const [key] = keys;
  return keys.size === 1 && key !== '' ? key : undefined;
}

export function leavesOf(tree: Tree): readonly Leaf[] {
  switch (tree.kind) {
    case 'true':
      return [];
    case 'leaf':
      return [tree];
    case 'not':
      return leavesOf(tree.part);
    default:
      return tree.parts.flatMap(leavesOf);
  }
}

function keyOf({ where }: Leaf): string {
  switch (where.kind) {
    case 'attribute':
      return `@${where.name}:`;
    case 'reserved':
    case 'tag':
      return `${where.name}:`;
    case 'tags':
      return 'tags:';
    case 'everything':
      return '*:';
    case 'message':
      return '';
  }
}

function writeLeaf(leaf: Leaf, random: SeededRandom): string {
  const { asked, where } = leaf;
  const key = keyOf(leaf);
  if (asked.kind === 'blocks') return `CIDR(${key.slice(0, -1)}, ${asked.blocks.join(', ')})`;
  if (asked.kind !== 'exists') return key + writeAsked(asked, random);
  if (where.kind === 'everything') return '*:*';
  const name = where.kind === 'message' ? 'message' : key.slice(0, -1);
  return oneOf(random, [`${name}:*`, `_exists_:${name}`, `${name}:**`]);
}

function writeAsked(asked: Asked, random: SeededRandom): string {
  switch (asked.kind) {
    case 'is':
      return asked.text === '' || random.below(3) === 0
        ? `"${asked.text.replaceAll(/["\\]/g, '\\$&')}"`
        : escape(asked.text);
    case 'like':
      return asked.signs
        .map((sign) => (sign === 'run' ? '*' : sign === 'one' ? '?' : escape(sign.char)))
        .join('');
    case 'exists':
      return '*';
    case 'between':
      return writeBetween(asked, random);
    case 'blocks':
      throw new Error('A block stands in a call.');
  }
}

function writeBetween({ low, high }: Asked & { readonly kind: 'between' }, random: SeededRandom): string {
  const inside = low?.inside ?? high?.inside ?? true;
  if (low === undefined || high === undefined) {
    const short = low === undefined ? `<${inside ? '=' : ''}` : `>${inside ? '=' : ''}`;
    if (random.below(2) === 0) return short + writeEnd((low ?? high) as End);
  }
  const both = [low, high].map((end) => (end === undefined ? '*' : writeEnd(end))).join(' TO ');
  return inside ? `[${both}]` : `{${both}}`;
}

function writeEnd({ value }: End): string {
  return typeof value === 'number' ? String(value) : `"${value}"`;
}

/** Everything that could be special anywhere. */
function escape(text: string): string {
  return [...text].map((char) => (/[A-Za-z0-9_]/.test(char) ? char : `\\${char}`)).join('');
}

export function oneOf<T>(random: SeededRandom, items: readonly T[]): T {
  return items[random.below(items.length)] as T;
}

/** `a*b?` as signs. */
export function signsOf(text: string): readonly Sign[] {
  return [...text.replaceAll(/\*+/g, '*')].map((char) =>
    char === '*' ? 'run' : char === '?' ? 'one' : { char },
  );
}
