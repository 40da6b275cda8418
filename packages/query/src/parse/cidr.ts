/** `CIDR(@network.client.ip, 13.0.0.0/8, 15.0.0.0/8)`: an attribute, then one block or more. */

import type { Field, Query, Span } from '../ast.ts';
import { parseAddress, parseBlock, printAddress } from '../address.ts';
import { leaf } from '../build.ts';
import { countTerm, excerpt, fail, isSpace, warn, type Cursor } from './cursor.ts';
import { readKey } from './key.ts';
import { scanWord } from './scan.ts';

export const CIDR_CALL = 'CIDR(';

const FORM = 'Write CIDR(@network.client.ip, 203.0.113.0/24).';

/** Reads a call whose `CIDR(` stands at the cursor. Undefined, with errors, when it is malformed. */
export function readCidr(cursor: Cursor): Query | undefined {
  const start = cursor.at;
  cursor.at += CIDR_CALL.length;
  const pieces = readArguments(cursor);
  if (pieces === undefined) {
    fail(
      cursor,
      'unbalanced-parenthesis',
      { start: start + 4, end: start + 5 },
      'This CIDR( is never closed.',
      FORM,
    );
    cursor.at = cursor.text.length;
    return undefined;
  }
  const span = { start, end: cursor.at };
  const [first, ...rest] = pieces;
  if (first === undefined || rest.length === 0) {
    fail(cursor, 'invalid-cidr-call', span, 'CIDR(...) takes an attribute and at least one block.', FORM);
    return undefined;
  }
  const field = readCidrField(cursor, first);
  const blocks = rest.map((piece) => readBlock(cursor, piece));
  if (field === undefined || blocks.includes(undefined)) return undefined;
  const written = blocks.filter((block) => block !== undefined);
  return leaf(field, { kind: 'cidr', blocks: written, ...span }, span);
}

/** The places between commas, blanks trimmed; undefined when no parenthesis closes the call. */
function readArguments(cursor: Cursor): readonly Span[] | undefined {
  const { text } = cursor;
  const pieces: Span[] = [];
  let from = cursor.at;
  for (let at = cursor.at; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\') at += 1;
    else if (char === ',' || char === ')') {
      pieces.push(trim(text, from, at));
      from = at + 1;
    }
    if (char !== ')') continue;
    cursor.at = at + 1;
    return pieces;
  }
  return undefined;
}

function readCidrField(cursor: Cursor, piece: Span): Field | undefined {
  const inner: Cursor = { ...cursor, at: piece.start, text: cursor.text.slice(0, piece.end) };
  const word = scanWord(inner);
  const key = word.raw !== '' && word.end === piece.end ? readKey(cursor, word) : undefined;
  if (typeof key === 'object' && (key.kind === 'attribute' || key.kind === 'reserved' || key.kind === 'tag'))
    return key;
  fail(
    cursor,
    'invalid-cidr-call',
    piece.end > piece.start ? piece : widen(piece),
    'The first argument of CIDR(...) is an attribute.',
    FORM,
  );
  return undefined;
}

function readBlock(cursor: Cursor, piece: Span): string | undefined {
  countTerm(cursor, piece);
  const text = cursor.text.slice(piece.start, piece.end);
  const block = parseBlock(text);
  if (block === undefined) {
    const single = parseAddress(text);
    const hint =
      single === undefined
        ? 'Write an IPv4 or IPv6 block such as 203.0.113.0/24.'
        : `For one address write ${excerpt(text)}/${single.bits}.`;
    fail(
      cursor,
      'invalid-cidr',
      piece.end > piece.start ? piece : widen(piece),
      `"${excerpt(text)}" is not a CIDR block.`,
      hint,
    );
    return undefined;
  }
  if (!block.exact) {
    const network = `${printAddress({ bits: block.bits, value: block.network })}/${block.prefix}`;
    warn(
      cursor,
      'cidr-host-bits',
      piece,
      `"${excerpt(text)}" has bits set outside its prefix.`,
      `It covers ${network}.`,
    );
  }
  return text;
}

/** An empty argument still gets a place: the character before it. */
function widen(piece: Span): Span {
  return { start: piece.start - 1, end: piece.end };
}

function trim(text: string, from: number, to: number): Span {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1)) && text.charAt(end - 2) !== '\\') end -= 1;
  return { start, end };
}

/** Whether a call starts at the cursor, no blank before its parenthesis. */
export function isCidrCall(cursor: Cursor): boolean {
  return cursor.text.startsWith(CIDR_CALL, cursor.at);
}
