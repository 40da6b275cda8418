/** Reads what is to be imported from files, folders and standard input: JSON, with limits. */

import { isUtf8 } from 'node:buffer';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { MAX_PAYLOADS, listPayloads, type ImportSource, type RefusedPayload } from '@signalwright/content';
import type { Kind } from '@signalwright/model';
import { maskSecrets } from '@signalwright/template';
import { MAX_JSON_DEPTH, isJsonDeeperThan } from '@signalwright/wire';
import { usageFailure } from './failure.ts';
import type { World } from './world.ts';

export interface FoundSources {
  readonly sources: readonly ImportSource[];
  readonly refused: readonly RefusedPayload[];
  /** Whose objects they are, where an environment was named. */
  readonly environment?: string;
  /** Lists of which the sources hold a part. */
  readonly partial?: readonly PartialList[];
  /** What else a person should know of them, a sentence each; data of others in it is not inert. */
  readonly remarks?: readonly string[];
}

export interface PartialList {
  readonly where: string;
  readonly holds: number;
  readonly total: number;
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
  const read = new ReadSources(kind);
  await readTexts(paths, ['.json'], world, read);
  return read.result();
}

/** Takes texts in the order in which they were named. */
export interface TextTaker {
  /** @param where the path as it was named, or `stdin` */
  add(text: string, where: string): void;
  refuse(where: string, reason: string): void;
}

/** @param endings of the files that are meant by a folder */
export async function readTexts(
  paths: readonly string[],
  endings: readonly string[],
  world: World,
  taker: TextTaker,
): Promise<void> {
  for (const path of paths) {
    if (path === '-') taker.add(await world.readInput(MAX_FILE_BYTES), 'stdin');
    else
      for (const file of filesOf(resolve(world.cwd, path), endings))
        readFile(file, shown(file, world.cwd), taker);
  }
}

/** What the files read so far hold. */
class ReadSources implements TextTaker {
  readonly #kind: Kind | undefined;
  readonly #sources: ImportSource[] = [];
  readonly #refused: RefusedPayload[] = [];
  readonly #pages: { readonly where: string; readonly kind: Kind | undefined; readonly total: number }[] = [];

  constructor(kind: Kind | undefined) {
    this.#kind = kind;
  }

  refuse(where: string, reason: string): void {
    this.#refused.push({ where, name: '', reason });
  }

  add(text: string, where: string): void {
    const parsed = parseJson(text);
    if (typeof parsed === 'string') return this.refuse(where, parsed);
    const { found, isCut, total } = listPayloads(parsed.value);
    if (isCut) return this.refuse(where, `It holds more than ${MAX_PAYLOADS} objects: divide it.`);
    for (const { payload, path, kind = this.#kind } of found) {
      this.#sources.push({
        payload,
        where: path === '' ? where : `${where} ${path}`,
        ...(kind !== undefined && { kind }),
      });
    }
    if (total !== undefined) this.#pages.push({ where, kind: found[0]?.kind ?? this.#kind, total });
  }

  /** Pages of one list may come as several files, which hold all of it together. */
  result(): FoundSources {
    const partial = this.#pages.flatMap(({ where, kind, total }): readonly PartialList[] => {
      const holds = this.#sources.filter((source) => source.kind === kind).length;
      return holds < total ? [{ where, holds, total }] : [];
    });
    return { sources: this.#sources, refused: this.#refused, partial };
  }
}

function readFile(file: string, where: string, read: TextTaker): void {
  if (statSync(file).size > MAX_FILE_BYTES) return read.refuse(where, 'The file is larger than 256 MiB.');
  const bytes = readFileSync(file);
  // What is no UTF-8 would come in as other characters.
  if (isUtf8(bytes)) read.add(bytes.toString('utf8'), where);
  else read.refuse(where, 'It is not UTF-8: save it as such.');
}

/** The file itself, or every such file below the folder; links are not followed below it. */
function filesOf(path: string, endings: readonly string[]): readonly string[] {
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
      else if (entry.isFile() && endings.some((ending) => entry.name.endsWith(ending))) files.push(inner);
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
export function parseJson(text: string): { readonly value: unknown } | string {
  if (isJsonDeeperThan(text, MAX_JSON_DEPTH)) return `It nests deeper than ${MAX_JSON_DEPTH} levels.`;
  try {
    return { value: JSON.parse(text.replace(/^\uFEFF/, '')) as unknown };
  } catch (error) {
    // It quotes what it stumbles over.
    return `It is not JSON: ${maskSecrets(error instanceof Error ? error.message : String(error))}.`;
  }
}
