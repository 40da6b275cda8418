/**
 * A file becomes plain data, and a way to find where each value of it stands. Plain files are read by a reader of our own,
 * and only the others, mistakes among them, by the full parser: the same data either way (decision 0028).
 */

import type { Diagnostic, Origin } from '@signalwright/model';
import type { SourceText } from '../source-text.ts';
import { guardText } from './guard-text.ts';
import type { DataMap } from './node-reader.ts';
import { originOf } from './origin.ts';
import { parseYaml } from './parse-yaml.ts';
import { readPlainData, readPlainNodes } from './plain/plain-yaml.ts';
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
    return { ok: true, data, origin: originOf(source, () => plainNodes(source)), warnings: [] };
  }
  const parsed = parseYaml(source);
  if (!parsed.ok) return parsed;
  const { root, warnings } = parsed;
  return { ok: true, data: parsed.data, origin: originOf(source, () => nodesOf(root)), warnings };
}

function plainNodes(source: SourceText): SourceNode {
  const nodes = readPlainNodes(source.text);
  if (nodes === undefined) throw new Error(`${source.file} was plain, and no longer is.`);
  return nodes;
}
