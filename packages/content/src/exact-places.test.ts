/**
 * A mistake is planted at a known character of a query, in every way that YAML has to write a text; the finding must stand
 * at exactly that character.
 */

import fc from 'fast-check';
import { expect, test } from 'vitest';
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
};

function block(before: readonly string[], after: readonly string[], indent: number): readonly string[] {
  return [...before, `b ${MISTAKE}`, ...after].map((each) => `${' '.repeat(indent)}${each}`);
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}

const HEAD = ['kind: saved-view', '# 😀 a comment', 'id: a', 'name: "A 🛡"'];

test.each(Object.keys(STYLES))('%s: the planted character, and no other, is marked', (name) => {
  const style = STYLES[name];
  fc.assert(
    fc.property(CLAUSES, CLAUSES, fc.constantFrom('\n', '\r\n'), (before, after, end) => {
      const lines = [...HEAD, ...(style?.(before, after).lines ?? [])];
      const line = lines.findIndex((each) => each.includes(MISTAKE));
      const col = (lines[line] ?? '').indexOf(MISTAKE);
      const text = lines.map((each) => `${each}${end}`).join('');
      const { diagnostics } = loadFromFiles(
        new Map([
          ['signalwright.yaml', 'stack: a\n'],
          ['views/a.yaml', text],
        ]),
      );
      const found = diagnostics.filter(({ code }) => code === 'query/unbalanced-parenthesis');
      expect(
        found.map(({ range }) => range),
        text,
      ).toEqual([
        {
          file: 'views/a.yaml',
          start: { line: line + 1, col: col + 1 },
          end: { line: line + 1, col: col + 2 },
        },
      ]);
    }),
    { numRuns: 150 },
  );
});
