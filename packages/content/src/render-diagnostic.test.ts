import { expect, test } from 'vitest';
import { diagnostic } from './diagnostic.ts';
import { renderDiagnostic } from './render-diagnostic.ts';
import { sourceText } from './source-text.ts';

function render(text: string, marked: string, width = 100, color = false): string {
  const source = sourceText('views/x.yaml', text);
  const start = text.indexOf(marked);
  const range = source.rangeAt(start, start + marked.length);
  return renderDiagnostic(
    diagnostic('schema/not-allowed', range, 'It is wrong.', { hint: 'Mend it.' }),
    text,
    {
      color,
      width,
    },
  );
}

test('place, severity, code and message, then the line with carets, then the hint', () => {
  expect(render('kind: saved-view\nsort: newest\n', 'newest')).toBe(
    [
      'views/x.yaml:2:7 error schema/not-allowed It is wrong.',
      '  2 | sort: newest',
      '    |       ^^^^^^',
      '  = hint: Mend it.',
    ].join('\n'),
  );
});

const LINES: readonly [name: string, text: string, marked: string, shown: readonly string[]][] = [
  ['a tab takes four columns', '\tab: x', 'x', ['  1 |     ab: x', '    |         ^']],
  ['wide characters take two', '検: x', 'x', ['  1 | 検: x', '    |     ^']],
  ['so do those beyond the basic plane', '𠀀: x', 'x', ['  1 | 𠀀: x', '    |     ^']],
  ['emoji take two', '😀: x', 'x', ['  1 | 😀: x', '    |     ^']],
  ['accents on their own take none', 'e\u0301: x', 'x', ['  1 | e\u0301: x', '    |    ^']],
  ['of several lines the first is shown', 'ab: [x,\n y]', '[x,\n y]', ['  1 | ab: [x,', '    |     ^^^']],
  ['CRLF is not shown', 'ab: x\r\nc: 1', 'x', ['  1 | ab: x', '    |     ^']],
  [
    'what a terminal would obey is spelled out',
    'a: \u001b[31mred\u202e',
    'red',
    ['  1 | a: <U+001B>[31mred<U+202E>', '    |                ^^^'],
  ],
];

test.each(LINES)('%s', (_name, text, marked, shown) => {
  expect(render(text, marked).split('\n').slice(1, 3)).toEqual(shown);
});

test('a long line is cut around what is marked', () => {
  const text = `${'a'.repeat(200)}HERE${'b'.repeat(200)}`;
  const [, line = '', carets = ''] = render(text, 'HERE', 60).split('\n');
  expect(line.length).toBeLessThanOrEqual(60);
  expect(line.slice(carets.indexOf('^'), carets.indexOf('^') + 4)).toBe('HERE');
  expect(line.startsWith('  1 | …') && line.endsWith('…')).toBe(true);
});

test.each([0, 1, 2, 3])('a long line of pictures and tabs is cut between characters (%i)', (shift) => {
  const text = `${'a'.repeat(shift)}${'😀\t𠀀é'.repeat(40)}HERE${'🛡😀'.repeat(80)}`;
  for (const width of [60, 61, 62, 63]) {
    const [, line = '', carets = ''] = render(text, 'HERE', width).split('\n');
    expect(line).not.toContain('<U+D');
    let column = 0;
    let above = '';
    for (const character of line) {
      if (carets[column] === '^') above += character;
      column += character === '😀' || character === '𠀀' ? 2 : 1;
    }
    expect(above).toBe('HERE');
  }
});

test('a mark that is longer than the line is cut as well', () => {
  for (const line of render(`a: ${'x'.repeat(300)}`, 'x'.repeat(300), 60)
    .split('\n')
    .slice(1, 3)) {
    expect(line.length).toBeLessThanOrEqual(60);
  }
});

test('an empty place behind the text gets one caret', () => {
  const source = sourceText('x.yaml', 'a: b');
  const text = renderDiagnostic(diagnostic('yaml/syntax', source.rangeAt(4, 4), 'Ends.'), 'a: b', {
    color: false,
    width: 80,
  });
  expect(text.split('\n').slice(1)).toEqual(['  1 | a: b', '    |     ^']);
});

test('without the source there is no excerpt', () => {
  const source = sourceText('x.yaml', 'a: b');
  const text = renderDiagnostic(diagnostic('file/unreadable', source.rangeAt(0, 0), 'No.'), undefined, {
    color: false,
    width: 80,
  });
  expect(text).toBe('x.yaml:1:1 error file/unreadable No.');
});

test('places elsewhere are named, in the same file with their line', () => {
  const source = sourceText('x.yaml', 'a: 1\nb: 2\n');
  const other = { message: 'First.', range: source.rangeAt(0, 1) };
  const text = renderDiagnostic(
    diagnostic('yaml/duplicate-key', source.rangeAt(5, 6), 'Twice.', { related: [other] }),
    source.text,
    { color: false, width: 80 },
  );
  expect(text.split('\n').slice(3)).toEqual(['  = x.yaml:1:1: First.', '  1 | a: 1', '    | ^']);
});

test('colour is only there when asked for', () => {
  expect(render('sort: newest', 'newest')).not.toContain('\u001b');
  expect(render('sort: newest', 'newest', 100, true)).toContain('\u001b[31merror\u001b[39m');
});

test('the name of a file is spelled out like its text', () => {
  const source = sourceText('rules/\u001b[2J\u202e.yaml', 'a: b');
  const range = source.rangeAt(0, 0);
  const twice = diagnostic('yaml/duplicate-key', range, 'Twice.', {
    related: [{ message: 'First.', range }],
  });
  const text = renderDiagnostic(twice, undefined, { color: false, width: 80 });
  expect(text).toContain('rules/<U+001B>[2J<U+202E>.yaml:1:1 error');
  expect(text).not.toMatch(/[\u001b\u202e]/);
});

/** Put together here, so that no scanner takes this file for a leak. */
const KEY = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');

test('a secret on the line is masked, whatever the finding is about, and carets stay in place', () => {
  expect(render(`a: x ${KEY} y HERE`, 'HERE').split('\n').slice(1, 3)).toEqual([
    `  1 | a: x ${'*'.repeat(20)} y HERE`,
    `    | ${' '.repeat(28)}^^^^`,
  ]);
});

test('a secret that is written in escapes is masked where it is marked', () => {
  const written = KEY.replace('I', '\\x49');
  const source = sourceText('views/x.yaml', `a: "${written}"`);
  const found = diagnostic('lint/secret-in-clear', source.rangeAt(4, 4 + written.length), 'A key.');
  const text = renderDiagnostic(found, source.text, { color: false, width: 80 });
  expect(text.split('\n').slice(1, 3)).toEqual([
    `  1 | a: "${'*'.repeat(written.length)}"`,
    `    |     ${'^'.repeat(written.length)}`,
  ]);
});

test('a line of a private key is masked, though its first line alone says what it is', () => {
  const lines = [['-----BEGIN ', 'PRIVATE KEY-----'].join(''), 'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo'];
  const text = `a: |\n${lines.map((line) => `  ${line}\n`).join('')}  x: HERE\n`;
  const source = sourceText('views/x.yaml', text);
  const at = text.indexOf('QUJD');
  const rendered = renderDiagnostic(
    diagnostic('yaml/syntax', source.rangeAt(at, at + 4), 'It is wrong.'),
    text,
    {
      color: false,
      width: 80,
    },
  );
  expect(rendered).not.toContain('QUJD');
  expect(rendered).toContain(`3 |   ${'*'.repeat(35)}`);
});

test('far along a line of a megabyte a secret is masked too', () => {
  const text = `${'x'.repeat(500_000)} ${KEY} HERE ${'y'.repeat(500_000)}`;
  const [, line = '', carets = ''] = render(text, 'HERE').split('\n');
  expect(line).toContain(`${'*'.repeat(20)} HERE`);
  expect(line.slice(carets.indexOf('^'), carets.indexOf('^') + 4)).toBe('HERE');
});
