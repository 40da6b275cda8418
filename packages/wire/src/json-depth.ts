/**
 * How deep a JSON text nests, told before any parser recurses or anybody walks what it gave.
 * Source: reliability F1 and F5: what nests without end takes down the process that follows it.
 */

/** Chosen: far deeper than any body of the API, far shallower than any stack. */
export const MAX_JSON_DEPTH = 64;

/** Counts brackets outside of strings; the text need not be valid. */
export function isJsonDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charCodeAt(index);
    if (char === QUOTE) {
      index = endOfString(text, index);
      if (index === -1) return false;
    } else if (char === OPEN_BRACE || char === OPEN_BRACKET) {
      depth += 1;
      if (depth > limit) return true;
    } else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) depth -= 1;
  }
  return false;
}

/** Most of a text is in strings, which are passed over as a whole. @returns -1 when it does not end */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let first = end;
    while (first > start + 1 && text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
    if ((end - first) % 2 === 0) return end;
  }
  return -1;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
