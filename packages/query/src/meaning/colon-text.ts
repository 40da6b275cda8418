/**
 * Texts that spell addresses with colons: IPv6, and IPv4 mapped into it. What `::` stands for is known only
 * when the text ends, so each length it may have is followed, with the blocks that may still hold the address.
 */

import type { AddressBlock } from '../address.ts';
import { numbered, type Acceptor } from './acceptor.ts';

const GROUPS = 8;
const GROUP_DIGITS = 4;
/** A dotted end stands in the place of the last two groups. */
const DOTTED_PLACE = 6;
const DOTTED_NUMBERS = 4;
const COLON_CODES: ReadonlySet<number> = new Set(
  [...'0123456789abcdefABCDEF.:'].map((char) => char.charCodeAt(0)),
);
/** What lies in here is an IPv4 address. */
const MAPPED: AddressBlock = { bits: 128, prefix: 96, network: 0xffffn << 32n };

interface State {
  readonly last: 'start' | 'first-colon' | 'colon' | 'gap' | 'digits' | 'dotted';
  /** Complete groups. */
  readonly count: number;
  /** `::` was met, which stands for at least one group. */
  readonly hasGap: boolean;
  /** The group that is being written; zeros where its value does not matter. */
  readonly group: string;
  /** The same as the first number of a dotted end, where it may be; later the number that is being written. */
  readonly number: string | undefined;
  /** Complete numbers of the dotted end. */
  readonly numbers: number;
  readonly fits: readonly Fit[];
}

/** A block that may still hold the address, if `::` stands for so many groups. */
interface Fit {
  readonly range: Range;
  readonly gap: number;
}

/** A block by its 128 bits. */
interface Range {
  readonly at: number;
  readonly kind: 'IPv4' | 'IPv6' | 'mapped';
  readonly prefix: number;
  readonly network: bigint;
}

export function colonAddresses(blocks: readonly AddressBlock[]): Acceptor {
  const fits = [...blocks, MAPPED].map((block, at): Fit => ({ range: rangeOf(block, at), gap: 0 }));
  return numbered<State>({
    start: alive({
      last: 'start',
      count: 0,
      hasGap: false,
      group: '',
      number: undefined,
      numbers: 0,
      fits,
    }),
    next,
    accepts: (state) => {
      const left = endOf(state);
      const kind = left.some(({ range }) => range.kind === 'mapped') ? 'IPv4' : 'IPv6';
      return left.some(({ range }) => range.kind === kind);
    },
    key: ({ last, count, hasGap, group, number, numbers, fits: left }) =>
      `${last} ${count} ${hasGap} ${group} ${number} ${numbers} ${left.map(({ range, gap }) => `${range.at}/${gap}`).join()}`,
    named: COLON_CODES,
  });
}

function rangeOf(block: AddressBlock, at: number): Range {
  if (block === MAPPED) return { at, kind: 'mapped', ...MAPPED };
  if (block.bits === 128) return { at, kind: 'IPv6', prefix: block.prefix, network: block.network };
  const network = MAPPED.network | block.network;
  return { at, kind: 'IPv4', prefix: MAPPED.prefix + block.prefix, network };
}

/** Undefined where no block is left. */
function alive(state: State): State | undefined {
  return state.fits.some(({ range }) => range.kind !== 'mapped') ? state : undefined;
}

function next(state: State, code: number): State | undefined {
  if (!COLON_CODES.has(code)) return undefined;
  const char = String.fromCodePoint(code).toLowerCase();
  if (char === ':') return afterColon(state);
  if (char === '.') return afterDot(state);
  if (state.last === 'dotted') return inNumber(state, char);
  const { last, hasGap, count, group } = state;
  if (last === 'first-colon' || group.length === GROUP_DIGITS || count === GROUPS) return undefined;
  const grown = group + char;
  // A dotted end needs a colon before it.
  const isNumber = (group === '' || state.number !== undefined) && (hasGap || count > 0);
  const number = isNumber ? numberWith(state.number ?? '', char) : undefined;
  const isHex = ({ range, gap }: Fit): boolean => mayHold(range, count + gap, grown);
  const isDotted = ({ range, gap }: Fit): boolean =>
    number !== undefined && count + gap === DOTTED_PLACE && mayBeNumber(range, 0, number);
  const fits = state.fits.filter((fit) => isHex(fit) || isDotted(fit));
  const matters = fits.some(({ range, gap }) => range.prefix > (count + gap) * 16);
  return alive({
    ...state,
    last: 'digits',
    group: matters ? grown : '0'.repeat(grown.length),
    number: fits.some(isDotted) ? shortened(number ?? '', 0, fits) : undefined,
    fits,
  });
}

function afterColon(state: State): State | undefined {
  const { last, hasGap, count, group } = state;
  if (last === 'start') return { ...state, last: 'first-colon' };
  if (last === 'digits') {
    const fits = withGroup(state, Number.parseInt(group, 16));
    return alive({ ...state, last: 'colon', count: count + 1, group: '', number: undefined, fits });
  }
  if (hasGap || (last !== 'first-colon' && last !== 'colon')) return undefined;
  const fits = state.fits.flatMap((fit) => gapsOf(fit, count));
  return alive({ ...state, last: 'gap', hasGap: true, fits });
}

/** The same block for each number of zero groups that it allows here. */
function gapsOf({ range }: Fit, count: number): readonly Fit[] {
  const fits: Fit[] = [];
  for (let gap = 1; count + gap <= GROUPS && holds(range, count + gap - 1, 0); gap += 1) {
    fits.push({ range, gap });
  }
  return fits;
}

function withGroup({ fits, count }: State, value: number): readonly Fit[] {
  return fits.filter(({ range, gap }) => holds(range, count + gap, value));
}

/** The number before the dot is complete; the first one makes the group a dotted end. */
function afterDot(state: State): State | undefined {
  const { last, number, numbers, count } = state;
  if (number === undefined || number === '' || numbers === DOTTED_NUMBERS - 1) return undefined;
  const inPlace =
    last === 'dotted' ? state.fits : state.fits.filter(({ gap }) => count + gap === DOTTED_PLACE);
  const fits = inPlace.filter(({ range }) => isNumber(range, numbers, number));
  return alive({ ...state, last: 'dotted', group: '', number: '', numbers: numbers + 1, fits });
}

function inNumber(state: State, char: string): State | undefined {
  const number = numberWith(state.number ?? '', char);
  if (number === undefined) return undefined;
  const fits = state.fits.filter(({ range }) => mayBeNumber(range, state.numbers, number));
  return alive({ ...state, number: shortened(number, state.numbers, fits), fits });
}

/** Fits that hold the whole address, at the end of the text. */
function endOf(state: State): readonly Fit[] {
  const { last, count, number, numbers, group } = state;
  switch (last) {
    case 'gap':
      return state.fits.filter(({ gap }) => count + gap === GROUPS);
    case 'digits':
      return withGroup(state, Number.parseInt(group, 16)).filter(({ gap }) => count + 1 + gap === GROUPS);
    case 'dotted': {
      if (number === undefined || number === '' || numbers !== DOTTED_NUMBERS - 1) return [];
      return state.fits.filter(({ range }) => isNumber(range, numbers, number));
    }
    default:
      return [];
  }
}

/** Whether the group at a place (from 0) agrees with the prefix as far as that reaches. */
function holds(range: Range, place: number, value: number): boolean {
  return place < GROUPS && meets(range, 16 * place, 16, value, value);
}

/** Whether the group may still agree when more digits follow. */
function mayHold(range: Range, place: number, digits: string): boolean {
  const value = Number.parseInt(digits, 16);
  for (let more = 0; more <= GROUP_DIGITS - digits.length; more += 1) {
    const step = 16 ** more;
    if (place < GROUPS && meets(range, 16 * place, 16, value * step, value * step + step - 1)) return true;
  }
  return false;
}

/** The number with one more digit, where that is still one; no leading zeros. */
function numberWith(number: string, char: string): string | undefined {
  const grown = number + char;
  return /^(?:0|[1-9]\d{0,2})$/.test(grown) && Number(grown) < 256 ? grown : undefined;
}

function isNumber(range: Range, at: number, number: string): boolean {
  return meets(range, 16 * DOTTED_PLACE + 8 * at, 8, Number(number), Number(number));
}

function mayBeNumber(range: Range, at: number, number: string): boolean {
  const value = Number(number);
  const from = 16 * DOTTED_PLACE + 8 * at;
  const isMore = (step: number): boolean =>
    value > 0 &&
    value * step < 256 &&
    meets(range, from, 8, value * step, Math.min(255, value * step + step - 1));
  return meets(range, from, 8, value, value) || isMore(10) || isMore(100);
}

/** Where its value does not matter, a number stands for all that can go on like it. */
function shortened(number: string, at: number, fits: readonly Fit[]): string {
  const matters = fits.some(({ range }) => range.prefix > 16 * DOTTED_PLACE + 8 * at);
  if (matters || number.length === 0) return number;
  const value = Number(number);
  if (number.length === 3) return '100';
  if (number.length === 2) return value < 25 ? '10' : value === 25 ? '25' : '26';
  return value > 2 ? '3' : number;
}

/** Whether some value between both agrees with the prefix in the bits of a group or number. */
function meets({ prefix, network }: Range, from: number, width: number, low: number, high: number): boolean {
  const free = width - Math.min(width, Math.max(0, prefix - from));
  const mask = (1n << BigInt(width)) - 1n;
  const its = Number((network >> BigInt(128 - from - width)) & mask) >> free;
  return low >> free <= its && its <= high >> free;
}
