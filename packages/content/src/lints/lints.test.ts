import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseCondition } from '@signalwright/query';
import { FOLDERS } from '../folders.ts';
import { loadFromFiles } from '../workspace.ts';
import { CONTENT_LINTS, LINTS } from './registry.ts';
import { impliesCondition } from './conditions.ts';

const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** What the example needs beside it stands in also-<id>.yaml. */
function codesOf(folder: string, name: 'good' | 'bad'): readonly string[] {
  const texts = readdirSync(`${import.meta.dirname}/${folder}`)
    .filter((file) => file === `${name}.yaml` || file.startsWith('also-'))
    .map((file) => [file, readFileSync(`${import.meta.dirname}/${folder}/${file}`, 'utf8')] as const);
  const files = texts.map(([file, text]) => {
    const kind = /^kind: (\S+)/.exec(text)?.[1] as keyof typeof FOLDERS;
    return [`${FOLDERS[kind]}/${file}`, text] as const;
  });
  const { diagnostics } = loadFromFiles(new Map([['signalwright.yaml', 'stack: lints\n'], ...files]));
  return diagnostics.map(({ code, range }) =>
    range.file.endsWith(`/${name}.yaml`) ? code : `${code} in ${range.file}`,
  );
}

test('each folder is a lint of the registry', () => {
  expect(folders).toHaveLength(LINTS.length + CONTENT_LINTS.length);
});

test.each(folders)('%s: good.yaml has no diagnostic', (folder) => {
  expect(codesOf(folder, 'good')).toEqual([]);
});

test.each(folders)('%s: bad.yaml has exactly this diagnostic', (folder) => {
  expect(codesOf(folder, 'bad')).toEqual([`lint/${folder}`]);
});

const IMPLICATIONS: readonly [a: string, b: string, expected: boolean][] = [
  ['a > 5', 'a > 3', true],
  ['a > 3', 'a > 5', false],
  ['a > 5', 'a >= 5', true],
  ['a >= 5', 'a > 5', false],
  ['a > 5 && b > 1', 'a > 5', true],
  ['a > 5', 'a > 5 && b > 1', false],
  ['a > 5', 'a > 5 || b > 1', true],
  ['a > 5 || b > 1', 'a > 5', false],
  ['a > 5 || a > 7', 'a > 4', true],
  ['(a > 5 || b > 5) && c > 1', 'a > 4 || b > 4', true],
  ['a > 5', 'b > 5', false],
];

test.each(IMPLICATIONS)('%s implies %s: %s', (a, b, expected) => {
  const [left, right] = [parseCondition(a), parseCondition(b)];
  if (!left.ok || !right.ok) throw new Error('not a condition');
  expect(impliesCondition(left.condition, right.condition)).toBe(expected);
});
