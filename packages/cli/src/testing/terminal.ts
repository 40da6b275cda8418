/** A world for tests: a folder of its own, a terminal that remembers, no network unless one is given. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { initFiles } from '../init-files.ts';
import { main } from '../main.ts';
import type { World } from '../world.ts';

/** 2026-11-22T10:00:00Z. */
export const NOW_MS = 1_795_341_600_000;

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The one JSON document on stdout; throws when there is none or more than one. */
  readonly json: () => Readonly<Record<string, unknown>>;
}

export interface TestFolder {
  readonly root: string;
  write(path: string, text: string): void;
  read(path: string): string;
  /** Runs the command in the folder. */
  run(args: readonly string[], world?: Partial<World>): Promise<Ran>;
  remove(): void;
}

/** @param files path to text */
export function makeTestFolder(files: Readonly<Record<string, string>> = {}): TestFolder {
  const root = mkdtempSync(join(tmpdir(), 'sw-cli-'));
  const folder: TestFolder = {
    root,
    write: (path, text) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    read: (path) => readFileSync(join(root, path), 'utf8'),
    run: (args, world = {}) => runIn(root, args, world),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
  for (const [path, text] of Object.entries(files)) folder.write(path, text);
  return folder;
}

/** The files that `init` writes: content that passes every check. */
export function goodContent(): Readonly<Record<string, string>> {
  return Object.fromEntries(initFiles('acme').map(({ path, text }) => [path, text]));
}

async function runIn(root: string, args: readonly string[], change: Partial<World>): Promise<Ran> {
  let out = '';
  let err = '';
  const code = await main(args, {
    cwd: root,
    env: {},
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    isTerminal: false,
    isInteractive: false,
    nowMs: () => NOW_MS,
    ask: () => Promise.reject(new Error('nobody is there')),
    fetch: () => Promise.reject(new TypeError('there is no network here')),
    readInput: () => Promise.reject(new Error('nothing is piped in')),
    untilStopped: () => Promise.resolve(),
    stopSignal: () => new AbortController().signal,
    ...change,
  });
  return {
    code,
    out,
    err,
    json: () => {
      const lines = out.trimEnd().split('\n');
      if (lines.length !== 1) throw new Error(`${lines.length} lines where one document belongs: ${out}`);
      return JSON.parse(out) as Readonly<Record<string, unknown>>;
    },
  };
}
