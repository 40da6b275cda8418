/**
 * A place to write one rendering: the author's text passes as it is, values are escaped for the
 * destination and, in HTML and JSON, for the very place in the text where they land.
 */

import { escapeFor, urlComponent, urlComponentInText, type Destination } from './escape.ts';
import { isSafeUrlStart, trackHtml } from './html-place.ts';
import { dataJson, VALUE_MAX_CHARS, valueText } from './value-text.ts';

export interface Sink {
  /** The author's text. */
  readonly text: (text: string) => string;
  /** Plain data from outside. */
  readonly value: (value: unknown) => string;
  /** Plain data from outside, as a URL component. */
  readonly urlencoded: (value: unknown) => string;
  /** What stands for a value once the output is full. */
  readonly omitted: () => string;
}

/** A fresh sink; it remembers where in the text it is, so it serves one rendering. */
export function openSink(destination: Destination): Sink {
  if (destination === 'html') return htmlSink();
  if (destination === 'json') return jsonSink();
  if (destination === 'markdown') return markdownSink();
  const encode = destination === 'slack' ? urlComponentInText : urlComponent;
  return {
    text: (text) => text,
    value: (value) => escapeFor(destination, valueText(value)),
    urlencoded: (value) => encode(valueText(value)),
    omitted: () => escapeFor(destination, '…'),
  };
}

/** The author's text ends where a link's address begins: `[text](` or `[label]: `. */
const MARKDOWN_ADDRESS = /\](?:\(|:)[ \t]*<?$/;

function markdownSink(): Sink {
  let atAddress = false;
  const put = (text: string): string => {
    const refused = atAddress && !isSafeUrlStart(text);
    if (text !== '') atAddress = false;
    return refused ? '' : escapeFor('markdown', text);
  };
  return {
    text: (text) => {
      atAddress = MARKDOWN_ADDRESS.test(text);
      return text;
    },
    value: (value) => put(valueText(value)),
    urlencoded: (value) => {
      atAddress = false;
      return urlComponentInText(valueText(value));
    },
    omitted: () => put('…'),
  };
}

function htmlSink(): Sink {
  const tracker = trackHtml();
  const put = (text: string): string => {
    const place = tracker.place();
    if (place === 'forbidden' || (place === 'attribute-start' && !isSafeUrlStart(text))) return '';
    if (text !== '') tracker.passValue();
    return escapeFor('html', text);
  };
  return {
    text: (text) => {
      tracker.pass(text);
      return text;
    },
    value: (value) => put(valueText(value)),
    urlencoded: (value) => put(urlComponent(valueText(value))),
    omitted: () => put('…'),
  };
}

/** Inside a string a value is text; outside it is a JSON value of its own, so it can never end the structure. */
function jsonSink(): Sink {
  let inString = false;
  return {
    text: (text) => {
      for (const piece of text.matchAll(/\\[\s\S]|"/g)) {
        if (piece[0] === '"') inString = !inString;
      }
      return text;
    },
    value: (value) => (inString ? escapeFor('json', valueText(value)) : jsonValue(value)),
    urlencoded: (value) =>
      inString ? urlComponent(valueText(value)) : JSON.stringify(urlComponent(valueText(value))),
    omitted: () => (inString ? '…' : 'null'),
  };
}

function jsonValue(value: unknown): string {
  const json = dataJson(value, VALUE_MAX_CHARS);
  return json.length > VALUE_MAX_CHARS ? `"${escapeFor('json', valueText(value))}"` : escapeJsonText(json);
}

/** `<`, `>` and `&` only ever stand inside strings, where the escape means the same. */
function escapeJsonText(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
