/** What to do with text that belongs to no token: say so once, and find where reading can go on. */

import { excerpt, fail, isSpace, isTypographicQuote, peek, type Cursor } from './cursor.ts';

/** Whether what follows is glued to the value before it: `@a:b:c`, `@a:b"c"`, `@a:b(c)`. */
export function refuseGlued(cursor: Cursor, valueStart: number, end: number): boolean {
  const char = peek(cursor);
  const glued =
    char === ':' || char === '"' || char === '[' || char === '{' || char === '(' || isTypographicQuote(char);
  const closer = char === ']' || char === '}';
  if (!glued && !closer) return false;
  const junkEnd = skipJunk(cursor);
  const raw = cursor.text.slice(valueStart, junkEnd);
  fail(
    cursor,
    'unescaped-character',
    { start: end, end: end + 1 },
    `"${char}" cannot stand inside a value.`,
    `Quote the value: "${excerpt(raw.replaceAll('\\', '').replaceAll('"', '\\"'))}", or write \\${char} for the character.`,
  );
  return true;
}

/** After a closing quote or bracket comes a space, a parenthesis, an operator or the end. */
export function refuseAttached(cursor: Cursor, end: number): boolean {
  const next = peek(cursor);
  if (next === '' || next === ')' || next === '(' || isSpace(next.charCodeAt(0))) return false;
  if (cursor.text.startsWith('&&', end) || cursor.text.startsWith('||', end)) return false;
  skipJunk(cursor);
  const wildcard = next === '*' || next === '?';
  const hint = wildcard
    ? 'Wildcards do not join with quotes: escape the value instead.'
    : 'Put a space here.';
  fail(cursor, 'text-after-value', { start: end, end: end + 1 }, 'Text follows the end of the value.', hint);
  return true;
}

/** Moves past what is left of a broken clause: to the next space, or past the parentheses it opened. */
export function skipJunk(cursor: Cursor): number {
  const { text } = cursor;
  while (cursor.at < text.length && !isSpace(text.charCodeAt(cursor.at)) && text.charAt(cursor.at) !== ')') {
    const char = text.charAt(cursor.at);
    const partner = char === '(' ? findPartner(text, cursor.at) : undefined;
    cursor.at = Math.min(partner ?? cursor.at + (char === '\\' ? 2 : 1), text.length);
  }
  return cursor.at;
}

/** Just after the parenthesis that closes the one at `from`; undefined where none does. */
function findPartner(text: string, from: number): number | undefined {
  let open = 0;
  for (let at = from; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\') at += 1;
    else if (char === '(') open += 1;
    else if (char === ')' && --open === 0) return at + 1;
  }
  return undefined;
}
