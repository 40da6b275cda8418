/**
 * All lists of known addresses of an org: those that were put in while it runs, in the order of the alphabet, and
 * behind them the file that was there at the start. A change is in effect for the next look-up.
 */

import { readThreatIntelLists } from '@signalwright/signals';
import type { Database } from '@signalwright/store';
import type { ThreatIntelAnswer } from '@signalwright/wire';

import { parseStoredThreatIntel, singleAddress, type ThreatIntel } from './threat-intel.ts';

const UNKNOWN: ThreatIntelAnswer = { verdict: 'unknown', source: '', category: '' };

export class ThreatIntelBook {
  readonly #db: Database;
  readonly #file: ThreatIntel;
  #lists: readonly ThreatIntel[] = [];

  constructor(db: Database, file: ThreatIntel) {
    this.#db = db;
    this.#file = file;
    this.reload();
  }

  /** After lists have changed. */
  reload(): void {
    this.#lists = readThreatIntelLists(this.#db).map(({ csv }) => parseStoredThreatIntel(csv));
  }

  /**
   * What the most specific block that holds the address says; of blocks of one size the first list's.
   * @returns undefined when `ip` is no single address
   */
  lookUp(ip: string): ThreatIntelAnswer | undefined {
    const address = singleAddress(ip);
    if (address === undefined) return undefined;
    const found = [...this.#lists, this.#file].flatMap((list) => list.find(address) ?? []);
    const [best] = found.toSorted((a, b) => b.block.prefix - a.block.prefix);
    return best?.answer ?? UNKNOWN;
  }
}
