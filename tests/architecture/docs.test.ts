/** docs/features.md and docs/threats.md claim only what a test of this repository backs, and no link leads nowhere. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROOF_FILE = /\.test\.ts$|^scripts\/prove\/[a-z0-9-]+\.ts$|^bench\/[a-z0-9-]+\.ts$/;

/** Every row that the project is held to. */
const FEATURE_ROWS = [
  ...Array.from({ length: 10 }, (_, index) => `S${index + 1}`),
  ...Array.from({ length: 8 }, (_, index) => `C${index + 1}`),
  ...Array.from({ length: 11 }, (_, index) => `N${index + 1}`),
];

interface Row {
  readonly id: string;
  readonly cells: readonly string[];
}

/** Rows of all tables whose first cell is an id such as `S1` or `T01`. */
function readRows(text: string): Row[] {
  return text
    .split('\n')
    .filter((line) => /^\| [A-Z]\d+ \|/.test(line))
    .map((line) => line.split(' |').map((cell) => cell.replace(/^\|/, '').trim()))
    .map(([id = '', ...cells]) => ({ id, cells: cells.slice(0, 4) }));
}

/** Links of a page that lead into the repository, as paths from its root. What stands in code is no link. */
function readLinks(page: string, text: string): string[] {
  const prose = text.replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^(?:[a-z]+:|#)/.test(target))
    .map((target) => relative(ROOT, resolve(ROOT, dirname(page), target.replace(/#.*$/, ''))));
}

type Claim = [state: string, shows: string, proof: string];

/** What is wrong with a claim; empty when it is honest. */
function judgeClaim([state, shows, proof]: Claim, page: string): string[] {
  const files = readLinks(page, proof);
  const wrong = files.filter((file) => !PROOF_FILE.test(file) || !existsSync(join(ROOT, file)));
  const problems = wrong.map((file) => `${file} is no test of this repository`);
  const word = state.replace(/^(\w+).*$/, '$1');
  if (!/^(?:works|held|partly: .+|not yet)$/.test(state)) problems.push(`"${state}" is no state`);
  if (word !== 'not' && files.length === 0) problems.push(`"${word}" without a test`);
  if (word === 'works' && shows === '') problems.push('"works" without a command or page');
  if (state === 'not yet' && files.length > 0) problems.push('"not yet" with a test: say what is missing');
  return problems;
}

const features = readFileSync(join(ROOT, 'docs/features.md'), 'utf8');
const threats = readFileSync(join(ROOT, 'docs/threats.md'), 'utf8');

test('docs/features.md has each row exactly once, in order', () => {
  expect(readRows(features).map((row) => row.id)).toEqual(FEATURE_ROWS);
});

test.each(readRows(features))(
  'feature $id claims what a test backs',
  ({ cells: [, state = '', shows = '', proof = ''] }) => {
    expect(judgeClaim([state, shows, proof], 'docs/features.md')).toEqual([]);
  },
);

test('docs/threats.md names each threat once', () => {
  const ids = readRows(threats).map((row) => row.id);
  expect(ids.length).toBeGreaterThan(30);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each(readRows(threats))(
  'threat $id claims what a test backs',
  ({ cells: [, , state = '', proof = ''] }) => {
    expect(judgeClaim([state, 'tried by tests', proof], 'docs/threats.md')).toEqual([]);
  },
);

test.each<[what: string, claim: Claim, found: string]>([
  ['works without a test', ['works', '`signalwright check`', ''], '"works" without a test'],
  [
    'works without showing anything',
    ['works', '', '[x](../tests/architecture/docs.test.ts)'],
    '"works" without a command or page',
  ],
  [
    'a test that is not there',
    ['works', 'x', '[x](../tests/none.test.ts)'],
    'tests/none.test.ts is no test of this repository',
  ],
  [
    'a page in the place of a test',
    ['works', 'x', '[x](dictionary.md)'],
    'docs/dictionary.md is no test of this repository',
  ],
  [
    'partly without saying what is missing',
    ['partly', 'x', '[x](../tests/architecture/docs.test.ts)'],
    '"partly" is no state',
  ],
  ['a state of its own', ['almost', 'x', '[x](../tests/architecture/docs.test.ts)'], '"almost" is no state'],
])('a claim is refused: %s', (_what, claim, found) => {
  expect(judgeClaim(claim, 'docs/features.md')).toContain(found);
});

describe('links between pages', () => {
  const pages = [
    ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
    ...['docs', 'bench', '.github/examples'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.md'))
        .map((name) => `${folder}/${name}`),
    ),
  ];

  test.each(pages)('%s links to nothing that is not there', (page) => {
    const links = readLinks(page, readFileSync(join(ROOT, page), 'utf8'));
    expect(links.filter((link) => !existsSync(join(ROOT, link)))).toEqual([]);
  });
});
