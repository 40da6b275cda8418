/**
 * Texts that spell numbers. Numerals without an exponent that fall into an interval are recognised exactly:
 * a text stands for the double nearest to it, so an interval of doubles is one of exact values, from half way
 * below its lowest double to half way above its highest. Those with an exponent are known by their form only.
 */

import { numbered, type Acceptor } from './acceptor.ts';
import { exactLimits, shiftLimits, type Decimal, type Limit, type Limits } from './exact-limits.ts';
import type { Interval } from './interval.ts';

/** `12`, `-0.5`, `007` with a value inside. */
export function plainNumerals(interval: Interval): Acceptor {
  return numerals(exactLimits(interval));
}

/** The same with an exponent of ten written behind: `12e-3`. */
export function numeralsWithExponent(interval: Interval, exponent: number): Acceptor {
  const mantissas = numerals(shiftLimits(exactLimits(interval), -exponent));
  const suffix = `e${exponent}`;
  return numbered<{ readonly mantissa: bigint; readonly read: number }>({
    start: { mantissa: mantissas.start, read: 0 },
    next: ({ mantissa, read }, code) => {
      const isNext = suffix.charCodeAt(read) === code;
      if (read > 0) return isNext ? { mantissa, read: read + 1 } : undefined;
      if (isNext) return mantissas.accepts(mantissa) ? { mantissa: 0n, read: 1 } : undefined;
      const next = mantissas.next(mantissa, code);
      return next === 0n ? undefined : { mantissa: next, read };
    },
    accepts: ({ read }) => read === suffix.length,
    key: ({ mantissa, read }) => `${mantissa} ${read}`,
    named: NUMERAL_CODES,
  });
}

/** Numerals too large to be a double: no number, for the matcher. */
export function oversizedNumerals(): Acceptor {
  return numerals('oversized');
}

const DIGITS = '0123456789';
const NUMERAL_CODES: ReadonlySet<number> = codesOf(`${DIGITS}+-.eE`);
const PLAIN_CODES: ReadonlySet<number> = codesOf(`${DIGITS}+-.`);

type Part = 'start' | 'sign' | 'whole' | 'dot' | 'fraction' | 'e' | 'exponent-sign' | 'exponent';

/** Any text of the form of a number, its value whatever it is. */
export function numeralForms(which: 'all' | 'with-exponent'): Acceptor {
  const ends: ReadonlySet<Part> = new Set(which === 'all' ? ['whole', 'fraction', 'exponent'] : ['exponent']);
  return numbered<Part>({
    start: 'start',
    next: nextPart,
    accepts: (part) => ends.has(part),
    key: (part) => part,
    named: NUMERAL_CODES,
  });
}

function nextPart(part: Part, code: number): Part | undefined {
  const char = String.fromCodePoint(code);
  const isDigit = DIGITS.includes(char);
  const isSign = char === '+' || char === '-';
  switch (part) {
    case 'start':
      return isSign ? 'sign' : isDigit ? 'whole' : undefined;
    case 'sign':
      return isDigit ? 'whole' : undefined;
    case 'whole':
      return isDigit ? part : char === '.' ? 'dot' : char === 'e' || char === 'E' ? 'e' : undefined;
    case 'dot':
      return isDigit ? 'fraction' : undefined;
    case 'fraction':
      return isDigit ? part : char === 'e' || char === 'E' ? 'e' : undefined;
    case 'e':
      return isSign ? 'exponent-sign' : isDigit ? 'exponent' : undefined;
    default:
      return isDigit ? 'exponent' : undefined;
  }
}

/** How the digits so far stand to those of one limit. */
interface Standing {
  /** Of the whole part without leading zeros, up to one more than the limit has. */
  readonly digits: number;
  readonly order: -1 | 0 | 1;
}

interface State {
  readonly part: 'start' | 'sign' | 'whole' | 'dot' | 'fraction';
  readonly isNegative: boolean;
  readonly low: Standing;
  readonly high: Standing;
}

const NO_DIGITS: Standing = { digits: 0, order: 0 };

function numerals(limits: Limits | 'oversized'): Acceptor {
  // By size: what a negative numeral has below it, a positive one has above.
  const positive = sizesOf(limits, false);
  const negative = sizesOf(limits, true);
  const sizesFor = (isNegative: boolean): Sizes | undefined => (isNegative ? negative : positive);
  const next = (state: State, code: number): State | undefined => {
    const char = String.fromCodePoint(code);
    if (state.part === 'start' && (char === '+' || char === '-')) {
      const isNegative = char === '-';
      return sizesFor(isNegative) && { ...state, part: 'sign', isNegative };
    }
    const size = sizesFor(state.isNegative);
    if (size === undefined) return undefined;
    if (char === '.') return state.part === 'whole' ? closeWhole(state, size) : undefined;
    const digit = DIGITS.indexOf(char);
    if (digit < 0) return undefined;
    if (state.part === 'dot' || state.part === 'fraction') {
      const low = fractionDigit(state.low, size.low?.value, digit);
      const high = fractionDigit(state.high, size.high?.value, digit);
      return { ...state, part: 'fraction', low, high };
    }
    const low = wholeDigit(state.low, size.low?.value, digit);
    const high = wholeDigit(state.high, size.high?.value, digit);
    return { ...state, part: 'whole', low, high };
  };
  return numbered<State>({
    start: { part: 'start', isNegative: false, low: NO_DIGITS, high: NO_DIGITS },
    next,
    accepts: (state) => {
      const size = sizesFor(state.isNegative);
      if (size === undefined || (state.part !== 'whole' && state.part !== 'fraction')) return false;
      const ended = state.part === 'whole' ? closeWhole(state, size) : state;
      return isBeyond(ended.low, size.low, 1) && isBeyond(ended.high, size.high, -1);
    },
    key: ({ part, isNegative, low, high }) =>
      `${part} ${isNegative} ${low.digits} ${low.order} ${high.digits} ${high.order}`,
    named: PLAIN_CODES,
  });
}

interface Sizes {
  readonly low: Limit | undefined;
  readonly high: Limit | undefined;
}

/** Undefined where no numeral of that sign has a value inside. */
function sizesOf(limits: Limits | 'oversized', negative: boolean): Sizes | undefined {
  if (limits === 'oversized') {
    const { high } = exactLimits({ low: 0, lowIn: true, high: Number.POSITIVE_INFINITY, highIn: false });
    return high && { low: { value: high.value, isIn: !high.isIn, negative: false }, high: undefined };
  }
  const [low, high] = negative ? [limits.high, limits.low] : [limits.low, limits.high];
  // A limit on the other side of zero: all sizes, or none.
  const isOther = (limit: Limit): boolean => limit.negative !== negative && !isZero(limit.value);
  if (high !== undefined && isOther(high)) return undefined;
  return { low: low === undefined || isOther(low) ? undefined : low, high };
}

function isZero({ whole, fraction }: Decimal): boolean {
  return whole === '' && fraction === '';
}

function wholeDigit(standing: Standing, limit: Decimal | undefined, digit: number): Standing {
  if (limit === undefined || (standing.digits === 0 && digit === 0)) return standing;
  const at = standing.digits;
  if (at >= limit.whole.length) return { digits: limit.whole.length + 1, order: 1 };
  return { digits: at + 1, order: standing.order || compare(digit, Number(limit.whole[at])) };
}

/** A whole part with fewer digits is smaller, whatever they are. From here `digits` counts those of the fraction. */
function closeWhole(state: State, size: Sizes): State {
  const close = (standing: Standing, limit: Decimal | undefined): Standing => {
    if (limit === undefined) return NO_DIGITS;
    return { digits: 0, order: standing.digits < limit.whole.length ? -1 : standing.order };
  };
  return {
    ...state,
    part: 'dot',
    low: close(state.low, size.low?.value),
    high: close(state.high, size.high?.value),
  };
}

function fractionDigit(standing: Standing, limit: Decimal | undefined, digit: number): Standing {
  if (limit === undefined || standing.order !== 0) return { digits: 0, order: standing.order };
  const at = standing.digits;
  const its = at < limit.fraction.length ? Number(limit.fraction[at]) : 0;
  // Behind the last digit of the limit only zeros are equal to it.
  const digits = Math.min(at + 1, limit.fraction.length);
  const order = compare(digit, its);
  return { digits: order === 0 ? digits : 0, order };
}

/** At the end of the text, whose missing digits are zeros. */
function isBeyond({ digits, order }: Standing, limit: Limit | undefined, side: 1 | -1): boolean {
  if (limit === undefined) return true;
  const settled = order === 0 && digits < limit.value.fraction.length ? -1 : order;
  return settled === side || (settled === 0 && limit.isIn);
}

function compare(a: number, b: number): -1 | 0 | 1 {
  return a === b ? 0 : a < b ? -1 : 1;
}

function codesOf(chars: string): ReadonlySet<number> {
  return new Set([...chars].map((char) => char.charCodeAt(0)));
}
