/** Finds the place of a value in the file it was written in. */

import type { ContentPath, Origin, SourceRange } from '@signalwright/model';
import { isMap, isScalar, isSeq, type ParsedNode, type Scalar } from 'yaml';
import type { SourceText } from '../source-text.ts';
import { nodeRange } from './node-reader.ts';
import type { ScalarMap } from './map-builder.ts';
import { mapScalar, type ScalarStyle } from './scalar-map.ts';

/** Holds on to the nodes; lines and columns are computed when asked for. */
export function originOf(source: SourceText, root: ParsedNode): Origin {
  // One long query may have many errors; its map is made once.
  const maps = new WeakMap<Scalar, ScalarMap | undefined>();
  const mapOf = (node: Scalar): ScalarMap | undefined => {
    if (!maps.has(node)) maps.set(node, scalarMapOf(source.text, node));
    return maps.get(node);
  };
  return {
    file: source.file,
    rangeOf: (path) => valueRange(source, root, path),
    keyRangeOf: (path) => keyRange(source, root, path),
    rangeInScalar: (path, start, end) => scalarRange(source, root, path, { start, end, mapOf }),
  };
}

interface Found {
  readonly node: unknown;
  /** The key that leads to the node, when its parent is a map. */
  readonly key?: unknown;
  /** How many steps of the path exist. */
  readonly depth: number;
}

function find(root: ParsedNode, path: ContentPath): Found {
  let found: Found = { node: root, depth: 0 };
  for (const step of path) {
    const next = child(found.node, step);
    if (next === undefined) return found;
    found = { ...next, depth: found.depth + 1 };
  }
  return found;
}

function child(
  node: unknown,
  step: string | number,
): { readonly node: unknown; readonly key?: unknown } | undefined {
  if (isSeq(node) && typeof step === 'number') {
    const item = node.items[step];
    return item === undefined ? undefined : { node: item };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && key.value === String(step));
  return pair === undefined ? undefined : { node: pair.value, key: pair.key };
}

function valueRange(source: SourceText, root: ParsedNode, path: ContentPath): SourceRange {
  const { node, key } = find(root, path);
  const range = nodeRange(node);
  // A key without a value, `query:`, has an empty range behind the colon: the key is easier to see.
  if (range === undefined || (range[0] === range[1] && key !== undefined)) {
    const ofKey = nodeRange(key) ?? [0, 0];
    return source.rangeAt(...ofKey);
  }
  if (isScalar(node)) return source.rangeAt(...trimmed(source.text, range));
  return source.rangeAt(...firstLine(source.text, range));
}

function keyRange(source: SourceText, root: ParsedNode, path: ContentPath): SourceRange {
  const { key, depth } = find(root, path);
  const range = depth === path.length ? nodeRange(key) : undefined;
  return range === undefined ? valueRange(source, root, path) : source.rangeAt(...range);
}

/** A block scalar ends behind its line break; the range shown ends behind its last character. */
function trimmed(text: string, [start, end]: readonly [number, number]): [number, number] {
  return [start, start + text.slice(start, end).trimEnd().length];
}

/** Maps and lists over several lines are shown by their first line. */
function firstLine(text: string, [start, end]: readonly [number, number]): [number, number] {
  const feed = text.indexOf('\n', start);
  return trimmed(text, [start, feed === -1 ? end : Math.min(feed, end)]);
}

interface ScalarSpan {
  readonly start: number;
  readonly end: number;
  readonly mapOf: (node: Scalar) => ScalarMap | undefined;
}

function scalarRange(
  source: SourceText,
  root: ParsedNode,
  path: ContentPath,
  { start, end, mapOf }: ScalarSpan,
): SourceRange {
  const { node, depth } = find(root, path);
  const map = depth === path.length && isScalar(node) ? mapOf(node) : undefined;
  if (map === undefined) return valueRange(source, root, path);
  const from = Math.max(0, Math.min(start, map.text.length));
  const to = Math.max(from, Math.min(end, map.text.length));
  const first = map.starts[from] ?? 0;
  return source.rangeAt(first, to > from ? (map.ends[to - 1] ?? first) : first);
}

/** @returns undefined when the mapping does not give the text that `yaml` read, so that no caret can ever be wrong */
export function scalarMapOf(text: string, node: Scalar): ScalarMap | undefined {
  const range = nodeRange(node);
  const style = node.type === undefined ? undefined : STYLES[node.type];
  if (range === undefined || style === undefined) return undefined;
  // Numbers and booleans have a source; what is mapped is the text as written.
  const value = typeof node.value === 'string' ? node.value : text.slice(...range);
  const map = mapScalar(text, range[0], range[1], style, value);
  return map.text === value ? map : undefined;
}

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};
