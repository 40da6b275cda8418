/** Sets of addresses made of CIDR blocks, and addresses picked from them. */

import type { Address, AddressBlock } from '../address.ts';
import { printAddress } from '../address.ts';

/** Every address of either kind. */
export const EVERY_BLOCK: readonly AddressBlock[] = [
  { bits: 32, prefix: 0, network: 0n },
  { bits: 128, prefix: 0, network: 0n },
];

/** Two blocks are nested or apart, so what they share is the smaller one or nothing. */
export function intersectBlocks(
  a: readonly AddressBlock[],
  b: readonly AddressBlock[],
): readonly AddressBlock[] {
  return a.flatMap((one) => b.flatMap((two) => (covers(one, two) ? [two] : covers(two, one) ? [one] : [])));
}

/** What is left of the blocks without the holes. Undefined when the answer would have too many pieces. */
export function subtractBlocks(
  from: readonly AddressBlock[],
  holes: readonly AddressBlock[],
): readonly AddressBlock[] | undefined {
  const left: AddressBlock[] = [];
  const pending = [...from];
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    const here = block;
    if (left.length + pending.length > MAX_PIECES) return undefined;
    if (holes.some((hole) => covers(hole, here))) continue;
    if (holes.some((hole) => covers(here, hole))) pending.push(...halves(here));
    else left.push(here);
  }
  return left;
}

/**
 * Up to `count` texts that spell addresses of the block, host 7 first (203.0.113.7 reads better than
 * 203.0.113.0), then other spellings of the first.
 */
export function pleasantAddresses(block: AddressBlock, count: number): readonly string[] {
  const size = 1n << BigInt(block.bits - block.prefix);
  const hosts = [7n, 1n, ...Array.from({ length: count }, (_, at) => BigInt(at + 2)), 0n, size - 1n];
  const inside = hosts.filter((host) => host < size).map((host) => at(block, host));
  return [...new Set([...inside.map(printAddress), ...inside.slice(0, 1).flatMap(otherSpellings)])];
}

/** A bound on the splitting of one block, far above what a handful of holes needs. */
const MAX_PIECES = 4_096;

function covers(outer: AddressBlock, inner: AddressBlock): boolean {
  if (outer.bits !== inner.bits || outer.prefix > inner.prefix) return false;
  const rest = BigInt(outer.bits - outer.prefix);
  return inner.network >> rest === outer.network >> rest;
}

function halves(block: AddressBlock): readonly AddressBlock[] {
  const prefix = block.prefix + 1;
  const upper = block.network | (1n << BigInt(block.bits - prefix));
  return [
    { bits: block.bits, prefix, network: upper },
    { bits: block.bits, prefix, network: block.network },
  ];
}

function at(block: AddressBlock, host: bigint): Address {
  return { bits: block.bits, value: block.network | host };
}

function otherSpellings(address: Address): readonly string[] {
  const usual = printAddress(address);
  if (address.bits === 32) {
    const low = (shift: bigint): string => ((address.value >> shift) & 0xffffn).toString(16);
    return [`::ffff:${usual}`, `::FFFF:${usual}`, `::ffff:${low(16n)}:${low(0n)}`, `0:0:0:0:0:ffff:${usual}`];
  }
  const digits = address.value.toString(16).padStart(32, '0');
  const long = digits.match(/.{4}/g)?.join(':') ?? usual;
  return [usual.toUpperCase(), long, long.toUpperCase()];
}
