/** Sigma rules, as YAML that others wrote. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedData } from '../../scripts/harness/shared-data.ts';

/** Texts of up to `count` files with one document each, sorted by path. */
export function readSigmaFiles(count: number): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'signalwright-sigma-'));
  try {
    execFileSync('tar', ['xzf', sharedData('corpora/sigma/rules.tar.gz'), '-C', folder]);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
    const texts = files.map((file) => readFileSync(file, 'utf8'));
    return texts.filter((text) => !/^---\s*$/m.test(text.slice(3))).slice(0, count);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
