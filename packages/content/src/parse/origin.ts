/** Finds the place of a value in the file it was written in. */

import type { ContentPath, Origin, SourceRange } from '@signalwright/model';
import type { SourceText } from '../source-text.ts';
import type { ScalarMap } from './map-builder.ts';
import { mapScalar } from './scalar-map.ts';
import type { ScalarNode, SourceNode } from './source-node.ts';

/**
 * Lines and columns are computed when asked for, which happens for few values of a file.
 *
 * @param root gives the nodes of the file, at least those that the path leads through; the same ones each time
 */
export function originOf(source: SourceText, root: (path: ContentPath) => SourceNode): Origin {
  // One long query may have many errors; its map is made once.
  let maps: Map<ScalarNode, ScalarMap | undefined> | undefined;
  const mapOf = (node: ScalarNode): ScalarMap | undefined => {
    maps ??= new Map();
    if (!maps.has(node)) maps.set(node, scalarMapOf(source.text, node));
    return maps.get(node);
  };
  return {
    file: source.file,
    rangeOf: (path) => valueRange(source, root(path), path),
    keyRangeOf: (path) => keyRange(source, root(path), path),
    rangeInScalar: (path, start, end) => scalarRange(source, root(path), path, { start, end, mapOf }),
  };
}

interface Found {
  readonly node: SourceNode | undefined;
  /** The key that leads to the node, when its parent is a map. */
  readonly key?: SourceNode | undefined;
  /** How many steps of the path exist. */
  readonly depth: number;
}

function find(root: SourceNode, path: ContentPath): Found {
  let found: Found = { node: root, depth: 0 };
  for (const step of path) {
    const next = child(found.node, step);
    if (next === undefined) return found;
    found = { ...next, depth: found.depth + 1 };
  }
  return found;
}

function child(
  node: SourceNode | undefined,
  step: string | number,
): { readonly node: SourceNode | undefined; readonly key?: SourceNode | undefined } | undefined {
  if (node?.kind === 'list' && typeof step === 'number') {
    const item = node.items[step];
    return item === undefined ? undefined : { node: item };
  }
  if (node?.kind !== 'map') return undefined;
  const pair = node.pairs.find(({ key }) => key?.kind === 'scalar' && key.value === String(step));
  return pair === undefined ? undefined : { node: pair.value, key: pair.key };
}

function valueRange(source: SourceText, root: SourceNode, path: ContentPath): SourceRange {
  const { node, key } = find(root, path);
  // A key without a value, `query:`, has an empty range behind the colon: the key is easier to see.
  if (node === undefined || (node.start === node.end && key !== undefined)) {
    return source.rangeAt(key?.start ?? 0, key?.end ?? 0);
  }
  if (node.kind === 'scalar') return source.rangeAt(...trimmed(source.text, node.start, node.end));
  return source.rangeAt(...firstLine(source.text, node.start, node.end));
}

function keyRange(source: SourceText, root: SourceNode, path: ContentPath): SourceRange {
  const { key, depth } = find(root, path);
  return depth === path.length && key !== undefined
    ? source.rangeAt(key.start, key.end)
    : valueRange(source, root, path);
}

/** A block scalar ends behind its line break; the range shown ends behind its last character. */
function trimmed(text: string, start: number, end: number): [number, number] {
  return [start, start + text.slice(start, end).trimEnd().length];
}

/** Maps and lists over several lines are shown by their first line. */
function firstLine(text: string, start: number, end: number): [number, number] {
  const feed = text.indexOf('\n', start);
  return trimmed(text, start, feed === -1 ? end : Math.min(feed, end));
}

interface ScalarSpan {
  readonly start: number;
  readonly end: number;
  readonly mapOf: (node: ScalarNode) => ScalarMap | undefined;
}

function scalarRange(
  source: SourceText,
  root: SourceNode,
  path: ContentPath,
  { start, end, mapOf }: ScalarSpan,
): SourceRange {
  const { node, depth } = find(root, path);
  const map = depth === path.length && node?.kind === 'scalar' ? mapOf(node) : undefined;
  if (map === undefined) return valueRange(source, root, path);
  const from = Math.max(0, Math.min(start, map.text.length));
  const to = Math.max(from, Math.min(end, map.text.length));
  const first = map.starts[from] ?? 0;
  return source.rangeAt(first, to > from ? (map.ends[to - 1] ?? first) : first);
}

/** @returns undefined when the mapping does not give the text that was read, so that no caret can ever be wrong */
export function scalarMapOf(text: string, node: ScalarNode): ScalarMap | undefined {
  if (node.style === undefined) return undefined;
  // Numbers and booleans have a source; what is mapped is the text as written.
  const value = typeof node.value === 'string' ? node.value : text.slice(node.start, node.end);
  const map = mapScalar(text, node.start, node.end, node.style, value);
  return map.text === value ? map : undefined;
}
