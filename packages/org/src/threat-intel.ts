/**
 * A list of known addresses, from a CSV file. Columns as a list of one's own has them at Datadog:
 * `ip_address, category, intention, source`, further ones are ignored.
 */

import { parseAddressBlock, type AddressBlock } from '@signalwright/signals';
import type { ThreatIntelAnswer } from '@signalwright/wire';

/** Chosen: a list of this length is read in well under a second. */
const MAX_THREAT_INTEL_ROWS = 200_000;

interface ListedBlock {
  readonly block: AddressBlock;
  readonly answer: ThreatIntelAnswer;
}

export class ThreatIntel {
  /** By prefix length, then by the first address of the block: a look-up asks once a length. */
  readonly #lists = new Map<string, Map<bigint, ListedBlock>>();

  /** @param blocks of several rows for one block the first counts */
  constructor(blocks: readonly ListedBlock[] = []) {
    for (const listed of blocks) {
      const key = `${listed.block.family}/${listed.block.prefix}`;
      const list = this.#lists.get(key) ?? new Map<bigint, ListedBlock>();
      if (!list.has(listed.block.first)) list.set(listed.block.first, listed);
      this.#lists.set(key, list);
    }
  }

  /** The most specific block that holds a single address. */
  find({ family, first }: AddressBlock): ListedBlock | undefined {
    const bits = bitsOf(family);
    for (let prefix = bits; prefix >= 0; prefix -= 1) {
      const host = BigInt(bits - prefix);
      const found = this.#lists.get(`${family}/${prefix}`)?.get((first >> host) << host);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** Undefined for what is no address, and for a block of several. */
export function singleAddress(ip: string): AddressBlock | undefined {
  const address = parseAddressBlock(ip);
  return address?.prefix === (address && bitsOf(address.family)) ? address : undefined;
}

function bitsOf(family: AddressBlock['family']): 32 | 128 {
  return family === 4 ? 32 : 128;
}

export type ThreatIntelResult =
  | { readonly ok: true; readonly list: ThreatIntel; readonly rows: number }
  | { readonly ok: false; readonly line: number; readonly reason: string };

/** Reads the list. A row that cannot be read refuses the whole list: a guard with holes is worse than none. */
export function parseThreatIntel(csv: string): ThreatIntelResult {
  return parse(csv, 'refused');
}

/** Reads a list that was taken once. A row that has been forgotten since, as people may ask, is left out. */
export function parseStoredThreatIntel(csv: string): ThreatIntel {
  const parsed = parse(csv, 'left out');
  return parsed.ok ? parsed.list : new ThreatIntel();
}

function parse(csv: string, unreadable: 'refused' | 'left out'): ThreatIntelResult {
  const lines = csv.replace(/^\uFEFF/, '').split(/\r?\n/);
  const header = splitRow(lines[0] ?? '').map((name) => name.trim().toLowerCase());
  const column = (name: string): number => header.indexOf(name);
  if (column('ip_address') === -1) return { ok: false, line: 1, reason: 'There is no column ip_address.' };
  const blocks: ListedBlock[] = [];
  for (const [index, text] of lines.entries()) {
    if (index === 0 || text.trim() === '' || text.startsWith('#')) continue;
    if (blocks.length === MAX_THREAT_INTEL_ROWS) {
      return { ok: false, line: index + 1, reason: `More than ${MAX_THREAT_INTEL_ROWS} rows.` };
    }
    const cells = splitRow(text).map((cell) => cell.trim());
    const block = parseAddressBlock(cells[column('ip_address')] ?? '');
    if (block === undefined && unreadable === 'left out') continue;
    if (block === undefined)
      return { ok: false, line: index + 1, reason: 'This row has no address or CIDR block.' };
    const intention = (cells[column('intention')] ?? '').toLowerCase();
    const verdict = VERDICTS.find((known) => known === intention) ?? 'unknown';
    const source = cells[column('source')] ?? '';
    blocks.push({ block, answer: { verdict, source, category: cells[column('category')] ?? '' } });
  }
  return { ok: true, list: new ThreatIntel(blocks), rows: blocks.length };
}

const VERDICTS = ['malicious', 'suspicious', 'benign'] as const;

/** One row of CSV (RFC 4180) without line breaks inside quotes. */
function splitRow(line: string): readonly string[] {
  const cells: string[] = [];
  // With a comma before the first cell too: an empty match at the start would swallow the comma behind it.
  for (const match of `,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
  }
  return cells;
}
