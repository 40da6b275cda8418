/**
 * The few pieces of GitHub Markdown that a comment is made of. Data gets into a page here and nowhere else:
 * as a code span or inside a fence, where GitHub looks for neither mentions nor links, or as escaped text, and
 * without the secrets whose form is known.
 */

import { inertMarkdown, inertMarkdownCode, spellOut } from '@signalwright/template';
import { cutDatum, type Phrase } from '../phrase.ts';

/** Longer data is cut: one clause of a query fits, a flood does not. */
const MAX_DATUM_CHARS = 400;
const MAX_LINE_CHARS = 400;

/** Our words as they are, data as code. */
export function markdown(phrase: Phrase): string {
  return phrase.map((part) => (typeof part === 'string' ? part : code(part.data))).join('');
}

/** A code span without padding where none is needed: ids and places read better. */
export function code(text: string): string {
  const shown = cut(text, MAX_DATUM_CHARS);
  if (/^[^\s`][^`]*$/.test(shown) && !/\s$/.test(shown)) {
    const spelled = spellOut(shown);
    // The escaping room decides; this only takes its padding away, which a reader of the source stumbles over.
    return spelled === shown ? `\`${shown}\`` : inertMarkdownCode(shown);
  }
  return inertMarkdownCode(shown);
}

/** Data as running text, a message of several words. */
export function prose(text: string): string {
  return inertMarkdown(cut(text, MAX_DATUM_CHARS));
}

/** A fenced block. Lines may hold data; each stays one line, and none can end the block. */
export function fence(language: 'diff' | 'text', lines: readonly string[]): string {
  const shown = lines.map((line) => cut(spellOut(line), MAX_LINE_CHARS));
  const longest = Math.max(
    2,
    ...shown.flatMap((line) => Array.from(line.matchAll(/`+/g), ([run]) => run.length)),
  );
  const ticks = '`'.repeat(longest + 1);
  return [`${ticks}${language}`, ...shown, ticks].join('\n');
}

/** @param summary words and numbers of ours: GitHub reads it as HTML */
export function openDetails(summary: string): string {
  return `<details><summary>${summary}</summary>`;
}

export const CLOSE_DETAILS = '</details>';

function cut(datum: string, most: number): string {
  return cutDatum(datum, most, '…');
}
