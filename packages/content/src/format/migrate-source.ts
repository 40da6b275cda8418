/** One file brought up to the current format: only what a step names is edited, comments and layout stay. */

import { isMap, isScalar, type ParsedNode } from 'yaml';
import { CONFIG_FILE } from '../folders.ts';
import { nodeRange } from '../parse/node-reader.ts';
import { parseYaml } from '../parse/parse-yaml.ts';
import { sourceText } from '../source-text.ts';
import { editSource } from '../write/edit-source.ts';
import { formatSource, type FormatResult } from './format-source.ts';
import { FORMAT_VERSION, stepsFrom } from './format-version.ts';
import { schemaNameOf } from './key-order.ts';

/** The version that a signalwright.yaml says; 1 where it says none, or nothing that is one. */
export function formatOf(config: string | undefined): number {
  const parsed = parseYaml(sourceText(CONFIG_FILE, config ?? ''));
  const version = parsed.ok ? Number(parsed.data['formatVersion']) : 1;
  return Number.isInteger(version) && version > 0 ? version : 1;
}

/**
 * Migrates and formats one file; signalwright.yaml says the new version then.
 *
 * @param file path relative to the root
 * @param from version in which the file is written
 */
export function migrateSource(file: string, text: string, from: number): FormatResult {
  let current = text;
  for (const edits of stepsFrom(from)) {
    const parsed = parseYaml(sourceText(file, current));
    if (!parsed.ok) return { ok: false, diagnostics: parsed.diagnostics };
    const name = schemaNameOf(parsed.data);
    if (name !== undefined) current = editSource(current, edits(parsed.data), name) ?? current;
  }
  if (file === CONFIG_FILE && from < FORMAT_VERSION) current = withVersion(current);
  const formatted = formatSource(file, current);
  return formatted.ok ? { ...formatted, changed: formatted.text !== text } : formatted;
}

function withVersion(config: string): string {
  const parsed = parseYaml(sourceText(CONFIG_FILE, config));
  if (!parsed.ok) return config;
  const set = { kind: 'set', path: ['formatVersion'], value: FORMAT_VERSION } as const;
  return editSource(config, [set], 'signalwright') ?? withVersionInBrackets(config, parsed.root);
}

/** `{ stack: acme }`, the whole file in brackets. */
function withVersionInBrackets(config: string, root: ParsedNode): string {
  if (!isMap(root)) return config;
  const written = root.items.find(({ key }) => isScalar(key) && key.value === 'formatVersion');
  const start = (nodeRange(root)?.[0] ?? 0) + 1;
  const [from, to] = nodeRange(written?.value) ?? [start, start];
  const version = written === undefined ? ` formatVersion: ${FORMAT_VERSION},` : String(FORMAT_VERSION);
  return config.slice(0, from) + version + config.slice(to);
}
