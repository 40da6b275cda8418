import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatSource } from '../format/format-source.ts';
import { parseYaml } from '../parse/parse-yaml.ts';
import { sourceText } from '../source-text.ts';
import { diffWritten } from './diff-written.ts';
import { editSource, type Edit } from './edit-source.ts';
import { printYaml, type WrittenMap } from './print-yaml.ts';

const FILE = `# Licence

kind: detection-rule
id: x
name: Old # its title
tags: [a, b]

# What counts.
queries:
  # The first.
  - name: failures
    query: '@a:b' # why

  - query: >-
      source:x
      @c:d

# 25: the busiest gateway.
cases:
  - condition: failures > 25
    severity: high
message: |
  Text.

tests: [] # later
`;

const EDITS: readonly [title: string, edits: readonly Edit[], from: string, to: string][] = [
  [
    'a scalar, and its comment stays',
    [{ kind: 'set', path: ['name'], value: 'New: title' }],
    'name: Old #',
    "name: 'New: title' #",
  ],
  [
    'a scalar by a block',
    [{ kind: 'set', path: ['name'], value: 'a\nb' }],
    'name: Old # its title',
    'name: |- # its title\n  a\n  b',
  ],
  [
    'a query in an item',
    [{ kind: 'set', path: ['queries', 0, 'query'], value: '@z:1' }],
    "'@a:b' # why",
    "'@z:1' # why",
  ],
  [
    'a block by a scalar',
    [{ kind: 'set', path: ['queries', 1, 'query'], value: '@z:1' }],
    'query: >-\n      source:x\n      @c:d\n',
    "query: '@z:1'\n",
  ],
  ['a message', [{ kind: 'set', path: ['message'], value: 'One.\nTwo.\n' }], '  Text.\n', '  One.\n  Two.\n'],
  [
    'a key in its place',
    [{ kind: 'set', path: ['enabled'], value: false }],
    '# its title\n',
    '# its title\nenabled: false\n',
  ],
  [
    'a key in an item',
    [{ kind: 'set', path: ['cases', 0, 'name'], value: 'first' }],
    '  - condition: failures > 25\n',
    '  - name: first\n    condition: failures > 25\n',
  ],
  [
    'a key of several lines',
    [{ kind: 'set', path: ['sample'], value: { '@a': 1, '@b': 2, '@c': 3 } }],
    '  Text.\n',
    "  Text.\n\nsample:\n  '@a': 1\n  '@b': 2\n  '@c': 3\n",
  ],
  ['an item in brackets', [{ kind: 'insert', path: ['tags', 1], value: 'c d' }], '[a, b]', '[a, c d, b]'],
  [
    'an item behind the last',
    [{ kind: 'insert', path: ['cases', 1], value: { condition: 'failures > 5', severity: 'low' } }],
    'severity: high\n',
    'severity: high\n  - condition: failures > 5\n    severity: low\n',
  ],
  [
    'an item before another',
    [{ kind: 'insert', path: ['queries', 1], value: { query: '@e:f' } }],
    '\n  - query: >-',
    "\n  - query: '@e:f'\n  - query: >-",
  ],
  [
    'a key taken away with its comment',
    [{ kind: 'remove', path: ['cases'] }],
    '# 25: the busiest gateway.\ncases:\n  - condition: failures > 25\n    severity: high\n',
    '',
  ],
  [
    'an item taken away with its comment',
    [{ kind: 'remove', path: ['queries', 0] }],
    "  # The first.\n  - name: failures\n    query: '@a:b' # why\n\n",
    '',
  ],
  ['nothing for a key that is not there', [{ kind: 'remove', path: ['enabled'] }], '', ''],
];

test.each(EDITS)('%s', (_title, edits, from, to) => {
  expect(FILE).toContain(from);
  expect(editSource(FILE, edits, 'detection-rule')).toBe(FILE.replace(from, to));
});

function data(text: string): unknown {
  const parsed = parseYaml(sourceText('x.yaml', text));
  if (!parsed.ok) throw new Error(`${text}\n${JSON.stringify(parsed.diagnostics)}`);
  return JSON.parse(JSON.stringify(parsed.data));
}

const TEXT = fc.constantFrom(
  'plain',
  '@a:b',
  "it's",
  '',
  'a: b',
  'two\nlines',
  'ends\n\n',
  ' lead\n',
  'x'.repeat(120),
  'blank \n',
);
const LEAF = fc.oneof(TEXT, fc.integer(), fc.boolean());
const ITEM = fc.record(
  { name: TEXT, query: TEXT, groupBy: fc.array(TEXT, { maxLength: 3 }) },
  { requiredKeys: ['query'] },
);
const RULE: fc.Arbitrary<WrittenMap> = fc.record(
  {
    kind: fc.constant('detection-rule'),
    id: fc.constant('x'),
    name: TEXT,
    tags: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 }),
    queries: fc.array(ITEM, { minLength: 1, maxLength: 4 }),
    cases: fc.array(fc.dictionary(fc.constantFrom('name', 'condition', 'x'), LEAF, { minKeys: 1 }), {
      minLength: 1,
      maxLength: 3,
    }),
    message: TEXT,
    unknownFields: fc.dictionary(
      fc.constantFrom('a.b', 'c', 'd[0]'),
      fc.oneof(LEAF, fc.dictionary(KEYS(), LEAF, { maxKeys: 3 })),
      { minKeys: 1 },
    ),
  },
  { requiredKeys: ['kind', 'id', 'queries'] },
);
function KEYS(): fc.Arbitrary<string> {
  return fc.constantFrom('p', 'q', 'r');
}

/** A comment above each line that starts a key at the margin or an item, and behind each short scalar. */
function comment(text: string): string {
  const lines = text.split('\n');
  return lines
    .flatMap((line, index) => {
      if (/^(name|tags|queries|cases): ?/.test(line))
        return [`# about ${index}`, /: [|>]|:$/.test(line) ? line : `${line} # behind`];
      return [line];
    })
    .join('\n');
}

test('one written form becomes another by its edits; comments of what stays are kept', () => {
  let inPlace = 0;
  let total = 0;
  fc.assert(
    fc.property(RULE, RULE, (before, after) => {
      const text = comment(printYaml(before));
      fc.pre(JSON.stringify(data(text)) === JSON.stringify(data(printYaml(before))));
      total += 1;
      const result = editSource(text, diffWritten(before, after), 'detection-rule');
      if (result === undefined) return;
      inPlace += 1;
      expect(data(result)).toEqual(data(printYaml(after)));
      for (const key of ['name', 'tags', 'queries', 'cases']) {
        if (before[key] === undefined || after[key] === undefined) continue;
        const line = text.split('\n').findIndex((each) => each.startsWith(`${key}:`));
        expect(result).toContain(text.split('\n')[line - 1]);
      }
      expect(formatSource('x.yaml', result).ok).toBe(true);
      expect(editSource(text, diffWritten(before, before), 'detection-rule')).toBe(text);
    }),
    { numRuns: 100 },
  );
  // The others are written whole; of random texts about nine in ten are edited.
  expect(inPlace / total).toBeGreaterThan(0.7);
});

test('lines that end in CR LF do so afterwards, in what is new as well', () => {
  const edits: readonly Edit[] = [
    { kind: 'set', path: ['message'], value: 'One.\nTwo.\n' },
    { kind: 'insert', path: ['tags', 2], value: 'c' },
    { kind: 'set', path: ['evaluationWindow'], value: '5m' },
  ];
  const edited = editSource(FILE, edits, 'detection-rule');
  expect(edited).toContain('  One.\n  Two.\n');
  const windows = FILE.replaceAll('\n', '\r\n');
  expect(editSource(windows, edits, 'detection-rule')).toBe(edited?.replaceAll('\n', '\r\n'));
});
