/** Every short block of text means to us what it means to js-yaml, or is refused. */

import { CORE_SCHEMA, load } from 'js-yaml';
import { expect, test } from 'vitest';
import { sourceText } from '../source-text.ts';
import { readYaml } from './read-yaml.ts';

const HEADERS = ['|', '|-', '|+', '>', '>-', '>+', '|1', '|2', '|2-', '|2+', '>1', '>2', '>2-', '>2+', '>-2'];
const LINES = ['', ' ', '  ', '   ', '\t', '  \t', '   \t', '  \tx', '  x', '   x', ' # c', '  # c'];
const LAST_LINES = ['', '   ', '  \t', '  x'];
const KEYS = ['a: ', 'a:\n  - '];
const BEHIND = ['', 'b: 1\n'];

/** Up to two lines of all, and a third of some. */
const BLOCKS: readonly string[] = [
  ...LINES.map((line) => [line]),
  ...LINES.flatMap((first) => LINES.map((second) => [first, second])),
  ...LINES.flatMap((first) => LINES.flatMap((second) => LAST_LINES.map((third) => [first, second, third]))),
].map((lines) => lines.join('\n'));

test.each(HEADERS)('a block behind %s', (header) => {
  const differing: unknown[] = [];
  for (const block of BLOCKS) {
    for (const text of KEYS.flatMap((key) =>
      BEHIND.map((behind) => `${key}${header}\n${block}\n${behind}`),
    )) {
      const ours = readYaml(sourceText('x.yaml', text));
      if (ours.ok && JSON.stringify(ours.data) !== JSON.stringify(theirs(text))) {
        differing.push([text, ours.data, theirs(text)]);
      }
    }
  }
  expect(differing).toEqual([]);
});

function theirs(text: string): unknown {
  try {
    return load(text, { schema: CORE_SCHEMA });
  } catch (error) {
    return String(error);
  }
}

const ROWS: readonly [block: string, refused: string | undefined][] = [
  ['|2\n   ', '2:1-4'],
  ['>-2\n  x\n\n   \nb: 1', '4:1-4'],
  ['|1\n   x\n  \n# note\nb: 1', '3:1-3'],
  ['|+\n  \t\nb: 1', '2:1-4'],
  ['|\n  x\n  \t\nb: 1', undefined],
  ['|2\n  x  \n\nb: 1', undefined],
  ['|2\n   x\n   \n  x\nb: 1', undefined],
  ['|2\n  x\n  # text\nb: 1', undefined],
  ['|\n  x\n   \nb: 1', undefined],
];

test.each(ROWS)('%j: %s', (block, refused) => {
  const read = readYaml(sourceText('x.yaml', `a: ${block}`));
  const found = read.ok ? [] : read.diagnostics;
  const places = found.map(({ code, range: { start, end } }) =>
    code === 'yaml/blank-end' ? `${start.line}:${start.col}-${end.col}` : code,
  );
  expect(places).toEqual(refused === undefined ? [] : [refused]);
});
