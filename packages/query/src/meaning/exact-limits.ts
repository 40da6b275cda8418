/** The exact values between which a decimal text is read as a double of an interval. */

import { nextDown, nextUp, type Interval } from './interval.ts';

/** A size in decimal digits: no zeros before, none behind. */
export interface Decimal {
  readonly whole: string;
  readonly fraction: string;
}

export interface Limit {
  readonly value: Decimal;
  readonly negative: boolean;
  readonly isIn: boolean;
}

export interface Limits {
  readonly low: Limit | undefined;
  readonly high: Limit | undefined;
}

/** Undefined ends reach on without end; for infinite ends of the interval that is up to the largest double. */
export function exactLimits({ low, lowIn, high, highIn }: Interval): Limits {
  const lowest = low === Number.NEGATIVE_INFINITY ? -Number.MAX_VALUE : lowIn ? low : nextUp(low);
  const highest = high === Number.POSITIVE_INFINITY ? Number.MAX_VALUE : highIn ? high : nextDown(high);
  return { low: halfWay(lowest, -1), high: halfWay(highest, 1) };
}

/** Times ten to a power. */
export function shiftLimits({ low, high }: Limits, places: number): Limits {
  const shift = (limit: Limit | undefined): Limit | undefined =>
    limit && { ...limit, value: shiftDecimal(limit.value, places) };
  return { low: shift(low), high: shift(high) };
}

function shiftDecimal({ whole, fraction }: Decimal, places: number): Decimal {
  const point = whole.length + places;
  const digits = whole + fraction;
  const all = point < 0 ? '0'.repeat(-point) + digits : digits.padEnd(point, '0');
  const at = Math.max(0, point);
  return { whole: all.slice(0, at).replace(/^0+/, ''), fraction: all.slice(at).replace(/0+$/, '') };
}

/** A value half way between two doubles is read as the one whose last bit is 0. */
function halfWay(value: number, side: 1 | -1): Limit {
  const own = partsOf(value);
  const other = neighbour(value, side);
  // Both as whole multiples of one power of two, half of the smaller step.
  const exponent = Math.min(own.exponent, other.exponent) - 1;
  const sum =
    (own.digits << BigInt(own.exponent - exponent)) + (other.digits << BigInt(other.exponent - exponent));
  const half = sum / 2n;
  return {
    value: decimalOf(half < 0n ? -half : half, exponent),
    negative: half < 0n,
    isIn: own.digits % 2n === 0n,
  };
}

interface Parts {
  /** With its sign. */
  readonly digits: bigint;
  /** Of two. */
  readonly exponent: number;
}

/** Beyond the largest double stands the power of two that would come next. */
function neighbour(value: number, side: 1 | -1): Parts {
  const next = side === 1 ? nextUp(value) : nextDown(value);
  return Number.isFinite(next) ? partsOf(next) : { digits: BigInt(side) << 53n, exponent: 971 };
}

const EXPONENT_BIAS = 1_075;
const FRACTION_BITS = 52n;

function partsOf(value: number): Parts {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const raw = Number((bits >> FRACTION_BITS) & 0x7ffn);
  const fraction = bits & ((1n << FRACTION_BITS) - 1n);
  const digits = raw === 0 ? fraction : fraction | (1n << FRACTION_BITS);
  return { digits: value < 0 ? -digits : digits, exponent: Math.max(raw, 1) - EXPONENT_BIAS };
}

function decimalOf(digits: bigint, exponent: number): Decimal {
  if (exponent >= 0) return { whole: withoutZeros((digits << BigInt(exponent)).toString()), fraction: '' };
  const places = -exponent;
  const whole = digits >> BigInt(places);
  const rest = digits - (whole << BigInt(places));
  // rest / 2^n = rest * 5^n / 10^n
  const fraction = (rest * 5n ** BigInt(places)).toString().padStart(places, '0');
  return { whole: withoutZeros(whole.toString()), fraction: fraction.replace(/0+$/, '') };
}

function withoutZeros(digits: string): string {
  return digits === '0' ? '' : digits;
}
