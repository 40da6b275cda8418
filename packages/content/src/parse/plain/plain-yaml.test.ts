/**
 * The reader of plain YAML reads the same as the full parser, data and places, or nothing at all: on rows, on texts drawn
 * from the grammar, on real files, and on real files that are damaged.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ContentPath } from '@signalwright/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sourceText } from '../../source-text.ts';
import { guardText } from '../guard-text.ts';
import { originOf } from '../origin.ts';
import { parseYaml } from '../parse-yaml.ts';
import { readYaml } from '../read-yaml.ts';
import { nodesOf } from '../source-node.ts';
import { readPlainData } from './plain-yaml.ts';

const ROOT = resolve(import.meta.dirname, '../../../../..');
const SHARED = process.env['SIGNALWRIGHT_SHARED'] ?? join(ROOT, '../shared');

/** @returns whether the text was plain; throws where the two readers differ */
function compare(text: string): boolean {
  const source = sourceText('x.yaml', text);
  const data = guardText(source).length === 0 ? readPlainData(text) : undefined;
  if (data === undefined) return false;
  const full = parseYaml(source);
  if (!full.ok) throw new Error(`refused by the full parser: ${full.diagnostics[0]?.message}\n${text}`);
  expect(full.warnings, text).toEqual([]);
  expect(data, text).toEqual(full.data);
  const plain = readYaml(source);
  if (!plain.ok) throw new Error(`not read:\n${text}`);
  const ours = plain.origin;
  const nodes = nodesOf(full.root);
  const theirs = originOf(source, () => nodes);
  for (const path of pathsOf(data)) {
    expect(ours.rangeOf(path), `${path.join('.')} in\n${text}`).toEqual(theirs.rangeOf(path));
    expect(ours.keyRangeOf(path), `the key ${path.join('.')} in\n${text}`).toEqual(theirs.keyRangeOf(path));
    for (const [start, end] of [
      [0, 1],
      [2, 5],
      [0, 10_000],
    ] as const)
      expect(ours.rangeInScalar(path, start, end), `inside ${path.join('.')} in\n${text}`).toEqual(
        theirs.rangeInScalar(path, start, end),
      );
  }
  return true;
}

function pathsOf(data: unknown, above: ContentPath = []): readonly ContentPath[] {
  if (typeof data !== 'object' || data === null) return [above];
  const inner = Array.isArray(data)
    ? data.map((each, index) => [index, each] as const)
    : Object.entries(data);
  return [
    above,
    [...above, 'no such key'],
    ...inner.flatMap(([step, each]) => pathsOf(each, [...above, step])),
  ];
}

const PLAIN: readonly string[] = [
  'a: |\n  x\n     \n  y\n',
  'a: b',
  '---\na: b\n',
  '# note\n\na: b # note\n\n# end',
  'a: 1\nb: -2\nc: 1.5\nd: true\ne: false\nf: 0\n',
  'a: \'it\'\'s\'\nb: "say \\"x\\" \\\\ \\n \\/"\nc: \'\'\nd: ""\n',
  "'a b': 1\n\"c: d\": 2\n'@http.client_ip': 3\n",
  'a:\n  b:\n    c: d\n  e: f\ng: h\n',
  'a:\n- b\n- c: d\n  e: f\n-   g: h\n    i: j\n- - k\n  - l\nm: n\n',
  'a:\n  -\n    b: c\n  - # note\n    d: e\n',
  'a: # note\n  b: c\n',
  'a: [b, c d, 1, true, [], {}, "x, y", \'z]\']\n',
  'a: { b: c, "d": e, \'f\': [g], h: 203.0.113.7, }\n',
  'a: [\n    b,\n    c\n  ]\nd: {\n    e: f }\n',
  'a: |\n  one\n   two\n\n  three  \nb: c\n',
  'a: |-\n  one\n\n\nb: c\n',
  'a: >\n  one\n  two\n\n  three\n\n\n  four\nb: c\n',
  'a: >-\n\n  one\n  # no comment\n',
  'a: |\n  one',
  '- a',
  'a: x#y\nb: http://x/y?z=1\nc: 12:30:45\nd: 2026-01-01\ne: 1h\nf: -x\ng: (a OR b)\nh: =x\ni: <x\n',
  'a: Größe 東京 😀\nb: x\u00a0\n',
  'a: |\n  x\ty\n  \tz\nb: >\n  c\td\n',
  'a|b: 1\nc:\n  - d|e: f\ng: { h|i: j }\n',
  'a: $x\nb: ~x\nc: nullx\nd: y\ne: yes\nf: .x\ng: +x\nh: 10.0.0.0/8\n',
];

const NOT_PLAIN: readonly string[] = [
  'a: |\n  x\n     \n',
  'a: >\n  x\n     \n  y\n',
  '',
  '# note\n',
  ' a: b',
  'a:\n',
  'a: ~\n',
  'a: null\n',
  'a: TRUE\n',
  'a: 012\n',
  'a: 1e3\n',
  'a: .inf\n',
  'a: 0x1F\n',
  'a: -0\n',
  'a: 12345678901234567890\n',
  'a: b\n  c\n',
  "a: 'b\n  c'\n",
  'a: "\\x41"\n',
  'a: "\\u0041"\n',
  'a: &x b\n',
  'a: *x\n',
  'a: !x b\n',
  'a: {{x}}\n',
  'a: @x\n',
  'a: %x\n',
  'a: `x`\n',
  'a: - b\n',
  'a: b: c\n',
  'a: b:\n',
  'query: a # b\n',
  'a: b\n---\nc: d\n',
  'a: b\n...\n',
  '%YAML 1.2\n---\na: b\n',
  '? a\n: b\n',
  'a: [b: c]\n',
  'a: {b}\n',
  'a: [,]\n',
  'a: [b # c\n  ]\n',
  'a: [b\n]\n',
  'a: |+\n  b\n',
  'a: |2\n   b\n',
  'a: >\n  b\n    c\n',
  'a: | # note\n  b\n',
  'a: |\n    \n  b\n',
  'a: b\na: c\n',
  '__proto__: b\n',
  'a: { constructor: b }\n',
  '1: b\n',
  'true: b\n',
  '<<: b\n',
  "'раypal': b\n",
  'a:\tb\n',
  'a: b\tc\n',
  'a: |\n  b\n# c\td\n',
  'a: >\n  b\n  \tc\n',
  'a: b\r\n',
  'a:\n  b: c\n d: e\n',
  'a: b\n c: d\n',
  'a: "b" c\n',
  "a: 'b'#c\n",
  'a: [b] c\n',
  'a: [b\n',
  "a: 'b\n",
  'a : b\n',
  '- a\n',
  '[a]\n',
  `a: ${'['.repeat(30)}${']'.repeat(30)}\n`,
];

test.each(PLAIN.filter((text) => !text.startsWith('- ')))('is plain, and read alike: %j', (text) => {
  expect(compare(text)).toBe(true);
});

test.each(NOT_PLAIN)('is left to the full parser: %j', (text) => {
  expect(compare(text)).toBe(false);
});

const PIECES = [
  'a',
  'b',
  'c: ',
  'd:',
  'e',
  ' ',
  '  ',
  '\n',
  '\n',
  '\n  ',
  '\n    ',
  '- ',
  '-',
  ': ',
  ':',
  ', ',
  '[',
  ']',
  '{',
  '}',
  "'",
  '"',
  '#',
  ' # x',
  '|',
  '|-\n  ',
  '>\n  ',
  '>-\n    ',
  '\\',
  '1',
  '0',
  '.5',
  'true',
  '~',
  'null',
  '?',
  '&',
  '*',
  '!',
  '@',
  '%',
  '---',
  '...',
  '\n- ',
  '\na: ',
  '\n  b: ',
  "'x'",
  '"y"',
  '[x, y]',
  '{ k: v }',
  'query: ',
  '😀',
  'é',
  '\u00a0',
  '-1',
  '1.5',
  "''",
  '\\n',
  '\\"',
  '=',
  '<',
  '(',
  '__proto__: ',
  '\t',
  '\n  \t',
  'k|l: ',
];

describe('drawn texts', () => {
  test('pieces in any order', () => {
    let plain = 0;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }), (pieces) => {
        if (compare(`a: ${pieces.join('')}\n`)) plain += 1;
        if (compare(pieces.join(''))) plain += 1;
      }),
      { numRuns: 2_500 },
    );
    expect(plain).toBeGreaterThan(100);
  }, 120_000);

  test('well-formed data in every style', () => {
    fc.assert(
      fc.property(fc.tuple(MAP, fc.nat()), ([data, seed]) => {
        expect(compare(print(data, 0, seed))).toBe(true);
      }),
      { numRuns: 600 },
    );
  }, 120_000);
});

const WORD = fc.constantFrom(
  'shop',
  'a b',
  'x:y',
  'x#y',
  "O'Brien",
  'say "x"',
  '1h',
  '10.0.0.1',
  '-x',
  '(a OR b)',
  'é 😀',
  'a, b',
  '[x]',
  '{n}',
  '',
);
const SCALAR = fc.oneof(WORD, fc.integer(), fc.boolean(), fc.constantFrom(1.5, 0.25));
const KEY = fc.constantFrom('a', 'b', 'c_d', 'e-f', '@http.client_ip', 'g h', 'query');
const { value: MAP } = fc.letrec<{ node: unknown; value: Record<string, unknown> }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    SCALAR,
    tie('value'),
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
  ),
  value: fc.dictionary(KEY, tie('node'), { minKeys: 1, maxKeys: 4 }),
}));

/** Prints data as a person might: what `seed` says decides the style of each value. */
function print(data: Readonly<Record<string, unknown>>, indent: number, seed: number): string {
  return Object.entries(data)
    .map(([key, value], index) => {
      const name = /^[a-z_-]+$/.test(key) ? key : `'${key}'`;
      return `${' '.repeat(indent)}${name}:${printValue(value, indent, (seed >> (index % 16)) + index)}`;
    })
    .join('');
}

function printValue(value: unknown, indent: number, seed: number): string {
  if (typeof value === 'object' && value !== null) {
    if (seed % 3 === 0) return ` ${printFlow(value, seed)}\n`;
    const deeper = indent + 2;
    if (!Array.isArray(value)) return `\n${print(value as Record<string, unknown>, deeper, seed >> 1)}`;
    return `\n${value.map((each, index) => `${' '.repeat(deeper)}-${printValue(each, deeper, (seed >> 1) + index)}`).join('')}`;
  }
  if (typeof value !== 'string') return ` ${String(value)}\n`;
  const pad = ' '.repeat(indent + 2);
  if (value !== '' && seed % 5 === 1) return ` >-\n${pad}${value}\n\n${pad}${value}\n${pad}end\n`;
  if (value !== '' && seed % 5 === 2)
    return ` |${seed % 2 === 0 ? '-' : ''}\n${pad}${value}\n${pad}  more\n\n`;
  return ` ${printQuoted(value, seed)}${seed % 7 === 3 ? ' # note' : ''}\n`;
}

function printFlow(value: unknown, seed: number): string {
  if (Array.isArray(value)) return `[${value.map((each) => printFlow(each, seed)).join(', ')}]`;
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' ? printQuoted(value, seed) : String(value);
  const pairs = Object.entries(value).map(([key, each]) => `'${key}': ${printFlow(each, seed)}`);
  return `{ ${pairs.join(', ')} }`;
}

function printQuoted(value: string, seed: number): string {
  return seed % 2 === 0 ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => join(folder, name));
}

const OUR_FOLDERS = ['rules', 'views', 'workflows', 'tests/bad-content', 'packages/content/src'];

describe('real files', () => {
  const ours = OUR_FOLDERS.flatMap((folder) => filesBelow(join(ROOT, folder)));

  test('the shipped content is plain throughout', () => {
    const shipped = ['rules', 'views', 'workflows'].flatMap((folder) => filesBelow(join(ROOT, folder)));
    for (const file of shipped) expect(compare(readFileSync(file, 'utf8')), file).toBe(true);
  });

  test('our good and bad content is read alike', () => {
    const plain = ours.filter((file) => compare(readFileSync(file, 'utf8')));
    expect(plain.length).toBeGreaterThan(50);
  }, 60_000);

  test('our content is read alike when it is damaged', () => {
    const damage = fc.record({
      file: fc.constantFrom(...ours),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.nat(20),
      insert: fc.constantFrom(...PIECES),
    });
    let plain = 0;
    fc.assert(
      fc.property(damage, ({ file, at, remove, insert }) => {
        const text = readFileSync(file, 'utf8');
        const offset = Math.floor(at * text.length);
        if (compare(`${text.slice(0, offset)}${insert}${text.slice(offset + remove)}`)) plain += 1;
      }),
      { numRuns: 800 },
    );
    expect(plain).toBeGreaterThan(40);
  }, 120_000);

  const corpora = ['corpora/dd-integrations-extras', 'corpora/crs-regression'].map((name) =>
    join(SHARED, name),
  );
  const there = corpora.filter((folder) => existsSync(folder));

  test.skipIf(there.length === 0)(
    'published files of others are read alike (skipped without ../shared)',
    () => {
      const files = there.flatMap(filesBelow);
      const step = Math.max(1, Math.floor(files.length / 400));
      const sample = files.filter((_, index) => index % step === 0);
      const plain = sample.filter((file) => compare(readFileSync(file, 'utf8')));
      expect(plain.length).toBeGreaterThan(0);
    },
    120_000,
  );
});
