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

const UNKNOWN: ThreatIntelAnswer = { verdict: 'unknown', source: '', category: '' };

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

  /** The most specific block that holds the address; undefined when `ip` is no single address. */
  lookUp(ip: string): ThreatIntelAnswer | undefined {
    const address = parseAddressBlock(ip);
    const bits = address?.family === 4 ? 32 : 128;
    if (address === undefined || address.prefix !== bits) return undefined;
    for (let prefix = bits; prefix >= 0; prefix -= 1) {
      const host = BigInt(bits - prefix);
      const found = this.#lists.get(`${address.family}/${prefix}`)?.get((address.first >> host) << host);
      if (found !== undefined) return found.answer;
    }
    return UNKNOWN;
  }
}

export type ThreatIntelResult =
  | { readonly ok: true; readonly list: ThreatIntel; readonly rows: number }
  | { readonly ok: false; readonly line: number; readonly reason: string };

/** Reads the list. A row that cannot be read refuses the whole list: a guard with holes is worse than none. */
export function parseThreatIntel(csv: string): ThreatIntelResult {
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
