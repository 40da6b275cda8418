/**
 * Reads a journal of applies from end to end and holds it against heads that are kept elsewhere. The chain shows
 * what was changed by who could not compute it anew; the heads show the rest: a cut tail, and a chain that was made anew.
 * Source: reliability T24 and T25.
 */

import {
  StoreError,
  scanJournal,
  type JournalEnd,
  type JournalHead,
  type JournalRecord,
} from '@signalwright/store';
import { ApplyLog, type LoggedApply } from './apply-log.ts';

export interface BadEntry {
  /** Number of the first entry that cannot be trusted. */
  readonly entry: number;
  /** Where it begins, or would begin. */
  readonly byte: number;
  /** The end of a sentence. */
  readonly reason: string;
}

export interface JournalExamination {
  /** Undefined when all of it holds. */
  readonly bad?: BadEntry;
  /** Entries that hold, without the header. */
  readonly entries: number;
  readonly applies: number;
  readonly firstAtMs?: number;
  readonly lastAtMs?: number;
  /** Of what holds. */
  readonly head: JournalHead;
  /** Hash of the first record: which journal it is. */
  readonly journal: string;
  readonly bytes: number;
  /** Bytes of an interrupted append at the end: never acknowledged, no damage. */
  readonly tornBytes: number;
}

export interface ExamineOptions {
  /** Heads that must stand in it, in any order; asked once it is known which journal it is. */
  readonly headsOf?: (journal: string) => readonly JournalHead[];
  /** Gets each apply, oldest first; also those before an entry that cannot be trusted. */
  readonly tell?: (apply: LoggedApply) => void;
}

/** @throws StoreError when the file is not there, is of a newer version, or the machine refuses */
export function examineJournal(path: string, options: ExamineOptions = {}): JournalExamination {
  const examination = new Examination(options);
  try {
    return examination.end(scanJournal(path, (record, byte) => examination.take(record, byte)));
  } catch (error) {
    if (!(error instanceof StoreError) || error.damage === undefined) throw error;
    const { seq, offset } = error.damage;
    const reason = /because (.*)\.$/s.exec(error.message)?.[1] ?? error.message;
    return examination.stop({ entry: seq, byte: offset, reason });
  }
}

/** One reading: what has passed, and the next head that is waited for. */
class Examination {
  readonly #options: ExamineOptions;
  readonly #log: ApplyLog;
  #applies = 0;
  #journal: string | undefined;
  #firstAtMs: number | undefined;
  #lastAtMs: number | undefined;
  #head: JournalHead = { seq: 0, hash: '' };
  /** Those that are still waited for, the next one last. */
  #wanted: JournalHead[] = [];
  #mismatch: BadEntry | undefined;
  /** The last entry whose published head stands. */
  #known = 0;

  constructor(options: ExamineOptions) {
    this.#options = options;
    this.#log = new ApplyLog((apply) => {
      this.#applies += 1;
      options.tell?.(apply);
    });
  }

  take(record: JournalRecord, byte: number): void {
    if (this.#journal === undefined) this.#begin(record.prevHash);
    this.#compare(record, byte);
    this.#firstAtMs ??= record.atMs;
    this.#lastAtMs = record.atMs;
    this.#head = { seq: record.seq, hash: record.hash };
    this.#log.take(record);
  }

  end({ head, bytes, tornBytes }: JournalEnd): JournalExamination {
    if (this.#journal === undefined) this.#begin(head.hash);
    const missing = this.#wanted.at(-1);
    const cutOff = missing && {
      entry: head.seq + 1,
      byte: bytes,
      reason: `it is missing: the journal ends here, and a head of entry ${missing.seq} was published`,
    };
    return { ...this.#result(this.#mismatch ?? cutOff), bytes, tornBytes };
  }

  stop(damage: BadEntry): JournalExamination {
    return { ...this.#result(this.#mismatch ?? damage), bytes: damage.byte, tornBytes: 0 };
  }

  #begin(journal: string): void {
    this.#journal = journal;
    this.#head = { seq: 0, hash: journal };
    const heads = this.#options.headsOf?.(journal) ?? [];
    this.#wanted = heads.toSorted((a, b) => b.seq - a.seq);
    this.#compare(this.#head, 0);
  }

  #compare({ seq, hash }: JournalHead, byte: number): void {
    for (let wanted = this.#wanted.at(-1); wanted?.seq === seq; wanted = this.#wanted.at(-1)) {
      this.#wanted.pop();
      if (wanted.hash === hash) this.#known = seq;
      else
        this.#mismatch ??= {
          entry: seq,
          byte,
          reason: `its published hash is another: an entry after ${this.#known} was changed, and the chain made anew`,
        };
    }
  }

  #result(bad: BadEntry | undefined): Omit<JournalExamination, 'bytes' | 'tornBytes'> {
    this.#log.end();
    return {
      ...(bad !== undefined && { bad }),
      entries: this.#head.seq,
      applies: this.#applies,
      ...(this.#firstAtMs !== undefined && { firstAtMs: this.#firstAtMs }),
      ...(this.#lastAtMs !== undefined && { lastAtMs: this.#lastAtMs }),
      head: this.#head,
      journal: this.#journal ?? '',
    };
  }
}
