/**
 * Reading a journal: record by record, in bounded memory, each checked against the chain.
 *
 * A crash in the middle of an append leaves a last line without its line feed: that record was never
 * acknowledged and is left out ("torn tail"). Everything else that does not fit is damage, and named.
 */

import { SYSTEM_DISK, type JournalDisk } from './journal-disk.ts';
import {
  decodeRecord,
  EMPTY_HEAD,
  RECORD_MAX_BYTES,
  type JournalHead,
  type JournalRecord,
} from './journal-record.ts';
import { fromSystemError, StoreError } from './store-error.ts';

/** What the header (record 0) of every journal says. */
export const JOURNAL_FORMAT = 'signalwright-journal';
export const JOURNAL_VERSION = 1;

const LINE_FEED = 0x0a;

/** The end of a reading. */
export interface JournalEnd {
  readonly head: JournalHead;
  /** Bytes up to the last whole record. */
  readonly bytes: number;
  /** Bytes after it that an interrupted append left behind; 0 as a rule. */
  readonly tornBytes: number;
  /** The last record is whole and only its line feed is missing. */
  readonly needsLineFeed: boolean;
}

/** A whole journal in memory. */
export interface JournalContent {
  /** Without the header. */
  readonly records: readonly JournalRecord[];
  readonly head: JournalHead;
  readonly tornBytes: number;
}

/**
 * Reads a whole journal; never changes it.
 *
 * @throws StoreError 'store/journal-damaged' with the first bad record, 'store/newer-version', or what
 *   the machine refuses
 */
export function readJournal(path: string): JournalContent {
  const records: JournalRecord[] = [];
  const end = scanJournal(path, (record) => records.push(record));
  return { records, head: end.head, tornBytes: end.tornBytes };
}

/** Checks a journal from end to end without keeping it in memory. Throws like `readJournal`. */
export function verifyJournal(path: string): JournalEnd {
  return scanJournal(path, () => undefined);
}

/** @param offset of its first byte in the file */
type Visit = (record: JournalRecord, offset: number) => void;

/** Gives each record but the header to `visit`, in order. Throws like `readJournal`. */
export function scanJournal(path: string, visit: Visit, disk: JournalDisk = SYSTEM_DISK): JournalEnd {
  const scan = new Scan(path, visit);
  try {
    for (const piece of disk.pieces(path)) scan.take(piece);
    return scan.end();
  } catch (error) {
    throw fromSystemError(error, 'read', path);
  }
}

/** One reading: the bytes that are not yet a line, and the head of the chain so far. */
class Scan {
  readonly path: string;
  readonly visit: Visit;
  head: JournalHead = EMPTY_HEAD;
  /** Offset behind the last whole line. */
  bytes = 0;
  rest: Buffer[] = [];
  restBytes = 0;

  constructor(path: string, visit: Visit) {
    this.path = path;
    this.visit = visit;
  }

  take(chunk: Buffer): void {
    let from = 0;
    for (let to = chunk.indexOf(LINE_FEED); to !== -1; to = chunk.indexOf(LINE_FEED, from)) {
      this.keep(chunk.subarray(from, to));
      this.line();
      from = to + 1;
    }
    this.keep(Buffer.from(chunk.subarray(from)));
  }

  keep(piece: Buffer): void {
    this.rest.push(piece);
    this.restBytes += piece.length;
    if (this.restBytes > RECORD_MAX_BYTES) throw this.damaged(`it is longer than ${RECORD_MAX_BYTES} bytes`);
  }

  line(): void {
    const decoded = this.decode(Buffer.concat(this.rest));
    if (typeof decoded === 'string') throw this.damaged(decoded);
    this.accept(decoded);
    this.bytes += this.restBytes + 1;
    this.rest = [];
    this.restBytes = 0;
  }

  accept(record: JournalRecord): void {
    if (record.seq === 0) this.checkHeader(record.body);
    else this.visit(record, this.bytes);
    this.head = { seq: record.seq, hash: record.hash };
  }

  /** The record, or why the bytes are none. */
  decode(bytes: Buffer): JournalRecord | string {
    const text = bytes.toString('utf8');
    if (!Buffer.from(text).equals(bytes)) return 'it is not UTF-8';
    const decoded = decodeRecord(text, this.head);
    return decoded.ok ? decoded.record : decoded.reason;
  }

  end(): JournalEnd {
    const tail = Buffer.concat(this.rest);
    const whole = tail.length === 0 ? '' : this.decode(tail);
    if (typeof whole !== 'string') {
      // Every byte of the record is there: only the line feed was cut off.
      this.accept(whole);
      return { head: this.head, bytes: this.bytes + tail.length, tornBytes: 0, needsLineFeed: true };
    }
    // A write that stops early cannot put a wrong byte where the line feed belongs.
    if (tail.length > 1 && typeof this.decode(tail.subarray(0, -1)) !== 'string') {
      throw this.damaged('its line feed was overwritten');
    }
    if (this.head.seq < 0 && !couldBeHeader(tail)) throw this.damaged('it is not the header of a journal');
    return { head: this.head, bytes: this.bytes, tornBytes: tail.length, needsLineFeed: false };
  }

  checkHeader(body: unknown): void {
    const { format, version } = (typeof body === 'object' && body !== null ? body : {}) as Readonly<
      Record<string, unknown>
    >;
    if (format !== JOURNAL_FORMAT) throw this.damaged('it is not the header of a journal');
    if (typeof version !== 'number' || version > JOURNAL_VERSION) {
      throw new StoreError(
        'version',
        'store/newer-version',
        this.path,
        `${this.path} was written by a newer version (format ${String(version)}, this program knows ${JOURNAL_VERSION}).`,
      );
    }
  }

  damaged(reason: string): StoreError {
    const seq = this.head.seq + 1;
    return new StoreError(
      'damaged',
      'store/journal-damaged',
      this.path,
      `${this.path} is damaged: record ${seq} at byte ${this.bytes} cannot be trusted, because ${reason}.`,
      { damage: { seq, offset: this.bytes } },
    );
  }
}

/** An interrupted creation leaves the first bytes of a header, or zeros; any other file is not ours to cut. */
function couldBeHeader(tail: Buffer): boolean {
  const start = Buffer.from('{"atMs":');
  const length = Math.min(start.length, tail.length);
  return start.subarray(0, length).equals(tail.subarray(0, length)) || tail.every((byte) => byte === 0);
}
