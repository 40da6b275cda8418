/**
 * A mistake is planted at a known character of a query, in every way that YAML has to write a text; the finding must stand
 * at exactly that character.
 */

import type { Diagnostic } from '@signalwright/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderDiagnostic } from './render-diagnostic.ts';
import { loadFromFiles } from './workspace.ts';

/** The character that no query may hold alone: a closing parenthesis without its partner. */
const MISTAKE = ')';

interface Written {
  /** With one `)` in it, the planted one. */
  readonly lines: readonly string[];
}

/** Clauses in front of the mistake, and behind it; plain YAML words, so that every style can hold them. */
const CLAUSE = fc.constantFrom(
  'service:web',
  'env:prod',
  '@a.b:1',
  'x😀y',
  '🛡',
  'größe:1',
  '-host:db',
  'one',
  '@c:"é"',
);
const CLAUSES = fc.array(CLAUSE, { minLength: 1, maxLength: 5 });

type Style = (before: readonly string[], after: readonly string[]) => Written;

const key = 'query:';
const joined = (before: readonly string[], after: readonly string[]): string =>
  [...before, MISTAKE, ...after].join(' ');

const STYLES: Readonly<Record<string, Style>> = {
  plain: (before, after) => ({ lines: [`${key} ${joined(['a', ...before], after)}`] }),
  'plain over lines': (before, after) => ({
    lines: [
      `${key} a`,
      ...before.map((each) => `    ${each}`),
      `  ${MISTAKE}`,
      ...after.map((each) => `  ${each}`),
    ],
  }),
  single: (before, after) => ({ lines: [`${key} '${joined(["it''s", ...before], after)}'`] }),
  'single over lines': (before, after) => ({
    lines: [`${key} '${before.join(' ')}`, '', `     ${MISTAKE}`, `  ${after.join(' ')}'`],
  }),
  double: (before, after) => ({
    lines: [`${key} "\\u0041 \\"x\\" \\x41 \\U0001F600 \\t ${escaped(joined(before, after))}"`],
  }),
  'double over lines': (before, after) => ({
    lines: [`${key} "${escaped(before.join(' '))} \\`, `    ${MISTAKE} ${escaped(after.join(' '))}"`],
  }),
  literal: (before, after) => ({ lines: [`${key} |`, ...block(before, after, 2)] }),
  'literal, stripped, deep': (before, after) => ({ lines: [`${key} |-`, ...block(before, after, 7)] }),
  'literal, kept': (before, after) => ({ lines: [`${key} |+`, ...block(before, after, 2), '', ''] }),
  folded: (before, after) => ({ lines: [`${key} >`, ...block(before, after, 2)] }),
  'folded, stripped, with gaps': (before, after) => ({
    lines: [
      `${key} >-`,
      '',
      ...before.flatMap((each) => [`  ${each}`, '']),
      `  ${MISTAKE}`,
      ...after.map((each) => `  ${each}`),
    ],
  }),
  'folded, further in': (before, after) => ({
    lines: [
      `${key} >-`,
      '  a',
      ...before.map((each) => `     ${each}`),
      `   ${MISTAKE}`,
      ...after.map((each) => `  ${each}`),
    ],
  }),
  'folded, with a number': (before, after) => ({ lines: [`${key} >2-`, ...block(before, after, 2)] }),
  'folded, kept': (before, after) => ({ lines: [`${key} >+`, ...block(before, after, 3), '', ''] }),
  'literal, with a number and blanks in front': (before, after) => ({
    lines: [`${key} |2+ # why`, ...block(before, after, 5), '', ''],
  }),
  'double, each character an escape': (before, after) => ({
    lines: [`${key} "${codes(before)} ${MISTAKE} ${codes(after)}"`],
  }),
};

/** Where a query stands in brackets, a plain one ends at a comma or bracket. */
const IN_BRACKETS: Readonly<Record<string, Style>> = {
  'flow map, plain': (before, after) => ({
    lines: [`queries: [{ query: ${joined(['a', ...before], after)} }]`],
  }),
  'flow map, single, behind others': (before, after) => ({
    lines: [`queries: [{ name: a, cardinality: ['@😀'], query: '${joined(["it''s", ...before], after)}' }]`],
  }),
  'flow map, double, over lines': (before, after) => ({
    lines: [
      'queries:',
      `  - { name: a,`,
      `      query: "${escaped(before.join(' '))}`,
      '',
      `        ${MISTAKE} \\`,
      `        ${escaped(after.join(' '))}" }`,
    ],
  }),
  'list item, on the line of its dash': (before, after) => ({
    lines: ['queries:', `  -   query: '${joined(before, after)}'`],
  }),
  'list item, folded': (before, after) => ({
    lines: ['queries:', '- name: a', '  query: >-', ...block(before, after, 4)],
  }),
};

function block(before: readonly string[], after: readonly string[], indent: number): readonly string[] {
  return [...before, `b ${MISTAKE}`, ...after].map((each) => `${' '.repeat(indent)}${each}`);
}

/** Astral characters take one escape and two units. */
function codes(clauses: readonly string[]): string {
  return Array.from(
    clauses.join(' '),
    (character) => `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`,
  ).join('');
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}

const VIEW = ['kind: saved-view', '# 😀 a comment', 'id: a', 'name: "A 🛡"'];
const RULE = [
  'kind: detection-rule',
  'id: a',
  'name: "A 🛡"',
  'type: log_detection',
  'cases: [{ condition: a > 1, severity: low }]',
];

interface Planted {
  readonly file: string;
  readonly text: string;
  /** From 1, in UTF-16 units. */
  readonly line: number;
  readonly col: number;
}

function plant(file: string, head: readonly string[], { lines: body }: Written, end: string): Planted {
  const lines = [...head, ...body];
  const line = lines.findIndex((each) => each.includes(MISTAKE));
  const col = (lines[line] ?? '').indexOf(MISTAKE);
  return { file, text: lines.map((each) => `${each}${end}`).join(''), line: line + 1, col: col + 1 };
}

function holds({ file, text, line, col }: Planted): void {
  const sources = new Map([
    ['signalwright.yaml', 'stack: a\n'],
    [file, text],
  ]);
  const found = loadFromFiles(sources).diagnostics.filter(
    ({ code }) => code === 'query/unbalanced-parenthesis',
  );
  expect(
    found.map(({ range }) => range),
    text,
  ).toEqual([{ file, start: { line, col }, end: { line, col: col + 1 } }]);
  for (const each of found) expect(aboveCaret(each, text), text).toBe(MISTAKE);
}

/** The character of the excerpt that the caret stands under, counted in columns of a terminal. */
function aboveCaret(found: Diagnostic, text: string): string {
  const [, excerpt = '', carets = ''] = renderDiagnostic(found, text, { color: false, width: 70 }).split(
    '\n',
  );
  expect(carets.trimEnd().endsWith(' ^')).toBe(true);
  let column = 0;
  for (const character of excerpt) {
    if (column === carets.indexOf('^')) return character;
    column += character === '😀' ? 2 : 1;
  }
  return '';
}

const END = fc.constantFrom('\n', '\r\n');

test.each(Object.entries(STYLES))('%s: the planted character, and no other, is marked', (_name, style) => {
  fc.assert(
    fc.property(CLAUSES, CLAUSES, END, (before, after, end) => {
      holds(plant('views/a.yaml', VIEW, style(before, after), end));
    }),
    { numRuns: 80 },
  );
});

test.each(Object.entries(IN_BRACKETS))(
  'in a rule, %s: the planted character, and no other, is marked',
  (_name, style) => {
    fc.assert(
      fc.property(CLAUSES, CLAUSES, END, (before, after, end) => {
        holds(plant('rules/detection/a.yaml', RULE, style(before, after), end));
      }),
      { numRuns: 80 },
    );
  },
);

/** Keys and what YAML would do with a text: the part between « and » is marked. */
const ROWS: readonly [marked: string, code: string][] = [
  ['«qery»: a', 'schema/unknown-key'],
  ['"owner": a # 😀\n«"q\\u0065ry"»: a', 'schema/unknown-key'],
  ["'owner': '😀'\r\n«'qe''ry'»: a\r", 'schema/unknown-key'],
  ['time: { «form»: now }', 'schema/unknown-key'],
  ['time: { from: 1, "t\\u006f": 2, «"fr\\u006fm"»: 3 }', 'yaml/duplicate-key'],
  ['query: «&a» x', 'yaml/anchor'],
  ['query: «*a:b c»', 'yaml/needs-quotes'],
  ['query: 🛡 a «# é»', 'yaml/comment-cuts-query'],
  ['query: >-\n  🛡 a\n   \tb «# é»\n  c', 'yaml/comment-in-query'],
  ['time: { from: 😀 a«,b,c», to: d }', 'yaml/comma-cuts-text'],
  ['time: { form: «@a,b:c», to: d }', 'yaml/needs-quotes'],
  ['time: { form: «@a»,to: d }', 'yaml/needs-quotes'],
  ['facets: [{ a: [1, 2], form: «@a,b:c», to: d }]', 'yaml/needs-quotes'],
  ['columns: [«@a»,b]', 'yaml/needs-quotes'],
  ['time: { from: a «, b»\n }', 'yaml/comma-cuts-text'],
  ['columns: [a, «012»]', 'yaml/leading-zero'],
  ['query: «@a:"b" 🛡»', 'yaml/needs-quotes'],
];

test.each(ROWS)('%s', (marked, code) => {
  const before = `${VIEW.join('\n')}\n`;
  const [head = '', inside = '', tail = ''] = marked.split(/[«»]/);
  const { diagnostics } = loadFromFiles(
    new Map([
      ['signalwright.yaml', 'stack: a\n'],
      ['views/a.yaml', `${before}${head}${inside}${tail}\n`],
    ]),
  );
  const place = (text: string): object => {
    const lines = text.split('\n');
    return { line: lines.length, col: (lines.at(-1) ?? '').length + 1 };
  };
  expect(diagnostics.filter((each) => each.code === code).map(({ range }) => range)).toEqual([
    { file: 'views/a.yaml', start: place(before + head), end: place(before + head + inside) },
  ]);
});

test('a byte order mark is refused where it stands, and nothing behind it is moved', () => {
  const text = `\uFEFF${VIEW.join('\n')}\nquery: a\n`;
  const files = new Map([
    ['signalwright.yaml', 'stack: a\n'],
    ['views/a.yaml', text],
  ]);
  expect(loadFromFiles(files).diagnostics).toMatchObject([
    { code: 'text/byte-order-mark', range: { start: { line: 1, col: 1 }, end: { line: 1, col: 2 } } },
  ]);
});
