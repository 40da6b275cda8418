/** Queries, conditions, templates and expressions that ask for too much, and texts that make patterns slow. T09, T10. */

import { readFileSync } from 'node:fs';
import type { SeededRandom } from '../../harness/seeded-random.ts';
import { load } from 'js-yaml';
import { shippedFiles } from './mutations.ts';
import { either, pick, refused, ruleText, WORKFLOW_FILE, type Family, type HostileInput } from './input.ts';

const single = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const QUERIES: readonly (readonly [name: string, make: (n: number) => string])[] = [
  ['ORs', (n) => Array.from({ length: n }, (_, index) => `@a:v${index}`).join(' OR ')],
  ['ORs of equal terms', (n) => Array.from({ length: n }, () => '@a:v').join(' OR ')],
  ['ANDs', (n) => Array.from({ length: n }, (_, index) => `@a${index}:v`).join(' ')],
  [
    'pairs of ORs',
    (n) => Array.from({ length: n }, (_, index) => `(@a${index}:x OR @b${index}:y)`).join(' '),
  ],
  ['negated pairs', (n) => Array.from({ length: n }, (_, index) => `-(@a${index}:x @b${index}:y)`).join(' ')],
  ['parentheses', (n) => `${'('.repeat(n)}a${')'.repeat(n)}`],
  ['open parentheses', (n) => '('.repeat(n)],
  ['closing parentheses', (n) => `a${')'.repeat(n)}`],
  ['groups of keys', (n) => `${'a:('.repeat(n)}b${')'.repeat(n)}`],
  ['NOTs', (n) => `${'NOT '.repeat(n)}a`],
  ['minuses', (n) => `${'-'.repeat(n)}a`],
  ['stars', (n) => `@a:${'*a'.repeat(n)}`],
  ['stars alone', (n) => `@a:${'*'.repeat(n)}`],
  ['question marks', (n) => `@a:${'?'.repeat(n)}`],
  ['stars in many terms', (n) => Array.from({ length: n }, () => '@a:*x*y*z*').join(' OR ')],
  ['dots', (n) => `@${'a.'.repeat(n)}b:1`],
  ['blocks', (n) => `CIDR(@ip, ${Array.from({ length: n }, () => '10.0.0.0/8').join(', ')})`],
  ['open calls', (n) => 'CIDR('.repeat(n)],
  ['ranges', (n) => Array.from({ length: n }, (_, index) => `@a:[${index} TO ${index + 1}]`).join(' OR ')],
  ['open ranges', (n) => '@a:['.repeat(n)],
  ['quotes', (n) => '"'.repeat(n)],
  ['backslashes', (n) => '\\'.repeat(n)],
  ['digits', (n) => `@a:>${'9'.repeat(n)}`],
  ['colons', (n) => ':'.repeat(n)],
  ['operators', (n) => 'AND OR NOT '.repeat(n)],
  ['comparisons without an attribute', (n) => '>1 '.repeat(n)],
  ['spaces', (n) => `a${' '.repeat(n)}b`],
  ['words of two scripts', (n) => 'shоp '.repeat(n)],
];

const CONDITIONS: readonly (readonly [name: string, make: (n: number) => string])[] = [
  ['ORs', (n) => Array.from({ length: n }, (_, index) => `failures > ${index}`).join(' || ')],
  ['ANDs', (n) => Array.from({ length: n }, () => 'failures > 1').join(' && ')],
  ['parentheses', (n) => `${'('.repeat(n)}failures > 1${')'.repeat(n)}`],
  ['negations', (n) => `${'!('.repeat(n)}failures > 1${')'.repeat(n)}`],
  ['labels', (n) => Array.from({ length: n }, (_, index) => `q${index} > 1`).join(' && ')],
  ['digits', (n) => `failures > ${'9'.repeat(n)}`],
  ['one label', (n) => 'f'.repeat(n)],
];

const TEMPLATES: readonly (readonly [name: string, make: (n: number) => string])[] = [
  ['ifs', (n) => `${'{{#if @a}}'.repeat(n)}x${'{{/if}}'.repeat(n)}`],
  ['open ifs', (n) => '{{#if @a}}'.repeat(n)],
  ['closings', (n) => '{{/if}}'.repeat(n)],
  ['matches', (n) => `${'{{#is_match "@a" "x"}}'.repeat(n)}x${'{{/is_match}}'.repeat(n)}`],
  ['elses', (n) => `{{#if @a}}${'{{else}}'.repeat(n)}{{/if}}`],
  ['tags', (n) => '{{@a}}'.repeat(n)],
  ['braces', (n) => '{'.repeat(n)],
  ['triple braces', (n) => '{{{@a}}}'.repeat(n)],
  ['partials', (n) => '{{> evil}}'.repeat(n)],
  ['decorators', (n) => '{{* evil}}'.repeat(n)],
  ['sub-expressions', (n) => `{{eval ${'('.repeat(n)}1${')'.repeat(n)}}}`],
  ['arithmetic', (n) => `{{eval "${'1+'.repeat(n)}1"}}`],
  ['deep arithmetic', (n) => `{{eval "${'('.repeat(n)}1${')'.repeat(n)}"}}`],
  ['parents', (n) => `{{${'../'.repeat(n)}a}}`],
  ['segments', (n) => `{{@${'a.'.repeat(n)}b}}`],
  ['indexes', (n) => `{{@a${'[0]'.repeat(n)}}}`],
  ['comments', (n) => '{{!-- x --}}'.repeat(n)],
  ['raw blocks', (n) => '{{{{raw}}}}'.repeat(n)],
  ['arguments', (n) => `{{#if ${'@a '.repeat(n)}}}{{/if}}`],
  ['spaces in a tag', (n) => `{{${' '.repeat(n)}@a}}`],
];

const SIZES = [100, 1_000, 10_000, 50_000];

function textTable(): readonly HostileInput[] {
  return SIZES.flatMap((n) => [
    ...QUERIES.map(([name, make]) =>
      either(`${n} ${name} in a query`, () => ruleText({ query: single(make(n)) })),
    ),
    ...CONDITIONS.map(([name, make]) =>
      either(`${n} ${name} in a condition`, () => ruleText({ condition: single(make(n)) })),
    ),
    ...TEMPLATES.map(([name, make]) =>
      either(`${n} ${name} in a message`, () => ruleText({ message: single(make(n)) })),
    ),
    ...TEMPLATES.map(([name, make]) =>
      either(`${n} ${name} in a name`, () => ruleText({ name: single(make(n)) })),
    ),
  ]);
}

/** Rules whose parts are compared with each other by lints. */
function productTable(): readonly HostileInput[] {
  const orOf = (count: number, text: (n: number) => string, glue: string): string =>
    Array.from({ length: count }, (_, n) => text(n)).join(glue);
  const cases = (count: number, condition: (n: number) => string): string =>
    Array.from({ length: count }, (_, n) => `  - { condition: '${condition(n)}', severity: low }\n`).join('');
  const rule = (queries: string, caseLines: string): string =>
    `kind: detection-rule\nid: hostile\nname: Many\ntype: application_security\nqueries:\n${queries}cases:\n${caseLines}`;
  const one = "  - { name: failures, query: 'a:1' }\n";
  const pairs = orOf(40, (n) => `(@a${n}:x OR @b${n}:y)`, ' ');
  return [
    either(
      '200 cases of 20 ORs',
      rule(
        one,
        cases(200, (n) => orOf(20, (m) => `failures > ${n * 20 + m}`, ' || ')),
      ),
    ),
    either(
      '200 cases of 20 ANDs',
      rule(
        one,
        cases(200, (n) => orOf(20, (m) => `failures > ${n * 20 + m}`, ' && ')),
      ),
    ),
    either(
      '10 cases of pairs',
      rule(
        one,
        cases(10, () => orOf(30, (m) => `(failures > ${m} || failures > ${m + 1})`, ' && ')),
      ),
    ),
    either(
      '1,000 equal cases',
      rule(
        one,
        cases(1_000, () => 'failures > 1'),
      ),
    ),
    either(
      '100 queries of 40 pairs',
      rule(
        orOf(100, (n) => `  - { name: q${n}, query: '${pairs} @c:${n}' }\n`, ''),
        cases(1, () => orOf(100, (n) => `q${n} > 1`, ' || ')),
      ),
    ),
    either(
      '2,000 tests of many events',
      ruleText().replace(
        /tests:[^]*/,
        `tests:\n${orOf(900, (n) => `  - { name: t${n}, events: [{ repeat: 100000, every: 1s }], signals: [] }\n`, '')}`,
      ),
    ),
    either(
      '1,000 steps in a row',
      workflow(1_000, () => ''),
    ),
    either(
      '1,000 steps in a circle',
      workflow(1_000, (n) => `, after: [s${(n + 1) % 1_000}]`),
    ),
    either(
      '60 steps that all wait for all',
      workflow(60, (n) => `, join: all, after: [${orOf(n, (m) => `s${m}`, ', ')}]`),
    ),
    refused(
      '10,000 expressions',
      workflow(1, () => `, with: { ip: '${'{{ Steps.s0.x }} '.repeat(10_000)}' }`),
      WORKFLOW_FILE,
    ),
  ].map((input) => (input.name.includes('step') ? { ...input, file: WORKFLOW_FILE } : input));
}

function workflow(count: number, more: (n: number) => string): string {
  const steps = Array.from(
    { length: count },
    (_, n) => `  - { id: s${n}, action: signalwright.sleep${more(n)} }\n`,
  ).join('');
  return `kind: workflow\nid: hostile\nname: Many\ntriggers: { security: {} }\nsteps:\n${steps}`;
}

/** Texts on which patterns with nested or neighbouring repetitions take for ever. */
const SLOW_TEXTS: readonly ((n: number) => string)[] = [
  (n) => `${'a'.repeat(n)}!`,
  (n) => `${'a-'.repeat(n)}!`,
  (n) => `${'a.'.repeat(n)}!`,
  (n) => `${'1'.repeat(n)}x`,
  (n) => `${'1h'.repeat(n)}!`,
  (n) => `${'@a'.repeat(n)}!`,
  (n) => `@${'a'.repeat(n)} `,
  (n) => `${'a:'.repeat(n)}!`,
  (n) => `${'a/'.repeat(n)}!`,
  (n) => `${' '.repeat(n)}x`,
  (n) => `x${' '.repeat(n)}`,
  (n) => `${'\n'.repeat(n)}x`,
  (n) => `${'A'.repeat(n)}_`,
  (n) => `${'{n}'.repeat(n)}{`,
  (n) => `${'{{a'.repeat(n)}`,
  (n) => `2026-01-01T00:00:00.${'0'.repeat(n)}x`,
  (n) => `${'é'.repeat(n)}!`,
  (n) => `${'_a'.repeat(n)}$`,
  (n) => `${'(a|a)*'.repeat(n)}`,
  (n) => `"${'\\'.repeat(n)}`,
];

/** Each text of the shipped content in turn is replaced, so that each pattern of the schemas meets each text. */
function drawSlow(random: SeededRandom): HostileInput {
  const { path: file, absolute } = pick(random, shippedFiles());
  const data = load(readFileSync(absolute, 'utf8'));
  const places = textPlaces(data);
  const place = pick(random, places);
  const n = pick(random, [10, 30, 1_000, 100_000]);
  const index = random.below(SLOW_TEXTS.length);
  const text = (SLOW_TEXTS[index] ?? String)(n).slice(0, 400_000);
  place.replace(text);
  return either(
    `text ${index} of ${n} as ${place.name} of ${file}`,
    `${JSON.stringify(data, null, 1)}\n`,
    file,
  );
}

interface TextPlace {
  readonly name: string;
  readonly replace: (text: string) => void;
}

function textPlaces(value: unknown, above = ''): TextPlace[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.entries(holder).flatMap(([key, inner]) => {
    const name = `${above}.${key}`;
    if (typeof inner !== 'string') return textPlaces(inner, name);
    return [{ name, replace: (text: string) => void (holder[key] = text) }];
  });
}

export const LANGUAGES: readonly Family[] = [
  { name: 'texts', table: textTable },
  { name: 'products', table: productTable },
  { name: 'slow texts', table: () => [], draw: drawSlow },
];
