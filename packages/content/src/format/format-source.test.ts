import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { Document, isCollection, visit } from 'yaml';
import { parseYaml } from '../parse/parse-yaml.ts';
import { sourceText } from '../source-text.ts';
import { formatSource } from './format-source.ts';

function format(text: string): string {
  const result = formatSource('rules/detection/x.yaml', text);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.text;
}

const ROWS: readonly [name: string, before: string, after: string][] = [
  [
    'keys stand in the order of the schema, and take their comments along',
    `# about the id
id: x   # kept
tests: []

# why 25
cases:
  - severity: high
    condition: a > 25
name: X
kind: detection-rule
`,
    `kind: detection-rule
# about the id
id: x # kept
name: X

# why 25
cases:
  - condition: a > 25
    severity: high
tests: []
`,
  ],
  [
    'a comment at the top, parted by a blank line, stays at the top',
    `# Licence


id: x
kind: detection-rule
`,
    `# Licence

kind: detection-rule
id: x
`,
  ],
  [
    'blank lines at the top go',
    `

kind: detection-rule
id: x
`,
    `kind: detection-rule
id: x
`,
  ],
  [
    'blanks in a block without text go, and its line breaks stay where they count',
    `kind: detection-rule
id: x
name: >-
      \u0020

message: |+
    \u0020

`,
    `kind: detection-rule
id: x
name: >-

message: |+


`,
  ],
  [
    'lists are indented under their key',
    `kind: detection-rule
queries:
-   name: failures
    query: >-
          @a:b
          -@c:d
-
  query: service:web
`,
    `kind: detection-rule
queries:
  - name: failures
    query: >-
      @a:b
      -@c:d
  - query: 'service:web'
`,
  ],
  [
    'a block keeps its lines and gets the indentation of its place',
    `kind: detection-rule
queries:
-   query: >-
          @a:b

          -@c:d
            deeper
    name: failures


-   query: service:web
message: |
     one
       two
`,
    `kind: detection-rule
queries:
  - name: failures
    query: >-
      @a:b

      -@c:d
        deeper

  - query: 'service:web'
message: |
  one
    two
`,
  ],
  [
    'a query is single-quoted, other plain text is not',
    `kind: saved-view
name: Plain name
query: status:high
`,
    `kind: saved-view
name: Plain name
query: 'status:high'
`,
  ],
  [
    'double quotes without escapes become single ones',
    `kind: saved-view
name: "Plain"
query: "it's @a:b"
columns: ["severity"]
`,
    `kind: saved-view
name: 'Plain'
query: "it's @a:b"
columns: ["severity"]
`,
  ],
  [
    'bracketed lists over several lines move with their key',
    `kind: saved-view
tests:
- signal: { severity: high,
            state: open }   # both
  name: x
`,
    `kind: saved-view
tests:
  - name: x
    signal: { severity: high,
              state: open } # both
`,
  ],
  [
    'quotes are added where YAML would misread a text',
    `kind: saved-view
query: @http.client_ip:203.0.113.7 -*:x
name: {{rule_name}} of 'x'
tests:
  - signal:
      @usr.id: alice
`,
    `kind: saved-view
name: '{{rule_name}} of ''x'''
query: '@http.client_ip:203.0.113.7 -*:x'
tests:
  - signal:
      '@usr.id': alice
`,
  ],
  [
    'a block with an indentation number gets the number of its place',
    'id: x\nkind: detection-rule\nmessage: |4-\n      x\n     y\n',
    'kind: detection-rule\nid: x\nmessage: |2-\n    x\n   y\n',
  ],
  [
    'blanks at the end of a line of text are text',
    'id: x\nkind: detection-rule\nmessage: |\n      one  \n      \ttwo \n       \n\n\nname: y\n',
    'kind: detection-rule\nid: x\n\nname: y\nmessage: |\n  one  \n  \ttwo \n   \n',
  ],
  [
    'what takes several lines in a list stands one level in from its dash',
    'kind: saved-view\na:\n- [a,\n   b]\n-   |\n      z\n- "x\n     y"\n',
    'kind: saved-view\na:\n  - [a,\n     b]\n  - |\n    z\n  - "x\n    y"\n',
  ],
  ['a byte order mark and CRLF go', '\uFEFFkind: saved-view\r\nid: x\r\n', 'kind: saved-view\nid: x\n'],
  ['a final line break is added', 'kind: saved-view\nid: x', 'kind: saved-view\nid: x\n'],
  [
    'maps of attributes keep their order',
    `kind: detection-rule
sample:
  '@b': 1
  a: 2
`,
    `kind: detection-rule
sample:
  '@b': 1
  a: 2
`,
  ],
  [
    'comments inside a list stay before their item',
    `kind: detection-rule
cases:
- condition: a > 1
  severity: low
# the last one
- condition: a > 0
  severity: info
# end
`,
    `kind: detection-rule
cases:
  - condition: a > 1
    severity: low
  # the last one
  - condition: a > 0
    severity: info
# end
`,
  ],
];

test.each(ROWS)('%s', (_name, before, after) => {
  expect(format(before)).toBe(after);
  expect(format(after)).toBe(after);
});

const UNCHANGED: readonly [name: string, text: string][] = [
  ['a key after a question mark', 'id: x\n? kind\n: saved-view\n'],
  ['a comment between key and value', 'id: x\nkind:\n  # why\n  saved-view\n'],
  ['a file in brackets', '{ id: x, kind: saved-view }\n'],
];

test.each(UNCHANGED)('left as it is: %s', (_name, text) => {
  expect(formatSource('x.yaml', text)).toEqual({ ok: true, text, changed: false });
});

test('what YAML cuts off is not repaired, since nobody can say what was meant', () => {
  const result = formatSource('views/x.yaml', 'kind: saved-view\nquery: @a:b # c\n');
  expect(result.ok ? [] : result.diagnostics.map((each) => each.code)).toEqual(['yaml/comment-cuts-query']);
});

const KEYS = fc.constantFrom(
  'kind',
  'id',
  'name',
  'query',
  'tests',
  'cases',
  'message',
  'sample',
  '@http.x',
  'z',
);
const TEXT = fc.constantFrom(
  'plain',
  '@a:b',
  "it's",
  '',
  'a: b',
  '# no',
  'two\nlines',
  'blanks  \n\tand tabs \n',
  '  indented\n less\n\n\n',
  '\n\nlate',
  ' lead',
  'é😀',
  '- x',
  'true',
  '12',
);
const VALUE: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    TEXT,
    fc.integer(),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(KEYS, tie('value'), { maxKeys: 4 }),
  ),
})).value;
const FILE = fc.record({
  data: fc.dictionary(KEYS, VALUE, { minKeys: 1, maxKeys: 6 }),
  lineWidth: fc.constantFrom(0, 20, 80),
  /** Lists and maps from this level on stand in brackets, over several lines where the lines are short. */
  bracketsFrom: fc.constantFrom(1, 2, 99),
  indent: fc.constantFrom(2, 4, 7),
  indentSeq: fc.boolean(),
  defaultStringType: fc.constantFrom(
    'PLAIN',
    'QUOTE_SINGLE',
    'QUOTE_DOUBLE',
    'BLOCK_LITERAL',
    'BLOCK_FOLDED',
  ),
  comments: fc.array(fc.nat(30), { maxLength: 4 }),
});

/** Puts comment lines and blank lines between lines where YAML allows them: above lines that start a key or item. */
function sprinkle(text: string, places: readonly number[]): string {
  const lines = text.split('\n');
  const starts = lines.flatMap((line, index) => (/^(kind|id|name|z|query): /.test(line) ? [index] : []));
  for (const place of places) {
    const at = starts[place % Math.max(1, starts.length)];
    if (at !== undefined) lines[at] = `# note ${place}\n${place % 2 === 0 ? '\n\n' : ''}${lines[at] ?? ''}`;
  }
  return lines.join('\n');
}

test('the value and the comments never change, and a second run changes nothing', () => {
  let changed = 0;
  fc.assert(
    fc.property(FILE, ({ data, comments, bracketsFrom, ...options }) => {
      const document = new Document(data);
      const putInBrackets = (_key: unknown, node: { flow?: boolean }, path: readonly unknown[]): void => {
        if (path.filter(isCollection).length >= bracketsFrom) node.flow = true;
      };
      visit(document, { Seq: putInBrackets, Map: putInBrackets });
      const text = sprinkle(
        document.toString({ ...options, defaultStringType: options.defaultStringType as 'PLAIN' }),
        comments,
      );
      const before = parseYaml(sourceText('x.yaml', text));
      fc.pre(before.ok);
      const once = format(text);
      const after = parseYaml(sourceText('x.yaml', once));
      if (!after.ok || !before.ok) throw new Error('no longer readable');
      expect(isDeepStrictEqual(after.data, before.data)).toBe(true);
      expect(once.match(/# note \d+/g)?.length).toBe(text.match(/# note \d+/g)?.length);
      expect(format(once)).toBe(once);
      if (once !== text) changed += 1;
    }),
    { numRuns: 500 },
  );
  expect(changed).toBeGreaterThan(100);
});
