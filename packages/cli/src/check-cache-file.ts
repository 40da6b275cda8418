/**
 * Where `check` keeps what it found out: in the cache folder of the user. Never in the repository, since a pull request
 * could bring answers of its own there, and content that nobody looked at would pass.
 */

import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CheckCache, type CacheUpdate } from '@signalwright/content';
import { usageFailure } from './failure.ts';
import type { Reporter } from './reporter.ts';
import { readVersion } from './version.ts';
import type { World } from './world.ts';

/** A smaller folder is checked as fast as its cache is read. */
const FEW_FILES = 200;

export interface CheckCacheFile {
  readonly cache: CheckCache;
  /**
   * Writes what the last check found out, unless it is known or little.
   *
   * @param files how many were checked
   */
  save(files: number): Promise<void>;
}

export interface CacheChoice {
  /** @default the cache folder of the user */
  readonly cacheDir?: string;
  /** False for `--no-cache`. */
  readonly cache?: boolean;
}

/**
 * @returns undefined when nothing is to be kept
 * @throws CommandFailure 64 for a folder in the repository of the content
 */
export function openCheckCache(
  root: string,
  { cacheDir, cache = true }: CacheChoice,
  { cwd, env }: Pick<World, 'cwd' | 'env'>,
  reporter: Reporter,
): CheckCacheFile | undefined {
  const folder = cacheDir === undefined ? userFolder(env) : resolve(cwd, cacheDir);
  if (!cache || folder === undefined) return undefined;
  const realRoot = realpathSync(root);
  if (isWithin(realPlace(folder), repositoryOf(realRoot))) {
    if (cacheDir === undefined) return undefined;
    throw usageFailure(
      `${cacheDir} is in the repository of the content.`,
      'Name a folder outside of it: a pull request could bring answers of its own.',
    );
  }
  const path = join(folder, `check-${nameOf(realRoot)}.json`);
  const program = `${readVersion()} ${process.version}`;
  const kept = readKept(path, program, reporter);
  return {
    cache: kept,
    save: async (files) => {
      if (files >= FEW_FILES) await write(path, kept.update(), reporter);
    },
  };
}

/** Source: XDG Base Directory Specification; the folders of macOS and Windows for what can be made anew. */
function userFolder(env: World['env']): string | undefined {
  // Who builds this program in its repository changes it without a new version.
  if (!fileURLToPath(import.meta.url).includes('node_modules')) return undefined;
  const named = process.platform === 'win32' ? env['LOCALAPPDATA'] : env['XDG_CACHE_HOME'];
  if (named !== undefined && isAbsolute(named)) return join(named, 'signalwright');
  const home = env['HOME'] ?? homedir();
  if (!isAbsolute(home)) return undefined;
  return join(home, process.platform === 'darwin' ? 'Library/Caches' : '.cache', 'signalwright');
}

/** The folder with `.git` in it around the content, else the content itself. */
function repositoryOf(root: string): string {
  for (let folder = root; dirname(folder) !== folder; folder = dirname(folder))
    if (existsSync(join(folder, '.git'))) return folder;
  return root;
}

/** Links followed as far as the path exists. */
function realPlace(path: string): string {
  if (existsSync(path) || dirname(path) === path) return realpathSync(path);
  return join(realPlace(dirname(path)), basename(path));
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function nameOf(root: string): string {
  return createHash('sha256').update(root).digest('hex').slice(0, 32);
}

function readKept(path: string, program: string, reporter: Reporter): CheckCache {
  if (!existsSync(path)) return new CheckCache(program);
  try {
    return CheckCache.fromText(readFileSync(path, 'latin1'), program);
  } catch (error) {
    reporter.detail(`The cache cannot be read: ${reasonOf(error)}`);
    return new CheckCache(program);
  }
}

/** Without it the next check takes longer: no reason to fail. */
async function write(path: string, update: CacheUpdate, reporter: Reporter): Promise<void> {
  if (update.kind === 'nothing') return;
  try {
    if (update.kind === 'append') {
      appendFileSync(path, update.text, 'latin1');
      return;
    }
    // The room of the store opens databases: a check that has little to write need not wait for it.
    const { writeFileAtomic } = await import('@signalwright/store');
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileAtomic(path, update.text, 0o600);
  } catch (error) {
    reporter.detail(`The cache cannot be written: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
