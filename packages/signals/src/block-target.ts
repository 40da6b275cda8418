/**
 * What may be blocked: an address or CIDR block in one spelling, held against the ranges that no block may touch.
 * Source: reliability rule "block actions have caps and a never-block list"; the prefix limits are chosen.
 */

/** Chosen: a wider block than this is a mistake or an attack, not a response. */
export const WIDEST_PREFIX = { 4: 16, 6: 32 } as const;

/** Loopback, private, link-local, carrier and multicast ranges: never an attacker on the internet. */
export const RESERVED_RANGES = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/3',
  '::/127',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
] as const;

const MAX_IPV6_CHARACTERS = 45;

/** A block of addresses; a single address has the full prefix. */
export interface AddressBlock {
  readonly family: 4 | 6;
  /** The first address, host bits zero. */
  readonly first: bigint;
  readonly prefix: number;
  /** The one spelling that the denylist keeps: `203.0.113.7`, `198.51.100.0/24`, `2001:db8::/32`. */
  readonly text: string;
}

export type BlockRefusal =
  | { readonly reason: 'not_an_address'; readonly value: string }
  | { readonly reason: 'prefix_too_wide'; readonly value: string; readonly widest: number }
  | { readonly reason: 'never_block'; readonly value: string; readonly range: string };

export type BlockTargetResult =
  | { readonly ok: true; readonly block: AddressBlock }
  | { readonly ok: false; readonly refusal: BlockRefusal };

/**
 * Decides whether `value` may be blocked.
 *
 * @param neverBlock parsed ranges of the project's own, see `parseNeverBlock`
 * @returns the block in its one spelling, or why it is refused; a block that merely overlaps a range is refused too
 */
export function checkBlockTarget(value: string, neverBlock: readonly AddressBlock[]): BlockTargetResult {
  const block = parseAddressBlock(value);
  if (block === undefined) return { ok: false, refusal: { reason: 'not_an_address', value } };
  const widest = WIDEST_PREFIX[block.family];
  if (block.prefix < widest) return { ok: false, refusal: { reason: 'prefix_too_wide', value, widest } };
  const range = [...RESERVED, ...neverBlock].find((other) => overlaps(block, other));
  if (range !== undefined) return { ok: false, refusal: { reason: 'never_block', value, range: range.text } };
  return { ok: true, block };
}

/** Parses the project's list; throws at the first entry that is no address, since a guard must not be dropped silently. */
export function parseNeverBlock(entries: readonly string[]): readonly AddressBlock[] {
  return entries.map((entry) => {
    const block = parseAddressBlock(entry);
    if (block === undefined)
      throw new Error(`neverBlock holds "${entry}", which is not an address or CIDR block.`);
    return block;
  });
}

/**
 * Parses `203.0.113.7`, `203.0.113.0/24`, `2001:db8::1`, `2001:db8::/32`. An IPv4 address mapped into IPv6 becomes
 * the IPv4 address it stands for, so that one address has one spelling. Octal, hexadecimal, short and zoned forms
 * are refused.
 */
export function parseAddressBlock(text: string): AddressBlock | undefined {
  const slash = text.indexOf('/');
  const address = slash === -1 ? text : text.slice(0, slash);
  const parsed = parseAddress(address);
  if (parsed === undefined) return undefined;
  const bits = parsed.writtenFamily === 4 ? 32 : 128;
  const written = slash === -1 ? bits : parsePrefix(text.slice(slash + 1), bits);
  if (written === undefined) return undefined;
  // ::ffff:203.0.113.0/120 is 203.0.113.0/24; a mapped block wider than the IPv4 space stays IPv6.
  if (parsed.mapped !== undefined && written >= 96) return blockOf(4, parsed.mapped, written - 96);
  return blockOf(parsed.writtenFamily, parsed.value, written);
}

interface ParsedAddress {
  readonly writtenFamily: 4 | 6;
  readonly value: bigint;
  readonly mapped?: bigint;
}

function parseAddress(text: string): ParsedAddress | undefined {
  const ipv4 = ipv4Value(text);
  if (ipv4 !== undefined) return { writtenFamily: 4, value: ipv4 };
  const value = ipv6Value(text);
  if (value === undefined) return undefined;
  const isMapped = value >> 32n === 0xffffn;
  return { writtenFamily: 6, value, ...(isMapped && { mapped: value & 0xffffffffn }) };
}

/** Four decimal parts without leading zeros, which some programs read as octal. */
function ipv4Value(text: string): bigint | undefined {
  const parts = text.split('.');
  const isWellFormed = parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  if (parts.length !== 4 || !isWellFormed) return undefined;
  return parts.reduce((value, part) => value * 256n + BigInt(part), 0n);
}

function ipv6Value(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2 || text.length > MAX_IPV6_CHARACTERS) return undefined;
  const [left, right] = halves.map((half, index) => groupsOf(half, index === halves.length - 1));
  if (left === undefined || (halves.length === 2 && right === undefined)) return undefined;
  const missing = 8 - left.length - (right?.length ?? 0);
  // `::` stands for at least one group.
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const zeros = Array.from({ length: missing }, () => 0n);
  return [...left, ...zeros, ...(right ?? [])].reduce((value, group) => (value << 16n) + group, 0n);
}

/** @param isLast only the last group of an address may be a dotted IPv4 address */
function groupsOf(text: string, isLast: boolean): readonly bigint[] | undefined {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const embedded = isLast && index === parts.length - 1 ? ipv4Value(part) : undefined;
    if (embedded !== undefined) groups.push(embedded >> 16n, embedded & 0xffffn);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}

function parsePrefix(text: string, bits: number): number | undefined {
  if (!/^(0|[1-9]\d{0,2})$/.test(text)) return undefined;
  const prefix = Number(text);
  return prefix <= bits ? prefix : undefined;
}

function blockOf(family: 4 | 6, address: bigint, prefix: number): AddressBlock {
  const bits = family === 4 ? 32 : 128;
  const host = BigInt(bits - prefix);
  const first = (address >> host) << host;
  const written = family === 4 ? writeIpv4(first) : writeIpv6(first);
  return { family, first, prefix, text: prefix === bits ? written : `${written}/${prefix}` };
}

function writeIpv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
}

/** RFC 5952: lower case, the longest run of zero groups (two or more) becomes `::`. */
function writeIpv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => (value >> BigInt((7 - index) * 16)) & 0xffffn);
  let run = { start: -1, length: 1 };
  for (let start = 0; start < 8; start += 1) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0n) length += 1;
    if (length > run.length) run = { start, length };
  }
  const hex = groups.map((group) => group.toString(16));
  if (run.start === -1) return hex.join(':');
  return `${hex.slice(0, run.start).join(':')}::${hex.slice(run.start + run.length).join(':')}`;
}

/** Two CIDR blocks overlap only where one holds the other, so comparing the shorter prefix decides. */
function overlaps(a: AddressBlock, b: AddressBlock): boolean {
  if (a.family !== b.family) return false;
  const shift = BigInt((a.family === 4 ? 32 : 128) - Math.min(a.prefix, b.prefix));
  return a.first >> shift === b.first >> shift;
}

const RESERVED = parseNeverBlock(RESERVED_RANGES);
