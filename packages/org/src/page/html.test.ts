import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { escapeHtml, html } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { writeAge } from '@signalwright/model';

import { writeDate } from './when.ts';

type Row = [text: string, escaped: string];

const rows: Row[] = [
  ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  ['" onmouseover="x', '&quot; onmouseover=&quot;x'],
  ["' x='", '&#39; x=&#39;'],
  ['`x`', '&#96;x&#96;'],
  ['a & b', 'a &amp; b'],
  ['&lt;', '&amp;lt;'],
  ['plain text, ünïcode, 日本', 'plain text, ünïcode, 日本'],
  ['two\nlines\tand a tab', 'two\nlines\tand a tab'],
  // What cannot be seen is spelled out.
  ['user\u202Etxt.exe', 'user[U+202E]txt.exe'],
  ['zero\u200Bwidth', 'zero[U+200B]width'],
  ['bell\u0007', 'bell[U+0007]'],
  ['line\u2028separator', 'line[U+2028]separator'],
];

test.each(rows)('%j is written as %j', (text, escaped) => {
  expect(escapeHtml(text)).toBe(escaped);
  expect(html`<p title="${text}">${[text]}</p>`.text).toBe(`<p title="${escaped}">${escaped}</p>`);
});

test('only markup of ours is markup: parts nest, nothing is nothing', () => {
  const items = ['a', 'b'].map((item) => html`<li>${item}</li>`);
  const list = html`<ul>
    ${items}${undefined}${false}${3}
  </ul>`.text;
  // The formatter may break the line above; space between elements means nothing.
  expect(list.replaceAll(/\s+/g, '')).toBe('<ul><li>a</li><li>b</li>3</ul>');
});

describe('messages', () => {
  type MessageRow = [markdown: string, rendered: string];
  const messages: MessageRow[] = [
    ['One.\n\nTwo.', '<p>One.</p><p>Two.</p>'],
    ['1. a\n2. b', '<ol><li>a</li><li>b</li></ol>'],
    ['- a\n  more', '<ul><li>a more</li></ul>'],
    ['# Title', '<h4>Title</h4>'],
    ['`x` **b** *e*', '<p><code>x</code> <strong>b</strong> <em>e</em></p>'],
    ['```\n<b>\n```', '<pre><code>&lt;b&gt;</code></pre>'],
    ['203\\.0\\.113\\.7 \\*x\\*', '<p>203.0.113.7 *x*</p>'],
    ['%%%\nHello\n%%%', '<p>Hello</p>'],
    // Nothing of an attacker becomes a link, an image or an element.
    ['[x](javascript:alert(1))', '<p>[x](javascript:alert(1))</p>'],
    ['![x](https://attacker.example/beacon)', '<p>![x](https://attacker.example/beacon)</p>'],
    ['<img src=x onerror=alert(1)>', '<p>&lt;img src=x onerror=alert(1)&gt;</p>'],
    ['`<b>`', '<p><code>&lt;b&gt;</code></p>'],
    ['**unclosed', '<p>**unclosed</p>'],
  ];

  test.each(messages)('%j is shown as %s', (markdown, rendered) => {
    expect(renderMarkdown(markdown).text.replaceAll(/\s*\n\s*/g, '')).toBe(rendered);
  });

  test('whatever the text, no tag comes out that is not ours, and every tag is closed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[<>"'&*`_#\-\n1. \\[\]()!a]{0,60}$/)), (text) => {
        const tags = [...renderMarkdown(text).text.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
        for (const tag of tags) {
          expect(tag).toMatch(/^<(\/?(p|ol|ul|li|h4|pre|code|strong|em)|br \/|p class="muted")>$/);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a hostile message of 64 kB is rendered in a moment', () => {
    for (const unit of ['*', '`', '**a', '\\', '- ', '[', '*a ', '`a``']) {
      // Time on the processor: a busy machine does not count.
      const before = process.cpuUsage();
      renderMarkdown(unit.repeat(64_000 / unit.length));
      expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
    }
  });
});

test.each([
  [0, 'just now'],
  [59_999, '59 s ago'],
  [60_000, '1 min ago'],
  [3 * 3_600_000, '3 h ago'],
  [40 * 86_400_000, '40 d ago'],
  [-120_000, 'in 2 min'],
])('%d ms is %s', (ageMs, words) => {
  expect(writeAge(1e12, 1e12 + ageMs)).toBe(words);
});

test('a time that is no date is shown as it is', () => {
  expect(writeDate(8.7e15)).toBe('8700000000000000');
  expect(writeDate(0)).toBe('1970-01-01 00:00:00 UTC');
});
