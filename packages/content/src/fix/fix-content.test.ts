import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadFromFiles } from '../workspace.ts';
import { fixContent } from './fix-content.ts';

const FILE = 'rules/detection/a.yaml';
const RULE = `kind: detection-rule
id: a
name: A
type: application_security
queries:
  - name: failures
    query: 'service:web'
cases:
  - condition: failures > 5
    severity: high
tests:
  - name: one is not enough
    events: [{ service: web }]
    signals: []
`;

function fix(text: string, file = FILE): { readonly text: string; readonly codes: readonly string[] } {
  const files = new Map([
    ['signalwright.yaml', 'stack: a\n'],
    [file, text],
  ]);
  const { changed, fixed } = fixContent(files, {});
  return { text: changed.get(file) ?? text, codes: fixed.map(({ code }) => code) };
}

const MENDED: readonly [name: string, from: string, to: string, code: string][] = [
  ['a query that starts with @', "query: 'service:web'", "query: @a:it's", 'yaml/needs-quotes'],
  ['a query that starts with *', "query: 'service:web'", 'query: *:web', 'yaml/needs-quotes'],
  ['a name that starts with {{', 'name: A', 'name: {{@usr.id}} fails', 'yaml/needs-quotes'],
  ['one letter off', 'severity: high', 'severty: high', 'schema/unknown-key'],
  ['another case', 'type: application_security', 'Type: application_security', 'schema/unknown-key'],
  ['the spelling of the API', 'tests:', 'group_by: [service]\ntests:', 'schema/unknown-key'],
  ['quotes around a key', 'severity: high', "'severty': high", 'schema/unknown-key'],
  ['a number where text belongs', 'name: A', 'name: 1.5', 'schema/wrong-type'],
  ['a phrase in quotes that goes on', "query: 'service:web'", 'query: "a b" c', 'yaml/needs-quotes'],
  ['a text with a colon and a blank', 'name: A', 'name: A: b', 'yaml/needs-quotes'],
  ['true where text belongs', 'name: A', 'name: true # yes', 'schema/wrong-type'],
  ['yes where true belongs', 'tests:', 'enabled: yes\ntests:', 'schema/wrong-type'],
  ['one text where a list belongs', 'tests:', "groupBy: '@usr.id'\ntests:", 'schema/wrong-type'],
  ['a word in another case', 'severity: high', 'severity: High', 'schema/not-allowed'],
  ['a key that is a number', 'tests:', "sample:\n  404: '1'\ntests:", 'yaml/key-not-text'],
  ['a byte order mark', 'kind:', '\uFEFFkind:', 'text/byte-order-mark'],
];

test.each(MENDED)('%s is mended, in LF and in CRLF', (_, from, to, code) => {
  for (const end of ['\n', '\r\n']) {
    const broken = RULE.replace(from, to).replaceAll('\n', end);
    const mended = fix(broken);
    expect(mended.codes).toEqual([code]);
    const { diagnostics } = loadFromFiles(
      new Map([
        ['signalwright.yaml', 'stack: a\n'],
        [FILE, mended.text],
      ]),
    );
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    // Nothing else was touched.
    const [before, after] = [broken.split(end), mended.text.split(end)];
    expect(after.filter((line, index) => line !== before[index])).toHaveLength(1);
  }
});

test('a number keeps the text it was written as', () => {
  expect(fix(RULE.replace('name: A', 'name: 1.5')).text).toContain("name: '1.5'\n");
  // 1.10 may be a version or a number: nothing is certain.
  expect(fix(RULE.replace('name: A', 'name: 1.10')).codes).toEqual([]);
});

test('one layer after the other', () => {
  const broken = RULE.replace("query: 'service:web'", 'query: @a:b').replace(
    'severity: high',
    'severty: HIGH',
  );
  const mended = fix(broken);
  expect(mended.codes).toEqual(['yaml/needs-quotes', 'schema/unknown-key', 'schema/not-allowed']);
  expect(mended.text).toBe(RULE.replace("'service:web'", "'@a:b'"));
});

const LEFT: readonly [name: string, from: string, to: string][] = [
  ['two letters off', 'severity: high', 'severtiy2: high'],
  ['a key that is near two', 'cases:', 'cass:'],
  ['a key that stands there already', 'severity: high', 'severity: high\n    severty: low'],
  ['another word', 'severity: high', 'severity: hihg'],
  ['a comment that may belong to the query', "query: 'service:web'", 'query: service:web #shop'],
  ['a name of the API with another meaning', 'severity: high', 'status: high'],
  ['a number without its unit', 'tests:', 'keepAlive: 300\ntests:'],
  ['a text with a colon and an indented line below', 'name: A', 'name: A: b\n  c: d'],
  ['a text in single quotes that goes on', "query: 'service:web'", "query: 'a' b"],
  ['a map where text belongs', 'name: A', 'name: { a: b }'],
  ['a map where a word belongs', 'severity: high', 'severity: { a: b }'],
  ['a list where text belongs', 'name: A', 'name: [a]'],
  ['a list in text', 'tests:', 'groupBy: service, env\ntests:'],
];

test.each(LEFT)('%s is left to the author', (_, from, to) => {
  const broken = RULE.replace(from, to);
  expect(fix(broken)).toEqual({ text: broken, codes: [] });
});

test('only what is wanted is mended', () => {
  const files = new Map([
    ['signalwright.yaml', 'stack: a\n'],
    [FILE, RULE.replace('severity: high', 'severty: High')],
  ]);
  const { fixed } = fixContent(files, {}, ({ code }) => code !== 'schema/unknown-key');
  expect(fixed).toEqual([]);
});

test('whatever is broken together: it ends, and a second time there is nothing to do', () => {
  const edit = fc.constantFrom(...MENDED.filter(([, , to]) => !to.startsWith('\uFEFF')), ...LEFT);
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 5 }), (edits) => {
      const broken = edits.reduce((text, [, from, to]) => text.replace(from, () => to), RULE);
      const once = fix(broken);
      expect(fix(once.text)).toEqual({ text: once.text, codes: [] });
    }),
    { numRuns: 200 },
  );
});
