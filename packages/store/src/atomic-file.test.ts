import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { writeFileAtomic } from './atomic-file.ts';
import type { StoreError } from './store-error.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('an atomic file', () => {
  test('is new, for its owner alone, and leaves nothing beside it', () => {
    writeFileAtomic(join(folder, 'a.json'), '{}');
    expect(readFileSync(join(folder, 'a.json'), 'utf8')).toBe('{}');
    expect(statSync(join(folder, 'a.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  test('replaces the old content, also when it is shorter, and takes the mode asked for', () => {
    writeFileAtomic(join(folder, 'a'), 'long content', 0o644);
    writeFileAtomic(join(folder, 'a'), new Uint8Array([120]), 0o640);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('x');
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o640);
  });

  test('replaces a symbolic link instead of writing through it', () => {
    writeFileSync(join(folder, 'target'), 'untouched');
    symlinkSync(join(folder, 'target'), join(folder, 'link'));
    writeFileAtomic(join(folder, 'link'), 'new');
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('untouched');
  });

  test.each<[title: string, prepare: () => string, code: StoreError['code']]>([
    ['a missing folder', () => join(folder, 'no/such/a'), 'store/missing'],
    ['a folder in its place', () => (mkdirSync(join(folder, 'd')), join(folder, 'd')), 'store/is-a-folder'],
    [
      'a path through a file',
      () => (writeFileSync(join(folder, 'f'), ''), join(folder, 'f/a')),
      'store/not-a-folder',
    ],
  ])('%s is refused in one line, and nothing is left behind', (_title, prepare, code) => {
    const path = prepare();
    const before = readdirSync(folder);
    let error: unknown;
    try {
      writeFileAtomic(path, 'x');
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ name: 'StoreError', kind: 'environment', code });
    expect((error as StoreError).message).toMatch(/^Cannot write [^\n]+\.$/);
    expect(readdirSync(folder)).toEqual(before);
  });
});
