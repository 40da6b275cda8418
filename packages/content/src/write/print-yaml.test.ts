import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatSource } from '../format/format-source.ts';
import { parseYaml } from '../parse/parse-yaml.ts';
import { sourceText } from '../source-text.ts';
import { printYaml, type WrittenMap } from './print-yaml.ts';

function read(text: string): unknown {
  const parsed = parseYaml(sourceText('x.yaml', text));
  if (!parsed.ok) throw new Error(`${text}\n${JSON.stringify(parsed.diagnostics)}`);
  return JSON.parse(JSON.stringify(parsed.data));
}

const ROWS: readonly [title: string, data: WrittenMap, text: string][] = [
  [
    'keys in schema order, blank lines around what takes several',
    {
      cases: [{ severity: 'high', condition: 'a > 5' }],
      message: 'One.\nTwo.\n',
      name: 'Failed logins: too many',
      tags: ['security:attack', 'team:appsec'],
      id: 'x',
      kind: 'detection-rule',
      tests: undefined,
    },
    `kind: detection-rule
id: x
name: 'Failed logins: too many'
tags: [security:attack, team:appsec]

cases:
  - condition: a > 5
    severity: high

message: |
  One.
  Two.
`,
  ],
  [
    'a short query in quotes, a long one with one clause a line',
    {
      kind: 'detection-rule',
      queries: [
        { query: '@a:b' },
        { query: "@a:'b'" },
        {
          query:
            'source:cloudtrail @evt.name:(CreateUser OR DeleteUser) -@userIdentity.arn:*automation* (a OR b) env:prod',
        },
      ],
    },
    `kind: detection-rule

queries:
  - query: '@a:b'
  - query: "@a:'b'"
  - query: >-
      source:cloudtrail
      @evt.name:(CreateUser OR DeleteUser)
      -@userIdentity.arn:*automation*
      (a OR b)
      env:prod
`,
  ],
  [
    'lists and maps of scalars in brackets while they are short',
    {
      kind: 'workflow',
      triggers: { security: { rateLimit: { count: 20, per: '1h' } } },
      steps: [
        { id: 'a', if: ['{{ x }}', 'eq', 'malicious'] },
        { id: 'b', action: 'x.y', with: { ip: '{{ Source.ip }}', list: ['a', 'b'] } },
      ],
    },
    `kind: workflow

triggers:
  security:
    rateLimit: { count: 20, per: 1h }

steps:
  - id: a
    if: ['{{ x }}', eq, malicious]

  - id: b
    action: x.y
    with:
      ip: '{{ Source.ip }}'
      list: [a, b]
`,
  ],
  [
    'texts that YAML would read as something else are quoted',
    {
      kind: 'x',
      a: 'yes',
      b: '12',
      c: '2026-01-01',
      d: '',
      e: 'a #b',
      f: '- x',
      g: 'null',
      h: '1:30',
      i: 'a: b',
      j: ' a',
    },
    `kind: x
a: 'yes'
b: '12'
c: '2026-01-01'
d: ''
e: 'a #b'
f: '- x'
g: 'null'
h: '1:30'
i: 'a: b'
j: ' a'
`,
  ],
  [
    'a point in time stands as people write it, where one is meant',
    { kind: 'suppression', starts: '2026-11-02T08:00:00Z', expires: 'never', a: '2026-11-02T08:00:00Z' },
    `kind: suppression
starts: 2026-11-02T08:00:00Z
expires: never
a: '2026-11-02T08:00:00Z'
`,
  ],
  [
    'blank lines above the first that holds something say nothing of the indentation',
    { kind: 'x', a: '\n\n  \n~', b: '\n\n~' },
    'kind: x\n\na: |2-\n\n\n    \n  ~\n\nb: |-\n\n\n  ~\n',
  ],
  [
    'how a text ends is kept',
    {
      kind: 'x',
      a: 'one\ntwo',
      b: 'one\n',
      c: 'one\n\n\n',
      d: '  one\n two\n',
      e: '\n\none\n',
      f: '\n',
      g: 'one  \n\ttwo\n',
    },
    `kind: x

a: |-
  one
  two

b: |
  one

c: |+
  one


d: |2
    one
   two

e: |


  one

f: "\\n"

g: |
  one\x20\x20
  \ttwo
`,
  ],
];

test.each(ROWS)('%s', (_title, data, text) => {
  expect(printYaml(data)).toBe(text);
  expect(read(text)).toEqual(JSON.parse(JSON.stringify(data)));
  expect(formatSource('x.yaml', text)).toEqual({ ok: true, text, changed: false });
});

/** What JSON holds and a file may hold: no half characters, no keys of two scripts or of prototypes. */
const TEXT = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      ' ',
      '\n',
      '\t',
      "'",
      '"',
      '\\',
      ':',
      '#',
      '-',
      '|',
      '%',
      '@',
      '{',
      '}',
      ',',
      '1',
      '.',
      'é',
      '😀',
    ),
    maxLength: 30,
  }),
  fc
    .array(fc.constantFrom('@a:b', 'OR', '(x OR y)', '-z:*', 'word', ' ', '\n', 'a'.repeat(40)), {
      maxLength: 12,
    })
    .map((words) => words.join(' ')),
);
const KEY = fc.oneof(
  fc.constantFrom('query', 'name', 'message', 'steps', 'actions', 'a b', '@x', '1', 'true', ''),
  fc.stringMatching(/^[ -~]{1,8}$/),
);
const VALUE: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    TEXT,
    fc.integer(),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((n) => !Number.isInteger(n) || Number.isSafeInteger(n)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(KEY, tie('value'), { maxKeys: 4 }),
  ),
})).value;

test.each(['#\n', 'a\n# b', 'a #', `${'service:shop '.repeat(8)}# b`])(
  'a query that looks like a comment stays in quotes: %j',
  (query) => {
    const text = printYaml({ kind: 'saved-view', id: 'a', name: 'A', query });
    expect(read(text)).toMatchObject({ query });
  },
);

test('what was printed reads back, and the formatter has nothing to do', () => {
  fc.assert(
    fc.property(fc.dictionary(KEY, VALUE, { minKeys: 1, maxKeys: 5 }), (data) => {
      const text = printYaml({ kind: 'saved-view', ...data });
      expect(read(text)).toEqual(JSON.parse(JSON.stringify({ kind: 'saved-view', ...data })));
      expect(formatSource('x.yaml', text)).toMatchObject({ ok: true, changed: false });
    }),
    { numRuns: 2_000 },
  );
});
