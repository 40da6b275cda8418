/**
 * A file becomes plain data, and a way to find where each value of it stands. Plain files are read by a reader of our own,
 * and only the others, mistakes among them, by the full parser: the same data either way (decision 0028).
 */

import type { ContentPath, Diagnostic, Origin } from '@signalwright/model';
import { once } from '../once.ts';
import type { SourceText } from '../source-text.ts';
import { guardText } from './guard-text.ts';
import type { DataMap } from './node-reader.ts';
import { originOf } from './origin.ts';
import { parseYaml } from './parse-yaml.ts';
import { readPlainData, readPlainPair } from './plain/plain-yaml.ts';
import { nodesOf, type SourceNode } from './source-node.ts';

export type ReadYaml =
  | {
      readonly ok: true;
      readonly data: DataMap;
      readonly origin: Origin;
      readonly warnings: readonly Diagnostic[];
    }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Never throws for any text. */
export function readYaml(source: SourceText): ReadYaml {
  const data = guardText(source).length === 0 ? readPlainData(source.text) : undefined;
  if (data !== undefined) {
    return { ok: true, data, origin: originOf(source, plainNodes(source)), warnings: [] };
  }
  const parsed = parseYaml(source);
  if (!parsed.ok) return parsed;
  const { root, warnings } = parsed;
  return {
    ok: true,
    data: parsed.data,
    origin: originOf(
      source,
      once(() => nodesOf(root)),
    ),
    warnings,
  };
}

/** Most files have a finding at their id, and no place is asked for in most of their keys: each is read for itself. */
function plainNodes(source: SourceText): (path: ContentPath) => SourceNode {
  const known = new Map<string, SourceNode>();
  return ([first = '']) => {
    const name = String(first);
    let nodes = known.get(name);
    if (nodes === undefined) known.set(name, (nodes = readPlainPair(source.text, name)));
    return nodes;
  };
}
