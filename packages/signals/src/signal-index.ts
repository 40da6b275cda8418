/**
 * All signals field by field in memory, over the database, which stays the truth. Before each search it takes in what
 * the database says has changed: a change that was not committed never shows, and one of another process does.
 */

import { signalDocument, type Signal } from '@signalwright/model';
import { parseStored, type Database } from '@signalwright/store';

import { grownLength } from './columns/dictionary-column.ts';
import { DocumentColumns } from './columns/document-columns.ts';

/** Signals that are read from the database at once. */
const PAGE = 1_000;

/** Place of a signal in the order of time; signals of one millisecond are ordered by their ids. */
export interface Position {
  readonly createdAtMs: number;
  readonly id: string;
}

interface SignalRow {
  readonly id: string;
  readonly created_at_ms: number;
  readonly body: string;
}

interface ChangeRow {
  readonly seq: number;
  readonly signal_id: string;
  readonly body: string | null;
}

export class SignalIndex {
  readonly db: Database;
  #columns = newColumns();
  #ids: string[] = [];
  #createdAtMs = new Float64Array(0);
  #rowOf = new Map<string, number>();
  #freeRows: number[] = [];
  #order = new Uint32Array(0);
  #size = 0;
  /** The last change that is in; undefined before the first reading. */
  #seq: number | undefined;

  constructor(db: Database) {
    this.db = db;
  }

  get columns(): DocumentColumns {
    return this.#columns;
  }

  /** Rows, oldest signal first. Good until the next `catchUp`. */
  get order(): Uint32Array {
    return this.#order.subarray(0, this.#size);
  }

  idOf(row: number): string {
    return this.#ids[row] as string;
  }

  createdAtMsOf(row: number): number {
    return this.#createdAtMs[row] as number;
  }

  /** How many signals stand before this position, or at it where `including` says so. */
  countBefore(position: Position, including = false): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#compare(this.#order[middle] as number, position);
      if (order < 0 || (including && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Takes in what was committed since the last time. @throws Error inside a transaction, which may be undone */
  catchUp(): void {
    if (this.db.isInTransaction) throw new Error('Signals are searched outside of transactions.');
    const newest = this.#edgeOfChanges('DESC');
    if (this.#seq === newest) return;
    const oldest = this.#edgeOfChanges('ASC');
    if (this.#seq === undefined || oldest > this.#seq + 1) this.#readAll(newest);
    else this.#readChanges(this.#seq);
  }

  #edgeOfChanges(order: 'ASC' | 'DESC'): number {
    const sql = `SELECT seq FROM signal_changes ORDER BY seq ${order} LIMIT 1`;
    return this.db.get<{ seq: number }>(sql)?.seq ?? 0;
  }

  #readAll(newest: number): void {
    this.#seq = undefined;
    this.#columns = newColumns();
    this.#ids = [];
    this.#rowOf = new Map();
    this.#freeRows = [];
    this.#size = 0;
    let last: Position = { createdAtMs: -1, id: '' };
    for (;;) {
      const rows = this.db.all<SignalRow>(
        `SELECT id, created_at_ms, body FROM signals WHERE (created_at_ms, id) > (?, ?)
         ORDER BY created_at_ms, id LIMIT ?`,
        [last.createdAtMs, last.id, PAGE],
      );
      this.#apply(rows.map(({ id, body }) => [id, parseStored<Signal>(this.db, body)]));
      const end = rows.at(-1);
      if (end === undefined || rows.length < PAGE) break;
      last = { createdAtMs: end.created_at_ms, id: end.id };
    }
    this.#seq = newest;
  }

  #readChanges(from: number): void {
    let seq = from;
    for (;;) {
      const rows = this.db.all<ChangeRow>(
        `SELECT seq, signal_id, body FROM signal_changes LEFT JOIN signals ON id = signal_id
         WHERE seq > ? ORDER BY seq LIMIT ?`,
        [seq, PAGE],
      );
      const bodies = new Map(rows.map((row) => [row.signal_id, row.body]));
      this.#apply(
        [...bodies].map(([id, body]) => [id, body === null ? undefined : parseStored<Signal>(this.db, body)]),
      );
      seq = rows.at(-1)?.seq ?? seq;
      this.#seq = seq;
      if (rows.length < PAGE) return;
    }
  }

  /** Signals as they are now, and the ids of those that are gone. */
  #apply(changes: readonly (readonly [id: string, signal: Signal | undefined])[]): void {
    // A row keeps its place; a signal that was deleted and came again has another one.
    const isMoved = (row: number, signal: Signal | undefined): boolean =>
      signal?.createdAtMs !== this.createdAtMsOf(row);
    const removed = new Set<number>();
    for (const [id, signal] of changes) {
      const row = this.#rowOf.get(id);
      if (row !== undefined && isMoved(row, signal)) removed.add(row);
    }
    if (removed.size > 0) this.#removeRows(removed);
    const added: number[] = [];
    for (const [id, signal] of changes) {
      if (signal === undefined) continue;
      const known = this.#rowOf.get(id);
      const row = known ?? this.#addRow(id, signal.createdAtMs);
      if (known === undefined) added.push(row);
      this.#columns.set(row, signalDocument(signal));
    }
    if (added.length > 0) this.#insertRows(added);
  }

  #addRow(id: string, createdAtMs: number): number {
    const row = this.#freeRows.pop() ?? this.#ids.length;
    this.#ids[row] = id;
    this.#rowOf.set(id, row);
    if (row >= this.#createdAtMs.length) {
      const longer = new Float64Array(grownLength(this.#createdAtMs.length, row));
      longer.set(this.#createdAtMs);
      this.#createdAtMs = longer;
    }
    this.#createdAtMs[row] = createdAtMs;
    return row;
  }

  #removeRows(removed: ReadonlySet<number>): void {
    let kept = 0;
    for (let at = 0; at < this.#size; at += 1) {
      const row = this.#order[at] as number;
      if (removed.has(row)) continue;
      this.#order[kept] = row;
      kept += 1;
    }
    this.#size = kept;
    for (const row of removed) {
      this.#rowOf.delete(this.idOf(row));
      this.#columns.clear(row);
      this.#freeRows.push(row);
    }
  }

  /** From the end: new signals are nearly always the newest, and then nothing moves. */
  #insertRows(added: number[]): void {
    added.sort((a, b) => this.#compare(a, this.positionOf(b)));
    const size = this.#size + added.length;
    if (size > this.#order.length) {
      const longer = new Uint32Array(grownLength(this.#order.length, size));
      longer.set(this.#order);
      this.#order = longer;
    }
    let old = this.#size - 1;
    let write = size - 1;
    for (let at = added.length - 1; at >= 0; write -= 1) {
      const row = added[at] as number;
      const before = this.#order[old] as number;
      if (old >= 0 && this.#compare(before, this.positionOf(row)) > 0) {
        this.#order[write] = before;
        old -= 1;
      } else {
        this.#order[write] = row;
        at -= 1;
      }
    }
    this.#size = size;
  }

  positionOf(row: number): Position {
    return { createdAtMs: this.createdAtMsOf(row), id: this.idOf(row) };
  }

  #compare(row: number, { createdAtMs, id }: Position): number {
    const difference = this.createdAtMsOf(row) - createdAtMs;
    if (difference !== 0) return difference;
    const rowId = this.idOf(row);
    return rowId < id ? -1 : rowId > id ? 1 : 0;
  }
}

function newColumns(): DocumentColumns {
  return new DocumentColumns({
    reserved: ['status', 'service', 'env', 'host'],
    own: ['workflow', 'title', 'groupByPaths', 'entities'],
    numbers: ['workflow.first_seen', 'workflow.last_seen', 'workflow.events_matched'],
  });
}
