/**
 * Files that use every key there is, with each value in turn replaced by one of another shape: always a diagnostic
 * inside the file or a file that loads, never an error thrown.
 */

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { CONFIG_FILE } from './folders.ts';
import { isPinnedFile } from './pinned-rule.ts';
import { readTree } from './disk/read-tree.ts';
import { SCHEMA_NAMES, schemaFor, type JsonSchema } from './schema/schemas.ts';
import { loadFromFiles } from './workspace.ts';

type Path = readonly (string | number)[];

const { files } = readTree(join(import.meta.dirname, 'load-mutations'));
const ACTION = {
  id: 'signalwright.signal.update',
  summary: 'Does something.',
  replay: 'safe',
  source: 'a.ts:1',
  input: { type: 'object', properties: { state: { type: 'string', enum: ['open', 'archived'] } } },
  output: { type: 'object' },
} as const;
const MANIFEST = { manifest: { schemaVersion: 1, actions: [ACTION] } } as const;

/** `undefined` takes the key away. */
const VALUES: readonly (readonly [title: string, value: unknown])[] = [
  ['missing', undefined],
  ['null', null],
  ['text of every syntax', '\'"{{/if}}[](:@#&*!|>%'],
  ['a list', [['a']]],
  ['a map', { toString: 1, valueOf: 2 }],
];

function pathsOf(value: unknown, above: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = [...above, Array.isArray(value) ? Number(key) : key];
    return [path, ...pathsOf(inner, path)];
  });
}

function replaced(data: unknown, path: Path, value: unknown): unknown {
  const copy: unknown = structuredClone(data);
  let holder = copy as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) holder = holder[step] as Record<string | number, unknown>;
  const last = path.at(-1) ?? '';
  if (value !== undefined) holder[last] = value;
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete holder[last];
  return copy;
}

/** A tuned rule is nothing without the body that it tunes. */
const PINNED = [...files].filter(([name]) => isPinnedFile(name));

/** Alone: what it names is then missing too, which must not hide what is wrong with it. */
function load(file: string, text: string): void {
  const config = files.get(CONFIG_FILE) ?? '';
  const { diagnostics } = loadFromFiles(
    new Map([[CONFIG_FILE, config], ...PINNED]).set(file, text),
    MANIFEST,
  );
  const lines = text.split('\n');
  for (const { range, message } of diagnostics) {
    if (/^ |undefined|\[object/.test(message)) throw new Error(`The message "${message}" says nothing.`);
    for (const { line, col } of range.file === file ? [range.start, range.end] : []) {
      const isInside = line <= lines.length && col <= (lines[line - 1] ?? '').length + 1;
      if (!isInside) throw new Error(`${line}:${col} is no place of the file.`);
    }
  }
}

test('the files load as they stand', () => {
  const { diagnostics } = loadFromFiles(files);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
});

test.each(SCHEMA_NAMES)('the files use every key of %s', (name) => {
  const written = [...files.values()].join('\n');
  const unused: string[] = [];
  const walk = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return;
    for (const key of Object.keys((schema as JsonSchema)['properties'] ?? {}))
      if (!written.includes(`${key}:`)) unused.push(key);
    for (const inner of Object.values(schema)) walk(inner);
  };
  walk(schemaFor(name));
  expect(unused).toEqual([]);
});

test.each([...files.keys()])(
  '%s: a value of another shape is a diagnostic, wherever it stands',
  (file) => {
    const data: unknown = parse(files.get(file) ?? '');
    for (const path of pathsOf(data)) {
      for (const [title, value] of VALUES) {
        const text = stringify(replaced(data, path, value), { lineWidth: 0 });
        expect(() => load(file, text), `${path.join('.')} is ${title}`).not.toThrow();
      }
    }
  },
  120_000,
);

test('a group of an expected signal has text, not a map: a test must not stop at it', () => {
  const file = 'rules/detection/full.yaml';
  const data: unknown = parse(files.get(file) ?? '');
  const path = ['tests', 0, 'signals', 0, 'group', 'service'];
  const broken = new Map(files).set(file, stringify(replaced(data, path, { a: 1 })));
  const codes = loadFromFiles(broken).diagnostics.filter(({ severity }) => severity === 'error');
  expect(codes.map(({ code }) => code)).toEqual(['schema/wrong-type']);
});
