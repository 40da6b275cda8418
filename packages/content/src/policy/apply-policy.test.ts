import { expect, test } from 'vitest';
import { loadFromFiles, type LoadResult } from '../workspace.ts';

const OR = 'query/lower-case-operator';
const NOW_MS = Date.UTC(2026, 10, 27, 23, 59, 59, 999);

function load(view: string, config = 'stack: a\n', nowMs: number | undefined = NOW_MS): LoadResult {
  return loadFromFiles(
    new Map([
      ['signalwright.yaml', config],
      ['views/a.yaml', `kind: saved-view\nid: a\nname: A\n${view}`],
    ]),
    { nowMs },
  );
}

/** Codes that are left, and what was ignored: `code@line because`. */
function outcome({ diagnostics, ignored }: LoadResult): readonly string[] {
  return [
    ...diagnostics.map(({ code, severity }) => `${severity} ${code}`),
    ...ignored.map(
      ({ diagnostic, reason }) => `ignored ${diagnostic.code}@${diagnostic.range.start.line} ${reason}`,
    ),
  ];
}

const IGNORED: readonly [name: string, view: string, line: number][] = [
  ['above the line', `# signalwright-ignore ${OR}: words\nquery: 'a or b'\n`, 5],
  ['behind the value', `query: 'a or b' # signalwright-ignore ${OR}: words\n`, 4],
  [
    'over other comments and blank lines',
    `# signalwright-ignore ${OR}: words\n\n# more\nquery: 'a or b'\n`,
    7,
  ],
  ['in the last line of a folded block', `# signalwright-ignore ${OR}: words\nquery: >-\n  a\n  b or c\n`, 7],
  ['in a literal block', `# signalwright-ignore ${OR}: words\nquery: |\n  a\n\n  b or c\n`, 8],
  ['in a block, beside its header', `query: >- # signalwright-ignore ${OR}: words\n  a\n  b or c\n`, 6],
  ['in a quoted text over two lines', `# signalwright-ignore ${OR}: words\nquery: 'a\n  or b'\n`, 6],
  ['with several signs and no blank', `##signalwright-ignore ${OR}: words\nquery: 'a or b'\n`, 5],
  ['anywhere, for the whole file', `query: 'a or b'\n# signalwright-ignore-file ${OR}: words\n`, 4],
];

test.each(IGNORED)('a comment ignores %s', (_, view, line) => {
  expect(outcome(load(view))).toEqual([`ignored ${OR}@${line} words`]);
});

const NOT_IGNORED: readonly [name: string, view: string][] = [
  ['two lines above', `# signalwright-ignore ${OR}: words\ntime: past 1d\nquery: 'a or b'\n`],
  ['about another code', `# signalwright-ignore query/mixed-operators: words\nquery: 'a or b'\n`],
  ['below', `query: 'a or b'\n# signalwright-ignore ${OR}: words\n`],
];

test.each(NOT_IGNORED)('a comment that stands %s ignores nothing and is reported', (_, view) => {
  expect(outcome(load(view)).toSorted()).toEqual(['warning ignore/unused', `warning ${OR}`]);
});

test('two in one file are one reason each', () => {
  const view = `# signalwright-ignore ${OR}, query/mixed-operators: words (see SEC-12)\nquery: 'a or b AND c OR d'\n`;
  expect(outcome(load(view)).toSorted()).toEqual([
    `ignored ${OR}@5 words (see SEC-12)`,
    'ignored query/mixed-operators@5 words (see SEC-12)',
  ]);
});

const UNTIL = `# signalwright-ignore ${OR}: words (until 2026-11-27)\nquery: 'a or b'\n`;

test('the end of a line in CRLF is no part of the comment', () => {
  const view = `kind: saved-view\r\nid: a\r\nname: A\r\n${UNTIL.replaceAll('\n', '\r\n')}`;
  const files = new Map([
    ['signalwright.yaml', 'stack: a\n'],
    ['views/a.yaml', view],
  ]);
  expect(outcome(loadFromFiles(files, { nowMs: NOW_MS }))).toEqual([`ignored ${OR}@5 words`]);
});

test('a day that is named counts to its end, UTC, and without a clock for ever', () => {
  expect(outcome(load(UNTIL))).toEqual([`ignored ${OR}@5 words`]);
  expect(outcome(load(UNTIL, undefined, NOW_MS + 1)).toSorted()).toEqual([
    'warning ignore/expired',
    `warning ${OR}`,
  ]);
  expect(outcome(load(UNTIL, 'stack: a\n', undefined))).toEqual([`ignored ${OR}@5 words`]);
});

test('nothing is called unused while a file could not be read in full', () => {
  const view = `# signalwright-ignore query/mixed-operators: words\nquery: '(a or'\n`;
  expect(outcome(load(view)).filter((each) => each.includes('ignore/'))).toEqual([]);
});

test('a lint that is raised to an error keeps content from being applied, and one that is off is gone', () => {
  const view = "query: 'a or b'\n";
  expect(load(view).workspace).toBeDefined();
  const raised = load(view, `stack: a\nlints: { ${OR}: error }\n`);
  expect(outcome(raised)).toEqual([`error ${OR}`]);
  expect(raised.workspace).toBeUndefined();
  expect(outcome(load(view, `stack: a\nlints: { ${OR}: info }\n`))).toEqual([`info ${OR}`]);
  expect(outcome(load(view, `stack: a\nlints: { ${OR}: off }\n`))).toEqual([]);
  expect(outcome(load(UNTIL, `stack: a\nlints: { ${OR}: error }\n`))).toEqual([`ignored ${OR}@5 words`]);
});

test('a comment about a lint that is off is about something', () => {
  expect(outcome(load(UNTIL, `stack: a\nlints: { ${OR}: off }\n`))).toEqual([`ignored ${OR}@5 words`]);
});

test('ten thousand lines of comments cost no more than their number', () => {
  const started = performance.now();
  const view = `${`# signalwright-ignore ${OR}: words\n`.repeat(9_000)}query: 'a or b'\n`;
  const { diagnostics } = load(view);
  expect(diagnostics.map(({ code }) => code)).toEqual(['ignore/too-many']);
  const blanks = `# signalwright-ignore ${'x, '.repeat(200_000)}\nquery: 'a'\n`;
  expect(load(blanks).diagnostics.map(({ code }) => code)).toEqual(['ignore/no-reason']);
  expect(performance.now() - started).toBeLessThan(5_000);
});
