/**
 * The Markdown of a rendered signal message: paragraphs, lists, headings, code, bold and emphasis. Links, images and
 * HTML are shown as they are written: their addresses may come from an attacker.
 */

import { html, type Html } from './html.ts';

/** Chosen: a longer message is cut, with a word that says so. */
const MAX_MESSAGE_CHARACTERS = 64 * 1024;

type Block =
  | { readonly kind: 'paragraph'; readonly lines: string[] }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: string[] }
  | { readonly kind: 'code'; readonly lines: string[] };

export function renderMarkdown(markdown: string): Html {
  const text = markdown.slice(0, MAX_MESSAGE_CHARACTERS);
  const blocks = readBlocks(withoutWireMarkers(text).split(/\r?\n/));
  const cut =
    markdown.length > text.length && html`<p class="muted">The message is longer than this page shows.</p>`;
  return html`${blocks.map(renderBlock)}${cut}`;
}

/** On the wire a message stands between `%%%` lines. Source: recorded signals. */
function withoutWireMarkers(text: string): string {
  return text.replace(/^%%%\s*\n/, '').replace(/\n%%%\s*$/, '');
}

function readBlocks(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let fence: string[] | undefined;
  for (const line of lines) {
    if (line.trimStart().startsWith('```')) {
      if (fence === undefined) blocks.push({ kind: 'code', lines: (fence = []) });
      else fence = undefined;
    } else if (fence !== undefined) fence.push(line);
    else addLine(blocks, line);
  }
  return blocks.filter((block) => block.kind !== 'paragraph' || block.lines.length > 0);
}

function addLine(blocks: Block[], line: string): void {
  const last = blocks.at(-1);
  const heading = /^#{1,6}\s+(.*)$/.exec(line);
  const item = /^\s*(?:(\d{1,9})[.)]|[-*+])\s+(.*)$/.exec(line);
  if (line.trim() === '') blocks.push({ kind: 'paragraph', lines: [] });
  else if (heading !== null) blocks.push({ kind: 'heading', text: heading[1] ?? '' });
  else if (item !== null) addItem(blocks, item[1] !== undefined, item[2] ?? '');
  else if (last?.kind === 'list' && /^\s+/.test(line))
    last.items.push(`${last.items.pop() ?? ''} ${line.trim()}`);
  else if (last?.kind === 'paragraph') last.lines.push(line);
  else blocks.push({ kind: 'paragraph', lines: [line] });
}

function addItem(blocks: Block[], ordered: boolean, text: string): void {
  const last = blocks.at(-1);
  if (last?.kind === 'list' && last.ordered === ordered) last.items.push(text);
  else blocks.push({ kind: 'list', ordered, items: [text] });
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

/** One pass from the left; what opens and never closes stays as written. */
function renderInline(text: string): readonly Html[] {
  const token =
    /\\([!-/:-@[-`{-~])|`([^`]+)`|\*\*((?:[^*\\]|\\.)+)\*\*|\*((?:[^*\\\s]|\\.)(?:[^*\\]|\\.)*)\*/g;
  const parts: Html[] = [];
  let from = 0;
  for (const match of text.matchAll(token)) {
    parts.push(html`${text.slice(from, match.index)}`);
    const [whole, escaped, code, bold, emphasis] = match;
    if (escaped !== undefined) parts.push(html`${escaped}`);
    else if (code !== undefined) parts.push(html`<code>${code}</code>`);
    else if (bold !== undefined) parts.push(html`<strong>${withoutEscapes(bold)}</strong>`);
    else if (emphasis !== undefined) parts.push(html`<em>${withoutEscapes(emphasis)}</em>`);
    from = match.index + whole.length;
  }
  parts.push(html`${text.slice(from)}`);
  return parts;
}

function withoutEscapes(text: string): string {
  return text.replace(/\\([!-/:-@[-`{-~])/g, '$1');
}
