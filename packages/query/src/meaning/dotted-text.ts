/** Texts that spell IPv4 addresses in the usual way, four decimal numbers. Those with colons: `colon-text.ts`. */

import type { AddressBlock } from '../address.ts';
import { numbered, type Acceptor } from './acceptor.ts';

const DOTTED_CODES: ReadonlySet<number> = codesOf('0123456789.');
const PARTS = 4;

interface State {
  /** Numbers that are complete. */
  readonly parts: number;
  /** The digits of the one that is being written. */
  readonly digits: string;
  /** Blocks that may still hold the address. */
  readonly blocks: readonly AddressBlock[];
}

/** Spellings of the IPv4 addresses that one of the blocks holds. */
export function dottedAddresses(blocks: readonly AddressBlock[]): Acceptor {
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

function codesOf(chars: string): ReadonlySet<number> {
  return new Set([...chars].map((char) => char.charCodeAt(0)));
}
