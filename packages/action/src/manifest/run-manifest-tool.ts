/** The command `signalwright-action-manifest`: writes or checks a package's `manifest.json`. */

import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readManifest } from './read-manifest.ts';

const USAGE = `Usage: signalwright-action-manifest [--check] [--root <folder>] [--out <file>] <source glob>...

Reads defineAction<Input, Output>({...}) calls and writes what they need and give as JSON Schemas.

  --root <folder>  paths in the manifest are relative to it (default: the working folder)
  --out <file>     where the manifest is written (default: manifest.json in the root)
  --check          write nothing; exit 1 when the file is not what would be written

Example: signalwright-action-manifest 'src/actions/*/index.ts'
`;

/** @returns exit code: 0 written or fresh, 1 problems or stale, 64 wrong usage */
export function runManifestTool(args: readonly string[], print: (line: string) => void): number {
  const globs: string[] = [];
  let root = process.cwd();
  let out: string | undefined;
  let check = false;
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    if (arg === '--check') check = true;
    else if (arg === '--root') root = resolve(args[(i += 1)] ?? '.');
    else if (arg === '--out') out = args[(i += 1)];
    else if (arg.startsWith('-')) return usage(print);
    else globs.push(arg);
  }
  if (globs.length === 0) return usage(print);
  const result = readManifest(
    root,
    globs.map((glob) => resolve(root, glob)),
  );
  if (!result.ok) {
    for (const problem of result.problems) print(problem);
    return 1;
  }
  const file = resolve(root, out ?? 'manifest.json');
  const text = `${JSON.stringify(result.manifest, null, 2)}\n`;
  if (!check) {
    writeFileSync(file, text);
    print(`Wrote ${result.manifest.actions.length} actions to ${file}.`);
    return 0;
  }
  if (readIfThere(file) === text) return 0;
  print(`${file} is stale: run the same command without --check.`);
  return 1;
}

function usage(print: (line: string) => void): number {
  print(USAGE);
  return 64;
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
