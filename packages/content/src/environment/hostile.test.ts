/** Environments that are wrong, by mistake or on purpose: one finding a mistake, where it is, and never a slow check. */

import { describe, expect, test } from 'vitest';
import { loadFromFiles, type LoadResult } from '../workspace.ts';

const MAX_MS = 10_000;

function load(environment: string, body: string): LoadResult {
  const files = new Map([
    [
      'signalwright.yaml',
      `stack: acme\nenvironments:\n  local:\n    target: embedded\n${environment.replace(/^/gm, '    ')}\n`,
    ],
    ['views/a.yaml', `kind: saved-view\nid: a\nname: A\n${body}\n`],
  ]);
  return loadFromFiles(files, { everyEnvironment: true });
}

/** `file:line:col code`, the first word of the file. */
function found({ diagnostics }: LoadResult): readonly string[] {
  return diagnostics
    .filter(({ code }) => !code.startsWith('lint/'))
    .map(
      ({ code, range: { file, start } }) =>
        `${file === 'signalwright.yaml' ? 'config' : 'view'}:${start.line}:${start.col} ${code}`,
    );
}

const GOOD = 'query: x';

const ROWS: readonly [what: string, environment: string, body: string, found: readonly string[]][] = [
  [
    'an unknown variable',
    'variables: { CHANNEL: x }',
    "query: 'a ${var.CHANEL}'",
    ['view:4:11 env/unknown-variable'],
  ],
  [
    'a cycle of variables, and no second finding where they are used',
    "variables: { A: '${var.B}', B: '${var.A}' }",
    "query: '${var.A}'",
    ['config:5:22 env/bad-variable', 'config:5:37 env/bad-variable'],
  ],
  [
    'a variable in itself',
    "variables: { A: 'x ${var.A}' }",
    "query: 'a ${var.A}'",
    ['config:5:24 env/bad-variable'],
  ],
  ['a variable in a key', 'variables: { A: b }', "query: a\n'${var.A}': 1", ['view:5:1 env/bad-variable']],
  [
    'a variable in a key where any key may stand',
    'variables: { A: service }',
    "query: a\ntests: [{ name: t, signal: { '@${var.A}': 1 }, shown: true }]",
    ['view:5:30 env/bad-variable'],
  ],
  [
    'a number where a text is expected',
    'variables: { A: 5 }',
    'query: ${var.A}',
    ['view:4:8 schema/wrong-type'],
  ],
  [
    'a text where a boolean is expected',
    'variables: { A: maybe }',
    'query: a\ntimeline: ${var.A}',
    ['view:5:11 schema/wrong-type'],
  ],
  ['nothing as a value', 'variables: { A: }', 'query: ${var.A}', ['config:5:18 schema/no-value']],
  ['a list as a value', 'variables: { A: [b] }', 'query: ${var.A}', ['config:5:21 schema/wrong-type']],
  [
    'a value that changes the direction of writing',
    'variables: { A: a\u202Eb }',
    'query: ${var.A}',
    ['config:5:22 text/bidi-character'],
  ],
  [
    'a long value',
    `variables: { A: ${'x'.repeat(2001)} }`,
    'query: ${var.A}',
    ['config:5:21 schema/bad-length'],
  ],
  [
    'an override of an unknown address',
    'overrides: { saved-view/b: { name: B } }',
    GOOD,
    ['config:5:18 env/unknown-address'],
  ],
  [
    'what is no address',
    'overrides: { saved-view/../a: { name: B } }',
    GOOD,
    ['config:5:18 schema/bad-format'],
  ],
  [
    'an override that makes the object invalid',
    'overrides: { saved-view/a: { time: soon, query: 5 } }',
    GOOD,
    ['config:5:40 schema/bad-format', 'config:5:53 schema/wrong-type'],
  ],
  [
    'an override that takes a value away',
    'overrides: { saved-view/a: { query: } }',
    GOOD,
    ['config:5:34 schema/no-value'],
  ],
  [
    'an override with an unknown variable',
    "overrides: { saved-view/a: { query: '${var.NO}' } }",
    GOOD,
    ['config:5:42 env/unknown-variable'],
  ],
  [
    'an override with a variable in a key',
    "variables: { A: query }\noverrides: { saved-view/a: { '${var.A}': x } }",
    GOOD,
    ['config:6:34 env/bad-variable'],
  ],
  ['an override that is no map', 'overrides: { saved-view/a: [1] }', GOOD, ['config:5:32 schema/wrong-type']],
  [
    'too deep an override',
    `overrides: { saved-view/a: ${'{ a: '.repeat(80)}1${' }'.repeat(80)} }`,
    GOOD,
    ['config:5:332 yaml/too-deep'],
  ],
];

test.each(ROWS)('%s', (_what, environment, body, expected) => {
  const loaded = load(environment, body);
  expect(loaded.workspace).toBeUndefined();
  expect(found(loaded)).toEqual(expected);
});

test('a finding about a value names the variable, and where it is set', () => {
  const { diagnostics } = loadFromFiles(
    new Map([
      [
        'signalwright.yaml',
        'stack: acme\nenvironments: { local: { target: embedded, variables: { A: 5 } } }\n',
      ],
      ['views/a.yaml', 'kind: saved-view\nid: a\nname: ${var.A}\nquery: x\n'],
    ]),
  );
  expect(diagnostics).toMatchObject([
    {
      hint: "In A: Quote it: '5'",
      range: { file: 'views/a.yaml', start: { line: 3, col: 7 } },
      related: [
        {
          message: 'The value of A in local.',
          range: { file: 'signalwright.yaml', start: { line: 2, col: 60 } },
        },
      ],
    },
  ]);
});

describe('names that JavaScript objects have', () => {
  const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];

  test.each(NAMES)(
    '%s as a variable, an address, a key of an override or an environment changes no prototype',
    (name) => {
      const before = Object.getOwnPropertyNames(Object.prototype);
      for (const [environment, body] of [
        [`variables: { ${name}: x }`, `query: '\${var.${name}}'`],
        [`overrides: { ${name}: { name: polluted } }`, GOOD],
        [`overrides: { saved-view/a: { ${name}: { polluted: true } } }`, GOOD],
        [`overrides: { saved-view/a: { tests: [{ ${name}: { polluted: true } }] } }`, GOOD],
        [`target: embedded\n  ${name}:\n    variables: { A: x }`.replace('target: embedded\n', ''), GOOD],
      ] as const) {
        const loaded = load(environment, body);
        // `toString` and its like are names as any other for a variable.
        if (!environment.startsWith('variables')) expect(loaded.workspace).toBeUndefined();
      }
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    },
  );

  test.each(NAMES)('no environment is called %s unless one is', (environment) => {
    const files = new Map([
      [
        'signalwright.yaml',
        'stack: acme\nenvironments: { local: { target: embedded, variables: { A: x } } }\n',
      ],
      ['views/a.yaml', "kind: saved-view\nid: a\nname: A\nquery: '${var.A}'\n"],
    ]);
    expect(loadFromFiles(files, { environment }).workspace?.environment).toBe('local');
  });

  test.each(NAMES)('no variable is called %s unless one is', (name) => {
    const codes = found(load('variables: { A: x }', `query: '\${var.${name}}'`));
    expect(codes).toEqual([`view:4:9 env/${name === '__proto__' ? 'bad' : 'unknown'}-variable`]);
  });
});

describe('much of it', () => {
  const VIEWS = Array.from({ length: 100 }, (_, index): [string, string] => [
    `views/v${index}.yaml`,
    `kind: saved-view\nid: v${index}\nname: V${index}\nquery: 'x:\${var.A} y:${index}'\n`,
  ]);

  function loadWith(count: number, environment: (index: number) => string): LoadResult {
    const lines = Array.from({ length: count }, (_, index) => `  e${index}: ${environment(index)}`);
    const config = `stack: acme\nenvironments:\n${lines.join('\n')}\n`;
    return loadFromFiles(new Map([['signalwright.yaml', config], ...VIEWS]), { everyEnvironment: true });
  }

  test('200 environments of 100 files are checked, each with its own values', { timeout: MAX_MS }, () => {
    const loaded = loadWith(
      200,
      (index) => `{ target: embedded, variables: { A: ${index === 150 ? "'(x'" : `v${index}`} } }`,
    );
    expect(new Set(found(loaded))).toEqual(new Set(['view:4:11 query/unbalanced-parenthesis']));
    expect(loaded.diagnostics[0]?.message).toMatch(/ \(in e150\)$/);
  });

  test('what is wrong in many is said once, with the first of them', { timeout: MAX_MS }, () => {
    const loaded = loadWith(
      60,
      (index) => `{ target: embedded, variables: { A: ${index === 0 ? 'fine' : "'(x'"} } }`,
    );
    const messages = loaded.diagnostics
      .filter(({ range }) => range.file === 'views/v7.yaml')
      .map(({ message }) => message);
    expect(messages).toEqual([expect.stringMatching(/ \(in e1, e2, e3, e4, e5 and 54 more\)$/)]);
  });

  test('201 are refused, and nothing is said of their variables', { timeout: MAX_MS }, () => {
    const loaded = loadWith(201, () => '{ target: embedded, variables: { A: x } }');
    expect(found(loaded)).toEqual(['config:3:3 schema/wrong-count']);
  });

  test.each([
    ['slips', '${var.'.repeat(20_000)],
    ['variables', '${var.A} '.repeat(4_000)],
    ['dollars', '$'.repeat(120_000)],
    ['braces', '${'.repeat(60_000)],
    ['doubled dollars', '$${var.A}'.repeat(12_000)],
  ])('a text of many %s', { timeout: MAX_MS }, (_what, text) => {
    const started = process.cpuUsage();
    load(`variables: { A: ${'x'.repeat(2_000)} }`, `query: '${text}'`);
    const { user } = process.cpuUsage(started);
    expect(user / 1000).toBeLessThan(MAX_MS);
  });

  test('a file that grows beyond its limit by its variables says so once', { timeout: MAX_MS }, () => {
    const loaded = load(`variables: { A: ${'x'.repeat(2_000)} }`, `query: '${'${var.A} '.repeat(4_000)}'`);
    expect(found(loaded)).toEqual(['view:4:8 env/text-too-long']);
  });
});
