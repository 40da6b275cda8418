import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import {
  NOWHERE,
  RESERVED_NAMES,
  type Bound,
  type Field,
  type OpenEnd,
  type PatternPart,
  type Query,
  type Test,
} from './ast.ts';
import { allOf, anyOf, leaf, matchAll, not } from './build.ts';
import { parseNumber } from './number.ts';
import { parseQuery } from './parse/parse.ts';
import { printQuery } from './print.ts';
import { sameQuery } from './same.ts';

function reparse(text: string): Query {
  const result = parseQuery(text);
  if (!result.ok) throw new Error(`${text}: ${JSON.stringify(result.errors)}`);
  return result.query;
}

const rows: [text: string, printed: string][] = [
  ['', '*'],
  ['NOT *:*', '-*:*'],
  ['a AND b', 'a b'],
  ['a   b', 'a b'],
  ['(a) (b)', 'a b'],
  ['a OR (b OR c)', 'a OR b OR c'],
  ['a OR b c', 'a OR (b c)'],
  ['NOT (a b)', '-(a b)'],
  ['env:prod OR env:test', 'env:(prod OR test)'],
  ['x (env:prod OR -env:test)', 'x env:(prod OR -test)'],
  ['-(env:prod OR env:test)', '-env:(prod OR test)'],
  ['@a:(x OR (y AND -z))', '@a:(x OR (y AND -z))'],
  ['-env:prod -env:test', '-env:prod -env:test'],
  ['message:hello', 'hello'],
  ['message:(a OR b)', 'a OR b'],
  ['message:*', 'message:*'],
  ['"hello"', 'hello'],
  ['@a:hello\\:world', '@a:"hello:world"'],
  ['@a:hello\\ w*', '@a:hello\\ w*'],
  ['@a:"-5"', '@a:"-5"'],
  ['@a:"x*"', '@a:"x\\*"'],
  ['_missing_:@a', '-@a:*'],
  ['@t:[09:00 TO 17:00]', '@t:["09:00" TO "17:00"]'],
  ['CIDR(@ip,198.51.100.0/24,2001:db8::/32)', 'CIDR(@ip, 198.51.100.0/24, 2001:db8::/32)'],
  ['-CIDR(@ip,198.51.100.0/24)', 'NOT(CIDR(@ip, 198.51.100.0/24))'],
  ['"AND"', '"AND"'],
  ['“a b”', '"a b"'],
  ['@user.first\\ name:x', '@user.first\\ name:x'],
];
test.each(rows)('%s prints as %s', (text, printed) => {
  expect(printQuery(reparse(text))).toBe(printed);
  expect(sameQuery(reparse(printed), reparse(text))).toBe(true);
});

/** Every query in normal form: hostile texts, every field, every test. */
const anyText = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'web-1',
    'AND',
    'or',
    'TO',
    'CIDR',
    '*',
    '?',
    '"',
    '\\',
    '@x',
    '#x',
    '-1',
    '10',
    '1e5',
    'a:b',
    'é',
    '😀',
    '“',
    'x(y)',
    '[1]',
    '&&',
    '\u00a0',
    '_exists_',
  ),
  fc
    .string({ unit: 'grapheme', maxLength: 8 })
    .filter((text) => !/[\u0000-\u0008\u000e-\u001f\u007f]/.test(text)),
);
const key = anyText.filter((text) => text !== '' && text.split('.').length < 30);
const field: fc.Arbitrary<Field> = fc.oneof(
  fc.constantFrom<Field>(
    { kind: 'message', ...NOWHERE },
    { kind: 'everything', ...NOWHERE },
    { kind: 'tags', ...NOWHERE },
  ),
  fc.constantFrom(...RESERVED_NAMES).map((name): Field => ({ kind: 'reserved', name, ...NOWHERE })),
  key.map((path): Field => ({ kind: 'attribute', path, ...NOWHERE })),
  key.map((name): Field => ({ kind: 'calculated', name, ...NOWHERE })),
  key
    .filter(
      (name) =>
        !/^(message|tags|_exists_|_missing_)$/.test(name) &&
        !(RESERVED_NAMES as readonly string[]).includes(name),
    )
    .map((name): Field => ({ kind: 'tag', key: name, ...NOWHERE })),
);
const bound: fc.Arbitrary<Bound> = fc.oneof(
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value): Bound => ({ kind: 'number', value: value + 0 })),
  anyText.map((value): Bound => ({ kind: 'text', value })),
);
const open: fc.Arbitrary<OpenEnd> = fc.constant({ kind: 'open' });
const range: fc.Arbitrary<Test> = fc
  .tuple(fc.oneof(bound, open), fc.oneof(bound, open), fc.boolean())
  .filter(([lower, upper]) =>
    lower.kind === upper.kind ? lower.kind !== 'open' : lower.kind === 'open' || upper.kind === 'open',
  )
  .map(([lower, upper, inclusive]): Test => ({ kind: 'range', lower, upper, inclusive, ...NOWHERE }));
const pattern: fc.Arbitrary<Test> = fc
  .array(
    fc.oneof(
      anyText.filter((text) => text !== '').map((text): PatternPart => ({ kind: 'text', text })),
      fc.constantFrom<PatternPart>({ kind: 'any-run' }, { kind: 'any-one' }),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) => parts.filter((part, at) => part.kind === 'any-one' || part.kind !== parts[at - 1]?.kind))
  .filter(
    (parts) => parts.some((part) => part.kind !== 'text') && !parts.every((part) => part.kind === 'any-run'),
  )
  .map((parts): Test => ({ kind: 'pattern', parts, ...NOWHERE }));
const equals = anyText.map((value): Test => ({ kind: 'equals', value, ...NOWHERE }));
const simple: fc.Arbitrary<Test> = fc.oneof(
  equals,
  pattern,
  fc.constant<Test>({ kind: 'exists', ...NOWHERE }),
);
const comparison: fc.Arbitrary<Test> = fc.oneof(
  range,
  fc
    .tuple(fc.constantFrom('>' as const, '>=' as const, '<' as const, '<=' as const), bound)
    .map(([operator, value]): Test => ({ kind: 'compare', operator, bound: value, ...NOWHERE })),
);
const cidr: fc.Arbitrary<Test> = fc
  .array(fc.constantFrom('198.51.100.0/24', '2001:db8::/32', '203.0.113.7/32', '0.0.0.0/0'), {
    minLength: 1,
    maxLength: 3,
  })
  .map((blocks): Test => ({ kind: 'cidr', blocks, ...NOWHERE }));
const anyLeaf = fc
  .oneof(
    fc.tuple(field, simple),
    fc.tuple(
      field.filter((where) => !['message', 'everything', 'tags'].includes(where.kind)),
      comparison,
    ),
    fc.tuple(
      field.filter((where) => ['attribute', 'reserved', 'tag'].includes(where.kind)),
      cidr,
    ),
  )
  .map(([where, what]) => leaf(where, what));
const { query } = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    anyLeaf,
    fc.constant(matchAll()),
    fc.array(tie('query'), { minLength: 2, maxLength: 4 }).map((children) => allOf(children)),
    fc.array(tie('query'), { minLength: 2, maxLength: 4 }).map((children) => anyOf(children)),
    // Alternatives on one key, which print as a group.
    fc
      .tuple(field, fc.array(equals, { minLength: 2, maxLength: 4 }))
      .map(([where, tests]) => anyOf(tests.map((what) => leaf(where, what)))),
    tie('query').map((child) => not(child)),
  ),
}));

describe('laws', () => {
  test('what is printed parses to the same query, and prints the same again', () => {
    fc.assert(
      fc.property(query, (original) => {
        const printed = printQuery(original);
        const again = reparse(printed);
        expect(sameQuery(again, original), printed).toBe(true);
        expect(printQuery(again)).toBe(printed);
      }),
      { numRuns: 4_000 },
    );
  });

  test('the generator reaches numbers and quoted numbers alike', () => {
    expect(parseNumber('1e5')).toBe(100_000);
    expect(
      printQuery(
        leaf(
          { kind: 'tag', key: 'v', ...NOWHERE },
          { kind: 'compare', operator: '>', bound: { kind: 'text', value: '10' }, ...NOWHERE },
        ),
      ),
    ).toBe('v:>"10"');
  });
});
