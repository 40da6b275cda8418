/**
 * Damages a journal of about 64 kB in every way a crash or a careless hand can, and reads it again.
 * A cut at any byte leaves exactly the records before it, and the journal goes on from there. Any changed byte,
 * any record moved, taken out or doubled is refused: never is a record read that was not written so.
 * Source: threats T24 and T25 of docs/threats.md.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal, readJournal, StoreError } from '@signalwright/store';
import type { Proof } from '../harness/proof.ts';
import { seededRandom, type SeededRandom } from '../harness/seeded-random.ts';

const JOURNAL_BYTES = 64 * 1024;
/** Trials of each sort; the long form tries every byte. */
const SHORT_TRIALS = { cut: 1000, flip: 1000, reopen: 100, shuffle: 200 } as const;
const FULL_REOPENS = 2000;
const FULL_SHUFFLES = 5000;
const MAX_FAILURES_SHOWN = 5;
const PROGRESS_EVERY = 5000;
const CLOCK = { clock: () => 1_700_000_000_000 };

export const proof: Proof = {
  name: 'journal-cut',
  claim: 'A cut journal keeps exactly its whole records and goes on; a changed one is always refused.',
  run: async ({ short, seed, log }) => {
    const random = seededRandom(seed);
    const folder = mkdtempSync(join(tmpdir(), 'signalwright-journal-cut-'));
    try {
      const original = await writeJournal(join(folder, 'original'), random);
      const trials = plan(short, original, random);
      const failures: string[] = [];
      let failed = 0;
      for (const [index, trial] of trials.entries()) {
        const failure = await tryOne(join(folder, 'damaged'), original, trial);
        if (failure !== undefined) {
          failed += 1;
          if (failures.length < MAX_FAILURES_SHOWN) failures.push(`${trial.kind} at ${trial.at}: ${failure}`);
        }
        if ((index + 1) % PROGRESS_EVERY === 0)
          log(`${index + 1} of ${trials.length} trials, ${failed} failed`);
      }
      const count = (kind: Trial['kind']): number => trials.filter((trial) => trial.kind === kind).length;
      const detail = {
        journalBytes: original.bytes.length,
        records: original.lines.length - 1,
        cuts: count('cut'),
        reopened: count('reopen'),
        flips: count('flip'),
        shuffles: count('swap') + count('drop') + count('double'),
        ...(failures.length > 0 && { failures }),
      };
      return { tried: trials.length, failed, detail };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Original {
  readonly bytes: Buffer;
  /** Each line with its line feed, the header first. */
  readonly lines: readonly Buffer[];
  /** The records as text, to compare with; without the header. */
  readonly records: readonly string[];
}

/** `at` is a byte for cut, reopen and flip, and the number of a line for the rest. */
interface Trial {
  readonly kind: 'cut' | 'reopen' | 'flip' | 'swap' | 'drop' | 'double';
  readonly at: number;
  /** For flip: what the byte is XORed with. For swap: the other line. */
  readonly with: number;
}

async function writeJournal(path: string, random: SeededRandom): Promise<Original> {
  const journal = await openJournal(path, CLOCK);
  const appends: Promise<unknown>[] = [];
  for (let written = 0; written < JOURNAL_BYTES;) {
    const body = { kind: 'intent', id: random.below(1e6), text: 'é\n"'.repeat(random.below(60)) };
    appends.push(journal.append(body));
    // A record is its body, two hashes and a few members around them.
    written += JSON.stringify(body).length + 220;
  }
  await Promise.all(appends);
  await journal.close();
  const bytes = readFileSync(path);
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const to = bytes.indexOf(0x0a, from) + 1;
    lines.push(bytes.subarray(from, to));
    from = to;
  }
  return { bytes, lines, records: readJournal(path).records.map((record) => JSON.stringify(record)) };
}

function plan(short: boolean, { bytes, lines }: Original, random: SeededRandom): Trial[] {
  const everyByte = Array.from({ length: bytes.length }, (_, index) => index);
  const someBytes = (count: number): number[] =>
    Array.from({ length: count }, () => random.below(bytes.length));
  const trial = (kind: Trial['kind'], at: number, other = 0): Trial => ({ kind, at, with: other });
  const cuts = short ? someBytes(SHORT_TRIALS.cut) : everyByte;
  const flips = short ? someBytes(SHORT_TRIALS.flip) : everyByte;
  const shuffles = Array.from({ length: short ? SHORT_TRIALS.shuffle : FULL_SHUFFLES }, (_, index) => {
    const kind = (['swap', 'drop', 'double'] as const)[index % 3] ?? 'swap';
    const at = random.below(lines.length - 1);
    return trial(kind, at, at + 1 + random.below(lines.length - 1 - at));
  });
  return [
    ...cuts.map((at) => trial('cut', at)),
    ...someBytes(short ? SHORT_TRIALS.reopen : FULL_REOPENS).map((at) => trial('reopen', at)),
    ...flips.map((at) => trial('flip', at, 1 + random.below(255))),
    ...shuffles,
  ];
}

/** @returns what went wrong, or undefined when the law held */
async function tryOne(path: string, original: Original, trial: Trial): Promise<string | undefined> {
  writeFileSync(path, damage(original, trial));
  if (trial.kind === 'cut') return comparePrefix(path, original, wholeRecords(original, trial.at));
  if (trial.kind === 'reopen') return goOn(path, original, wholeRecords(original, trial.at));
  try {
    const { records } = readJournal(path);
    return `read without a word (${records.length} records)`;
  } catch (error) {
    if (error instanceof StoreError && error.kind === 'damaged') return undefined;
    return `refused in the wrong way: ${String(error)}`;
  }
}

function damage({ bytes, lines }: Original, trial: Trial): Buffer {
  const { at } = trial;
  const changed = [...lines];
  switch (trial.kind) {
    case 'cut':
    case 'reopen':
      return bytes.subarray(0, at);
    case 'flip': {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ trial.with;
      return flipped;
    }
    case 'swap':
      [changed[at], changed[trial.with]] = [lines[trial.with] ?? Buffer.of(), lines[at] ?? Buffer.of()];
      return Buffer.concat(changed);
    case 'drop':
      changed.splice(at, 1);
      return Buffer.concat(changed);
    case 'double':
      changed.splice(at, 0, lines[at] ?? Buffer.of());
      return Buffer.concat(changed);
  }
}

/** How many records are whole before the cut; the line feed behind the last may be missing. */
function wholeRecords({ lines }: Original, cut: number): number {
  let end = 0;
  let whole = 0;
  for (const line of lines) {
    end += line.length;
    if (end - 1 > cut) break;
    whole += 1;
  }
  return Math.max(0, whole - 1);
}

function comparePrefix(path: string, original: Original, expected: number): string | undefined {
  try {
    const read = readJournal(path).records.map((record) => JSON.stringify(record));
    if (read.length !== expected) return `${read.length} records in the place of ${expected}`;
    const wrong = read.findIndex((record, index) => record !== original.records[index]);
    return wrong < 0 ? undefined : `record ${wrong + 1} is not what was written`;
  } catch (error) {
    return `refused: ${String(error)}`;
  }
}

async function goOn(path: string, original: Original, expected: number): Promise<string | undefined> {
  try {
    const journal = await openJournal(path, CLOCK);
    const head = await journal.append({ kind: 'after' });
    await journal.close();
    if (head.seq !== expected + 1) return `went on at ${head.seq} in the place of ${expected + 1}`;
    const { records } = readJournal(path);
    const before = records.slice(0, -1).map((record) => JSON.stringify(record));
    return before.every((record, index) => record === original.records[index])
      ? undefined
      : 'an older record changed';
  } catch (error) {
    return `could not go on: ${String(error)}`;
  }
}
