/**
 * Reads a comment as a stranger's renderer would: CommonMark with raw HTML, tables, and bare addresses as
 * links, by a parser that shares nothing with the writer.
 */

import markdownIt from 'markdown-it';

export interface ParsedComment {
  readonly html: readonly string[];
  readonly links: number;
  readonly images: number;
  readonly headings: readonly string[];
  readonly rules: number;
  readonly tables: number;
  /** Text outside code, as a reader sees it. */
  readonly text: string;
  /** What code spans and fences hold. */
  readonly code: readonly string[];
}

export function parseComment(markdown: string): ParsedComment {
  const parser = markdownIt({ html: true, linkify: true, breaks: true });
  const top = parser.parse(markdown, {});
  const tokens = top.flatMap((token) => [token, ...(token.children ?? [])]);
  const of = (type: string) => tokens.filter((token) => token.type === type);
  return {
    html: [...of('html_block'), ...of('html_inline')].map(({ content }) => content.trim()),
    links: of('link_open').length,
    images: of('image').length,
    headings: top.flatMap((token, at) => (token.type === 'heading_open' ? [top[at + 1]?.content ?? ''] : [])),
    rules: of('hr').length,
    tables: of('table_open').length,
    text: of('text')
      .map(({ content }) => content)
      .join('\n'),
    code: [...of('code_inline'), ...of('fence'), ...of('code_block')].map(({ content }) => content),
  };
}

/** What GitHub makes of text outside code: people and teams told, issues linked. */
export function mentionsIn(text: string): readonly string[] {
  return text.match(/(?<![\w`])@[A-Za-z0-9][\w/-]*|(?<!\w)#\d+|\bGH-\d+/g) ?? [];
}
