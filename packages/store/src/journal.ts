/**
 * The append-only log that journals are made of: JSON lines in a hash chain, one writer, and a promise
 * that resolves only when the record would survive a power cut.
 *
 * Appends that wait together share one write and one fdatasync.
 */

import { dirname } from 'node:path';

import { canonicalJson } from './canonical-json.ts';
import { SYSTEM_DISK, type JournalDisk, type JournalFile } from './journal-disk.ts';
import { JOURNAL_FORMAT, JOURNAL_VERSION, scanJournal, type JournalEnd } from './journal-read.ts';
import {
  EMPTY_HEAD,
  encodeRecord,
  RECORD_MAX_BYTES,
  type JournalHead,
  type JournalRecord,
} from './journal-record.ts';
import { type Lock } from './lock.ts';
import { fromSystemError, StoreError } from './store-error.ts';

/** Appends that may wait for the disk at once. Chosen. */
export const JOURNAL_QUEUE_MAX = 10_000;
/** Characters of one shared write; more waits for the next one. Chosen. */
const BATCH_MAX_CHARS = 8 * 1024 * 1024;
/** What a body may take, so that its record with the two hashes stays readable. */
const BODY_MAX_BYTES = RECORD_MAX_BYTES - 1024;

export interface JournalOptions {
  /** Unix time in milliseconds, written into each record. */
  readonly clock: () => number;
  /** Gets each record that opening finds, in order: the file is read once. */
  readonly onRecord?: (record: JournalRecord) => void;
  /** @default that of the system */
  readonly disk?: JournalDisk;
}

/** An open journal; its process is the only writer until `close`. */
export interface Journal {
  readonly path: string;
  /** The last record on the disk. */
  readonly head: () => JournalHead;
  /** Bytes of an interrupted append that opening cut off; 0 as a rule. */
  readonly tornBytes: number;
  /**
   * Adds one record; `body` is plain data, read before this returns. Resolves with its place in the chain
   * when it is on the disk. Rejects with a StoreError when the machine refuses; the file then holds no
   * part of it. Rejects with a TypeError when the body is not plain data.
   */
  readonly append: (body: unknown) => Promise<JournalHead>;
  /** Waits for what was appended, then gives the file and its lock back. */
  readonly close: () => Promise<void>;
}

/**
 * Opens a journal for writing; makes it when there is none. An interrupted append at its end is cut off.
 *
 * @throws StoreError: 'busy' when another process writes it, 'damaged' when the chain does not hold,
 *   'version' when a newer program wrote it, 'environment' when the machine refuses
 */
export async function openJournal(path: string, options: JournalOptions): Promise<Journal> {
  const { disk = SYSTEM_DISK, onRecord = () => undefined } = options;
  const lock = disk.lock(`${path}.lock`, options.clock());
  let file: JournalFile | undefined;
  try {
    const existed = disk.exists(path);
    file = await disk.open(path, !existed);
    const end = existed ? scanJournal(path, onRecord, disk) : undefined;
    const writer = new Writer(path, file, lock, { ...options, disk });
    await writer.begin(end);
    return {
      path,
      head: () => writer.head,
      tornBytes: end?.tornBytes ?? 0,
      append: (body) => writer.append(body),
      close: () => writer.close(),
    };
  } catch (error) {
    await file?.close();
    lock.release();
    throw fromSystemError(error, 'open', path);
  }
}

interface Waiting {
  readonly bodyJson: string;
  readonly resolve: (head: JournalHead) => void;
  readonly reject: (error: unknown) => void;
}

interface Batch {
  readonly bytes: Buffer;
  /** The chain after each record. */
  readonly heads: readonly JournalHead[];
  readonly waiting: readonly Waiting[];
}

/** The life of one open journal. */
class Writer {
  readonly path: string;
  readonly file: JournalFile;
  readonly lock: Lock;
  readonly clock: () => number;
  readonly disk: JournalDisk;
  head: JournalHead = EMPTY_HEAD;
  /** Length of the file up to `head`. */
  bytes = 0;
  queue: Waiting[] = [];
  draining: Promise<void> | undefined;
  /** Set once nothing more can be promised about the file. */
  failure: unknown;
  closed = false;

  constructor(
    path: string,
    file: JournalFile,
    lock: Lock,
    { clock, disk }: Pick<JournalOptions, 'clock'> & { readonly disk: JournalDisk },
  ) {
    this.path = path;
    this.file = file;
    this.lock = lock;
    this.clock = clock;
    this.disk = disk;
  }

  /** Repairs the end that a crash left, or writes the header of a new journal. */
  async begin(end: JournalEnd | undefined): Promise<void> {
    if (end !== undefined) {
      this.head = end.head;
      this.bytes = end.bytes;
      if (end.needsLineFeed) {
        await writeAll(this.file, Buffer.from('\n'), end.bytes);
        this.bytes += 1;
      }
      await this.file.truncate(this.bytes);
    }
    // A crash during creation leaves an empty file, or half a header that was just cut off.
    if (this.head.seq < 0) {
      const header = canonicalJson({ format: JOURNAL_FORMAT, version: JOURNAL_VERSION });
      const { head, line } = encodeRecord(EMPTY_HEAD, header, this.clock());
      await this.write({ bytes: Buffer.from(`${line}\n`), heads: [head], waiting: [] });
    } else await this.file.datasync();
    this.disk.syncFolder(dirname(this.path));
  }

  append(body: unknown): Promise<JournalHead> {
    if (this.closed) return Promise.reject(new Error(`The journal ${this.path} is closed.`));
    if (this.queue.length >= JOURNAL_QUEUE_MAX) {
      const message = `${JOURNAL_QUEUE_MAX} records wait to be written to ${this.path}.`;
      return Promise.reject(new StoreError('busy', 'store/queue-full', this.path, message));
    }
    return new Promise((resolve, reject) => {
      const bodyJson = canonicalJson(body);
      if (Buffer.byteLength(bodyJson) > BODY_MAX_BYTES) {
        throw new RangeError(`The body of a record has more than ${BODY_MAX_BYTES} bytes.`);
      }
      this.queue.push({ bodyJson, resolve, reject });
      this.draining ??= this.drain();
    });
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.draining;
    await this.file.close();
    this.lock.release();
  }

  async drain(): Promise<void> {
    // One turn, so that appends made together travel together.
    await Promise.resolve();
    while (this.queue.length > 0) {
      const batch = this.takeBatch();
      try {
        await this.write(batch);
        batch.waiting.forEach((waiting, index) => waiting.resolve(batch.heads[index] ?? this.head));
      } catch (error) {
        const refusal = fromSystemError(error, 'write', this.path);
        batch.waiting.forEach((waiting) => waiting.reject(refusal));
      }
    }
    this.draining = undefined;
  }

  /** Chains what waits, as much as fits into one write. */
  takeBatch(): Batch {
    const lines: string[] = [];
    const heads: JournalHead[] = [];
    let head = this.head;
    let chars = 0;
    while (heads.length < this.queue.length && chars < BATCH_MAX_CHARS) {
      const encoded = encodeRecord(head, this.queue[heads.length]?.bodyJson ?? 'null', this.clock());
      head = encoded.head;
      heads.push(head);
      lines.push(encoded.line, '\n');
      chars += encoded.line.length;
    }
    const waiting = this.queue.splice(0, heads.length);
    return { bytes: Buffer.from(lines.join('')), heads, waiting };
  }

  async write(batch: Batch): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    await this.checkAlone();
    try {
      await writeAll(this.file, batch.bytes, this.bytes);
    } catch (error) {
      await this.takeBack(error);
      throw error;
    }
    try {
      await this.file.datasync();
    } catch (error) {
      // After a failed sync the system may have dropped the pages: only reopening tells what is there.
      this.failure = error;
      throw error;
    }
    this.head = batch.heads.at(-1) ?? this.head;
    this.bytes += batch.bytes.length;
  }

  /** Nobody else may have written; costs two stats. */
  async checkAlone(): Promise<void> {
    const { size } = await this.file.stat();
    if (size === this.bytes && this.lock.isHeld()) return;
    this.failure = new StoreError(
      'busy',
      'store/journal-changed',
      this.path,
      `${this.path} was changed by another process; this one stops writing to it.`,
    );
    throw this.failure;
  }

  /** A write that failed half way must leave no half record behind. */
  async takeBack(reason: unknown): Promise<void> {
    try {
      await this.file.truncate(this.bytes);
    } catch {
      this.failure = reason;
    }
  }
}

async function writeAll(file: JournalFile, bytes: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) throw new Error('The system wrote nothing.');
    done += bytesWritten;
  }
}
