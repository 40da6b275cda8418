/**
 * Many mistakes in one place: what is done once for each of them, such as a look back to the start of the line or at all
 * keys of the map, costs the square of their number.
 */

import { refused, type Family, type HostileInput } from './input.ts';

const VIEW_FILE = 'views/hostile.yaml';
const VIEW = 'kind: saved-view\nid: hostile\nname: Many\n';
/** Close to the limit of a file, and to that of its lexemes. */
const MANY = 28_000;
/** Put together here, so that no scanner takes this file for a leak. */
const KEY = ['AKIA', 'QWERTZUIOPASDFGH'].join('');

const CROWDS: readonly (readonly [name: string, text: () => string])[] = [
  ['commas', () => `${VIEW}query: [${`,${' '.repeat(33)}`.repeat(MANY)}]\n`],
  ['closing brackets', () => `${VIEW}query: ${']'.repeat(2 * MANY)}\n`],
  ['texts that start with @', () => `${VIEW}query: [${`@a${' '.repeat(66)},`.repeat(MANY / 2)}]\n`],
  ['texts behind a quoted one', () => `${VIEW}query: ${'"a" '.repeat(MANY / 2)}\n`],
  ['bad escapes', () => `${VIEW}query: "${'\\q'.repeat(MANY)}"\n`],
  ['unknown keys', () => `${VIEW}${lines(4_000, (n) => `k${n}: 1`)}`],
  ['items of no form', () => `${VIEW}query: a\ncolumns:\n${lines(9_000, () => '  - 9')}`],
  ['maps of no form', () => `${VIEW}query: a\nfacets:\n${lines(3_000, () => '  - { a: 1 }')}`],
  ['keys behind a comma', () => `${VIEW}query: a\ntime: { from: a${',b'.repeat(MANY / 4)} }\n`],
  ['texts cut by commas', () => `${VIEW}query: a\ntime: { ${'a: b,c, '.repeat(2_000)} }\n`],
  ['parentheses on lines', () => `${VIEW}query: >-\n${'  )\n'.repeat(MANY)}`],
  ['comments in a block', () => `${VIEW}query: >-\n${'  "a # " # b\n'.repeat(MANY)}`],
  ['secrets behind a query', () => `${VIEW}query: a # ${`${KEY} `.repeat(MANY)}\n`],
  ['starts of signed tokens', () => `${VIEW}query: a # ${'eyJaaaaaaaaaaaa.'.repeat(2 * MANY)}\n`],
  [
    'queries of a refused rule',
    () => `kind: detection-rule\nqueries:\n${lines(2_000, () => '  - { query: "a ) b" }')}`,
  ],
];

function lines(count: number, line: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => `${line(n)}\n`).join('');
}

function crowds(): readonly HostileInput[] {
  return CROWDS.map(([name, text]) => refused(`many ${name}`, text, VIEW_FILE));
}

export const CROWDED: Family = { name: 'crowds', table: crowds };
