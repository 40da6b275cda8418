import { describe, expect, test } from 'vitest';
import { inertMarkdown } from '@signalwright/template';
import { renderMarkdown } from '../page/markdown.ts';
import { markdownText } from './markdown-text.ts';

const TEXTS: readonly [what: string, markdown: string, text: string][] = [
  ['paragraphs and lines', 'one\ntwo\n\nthree', 'one\ntwo\n\nthree'],
  ['headings and lists', '## What\n- a\n- b\n  more\n\n1. x\n2. y', 'What\n\n• a\n• b more\n\n1. x\n2. y'],
  ['formatting', 'a **bold** and *slanted* `code` \\*no\\*', 'a bold and slanted code *no*'],
  ['code', '```\n<b>&#42;\n```', '<b>&#42;'],
  ['what opens and never closes', 'a ** b `c', 'a ** b `c'],
  [
    'links and images as they are written',
    '[x](https://a.example) ![y](z)',
    '[x](https://a.example) ![y](z)',
  ],
  ['the markers of the wire', '%%%\ntext\n%%%', 'text'],
  ['references that are no letter', '&#0; &#55296; &#9999999;', '&#0; &#55296; &#9999999;'],
];

test.each(TEXTS)('%s', (_what, markdown, text) => {
  expect(markdownText(markdown)).toBe(text);
});

const VALUES = [
  'Mozilla/5.0 (X11; Linux x86_64) *like* Gecko_1.0',
  "' OR 1=1 -- <script>alert(1)</script>",
  '@everyone #12 www.example.com https://evil.example/a?b=c&d=[e](f)',
  '- 1. > `code` ~~x~~ $x$ {{y}} | z ^ \\',
];

describe('a value of an attacker', () => {
  test.each(VALUES)('%s reads as it was', (value) => {
    expect(markdownText(`By ${inertMarkdown(value)}.`)).toBe(`By ${value}.`);
    expect(markdownText(`**${inertMarkdown(value)}**`)).toBe(value);
  });

  test('on the page too, and is no markup', () => {
    const page = renderMarkdown(`By ${inertMarkdown('x (y) <b>@z</b>')}`).text;
    expect(page).toContain('By x (y) &lt;b&gt;@z&lt;/b&gt;');
    expect(page).not.toContain('&amp;#');
    expect(page).not.toContain('U+200B');
  });
});
