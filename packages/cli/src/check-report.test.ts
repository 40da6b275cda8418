/** One finding in every format: at the same place, and without the secret that stands beside it. */

import { loadFromFiles } from '@signalwright/content';
import { showText } from '@signalwright/template';
import { describe, expect, test } from 'vitest';
import { renderFindings, type CheckFormat, type Findings } from './check-report.ts';
import { createReporter } from './reporter.ts';
import type { World } from './world.ts';

const FORMATS: readonly CheckFormat[] = ['text', 'json', 'sarif', 'junit', 'github'];

function reports(files: Readonly<Record<string, string>>): Readonly<Record<CheckFormat, string>> {
  const loaded = loadFromFiles(new Map(Object.entries({ 'signalwright.yaml': 'stack: a\n', ...files })));
  const { diagnostics, ignored, sources } = loaded;
  const findings: Findings = { diagnostics, ignored, sources, objects: undefined, fixed: diagnostics };
  const world: World = {
    cwd: '/',
    env: {},
    out: () => undefined,
    err: () => undefined,
    isTerminal: false,
    isInteractive: false,
    nowMs: () => 0,
    ask: () => Promise.resolve(''),
    fetch: () => Promise.reject(new Error('no network')),
    readInput: () => Promise.reject(new Error('nothing is piped in')),
    untilStopped: () => Promise.resolve(),
    stopSignal: () => new AbortController().signal,
  };
  const context = {
    root: '/',
    nowMs: 0,
    reporter: createReporter(world, {}, showText),
    isQuiet: false,
    ok: false,
  };
  const entries = FORMATS.map((format) => [format, renderFindings(format, findings, context)] as const);
  return Object.fromEntries(entries) as Record<CheckFormat, string>;
}

const HEAD = 'kind: saved-view\nid: a\nname: A\n';

interface Sarif {
  readonly runs: readonly [
    {
      readonly columnKind: string;
      readonly results: readonly {
        readonly ruleId: string;
        readonly locations: readonly [{ readonly physicalLocation: { readonly region: object } }];
      }[];
    },
  ];
}

test('a mistake behind characters of two units and two columns stands at the same place in every format', () => {
  const text = `${HEAD}query: >-\n  🛡 größe 検\n    \t one ) two\n`;
  const shown = reports({ 'views/a.yaml': text });
  // `)` is the eleventh UTF-16 unit of line 6: four blanks, a tab, a blank, "one", a blank.
  const place = { startLine: 6, startColumn: 11, endLine: 6, endColumn: 12 };
  const [run] = (JSON.parse(shown.sarif) as Sarif).runs;
  expect(run.columnKind).toBe('utf16CodeUnits');
  expect(run.results.map(({ ruleId, locations }) => [ruleId, locations[0].physicalLocation.region])).toEqual([
    ['query/unbalanced-parenthesis', place],
  ]);
  expect(shown.github).toBe(
    '::error file=views/a.yaml,line=6,endLine=6,col=11,endColumn=11,title=query/unbalanced-parenthesis::This ")" closes nothing. Remove it, or write \\) for the character.\n',
  );
  expect(JSON.parse(shown.json)).toMatchObject({
    diagnostics: [{ range: { start: { line: 6, col: 11 }, end: { line: 6, col: 12 } } }],
  });
  expect(shown.junit).toContain('name="query/unbalanced-parenthesis at 6:11"');
  expect(shown.text.split('\n').slice(0, 3)).toEqual([
    'views/a.yaml:6:11 error query/unbalanced-parenthesis This ")" closes nothing.',
    '  6 |          one ) two',
    '    |              ^',
  ]);
});

test('wide characters before the mistake on its line move the caret, and no column', () => {
  const shown = reports({ 'views/a.yaml': `${HEAD}query: '検🛡e\u0301 ) b'\n` });
  expect(shown.text.split('\n').slice(0, 3)).toEqual([
    'views/a.yaml:4:15 error query/unbalanced-parenthesis This ")" closes nothing.',
    "  4 | query: '検🛡e\u0301 ) b'",
    '    |              ^',
  ]);
  expect(shown.github).toContain('col=15,endColumn=15');
});

test('a finding over several lines has no columns on GitHub, which would drop it with them', () => {
  const shown = reports({ 'views/a.yaml': `${HEAD}query: a\nsort: "new\n  est"\n` });
  expect(shown.github).toMatch(/^::error file=views\/a.yaml,line=5,endLine=6,title=schema\/bad-format::/);
  expect(JSON.parse(shown.sarif)).toHaveProperty('runs.0.results.0.locations.0.physicalLocation.region', {
    startLine: 5,
    startColumn: 7,
    endLine: 6,
    endColumn: 7,
  });
});

describe('a secret in clear is in no format', () => {
  // Put together here, so that no scanner takes this file for a leak.
  const key = ['AKIA', 'QWERTZUIOPASDFGH'].join('');
  const escaped = key.replace('W', '\\x57');
  const rows: readonly [name: string, text: string][] = [
    ['where the lint finds it', `${HEAD}query: '@a:${key}'\n`],
    ['where it is written in escapes', `${HEAD}query: "@a:${escaped}"\n`],
    ['beside a mistake', `${HEAD}query: '@a:${key} )'\n`],
    ['in a value that is refused', `kind: ${key}\nid: a\n`],
    ['in a key that is not known', `${HEAD}query: a\n${key}: 1\n`],
    ['in a key that is written twice', `${HEAD}query: a\n${key}: 1\n${key}: 2\n`],
    ['in a text that needs quotes, with its mend', `${HEAD}query: @a:${key}\n`],
    ['in a comment that cuts a query', `${HEAD}query: a # ${key}\n`],
    ['in an alias', `${HEAD}query: *${key}\n`],
    ['in an id that is taken', `${HEAD}query: a\nowner: ${key}\n`],
  ];
  test.each(rows)('%s', (_name, text) => {
    const shown = reports({ 'views/a.yaml': text });
    expect(JSON.parse(shown.json)).toHaveProperty('diagnostics.0');
    for (const format of FORMATS) {
      expect(shown[format]).not.toContain(key);
      expect(shown[format]).not.toContain(key.slice(8));
    }
  });
});
