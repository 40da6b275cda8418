/** A rendered message as plain text, for receivers that would read Markdown in their own way or not at all. */

import { readMarkdown, readSpans, type Block } from './read-markdown.ts';

/** Paragraphs are parted by an empty line. What it says is data: the receiver must take it as text. */
export function markdownText(markdown: string): string {
  return readMarkdown(markdown).map(blockText).join('\n\n');
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return block.lines.map(lineText).join('\n');
    case 'heading':
      return lineText(block.text);
    case 'code':
      return block.lines.join('\n');
    case 'list':
      return block.items
        .map((item, index) => `${block.ordered ? `${index + 1}.` : '•'} ${lineText(item)}`)
        .join('\n');
  }
}

function lineText(text: string): string {
  return readSpans(text)
    .map((span) => span.text)
    .join('');
}
