/** A page of our own docs in a terminal: headings, code and lists stay apart, the signs of Markdown go. */

import type { Colours } from './reporter.ts';

export function renderMarkdown(text: string, { bold, cyan, dim }: Colours): string {
  let isCode = false;
  const lines = text
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const fence = /^```\S*(?: (good|bad) \S+)?/.exec(line);
      if (fence !== null) {
        isCode = !isCode;
        return [];
      }
      if (isCode) return `    ${cyan(line)}`;
      if (line.startsWith('<!--')) return [];
      const heading = /^#+ (.*)$/.exec(line)?.[1];
      if (heading !== undefined) return bold(heading);
      return line
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replaceAll(/`` ([^`]*`[^`]*) ``/g, (_, code: string) => cyan(code))
        .replaceAll(/`([^`]+)`/g, (_, code: string) => cyan(code))
        .replace(/^(\s*)- /, (_, blanks: string) => `${blanks}${dim('•')} `);
    });
  return lines.join('\n');
}
