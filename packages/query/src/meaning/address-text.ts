/**
 * Texts that spell addresses. The usual spelling of IPv4, four decimal numbers, is recognised exactly; the
 * many spellings with colons (IPv6, and IPv4 written inside it) by a form that all of them have.
 */

import type { AddressBlock } from '../address.ts';
import { numbered, type Acceptor } from './acceptor.ts';

const DOTTED_CODES: ReadonlySet<number> = codesOf('0123456789.');
const COLON_CODES: ReadonlySet<number> = codesOf('0123456789abcdefABCDEF.:');
const PARTS = 4;
const COLON = 58;
const LEAST_COLONS = 2;
const EVERY_ADDRESS: AddressBlock = { bits: 32, prefix: 0, network: 0n };

interface State {
  /** Numbers that are complete. */
  readonly parts: number;
  /** The digits of the one that is being written. */
  readonly digits: string;
  /** Blocks that may still hold the address. */
  readonly blocks: readonly AddressBlock[];
}

/** Dotted spellings of the IPv4 addresses that one of the blocks holds. */
export function dottedAddresses(blocks: readonly AddressBlock[] = [EVERY_ADDRESS]): Acceptor {
  const places = new Map(blocks.map((block, at) => [block, at]));
  return numbered<State>({
    start: startState(blocks.filter(({ bits }) => bits === 32)),
    next: (state, code) => {
      const char = String.fromCodePoint(code);
      if (char === '.') return state.parts === PARTS - 1 ? undefined : closePart(state);
      if (char < '0' || char > '9' || state.digits === '0') return undefined;
      const digits = state.digits + char;
      return Number(digits) > 255 ? undefined : { ...state, digits };
    },
    accepts: (state) => state.parts === PARTS - 1 && closePart(state) !== undefined,
    key: ({ parts, digits, blocks: left }) =>
      `${parts} ${digits} ${left.map((block) => places.get(block)).join()}`,
    named: DOTTED_CODES,
  });
}

function startState(blocks: readonly AddressBlock[]): State | undefined {
  return blocks.length === 0 ? undefined : { parts: 0, digits: '', blocks };
}

function closePart({ parts, digits, blocks }: State): State | undefined {
  if (digits === '') return undefined;
  const shift = BigInt(8 * (PARTS - 1 - parts));
  const left = blocks.filter(({ prefix, network }) => {
    const known = Math.min(8, Math.max(0, prefix - 8 * parts));
    const its = Number((network >> shift) & 255n);
    return Number(digits) >> (8 - known) === its >> (8 - known);
  });
  return left.length === 0 ? undefined : { parts: parts + 1, digits: '', blocks: left };
}

/** Every text with colons that could spell an address, and more. */
export const COLON_FORMS: Acceptor = numbered<number>({
  start: 0,
  next: (colons, code) => {
    if (!COLON_CODES.has(code)) return undefined;
    return code === COLON ? Math.min(colons + 1, LEAST_COLONS) : colons;
  },
  accepts: (colons) => colons === LEAST_COLONS,
  key: String,
  named: COLON_CODES,
});

function codesOf(chars: string): ReadonlySet<number> {
  return new Set([...chars].map((char) => char.charCodeAt(0)));
}
