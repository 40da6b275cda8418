/**
 * Files that are small and ask for much: depth, aliases, size, counts.
 * Source: threat T11 of docs/threats.md. The 900 brackets that abort a process when they are parsed for the second
 * time are among them; each input is checked twice in its process.
 */

import { RULE_FILE, refused, ruleText, valid, either, type Family, type HostileInput } from './input.ts';

/** What the loader allows; that much may be content. */
const MAX_DEPTH = 64;
const DEPTHS = [50, 63, 64, 65, 100, 400, 700, 800, 900, 1_000, 3_000, 10_000, 100_000, 1_000_000];

interface Shape {
  readonly name: string;
  readonly open: string;
  readonly close?: string;
}

const SHAPES: readonly Shape[] = [
  { name: 'brackets', open: '[' },
  { name: 'closed brackets', open: '[', close: ']' },
  { name: 'braces', open: '{a: ', close: '}' },
  { name: 'braces as keys', open: '{', close: '}' },
  { name: 'brackets and braces', open: '[{a: ', close: '}]' },
  { name: 'brackets on lines', open: '[\n', close: ']\n' },
  { name: 'compact dashes', open: '- ' },
  { name: 'compact question marks', open: '? ' },
  { name: 'dashes and question marks', open: '- ? ' },
  { name: 'question marks in brackets', open: '[? ', close: ']' },
  { name: 'dashes and keys', open: '- a: ' },
  { name: 'tags', open: '!!seq ' },
  { name: 'anchors and brackets', open: '&a [', close: ']' },
];

/** More bytes than are read say nothing about depth, but must be refused all the same. */
function depthBombs(): readonly HostileInput[] {
  return SHAPES.flatMap(({ name, open, close = '' }) =>
    DEPTHS.flatMap((depth) => {
      const text = (): string => `${open.repeat(depth)}x${close.repeat(depth)}`;
      const expect = depth > MAX_DEPTH ? refused : either;
      const title = `${name}, ${depth} deep`;
      return [
        expect(title, () => `${text()}\n`),
        expect(`${title}, as a value`, () => ruleText({ sample: text() })),
        expect(`${title}, below other keys`, () => `${ruleText()}more:\n  - ${text()}\n`),
      ];
    }),
  );
}

/** Indentation makes depth cost its square in bytes, so it ends where the file is full. */
const INDENTED_DEPTHS = [10, 50, 62, 64, 70, 200, 700, 1_400];

function indentedBombs(): readonly HostileInput[] {
  const lines = (depth: number, line: string): string =>
    Array.from({ length: depth }, (_, level) => `${' '.repeat(level)}${line}\n`).join('');
  return INDENTED_DEPTHS.flatMap((depth) => [
    refused(`block maps, ${depth} deep`, () => lines(depth, 'a:')),
    refused(`block lists, ${depth} deep`, () => lines(depth, '-')),
    refused(`explicit keys, ${depth} deep`, () => lines(depth, '?')),
  ]);
}

function aliasBombs(): readonly HostileInput[] {
  const laughs = (open: string, close: string): string =>
    Array.from({ length: 9 }, (_, level) => {
      const below = level === 0 ? 'lol' : `*l${level - 1}`;
      return `l${level}: &l${level} ${open}${Array.from({ length: 9 }, () => below).join(', ')}${close}\n`;
    }).join('');
  const long = 'x'.repeat(900_000);
  return [
    refused('laughs in lists', () => laughs('[', ']')),
    refused('laughs in a rule', () => ruleText({ more: laughs('[', ']') })),
    refused('laughs by merge keys', () => `a: &a { x: 1 }\n${'<<: [*a, *a, *a]\n'.repeat(99)}`),
    refused('99 aliases of a long text', () => `a: &a ${long}\nb: [${'*a, '.repeat(99)}]\n`),
    refused('a list that holds itself', () => 'a: &a [*a]\n'),
    refused('a map that holds itself', () => '&a a: *a\n'),
    refused('a map that is its own key', () => 'a: &a { ? *a : 1 }\n'),
    refused('an alias before its anchor', () => 'a: *b\nb: &b 1\n'),
    refused('ten thousand anchors', () =>
      Array.from({ length: 10_000 }, (_, n) => `a${n}: &x${n} 1\n`).join(''),
    ),
    refused(
      'ten thousand aliases',
      () => `a: &a 1\n${Array.from({ length: 10_000 }, (_, n) => `a${n}: *a\n`).join('')}`,
    ),
  ];
}

/** Just below the limit of a file, so that the text is read. */
const FULL_BYTES = 1_000_000;

const FILLINGS: readonly string[] = [
  ' ',
  '\n',
  '\t',
  ' \n',
  '\n  ',
  '#',
  '#\n',
  ' #',
  'a',
  'a ',
  'a\n',
  'a:',
  'a: ',
  'a:\n',
  ': ',
  ',',
  '- ',
  '-\n',
  '? ',
  "'",
  "''",
  "'' ",
  '"',
  '\\',
  '\\"',
  '\\\n',
  '|',
  '|\n',
  '>-\n',
  '%',
  '%\n',
  '&',
  '&a ',
  '*',
  '*a ',
  '!',
  '!a ',
  '@',
  '`',
  '[',
  ']',
  '[]',
  '[],',
  '{',
  '}',
  '{}',
  '{},',
  '{{',
  '}}',
  '{{a}}',
  '{{#if a}}',
  '--- ',
  '---\n',
  '...\n',
  '(',
  ')',
  'a OR ',
  'é',
  '😀',
  '\u4e2d',
  '\r\n',
  '\r\n ',
  '<<: ',
  '~\n',
  '0',
  '1e9',
  '=',
  '<',
  '@a:b ',
  '$',
  '::',
  'a: b\n',
  '- a\n',
];

/** Where a filling stands: on its own, and in each style of a value. */
const PLACES: readonly { readonly name: string; readonly around: (filling: string) => string }[] = [
  { name: 'as the file', around: (filling) => filling },
  { name: 'in a plain name', around: (filling) => ruleText({ name: filling }) },
  { name: 'in a single-quoted query', around: (filling) => ruleText({ query: `'${filling}'` }) },
  { name: 'in a double-quoted name', around: (filling) => ruleText({ name: `"${filling}"` }) },
  { name: 'in a folded query', around: (filling) => ruleText({ query: `>-\n      ${filling}` }) },
  { name: 'in a literal message', around: (filling) => ruleText({ message: `|\n  ${filling}` }) },
  { name: 'in a condition', around: (filling) => ruleText({ condition: `'${filling}'` }) },
  { name: 'in a list', around: (filling) => ruleText({ sample: `[${filling}]` }) },
  { name: 'behind the rule', around: (filling) => `${ruleText()}${filling}` },
];

function sizeBombs(): readonly HostileInput[] {
  return FILLINGS.flatMap((filling) => {
    const length = new TextEncoder().encode(filling).length;
    const text = (): string => filling.repeat(Math.floor((FULL_BYTES - 1_000) / length));
    return PLACES.map(({ name, around }) =>
      either(`1 MB of ${JSON.stringify(filling)} ${name}`, () => around(text())),
    );
  });
}

function countBombs(): readonly HostileInput[] {
  const many = (count: number, line: (n: number) => string): string =>
    Array.from({ length: count }, (_, n) => line(n)).join('');
  const tenMb = (): string => 'x'.repeat(10_000_000);
  const inRule = (more: string): string => ruleText({ more });
  return [
    refused('a plain text of 10 MB', () => `a: ${tenMb()}`),
    refused('a quoted text of 10 MB', () => `a: "${tenMb()}"`),
    refused('a block of 10 MB', () => `a: |\n  ${tenMb()}\n`),
    refused('a comment of 10 MB', () => `# ${tenMb()}\n${ruleText()}`),
    refused('a line of 10 MB without an end', tenMb),
    refused('100,000 keys', () => many(100_000, (n) => `k${n}: 1\n`)),
    refused('100,000 keys in braces', () => `{${many(80_000, (n) => `k${n}: 1,`)}}`),
    refused('100,000 equal keys', () => many(100_000, () => 'k: 1\n')),
    refused('9,000 equal keys', () => inRule(`sample2:\n${many(4_900, () => '  k: 1\n')}`)),
    refused('100,000 items', () => many(100_000, () => '- 1\n')),
    refused('100,000 items in brackets', () => `a: [${many(100_000, () => '1,')}]\n`),
    refused('a key of 1 MB', () => `${'k'.repeat(FULL_BYTES)}: 1\n`),
    refused('a quoted key of 1 MB', () => `'${'k'.repeat(FULL_BYTES)}': 1\n`),
    refused('an explicit key of 1 MB', () => `? ${'k'.repeat(FULL_BYTES)}\n: 1\n`),
    refused('100,000 documents', () => many(100_000, () => '---\na: 1\n')),
    refused('100,000 empty documents', () => many(100_000, () => '---\n')),
    refused('100,000 ends of documents', () => many(100_000, () => '...\n')),
    refused('100,000 directives', () => many(50_000, (n) => `%FOO${n} x\n`)),
    refused('a document behind the rule', () => `${ruleText()}---\n${ruleText()}`),
    refused('an end behind the rule, then more', () => `${ruleText()}...\nid: other\n`),
    refused('5,000 queries', () => inRuleQueries(5_000)),
    either('400 queries', () => inRuleQueries(400)),
    either('9,000 lines of comments', () => `${many(9_000, () => '# nothing\n')}${ruleText()}`),
    valid('a comment of 100 kB', () => `# ${'x'.repeat(100_000)}\n${ruleText()}`),
    either('10,000 spaces behind each line', () => ruleText().replaceAll('\n', `${' '.repeat(10_000)}\n`)),
    either('1,000 empty lines between lines', () => ruleText().replaceAll('\n', '\n'.repeat(1_000))),
    refused('nothing', () => ''),
    refused('one line break', () => '\n'),
    refused('only a comment', () => '# kind: detection-rule\n'),
    refused('an empty list', () => '[]\n'),
    refused('a text', () => 'kind\n'),
    refused('a number', () => '1\n'),
    refused('null', () => '~\n'),
  ];
}

function inRuleQueries(count: number): string {
  const queries = Array.from({ length: count }, (_, n) => `  - { name: q${n}, query: 'a:${n}' }\n`).join('');
  const condition = Array.from({ length: count }, (_, n) => `q${n} > 1`).join(' || ');
  return `kind: detection-rule\nid: hostile\nname: Many\ntype: application_security\nqueries:\n${queries}cases:\n  - { condition: '${condition}', severity: low }\n`;
}

export const BOMBS: readonly Family[] = [
  { name: 'depth', table: () => [...depthBombs(), ...indentedBombs()] },
  { name: 'aliases', table: aliasBombs },
  { name: 'size', table: sizeBombs },
  { name: 'count', table: countBombs },
  {
    name: 'random depth',
    table: () => [],
    draw: (random) => {
      const depth = 1 + random.below(2_000);
      let opened = '';
      let closed = '';
      for (let level = 0; level < depth; level += 1) {
        const { open, close = '' } = SHAPES[random.below(SHAPES.length)] ?? { open: '[' };
        opened += open;
        closed = `${close}${closed}`;
      }
      const text = `${opened}x${random.below(2) === 0 ? closed : ''}`;
      return refused(
        `${depth} mixed levels`,
        random.below(2) === 0 ? text : ruleText({ sample: text }),
        RULE_FILE,
      );
    },
  },
];
