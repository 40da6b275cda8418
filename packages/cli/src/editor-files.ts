/** What an editor needs to complete and check content: the schemas as files, and which folder each belongs to. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CONFIG_FILE, FOLDERS, editorSchema, SCHEMA_NAMES, type SchemaName } from '@signalwright/content';
import { makeFolder } from './make-folder.ts';
import { replaceFile } from './replace-file.ts';

const SETTINGS = '.vscode/settings.json';

export interface EditorFiles {
  /** Paths that were written, from the root, with `/`. */
  readonly written: readonly string[];
  /** Given when the settings of the editor could not be read: what to add to them by hand. */
  readonly toAdd?: string;
}

/** Writes `schemas/` anew, since they belong to this version, and adds the folders to the editor's settings. */
export function writeEditorFiles(root: string): EditorFiles {
  const schemas = SCHEMA_NAMES.map((name) => `schemas/${name}.json`);
  SCHEMA_NAMES.forEach((name, index) => {
    write(root, schemas[index] ?? '', json(editorSchema(name)));
  });
  const before = existsSync(join(root, SETTINGS)) ? readSettings(join(root, SETTINGS)) : {};
  if (before === undefined)
    return { written: schemas, toAdd: `"yaml.schemas": ${json(mapping()).trimEnd()}` };
  write(
    root,
    SETTINGS,
    json({ ...before, 'yaml.schemas': { ...mapOf(before['yaml.schemas']), ...mapping() } }),
  );
  return { written: [...schemas, SETTINGS] };
}

/** Schema to files, as the YAML extension of VS Code reads it. Source: its README, `yaml.schemas`. */
function mapping(): Readonly<Record<string, string | readonly string[]>> {
  return Object.fromEntries(
    SCHEMA_NAMES.filter(hasFolder).map((name) => [`./schemas/${name}.json`, filesOf(name)]),
  );
}

/** The schema of detection rules holds the form of tuned ones too, which have no folder of their own. */
function hasFolder(name: SchemaName): name is Exclude<SchemaName, 'default-rule'> {
  return name !== 'default-rule';
}

function filesOf(name: Exclude<SchemaName, 'default-rule'>): string | readonly string[] {
  return name === 'signalwright' ? CONFIG_FILE : [`${FOLDERS[name]}/**/*.yaml`, `${FOLDERS[name]}/**/*.yml`];
}

/** @returns undefined for what is no plain JSON map: comments of a person must not be lost */
function readSettings(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? { ...found } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function mapOf(value: unknown): object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function write(root: string, path: string, text: string): void {
  const target = join(root, path);
  makeFolder(dirname(target));
  replaceFile(target, text);
}
