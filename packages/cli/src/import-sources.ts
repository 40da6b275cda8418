/** Reads what is to be imported from files, folders and standard input: JSON, with limits. */

import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { listPayloads, type ImportSource, type RefusedPayload } from '@signalwright/content';
import type { Kind } from '@signalwright/model';
import { MAX_JSON_DEPTH, isJsonDeeperThan } from '@signalwright/wire';
import { usageFailure } from './failure.ts';
import type { World } from './world.ts';

export interface FoundSources {
  readonly sources: readonly ImportSource[];
  readonly refused: readonly RefusedPayload[];
  /** Whose objects they are, where an environment was named. */
  readonly environment?: string;
}

/** An organisation's objects of one kind in one answer are far smaller. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;
const MAX_FILES = 50_000;
const MAX_FOLDER_DEPTH = 16;

/**
 * @param paths files, folders whose `.json` files are meant, and `-` for standard input
 * @param kind of objects whose shape does not tell
 * @throws what the system says of a path that cannot be read
 */
export async function readPayloads(
  paths: readonly string[],
  kind: Kind | undefined,
  world: World,
): Promise<FoundSources> {
  const sources: ImportSource[] = [];
  const refused: RefusedPayload[] = [];
  const read = (text: string, where: string): void => {
    const parsed = parseJson(text);
    if (typeof parsed === 'string') {
      refused.push({ where, name: '', reason: parsed });
      return;
    }
    for (const found of listPayloads(parsed.value)) {
      const known = found.kind ?? kind;
      sources.push({
        payload: found.payload,
        where: found.path === '' ? where : `${where} ${found.path}`,
        ...(known !== undefined && { kind: known }),
      });
    }
  };
  for (const path of paths) {
    if (path === '-') read(await world.readInput(MAX_FILE_BYTES), 'stdin');
    else
      for (const file of filesOf(resolve(world.cwd, path)))
        readFile(file, shown(file, world.cwd), read, refused);
  }
  return { sources, refused };
}

function readFile(
  file: string,
  where: string,
  read: (text: string, where: string) => void,
  refused: RefusedPayload[],
): void {
  if (statSync(file).size > MAX_FILE_BYTES)
    refused.push({ where, name: '', reason: 'The file is larger than 256 MiB.' });
  else read(readFileSync(file, 'utf8'), where);
}

/** The file itself, or every `.json` file below the folder; links are not followed below it. */
function filesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  const files: string[] = [];
  const walk = (folder: string, depth: number): void => {
    if (depth > MAX_FOLDER_DEPTH)
      throw usageFailure(`${folder} nests deeper than ${MAX_FOLDER_DEPTH} folders.`);
    for (const entry of readdirSync(folder, { withFileTypes: true }).toSorted((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const inner = join(folder, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith('.')) walk(inner, depth + 1);
      else if (entry.isFile() && entry.name.endsWith('.json')) files.push(inner);
      if (files.length > MAX_FILES) throw usageFailure(`${path} holds more than ${MAX_FILES} files.`);
    }
  };
  walk(path, 0);
  return files;
}

function shown(file: string, cwd: string): string {
  return relative(cwd, file).split(sep).join('/');
}

/** @returns the value, or why it cannot be used */
function parseJson(text: string): { readonly value: unknown } | string {
  if (isJsonDeeperThan(text, MAX_JSON_DEPTH)) return `It nests deeper than ${MAX_JSON_DEPTH} levels.`;
  try {
    return { value: JSON.parse(text.replace(/^\uFEFF/, '')) as unknown };
  } catch (error) {
    return `It is not JSON: ${error instanceof Error ? error.message : String(error)}.`;
  }
}
