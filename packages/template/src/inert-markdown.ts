/**
 * Text from outside, made inert in Markdown as GitHub reads it: it renders as the very same letters and
 * can be nothing else. Three layers are met: block and inline syntax (CommonMark and GFM), autolinks
 * that are found in already decoded text, and mentions and references that GitHub finds in the
 * rendered page, where an entity alone does not help.
 *
 * What cannot be syntax stays as it is, so that addresses, paths and times remain readable in the source.
 */

import { spellOut } from './spell-out.ts';

/** Zero-width space as an entity: it shows as nothing and breaks `@name`, `#12`, `www.` and `://` apart. */
const BREAK = '&#8203;';
/**
 * What could be syntax. Anywhere: the punctuation of the first class, and an underscore that is not inside a
 * word. At the start of a line: lists, rules, headings, tables, and what could end a list marker that stands
 * before the value. A colon where an address could begin.
 */
const SYNTAX =
  /["#$&'()*<>@[\\\]^`{|}~!]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|^[-+=.:]|(?<=^\d{1,9})\.(?=\s|$)|:(?=\/|$)/g;

/**
 * The text as inert Markdown. Characters that cannot be seen, line ends among them, are spelled out as
 * `\u{…}`. The result is one line and may stand anywhere in a paragraph, a list item or a table cell.
 */
export function inertMarkdown(text: string): string {
  return spellOut(text)
    .replace(SYNTAX, entity)
    .replace(/^ | $/g, '&#32;')
    .replace(/&#64;|&#35;|&#58;|\bgh(?=-\d)|\/(?=\/)|www(?=\.)|w$/gi, `$&${BREAK}`);
}

/**
 * The text as a code span, which GitHub searches for neither mentions nor links: the better choice for
 * ids, queries and events. Unseen characters are spelled out; the fence is longer than any in the text.
 */
export function inertMarkdownCode(text: string): string {
  const shown = spellOut(text);
  if (shown === '') return '` `';
  const longest = Math.max(0, ...Array.from(shown.matchAll(/`+/g), (run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence} ${shown} ${fence}`;
}

function entity(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}
