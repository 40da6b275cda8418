/** Older content becomes content of the current format, and everything else in it stays as it is. */

import { describe, expect, test } from 'vitest';
import { loadFromFiles } from '../workspace.ts';
import { FORMAT_VERSION } from './format-version.ts';
import { formatOf, migrateSource } from './migrate-source.ts';

const RULE = `kind: detection-rule
id: a
name: A
type: log_detection
groupBy: ['@usr.id']
optionalGroupBy: true # machines have no user

queries:
  # The first.
  - query: source:shop
    optionalGroupBy: false # people have
  - { query: 'source:blog', optionalGroupBy: true }

cases:
  - { condition: a > 5, severity: low }
decreaseSeverityOutsideProduction: true
message: optionalGroupBy is text here.
`;

const CONFIG = `# Ours.
stack: acme

environments:
  local:
    target: embedded
    overrides:
      detection-rule/a: { decreaseSeverityOutsideProduction: false }
      suppression/optionalGroupBy: { name: optionalGroupBy }
`;

function migrated(file: string, text: string, from = 1): string {
  const result = migrateSource(file, text, from);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  expect(result.changed).toBe(result.text !== text);
  return result.text;
}

describe('from format 1', () => {
  test('keys of a rule and its queries get their new names, comments and values stay', () => {
    const text = migrated('rules/detection/a.yaml', RULE);
    expect(text.split('\n').filter((line) => /ptionalGroup|decrease/.test(line))).toEqual([
      'hasOptionalGroupByFields: true # machines have no user',
      '    hasOptionalGroupByFields: false # people have',
      "  - { query: 'source:blog', hasOptionalGroupByFields: true }",
      'decreaseCriticalityBasedOnEnv: true',
      'message: optionalGroupBy is text here.',
    ]);
    expect(text).toContain("  # The first.\n  - query: 'source:shop'\n");
    expect(migrated('rules/detection/a.yaml', text)).toBe(text);
  });

  test('what is read of it then is what was meant', () => {
    const files = new Map([
      ['signalwright.yaml', migrated('signalwright.yaml', 'stack: acme\n')],
      ['rules/detection/a.yaml', migrated('rules/detection/a.yaml', RULE.replace('a > 5', 'a > 5 && b > 1'))],
    ]);
    const { workspace } = loadFromFiles(files);
    expect(workspace?.config.formatVersion).toBe(FORMAT_VERSION);
    expect(workspace?.get('detection-rule/a')?.object).toMatchObject({
      queries: [{ optionalGroupBy: false }, { optionalGroupBy: true }],
      decreaseSeverityOutsideProduction: true,
    });
  });

  test('the configuration says the new version, and overrides of rules are migrated', () => {
    const text = migrated('signalwright.yaml', CONFIG);
    expect(text).toBe(
      CONFIG.replace('stack:', `formatVersion: ${FORMAT_VERSION}\nstack:`).replace(
        'decreaseSeverityOutsideProduction',
        'decreaseCriticalityBasedOnEnv',
      ),
    );
  });

  test.each([
    ['{ stack: acme }', `{ formatVersion: ${FORMAT_VERSION}, stack: acme }`],
    ['# {\n{ formatVersion: 1, stack: acme }', `# {\n{ formatVersion: ${FORMAT_VERSION}, stack: acme }`],
    ['formatVersion: 1 # one\nstack: acme', `formatVersion: ${FORMAT_VERSION} # one\nstack: acme`],
    ['stack: acme', `formatVersion: ${FORMAT_VERSION}\nstack: acme`],
  ])('%s', (before, after) => {
    expect(migrated('signalwright.yaml', before).trimEnd()).toBe(after);
  });

  test.each([
    ['a key whose new name is there too', 'optionalGroupBy: true\nhasOptionalGroupByFields: false\n'],
    ['a view', 'kind: saved-view\noptionalGroupBy: true\n'],
    ['a folder of maps', 'kind: detection-rule\nqueries: { optionalGroupBy: true }\n'],
    ['no kind of ours', 'optionalGroupBy: true\n'],
  ])('%s is left to a person', (_what, body) => {
    const text =
      body.startsWith('kind') || body === 'optionalGroupBy: true\n' ? body : `kind: detection-rule\n${body}`;
    expect(migrated('rules/detection/a.yaml', text)).toContain('optionalGroupBy: true');
  });

  test('what is no YAML is refused', () => {
    expect(migrateSource('rules/detection/a.yaml', 'a: [', 1)).toMatchObject({ ok: false });
  });
});

test('from the current format nothing is migrated', () => {
  expect(migrated('rules/detection/a.yaml', RULE, FORMAT_VERSION)).toContain('optionalGroupBy: true #');
});

test.each([
  [undefined, 1],
  ['stack: a', 1],
  ['formatVersion: 2', 2],
  ['formatVersion: 7', 7],
  ['formatVersion: two', 1],
  ['formatVersion: -1', 1],
  ['formatVersion: [', 1],
])('%s is format %d', (config, version) => {
  expect(formatOf(config)).toBe(version);
});

describe('content of an older or newer format', () => {
  const load = (config: string) =>
    loadFromFiles(
      new Map([
        ['signalwright.yaml', config],
        ['rules/detection/a.yaml', RULE],
      ]),
    );

  test('an old name is found where it stands, and the hint says what helps', () => {
    const { diagnostics } = load('stack: acme\n');
    const found = diagnostics.filter(({ code }) => code === 'schema/unknown-key');
    expect(found.map(({ range, hint }) => [range.start.line, hint?.split(';')[0]])).toEqual([
      [6, 'Since format 2 it is written hasOptionalGroupByFields'],
      [11, 'Since format 2 it is written hasOptionalGroupByFields'],
      [12, 'Since format 2 it is written hasOptionalGroupByFields'],
      [16, 'Since format 2 it is written decreaseCriticalityBasedOnEnv'],
    ]);
  });

  test.each(['99', '3', '3\nstack: [] # of the future'])('format %s says nothing but that', (version) => {
    const { workspace, diagnostics } = load(`formatVersion: ${version}\n`);
    expect(workspace).toBeUndefined();
    expect(diagnostics.map(({ code, range }) => [code, range.file, range.start.line])).toEqual([
      ['config/newer-format', 'signalwright.yaml', 1],
    ]);
  });

  test.each(['0', '1.5', 'two', '[2]', "'2'"])('format %s is a mistake of the schema', (version) => {
    const codes = load(`formatVersion: ${version}\nstack: acme\n`).diagnostics.map(({ code }) => code);
    expect(codes.filter((code) => /^(schema\/(wrong-type|out-of-range))$/.test(code))).toHaveLength(1);
    expect(codes).not.toContain('config/newer-format');
  });
});
