/**
 * Escaping by destination: where a value goes decides how it is written, never the template's author.
 */

import { unreachable } from '@signalwright/model';

import { inertMarkdown } from './inert-markdown.ts';
import { spellOut } from './spell-out.ts';

/** Where rendered text goes. */
export const DESTINATIONS = ['plain', 'markdown', 'html', 'slack', 'json', 'url'] as const;
export type Destination = (typeof DESTINATIONS)[number];

/**
 * One value, written so that it is inert at its destination.
 *
 * - plain: one line, unseen characters spelled out
 * - markdown: see `inertMarkdown`
 * - html: text, or the inside of a quoted attribute that holds no URL, style or script
 * - slack: mrkdwn: no control sequences, mentions, links or formatting
 * - json: the inside of a JSON string (without its quotes)
 * - url: one component, strictly percent-encoded
 */
export function escapeFor(destination: Destination, text: string): string {
  switch (destination) {
    case 'plain':
      return spellOut(text);
    case 'markdown':
      return inertMarkdown(text);
    case 'html':
      return inertHtml(text);
    case 'slack':
      return inertSlack(text);
    case 'json':
      return jsonInside(text);
    case 'url':
      return urlComponent(text);
    default:
      return unreachable(destination);
  }
}

const HTML_SPECIAL = /[&<>"'`=]/g;

/** Line feeds and tabs stay: HTML reads them as spaces. */
function inertHtml(text: string): string {
  const lines = text.split(/\r\n?|\n/).map((line) => line.split('\t').map(spellOut).join('\t'));
  return lines.join('\n').replace(HTML_SPECIAL, (character) => `&#${character.charCodeAt(0)};`);
}

/** A zero-width space: it shows as nothing and keeps Slack from reading what stands around it as one thing. */
const SLACK_BREAK = '\u200b';
const SLACK_ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function inertSlack(text: string): string {
  return spellOut(text)
    .replace(/@(?=\S)|:(?=\/)|\bwww(?=\.)/gi, `$&${SLACK_BREAK}`)
    .replace(/(?<![A-Za-z0-9])[*_~`]|[*_~`](?![A-Za-z0-9])/g, `${SLACK_BREAK}$&${SLACK_BREAK}`)
    .replace(/^>/, `${SLACK_BREAK}>`)
    .replace(/[&<>]/g, (character) => SLACK_ENTITIES[character] ?? '');
}

/** `<`, `>` and `&` are written as escapes too, so that the JSON may stand in a page. */
function jsonInside(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[<>&\u007f-\u009f\u2028\u2029]/g, unicodeEscape);
}

/** RFC 3986 unreserved characters stay, everything else is percent-encoded; stray surrogates become U+FFFD. */
export function urlComponent(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd')).replace(/[!'()*]/g, percent);
}

/** Like `urlComponent`, and `_ ~ .` encoded too, so that Markdown and Slack find nothing in it. */
export function urlComponentInText(text: string): string {
  return urlComponent(text).replace(/[_~.]/g, percent);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
