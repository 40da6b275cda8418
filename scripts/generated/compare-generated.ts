/** Compares what the generators would write with what is in the folder, and writes it when asked. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, type FormatOptions } from 'oxfmt';
import { isObject, readJson } from '../architecture/manifest.ts';
import type { Generator } from './generator.ts';

export interface StaleFile {
  readonly path: string;
  readonly generator: string;
  readonly reason: 'missing' | 'stale' | 'left over';
  /** What the file should hold; undefined when it should not be there. */
  readonly text?: string;
}

/** Every owned file that differs from what its generator renders. Writes nothing. */
export async function compareGenerated(root: string, generators: readonly Generator[]): Promise<StaleFile[]> {
  const stale: StaleFile[] = [];
  for (const generator of generators) {
    const rendered = await generator.render(root);
    for (const [path, raw] of rendered) {
      if (!owns(generator, path)) throw new Error(`${generator.name} renders ${path}, which it does not own`);
      const text = await formatLikeTheRest(root, path, raw);
      const found = existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined;
      if (found !== text) {
        stale.push({
          path,
          generator: generator.name,
          reason: found === undefined ? 'missing' : 'stale',
          text,
        });
      }
    }
    for (const path of ownedFiles(root, generator)) {
      if (!rendered.has(path)) stale.push({ path, generator: generator.name, reason: 'left over' });
    }
  }
  return stale;
}

/** Makes the folder equal to what the generators render, and says what it changed. */
export async function writeGenerated(root: string, generators: readonly Generator[]): Promise<StaleFile[]> {
  const stale = await compareGenerated(root, generators);
  for (const { path, text } of stale) {
    const target = join(root, path);
    if (text === undefined) {
      rmSync(target);
    } else {
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
  }
  return stale;
}

function owns(generator: Generator, path: string): boolean {
  return generator
    .outputs()
    .some((output) => (output.endsWith('/') ? path.startsWith(output) : path === output));
}

function ownedFiles(root: string, generator: Generator): string[] {
  return generator
    .outputs()
    .filter((output) => output.endsWith('/') && existsSync(join(root, output)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replace(/^\//, '')),
    );
}

async function formatLikeTheRest(root: string, path: string, raw: string): Promise<string> {
  if (!/\.(?:ts|json)$/.test(path)) return raw;
  const { code, errors } = await format(path, raw, formatOptions(root));
  if (errors.length > 0) throw new Error(`${path} cannot be formatted: ${errors[0]?.message ?? 'unknown'}`);
  return code;
}

function formatOptions(root: string): FormatOptions {
  const { ignorePatterns: _, ...options } = readJson(join(root, '.oxfmtrc.json'));
  return isObject(options) ? options : {};
}
