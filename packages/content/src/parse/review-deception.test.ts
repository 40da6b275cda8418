/** What hides a change in review is flagged wherever it stands, and clean writing never is. Source: reliability S9, T12. */

import { expect, test } from 'vitest';
import { loadFromFiles } from '../workspace.ts';
import { CLEAN_EMOJI, CLEAN_SENTENCES } from './review-deception/clean-sentences.ts';
import { DECEPTIONS } from './review-deception/deceptions.ts';

interface Place {
  readonly name: string;
  /** Prose may hold letters of any script. */
  readonly isProse: boolean;
  readonly file: (text: string) => string;
}

const PLACES: readonly Place[] = [
  { name: 'a comment', isProse: true, file: (text) => `# for ${text} only\n${rule({})}` },
  { name: 'a plain name', isProse: true, file: (text) => rule({ name: `Logins of ${text} users` }) },
  { name: 'a literal message', isProse: true, file: (text) => rule({ message: `|\n  Look for ${text}.` }) },
  { name: 'a key', isProse: false, file: (text) => rule({ sample: `{ '@usr.${text}.x': y }` }) },
  { name: 'a plain query', isProse: false, file: (text) => rule({ query: `env:prod usr:${text} user:y` }) },
  {
    name: 'a single-quoted query',
    isProse: false,
    file: (text) => rule({ query: `'@usr.name:${text} env:prod'` }),
  },
  {
    name: 'a double-quoted query',
    isProse: false,
    file: (text) => rule({ query: `"env:prod @usr.name:${text}"` }),
  },
  {
    name: 'a folded query',
    isProse: false,
    file: (text) => rule({ query: `>-\n      env:prod\n      @usr.name:${text}\n      user:y` }),
  },
];

function rule(parts: Readonly<Partial<Record<'name' | 'query' | 'message' | 'sample', string>>>): string {
  return `kind: detection-rule
id: logins
name: ${parts.name ?? 'Logins'}
type: log_detection
queries:
  - name: all
    query: ${parts.query ?? "'env:prod'"}
cases:
  - { condition: all > 5, severity: low }
message: ${parts.message ?? 'Look at it.'}
sample: ${parts.sample ?? '{ env: prod }'}
tests:
  - { name: quiet, event: { env: staging }, matches: [] }
`;
}

/** Codes that say that something is not what it looks like; a lint about the rule does not. */
function codesOf(text: string): readonly string[] {
  const files = new Map([['signalwright.yaml', 'stack: deception\n']]).set(
    'rules/detection/logins.yaml',
    text,
  );
  return loadFromFiles(files)
    .diagnostics.map(({ code }) => code)
    .filter((code) => /^(?:text|yaml|file|query)\//.test(code));
}

test('there are at least 200 deceptions, and the places are clean without them', () => {
  expect(DECEPTIONS.length).toBeGreaterThanOrEqual(200);
  for (const { file } of PLACES) expect(codesOf(file('admin'))).toEqual([]);
});

test.each(DECEPTIONS)('$name is flagged', ({ write, where }) => {
  const places = PLACES.filter(({ isProse }) => where === 'anywhere' || !isProse);
  expect(places.length).toBeGreaterThanOrEqual(5);
  const unseen = places.filter(({ file }) => codesOf(file(write('admin'))).length === 0);
  expect(unseen.map(({ name }) => name)).toEqual([]);
});

const CLEAN_TEXTS = 500;

test(`none of ${CLEAN_TEXTS} clean texts is flagged`, () => {
  const prose = PLACES.filter(({ isProse }) => isProse);
  for (let index = 0; index < CLEAN_TEXTS; index += 1) {
    const sentence = CLEAN_SENTENCES[index % CLEAN_SENTENCES.length] ?? '';
    const emoji = CLEAN_EMOJI[(index * 7) % CLEAN_EMOJI.length] ?? '';
    const text = `${emoji} ${sentence.replaceAll(': ', ' ').replaceAll(' #', ' ')} ${emoji}`;
    const { file, name } = prose[index % prose.length] ?? { file: String, name: '' };
    expect(codesOf(file(text)), `${text} in ${name}`).toEqual([]);
  }
});

test('a query of another script is no deception', () => {
  for (const words of [
    '@usr.name:"Анна Роса"',
    '@usr.name:"Петрова"',
    'сор из избы',
    '@title:"Έλεγχος του α"',
    '検索',
    'بررسی',
  ])
    expect(codesOf(rule({ query: `'env:prod ${words}'` }))).toEqual([]);
});
