/** The Markdown of a rendered signal message as HTML. */

import { readMarkdown, readSpans, type Block } from '../markdown/read-markdown.ts';
import { html, type Html } from './html.ts';

/** Chosen: a longer message is cut, with a word that says so. */
const MAX_MESSAGE_CHARACTERS = 64 * 1024;

export function renderMarkdown(markdown: string): Html {
  const text = markdown.slice(0, MAX_MESSAGE_CHARACTERS);
  const cut =
    markdown.length > text.length && html`<p class="muted">The message is longer than this page shows.</p>`;
  return html`${readMarkdown(text).map(renderBlock)}${cut}`;
}

function renderBlock(block: Block): Html {
  switch (block.kind) {
    case 'paragraph':
      return html`<p>
        ${block.lines.map((line, index) => [index > 0 && html`<br />`, renderInline(line)])}
      </p>`;
    case 'heading':
      return html`<h4>${renderInline(block.text)}</h4>`;
    case 'code':
      return html`<pre><code>${block.lines.join('\n')}</code></pre>`;
    case 'list': {
      const items = block.items.map((item) => html`<li>${renderInline(item)}</li>`);
      return block.ordered
        ? html`<ol>
            ${items}
          </ol>`
        : html`<ul>
            ${items}
          </ul>`;
    }
  }
}

function renderInline(text: string): readonly Html[] {
  return readSpans(text).map((span) => {
    switch (span.kind) {
      case 'text':
        return html`${span.text}`;
      case 'code':
        return html`<code>${span.text}</code>`;
      case 'strong':
        return html`<strong>${span.text}</strong>`;
      case 'emphasis':
        return html`<em>${span.text}</em>`;
    }
  });
}
