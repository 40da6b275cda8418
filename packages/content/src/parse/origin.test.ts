import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isScalar, parseDocument, stringify, type Scalar } from 'yaml';
import { sourceText } from '../source-text.ts';
import { originOf, scalarMapOf } from './origin.ts';
import { nodesOf, type ScalarNode } from './source-node.ts';
import { parseYaml } from './parse-yaml.ts';

function scalarAt(text: string): ScalarNode {
  const node = parseDocument(text).get('query', true);
  if (!isScalar(node)) throw new Error(`no scalar in ${JSON.stringify(text)}`);
  return nodesOf(node as Scalar.Parsed) as ScalarNode;
}

const WRITTEN: readonly [name: string, text: string][] = [
  ['plain', 'query: service:web status:high\n'],
  ['plain over two lines', 'query: service:web\n  status:high\n'],
  ['plain with an empty line', 'query: one\n\n\n  two\n'],
  ['plain with CRLF', 'query: one\r\n  two\r\nname: x\r\n'],
  ['single-quoted', "query: '@a:b c'\n"],
  ['single-quoted with quotes inside', "query: 'O''Brien''s @a:b'\n"],
  ['single-quoted, folded', "query: '@a:b\n  it''s\n\n  c'\n"],
  ['double-quoted', 'query: "@a:\\"b c\\" \\\\ \\t \\x41 \\u00e9 \\U0001F600 end"\n'],
  ['double-quoted with an escaped line break', 'query: "@a:b \\\n    c"\n'],
  ['double-quoted, folded with trailing blanks', 'query: "@a:b  \n   c\n\n  d "\n'],
  ['literal', 'query: |\n  one\n   two\n\n  three\n'],
  ['literal, stripped', 'query: |-\n  one\n  two\n'],
  ['literal, kept', 'query: |+\n  one\n\n\nname: x\n'],
  ['literal after empty lines', 'query: |\n\n  one\n'],
  ['literal with trailing blank lines', 'query: |\n  one\n\n\nname: x\n'],
  ['folded', 'query: >\n  one\n  two\n'],
  ['folded, stripped', 'query: >-\n  @a:b\n  -@c:d\nname: x\n'],
  ['folded with more indented lines', 'query: >-\n  one\n    two\n    three\n  four\n\n  five\n'],
  ['folded with CRLF', 'query: >-\r\n  one\r\n  two\r\nname: x\r\n'],
  ['folded with a comment behind the header', 'query: >- # why\n  one\n  two\n'],
  ['folded in a list', 'query: >-\n      deep\n      text\n'],
  ['empty, quoted', "query: ''\n"],
];

test.each(WRITTEN)('every character is found where it stands: %s', (_name, text) => {
  const node = scalarAt(text);
  const map = scalarMapOf(text, node);
  expect(map?.text).toBe(node.value);
  [...String(node.value)].forEach((character, index) => {
    if (/[\w@:]/.test(character) && !text.includes('\\x')) {
      expect(text.slice(map?.starts[index], map?.ends[index])).toBe(character);
    }
  });
});

test('offsets never go back', () => {
  for (const [, text] of WRITTEN) {
    const starts = scalarMapOf(text, scalarAt(text))?.starts ?? [];
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  }
});

const LETTERS = fc.constantFrom(
  'a',
  'B',
  '@',
  ':',
  '-',
  ' ',
  '\n',
  "'",
  '"',
  '\\',
  '#',
  'é',
  '😀',
  '\t',
  '{',
  ',',
  '*',
);
const STYLES = fc.constantFrom('PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED');

test('whatever text is written in whatever style is mapped back to itself', () => {
  fc.assert(
    fc.property(
      fc.array(LETTERS, { maxLength: 60 }),
      STYLES,
      fc.constantFrom(20, 80),
      (letters, style, lineWidth) => {
        const text = stringify(
          { query: letters.join(''), last: 1 },
          {
            defaultStringType: style as 'PLAIN',
            lineWidth,
            minContentWidth: 5,
          },
        );
        const node = scalarAt(text);
        expect(scalarMapOf(text, node)?.text, text).toBe(node.value);
      },
    ),
    { numRuns: 3_000 },
  );
});

test('a flow text over several lines is mapped back to itself', () => {
  const word = fc.constantFrom('ab', "it''s", '@x:y', 'z');
  const gap = fc.constantFrom(' ', '  ', '\n  ', ' \n\n   ', '\r\n  ', '\t \n \t ');
  fc.assert(
    fc.property(fc.array(fc.tuple(word, gap), { minLength: 1, maxLength: 8 }), (parts) => {
      const text = `query: '${parts.map((part) => part.join('')).join('')}end'\n`;
      expect(scalarMapOf(text, scalarAt(text))?.text).toBe(scalarAt(text).value);
    }),
    { numRuns: 2_000 },
  );
});

const FILE = `kind: detection-rule
queries:
  - name: failures
    query: >-
      @a:b
      @c:bad(
  - { name: other, query: '@it''s:x' }
empty:
`;

function origin() {
  const source = sourceText('rules/detection/x.yaml', FILE);
  const parsed = parseYaml(source);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return originOf(source, () => nodesOf(parsed.root));
}

const at = (range: { start: { line: number; col: number }; end: { line: number; col: number } }): string =>
  `${range.start.line}:${range.start.col}-${range.end.line}:${range.end.col}`;

test('a value, a key, a list item and a missing path are found', () => {
  expect(at(origin().rangeOf(['kind']))).toBe('1:7-1:21');
  expect(at(origin().keyRangeOf(['queries', 0, 'query']))).toBe('4:5-4:10');
  expect(at(origin().rangeOf(['queries', 0]))).toBe('3:5-3:19');
  expect(at(origin().rangeOf(['queries', 1, 'name']))).toBe('7:13-7:18');
  expect(at(origin().rangeOf(['queries', 1, 'nowhere', 3]))).toBe('7:5-7:39');
  expect(at(origin().rangeOf(['empty']))).toBe('8:1-8:6');
});

test('characters inside a folded block and a quoted text are found', () => {
  const text = '@a:b @c:bad(';
  expect(at(origin().rangeInScalar(['queries', 0, 'query'], text.indexOf('('), text.length))).toBe(
    '6:13-6:14',
  );
  expect(at(origin().rangeInScalar(['queries', 1, 'query'], 6, 7))).toBe('7:35-7:36');
  expect(at(origin().rangeInScalar(['queries', 0, 'query'], 99, 99))).toBe('6:14-6:14');
});
