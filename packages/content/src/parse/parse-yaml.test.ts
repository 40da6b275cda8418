import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sourceText } from '../source-text.ts';
import { MAX_FILE_BYTES } from './decode-utf8.ts';
import { MAX_DEPTH, MAX_NODES } from './guard-tokens.ts';
import { parseYaml, type ParsedYaml } from './parse-yaml.ts';

const parse = (text: string): ParsedYaml => parseYaml(sourceText('x.yaml', text));

function codesOf(text: string): readonly string[] {
  const parsed = parse(text);
  return parsed.ok ? [] : parsed.diagnostics.map((each) => each.code);
}

/** Seven ways to nest `depth` levels. */
const SHAPES: Readonly<Record<string, (depth: number) => string>> = {
  'open square brackets': (depth) => `a: ${'['.repeat(depth)}`,
  'closed square brackets': (depth) => `a: ${'['.repeat(depth)}${']'.repeat(depth)}`,
  'curly brackets with keys': (depth) => `a: ${'{a: '.repeat(depth)}`,
  'dashes on one line': (depth) => `a:\n ${'- '.repeat(depth)}x`,
  'question marks on one line': (depth) => `${'? '.repeat(depth)}x`,
  'dashes, then brackets': (depth) => `a:\n ${'- '.repeat(30)}${'['.repeat(depth)}`,
  'brackets inside quotes inside brackets': (depth) => `a: ${'["x", '.repeat(depth)}`,
};

/** Longer texts are refused by their size before they come here. */
const DEPTHS = [MAX_DEPTH + 1, 800, 900, 3_000, 100_000];

test.each(Object.keys(SHAPES))('too deep, and refused before anything recurses: %s', (name) => {
  for (const depth of DEPTHS) {
    const text = (SHAPES[name]?.(depth) ?? '').slice(0, MAX_FILE_BYTES);
    // Twice: the parser of `yaml` takes the process down at the second such file.
    expect(codesOf(text)).toEqual(['yaml/too-deep']);
    expect(codesOf(text)).toEqual(['yaml/too-deep']);
  }
});

test('indentation nests like brackets do', () => {
  const lines = Array.from({ length: 90 }, (_, depth) => `${' '.repeat(depth)}a:`);
  expect(codesOf(lines.join('\n'))).toEqual(['yaml/too-deep']);
});

test('what the limit allows is read', () => {
  expect(parse(`a: ${'['.repeat(MAX_DEPTH - 2)}${']'.repeat(MAX_DEPTH - 2)}`).ok).toBe(true);
});

const HUGE: readonly [name: string, text: string, code: string | undefined][] = [
  [
    '100,000 keys',
    Array.from({ length: 90_000 }, (_, index) => `k${index}: 1`).join('\n'),
    'yaml/too-many-nodes',
  ],
  ['100,000 items', `a: [${'1,'.repeat(100_000)}]`, 'yaml/too-many-nodes'],
  ['100,000 empty items', `a:\n${' -\n'.repeat(100_000)}`, 'yaml/too-many-nodes'],
  ['100,000 documents', '---\na\n'.repeat(100_000), 'yaml/several-documents'],
  ['a million line breaks', `a: 1${'\n'.repeat(1_000_000)}`, undefined],
  ['a million spaces', `a: 1${' '.repeat(1_000_000)}#`, undefined],
  ['a megabyte of comments', `a: 1\n${'# x\n'.repeat(250_000)}`, 'yaml/too-many-nodes'],
  ['a key of a megabyte', `${'k'.repeat(1_000_000)}: 1`, 'yaml/syntax'],
  ['a text of a megabyte', `a: ${'x'.repeat(1_000_000)}`, undefined],
  ['a quoted text of a megabyte over many lines', `a: "${'x\n '.repeat(300_000)}"`, undefined],
  ['a folded block of a megabyte', `a: >\n${' x\n'.repeat(300_000)}`, undefined],
  ['a megabyte of colons', ':'.repeat(1_000_000), 'yaml/syntax'],
  ['a megabyte of question marks', '?\n'.repeat(500_000), 'yaml/too-many-nodes'],
  ['a megabyte of quotes', `a: '${"''".repeat(500_000)}'`, undefined],
  ['a megabyte of anchors', `a: ${'&a '.repeat(300_000)}x`, 'yaml/anchor'],
  ['a megabyte of bidi characters', `a: ${'\u202e'.repeat(300_000)}`, 'text/bidi-character'],
  ['a number of a megabyte', `a: ${'1'.repeat(1_000_000)}`, 'yaml/inexact-number'],
  [
    'a comment of a megabyte behind a query',
    `query: a # ${'x'.repeat(1_000_000)}`,
    'yaml/comment-cuts-query',
  ],
  [
    'keys and passwords behind a query',
    `query: a # ${`${'AKIA'}QWERTZUIOPASDFGH `.repeat(40_000)}`,
    'yaml/comment-cuts-query',
  ],
  ['a line of many mistakes', `a: [${`,${' '.repeat(33)}`.repeat(29_000)}]`, 'yaml/syntax'],
  ['a line of brackets that were never opened', `a: ${']'.repeat(55_000)}`, 'yaml/syntax'],
  [
    'a line of texts that no text may start like',
    `a: [${`@a${' '.repeat(66)},`.repeat(14_000)}]`,
    'yaml/needs-quotes',
  ],
  ['a megabyte of tabs', `a:\n${'\t'.repeat(1_000_000)}b`, undefined],
];

/** Chosen: far above what it takes on a busy machine, far below what a quadratic step would take. */
const TIME_LIMIT_MS = 8_000;

test.each(HUGE)('huge: %s', (_name, text, code) => {
  const startedMs = performance.now();
  const parsed = parse(text.slice(0, MAX_FILE_BYTES));
  const diagnostics = parsed.ok ? parsed.warnings : parsed.diagnostics;
  const first = diagnostics[0]?.code;
  if (code !== undefined) expect(first).toBe(code);
  expect(performance.now() - startedMs).toBeLessThan(TIME_LIMIT_MS);
  for (const { message, hint = '' } of diagnostics) {
    expect(message.length + hint.length).toBeLessThan(8_100);
  }
});

test(`${MAX_NODES} values are read, one more is not`, () => {
  const map = (pairs: number): string =>
    Array.from({ length: pairs }, (_, index) => `k${index}: 1`).join('\n');
  // The map itself is a value too.
  expect(codesOf(map(MAX_NODES / 2 - 1))).toEqual([]);
  expect(codesOf(map(MAX_NODES / 2))).toEqual(['yaml/too-many-nodes']);
});

const ROWS: readonly [text: string, codes: readonly string[]][] = [
  ['a: 1', []],
  ['a: "\\u0041"', []],
  ["a: '&x'", []],
  ['a: {{b}}', ['yaml/needs-quotes']],
  ['a: { b: ${var.C}, d: 1 }', ['yaml/needs-quotes']],
  ['a: [${var.C}, d]', ['yaml/needs-quotes']],
  ["a: '{{b}}'", []],
  ['query: a#b', []],
  ["query: 'a' # b", []],
  ['query: >- # why\n  a', []],
  ['query: a # b', ['yaml/comment-cuts-query']],
  ['name: a # b', []],
  ['{ query: a } # b', []],
  ['query: *:x', ['yaml/needs-quotes']],
  ['query: !x', ['yaml/needs-quotes']],
  ['name: !x y', ['yaml/tag']],
  ['name: *x', ['yaml/alias']],
  ['name: &x y', ['yaml/anchor']],
  ['<<: { a: 1 }', ['yaml/merge-key']],
  ["'<<': { a: 1 }", []],
  ['%TAG ! !x\n---\na: 1', ['yaml/directive']],
  ['---\na: 1', []],
  ['a: 1\n...\n', []],
  ['a: 1\n---\n', ['yaml/several-documents']],
  ['a: 1\n...\nb: 1\n', ['yaml/several-documents']],
  ['a: 1\n...\n# b: 1\n', []],
  ['---\n---\na: 1', ['yaml/several-documents']],
  ['a: 1\na: 2', ['yaml/duplicate-key']],
  ['a: 1\n"a": 2', ['yaml/duplicate-key']],
  ['a: { b: 1, b: 2 }', ['yaml/duplicate-key']],
  ['__proto__: 1', ['yaml/unsafe-key']],
  ['a: [{ "\\u005f_proto__": 1 }]', ['yaml/unsafe-key']],
  ['prototype: 1', ['yaml/unsafe-key']],
  ['toString: 1', []],
  ['1: a', ['yaml/key-not-text']],
  ['true: a', ['yaml/key-not-text']],
  ['? [a]\n: b', ['yaml/key-not-text']],
  ["'1': a", []],
  ['a: 012', ['yaml/leading-zero']],
  ['a: -012', ['yaml/leading-zero']],
  ['a: 0', []],
  ['query: >-\n  "a # b" # c\n  d # e', ['yaml/comment-in-query', 'yaml/comment-in-query']],
  ['query: >-\n  "a # b\n  c # d" e', []],
  ['query: >-\n  a\\" # b', ['yaml/comment-in-query']],
  ['a: { query: b,c }', ['yaml/comma-cuts-text']],
  ['a: { query: b, c, d: 1, e: f,g }', ['yaml/comma-cuts-text', 'yaml/comma-cuts-text']],
  ["a: { query: 'b,c', d: 1 }", []],
  ["a: { query: 'b', c }", []],
  ['a: { query: 1, c }', []],
  ['a: { query: b, c: }', []],
  ['a: { c, query: b }', []],
  ['a: [{ query: b },\n  c]', []],
  ['query: |+\n  @a:b\n\n# below\nb: 1', []],
  ['a: 0.5', []],
  ["a: '012'", []],
  ['a: 9007199254740991', []],
  ['a: 9007199254740993', ['yaml/inexact-number']],
  ['a: 1e400', ['yaml/inexact-number']],
  ['a: .nan', ['yaml/inexact-number']],
  ['a: "\\ud83d"', ['text/lone-surrogate']],
  ['"a\\u200b": 1', ['text/invisible-character']],
  ['"a\\u202e": 1', ['text/bidi-character']],
  ['a\u0430: 1', ['text/mixed-script']],
  ['a: 1\rb: 2', ['text/control-character']],
  ['a: \u2028', ['text/control-character']],
  ['a: x\u00adx', ['text/invisible-character']],
  ['a: x\ufeff', ['text/invisible-character']],
  ['a: x\u{e0041}', ['text/invisible-character']],
  ['a: x\ufe0f', ['text/invisible-character']],
  ['a: \ud800', ['text/lone-surrogate']],
  ['a: x\uffff', ['text/control-character']],
  ['a: x\u{1d173}', ['text/invisible-character']],
  ['a: x\u{13430}', ['text/invisible-character']],
  ['a: 1\u200d2', ['text/invisible-character']],
  ['a: 1\ufe0f', ['text/invisible-character']],
  ['a: 😀\u200dx', ['text/invisible-character']],
  ['a: x\u180b', ['text/invisible-character']],
  [`a: x${' '.repeat(101)}y`, ['text/off-screen']],
  [`a: x${' '.repeat(100)}y`, []],
  [`a: x${' '.repeat(500)}\n`, []],
  [`a: |\n${'\t '.repeat(60)}y`, ['text/off-screen']],
  [`# x${'\t'.repeat(200)}y\na: 1`, ['text/off-screen']],
];

test.each(ROWS)('%j: %j', (text, codes) => {
  expect(codesOf(text)).toEqual(codes);
});

test('values are those of YAML 1.2: words stay text, times stay text', () => {
  const parsed = parse(
    'a: yes\nb: no\nc: 12:30:45\nd: 2026-11-02T08:00:00Z\ne: 15\nf: null\ng: ~\nh: true\n',
  );
  expect(parsed.ok ? parsed.data : parsed.diagnostics).toEqual({
    a: 'yes',
    b: 'no',
    c: '12:30:45',
    d: '2026-11-02T08:00:00Z',
    e: 15,
    f: null,
    g: null,
    h: true,
  });
});

test('maps have no prototype', () => {
  const parsed = parse('a: { b: 1 }');
  if (!parsed.ok) throw new Error('not read');
  expect(Object.getPrototypeOf(parsed.data)).toBeNull();
  expect(Object.getPrototypeOf(parsed.data['a'])).toBeNull();
});

/** Clean writing in many scripts: none of it may be called suspicious. */
const CLEAN = [
  'Überprüfung der Anmeldungen – „sofort“',
  'Проверка входа: попытки из одного адреса',
  'Έλεγχος σύνδεσης',
  'तुरंत जाँच करें: क्‍ष',
  'می‌خواهم بررسی کنم',
  'بررسی ورود',
  'בדיקת כניסה',
  'ログイン失敗を確認',
  '检查登录失败',
  '로그인 실패 확인',
  'ตรวจสอบการเข้าสู่ระบบ',
  'Kiểm tra đăng nhập',
  'naïve café Ångström',
  'emoji 😀 👩‍💻 🏳️‍🌈 ❤️ 1️⃣ 👍🏽',
  'espace\u00a0insécable',
  '葛\u{e0100}城',
];

test.each(CLEAN)('clean text is not suspicious: %s', (text) => {
  expect(codesOf(`name: '${text}'`)).toEqual([]);
});

const PIECES = fc.constantFrom(
  'a',
  ': ',
  '- ',
  '\n',
  '  ',
  '[',
  ']',
  '{',
  '}',
  ',',
  '&x ',
  '*x',
  '!t ',
  '|',
  '>-',
  "'",
  '"',
  '#',
  ' #',
  '%',
  '@',
  '?',
  '---\n',
  '...\n',
  '\\',
  '\t',
  '\r',
  '\u0000',
  '\ud800',
  '\u202e',
  '1',
  '012',
  '<<',
  '__proto__',
  '\ufeff',
  'é',
);

test('no text makes it throw, and what is refused has a place inside the text', () => {
  fc.assert(
    fc.property(fc.array(PIECES, { maxLength: 60 }), (pieces) => {
      const text = pieces.join('');
      const parsed = parse(text);
      if (parsed.ok) return;
      expect(parsed.diagnostics.length).toBeGreaterThan(0);
      const lines = text.split('\n');
      for (const { range, message } of parsed.diagnostics) {
        expect(message).not.toBe('');
        expect(range.start.line).toBeLessThanOrEqual(lines.length);
        expect(range.start.col).toBeLessThanOrEqual((lines[range.start.line - 1]?.length ?? 0) + 1);
      }
    }),
    { numRuns: 4_000 },
  );
});

test.each([
  ['"a\\0b"', 'a\0b'],
  ['"a\\u200bb"', 'a\u200bb'],
  ['"a\\u202eb"', 'a\u202eb'],
])('what an escape makes is read, with a warning: %s', (written, value) => {
  const parsed = parse(`a: ${written}`);
  expect(parsed).toMatchObject({
    ok: true,
    data: { a: value },
    warnings: [{ code: 'text/escaped-character', range: { start: { line: 1, col: 4 } } }],
  });
});
