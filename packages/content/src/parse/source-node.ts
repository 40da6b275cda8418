/** Where the values of a file stand: the tree that both readers of YAML give. */

import { isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import { nodeRange } from './node-reader.ts';
import type { ScalarStyle } from './scalar-map.ts';

/** Offsets of the first character of a value, and behind its last one; a block ends behind its line break. */
interface Span {
  readonly start: number;
  readonly end: number;
}

export interface ScalarNode extends Span {
  readonly kind: 'scalar';
  /** Undefined for an empty value. */
  readonly style: ScalarStyle | undefined;
  readonly value: unknown;
}

export interface ListNode extends Span {
  readonly kind: 'list';
  readonly items: readonly (SourceNode | undefined)[];
}

export interface MapNode extends Span {
  readonly kind: 'map';
  readonly pairs: readonly SourcePair[];
}

export interface SourcePair {
  readonly key: SourceNode | undefined;
  /** Undefined where nothing at all is written. */
  readonly value: SourceNode | undefined;
}

export type SourceNode = ScalarNode | ListNode | MapNode;

/** The tree of the full parser, whose depth is bounded by the guard. */
export function nodesOf(root: ParsedNode): SourceNode {
  return convert(root) ?? { kind: 'scalar', start: 0, end: 0, style: undefined, value: undefined };
}

function convert(node: unknown): SourceNode | undefined {
  const range = nodeRange(node);
  if (range === undefined) return undefined;
  const [start, end] = range;
  if (isSeq(node)) return { kind: 'list', start, end, items: node.items.map(convert) };
  if (isMap(node)) {
    const pairs = node.items.map(({ key, value }) => ({ key: convert(key), value: convert(value) }));
    return { kind: 'map', start, end, pairs };
  }
  if (!isScalar(node)) return undefined;
  const style = node.type === undefined ? undefined : STYLES[node.type];
  return { kind: 'scalar', start, end, style, value: node.value };
}

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};
