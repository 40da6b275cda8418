/**
 * One YAML file becomes plain data and the tree of nodes it came from, or diagnostics.
 * YAML 1.2 core schema, without anchors, aliases, tags, directives and merge keys; duplicate keys, unsafe keys and
 * numbers that would change their value are refused here and not by `yaml` (reliability F2, F4; T13).
 */

import type { Diagnostic } from '@signalwright/model';
import { Composer, isMap, isScalar, type Document, type ParsedNode } from 'yaml';
import { diagnostic } from '../diagnostic.ts';
import type { SourceText } from '../source-text.ts';
import { guardText } from './guard-text.ts';
import { guardTokens } from './guard-tokens.ts';
import { NodeReader, type DataMap } from './node-reader.ts';
import { syntaxDiagnostics } from './syntax-problems.ts';

export type ParsedYaml =
  | {
      readonly ok: true;
      readonly data: DataMap;
      readonly root: ParsedNode;
      readonly warnings: readonly Diagnostic[];
    }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Never throws for any text. */
export function parseYaml(source: SourceText): ParsedYaml {
  const characters = guardText(source);
  if (characters.some(isError)) return { ok: false, diagnostics: characters };
  const guarded = guardTokens(source);
  if (!guarded.ok) return guarded;
  const composer = new Composer({
    uniqueKeys: false,
    merge: false,
    version: '1.2',
    schema: 'core',
    strict: true,
  });
  const documents = [...composer.compose(guarded.tokens, true, source.text.length)];
  const document = documents[0] as Document.Parsed | undefined;
  const problems = documents.flatMap((each) => [...each.errors, ...each.warnings]);
  if (problems.length > 0) return { ok: false, diagnostics: syntaxDiagnostics(source, problems, guarded) };
  const root = document?.contents ?? null;
  if (root === null || (isScalar(root) && root.value === null)) {
    return refuse(diagnostic('yaml/empty', source.rangeAt(0, 0), 'The file is empty.', { hint: EMPTY_HINT }));
  }
  if (!isMap(root)) {
    const range = source.rangeAt(root.range[0], root.range[1]);
    return refuse(
      diagnostic('yaml/not-a-map', range, 'The file is not a map of keys and values.', { hint: EMPTY_HINT }),
    );
  }
  const reader = new NodeReader(source);
  const data = reader.read(root);
  return reader.diagnostics.length > 0
    ? { ok: false, diagnostics: reader.diagnostics }
    : { ok: true, data: data as DataMap, root, warnings: [...characters, ...reader.warnings] };
}

const EMPTY_HINT = 'A file starts with its kind: `kind: detection-rule`.';

const isError = ({ severity }: Diagnostic): boolean => severity === 'error';

function refuse(...diagnostics: readonly Diagnostic[]): ParsedYaml {
  return { ok: false, diagnostics };
}
