/**
 * IP addresses and blocks. Only the usual spelling counts: four decimal parts without leading zeros, or
 * IPv6 without a zone. An IPv4 address mapped into IPv6 (`::ffff:203.0.113.7`, `::ffff:cb00:7107`) is that
 * IPv4 address, since proxies write it either way and a block must not be escaped by the spelling.
 */

import ipaddr from 'ipaddr.js';

/** Longer texts are no address; bounds the work on a value from outside. */
const MAX_ADDRESS_CHARS = 45;
const V4_IN_V6_BITS = 96;

export interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** The block holds an address when the top `prefix` bits agree. `network` has its other bits at 0. */
export interface AddressBlock {
  readonly bits: 32 | 128;
  readonly prefix: number;
  readonly network: bigint;
}

export function parseAddress(text: string): Address | undefined {
  if (text.length < 2 || text.length > MAX_ADDRESS_CHARS || text.includes('%')) return undefined;
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) {
    return { bits: 32, value: toBigInt(ipaddr.IPv4.parse(text).octets, 8) };
  }
  const groups = text.includes(':') ? withoutDots(text) : undefined;
  if (groups === undefined || !ipaddr.IPv6.isValid(groups)) return undefined;
  const address = ipaddr.IPv6.parse(groups);
  return address.isIPv4MappedAddress()
    ? { bits: 32, value: toBigInt(address.toIPv4Address().octets, 8) }
    : { bits: 128, value: toBigInt(address.parts, 16) };
}

/** A dotted end as the two groups it stands for. The library would also take octal and hexadecimal numbers there. */
function withoutDots(text: string): string | undefined {
  if (!text.includes('.')) return text;
  const start = text.lastIndexOf(':') + 1;
  const dotted = text.slice(start);
  if (!ipaddr.IPv4.isValidFourPartDecimal(dotted)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = ipaddr.IPv4.parse(dotted).octets;
  return `${text.slice(0, start)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

/** Reads `10.0.0.0/8`. `exact` is false when bits outside the prefix were set (`10.0.0.1/8`). */
export function parseBlock(text: string): (AddressBlock & { readonly exact: boolean }) | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const written = text.slice(0, slash);
  const address = parseAddress(written);
  const digits = text.slice(slash + 1);
  if (address === undefined || !/^\d{1,3}$/.test(digits)) return undefined;
  const mapped = address.bits === 32 && written.includes(':');
  const prefix = Number(digits) - (mapped ? V4_IN_V6_BITS : 0);
  if (prefix < 0 || prefix > address.bits) return undefined;
  const network = truncate(address.value, address.bits, prefix);
  return { bits: address.bits, prefix, network, exact: network === address.value };
}

export function blockHolds(block: AddressBlock, address: Address): boolean {
  return block.bits === address.bits && truncate(address.value, block.bits, block.prefix) === block.network;
}

/** The usual spelling: dotted for IPv4, RFC 5952 for IPv6. */
export function printAddress(address: Address): string {
  const bytes: number[] = [];
  for (let shift = address.bits - 8; shift >= 0; shift -= 8) {
    bytes.push(Number((address.value >> BigInt(shift)) & 255n));
  }
  const parsed = ipaddr.fromByteArray(bytes);
  return parsed instanceof ipaddr.IPv6 ? parsed.toRFC5952String() : parsed.toString();
}

function truncate(value: bigint, bits: number, prefix: number): bigint {
  const rest = BigInt(bits - prefix);
  return (value >> rest) << rest;
}

function toBigInt(parts: readonly number[], bitsEach: number): bigint {
  return parts.reduce((sum, part) => (sum << BigInt(bitsEach)) | BigInt(part), 0n);
}
