/**
 * All signals field by field in memory, over the database, which stays the truth. Before each search it takes in what
 * the database says has changed: a change that was not committed never shows, and one of another process does.
 * It is built from the newest signal on, so that what people look at first can be asked for long before all is in.
 */

import { setImmediate } from 'node:timers/promises';

import { signalDocument, triageAttributes, type Signal, type Triage } from '@signalwright/model';
import { parseStored, type Database } from '@signalwright/store';

import { DocumentColumns } from './columns/document-columns.ts';
import { readSignal } from './signal-table.ts';
import { TimeOrder, type Position } from './time-order.ts';

/** Signals that are read from the database at once: some ten milliseconds. */
const PAGE = 250;
/** Changes that are read from the database at once. */
const CHANGES_PAGE = 500;

interface SignalRow {
  readonly id: string;
  readonly created_at_ms: number;
  readonly body: string;
}

/** The signal as it is now, or its triage where nothing else changed; null when it is gone, a text when it is damaged. */
type Change = readonly [seq: number, id: string, isTriage: 0 | 1, now: Signal | Triage | string | null];

/** One text for all of them: a row of the driver costs more than what is in it. */
const CHANGES_SQL = `
  SELECT json_group_array(json_array(seq, signal_id, is_triage, json(CASE
    WHEN body IS NULL THEN NULL
    WHEN NOT json_valid(body) THEN json_quote(body)
    WHEN is_triage THEN json_extract(body, '$.triage')
    ELSE body
  END))) AS changes FROM (
    SELECT seq, signal_id, is_triage, body FROM signal_changes LEFT JOIN signals ON id = signal_id
    WHERE seq > ? ORDER BY seq LIMIT ?
  )`;

const NEWER_THAN_ALL: Position = { createdAtMs: Number.MAX_SAFE_INTEGER, id: '' };

export class SignalIndex {
  readonly db: Database;
  #columns = newColumns();
  #order = new TimeOrder();
  /** The last change that is in; undefined before the first reading. */
  #seq: number | undefined;
  /** Signals before this one are not in yet; undefined when all are. */
  #oldest: Position | undefined = NEWER_THAN_ALL;
  /** The page that all who wait are waiting for. */
  #page: Promise<void> | undefined;
  #isStopped = false;

  constructor(db: Database) {
    this.db = db;
  }

  get columns(): DocumentColumns {
    return this.#columns;
  }

  get order(): TimeOrder {
    return this.#order;
  }

  /**
   * Takes in what was committed since the last time, and builds on until all signals from `fromMs` on are in.
   *
   * @throws Error inside a transaction, which may be undone
   */
  catchUp(fromMs = 0): void {
    this.#takeIn();
    while (!this.#reaches(fromMs)) this.#buildOn();
  }

  /**
   * The same for those who can wait: what is to be built is built page by page, and others have their turn between.
   * A `catchUp` that follows finds little to do.
   */
  async reached(fromMs = 0): Promise<void> {
    this.#takeIn();
    while (!this.#isStopped && !this.#reaches(fromMs)) await (this.#page ??= this.#nextPage());
  }

  /** Ends what is under way, so that the database can be closed. */
  stop(): void {
    this.#isStopped = true;
  }

  async #nextPage(): Promise<void> {
    await setImmediate();
    this.#page = undefined;
    if (this.#isStopped) return;
    this.#takeIn();
    if (this.#oldest !== undefined) this.#buildOn();
  }

  #reaches(fromMs: number): boolean {
    return this.#oldest === undefined || this.#oldest.createdAtMs < fromMs;
  }

  #takeIn(): void {
    if (this.db.isInTransaction) throw new Error('Signals are searched outside of transactions.');
    const newest = this.#edgeOfChanges('DESC');
    if (this.#seq === newest) return;
    const oldest = this.#edgeOfChanges('ASC');
    if (this.#seq === undefined || oldest > this.#seq + 1) this.#startAnew(newest);
    else this.#readChanges(this.#seq);
  }

  #edgeOfChanges(order: 'ASC' | 'DESC'): number {
    const sql = `SELECT seq FROM signal_changes ORDER BY seq ${order} LIMIT 1`;
    return this.db.get<{ seq: number }>(sql)?.seq ?? 0;
  }

  #startAnew(newest: number): void {
    this.#columns = newColumns();
    this.#order = new TimeOrder();
    this.#oldest = NEWER_THAN_ALL;
    this.#seq = newest;
  }

  #buildOn(): void {
    const { createdAtMs, id } = this.#oldest ?? NEWER_THAN_ALL;
    const rows = this.db.all<SignalRow>(
      `SELECT id, created_at_ms, body FROM signals WHERE (created_at_ms, id) < (?, ?)
       ORDER BY created_at_ms DESC, id DESC LIMIT ?`,
      [createdAtMs, id, PAGE],
    );
    this.#apply(rows.map((row) => [row.id, parseStored<Signal>(this.db, row.body)]));
    const end = rows.at(-1);
    this.#oldest =
      end === undefined || rows.length < PAGE ? undefined : { createdAtMs: end.created_at_ms, id: end.id };
  }

  #readChanges(from: number): void {
    let seq = from;
    for (;;) {
      const row = this.db.get<{ changes: string }>(CHANGES_SQL, [seq, CHANGES_PAGE]);
      const changes = parseStored<readonly Change[]>(this.db, row?.changes ?? '[]');
      const triaged = new Map<string, Triage>();
      const changed = new Map<string, Signal | undefined>();
      for (const [, id, isTriage, now] of changes) {
        if (typeof now === 'string') parseStored(this.db, now);
        else if (isTriage === 1 && now !== null) triaged.set(id, now as Triage);
        else changed.set(id, (now ?? undefined) as Signal | undefined);
      }
      for (const [id, triage] of triaged) {
        if (!changed.has(id) && !this.#setTriage(id, triage)) changed.set(id, readSignal(this.db, id));
      }
      // What belongs where nothing is built yet is read when that is built: what is built always comes before all.
      this.#apply(
        [...changed].map(([id, signal]) => [id, signal && this.#isBuilt(signal) ? signal : undefined]),
      );
      seq = changes.at(-1)?.[0] ?? seq;
      this.#seq = seq;
      if (changes.length < CHANGES_PAGE) return;
    }
  }

  /** @returns false when the whole signal is needed */
  #setTriage(id: string, triage: Triage): boolean {
    const row = this.#order.rowOf(id);
    if (row === undefined) return true;
    return this.#columns.setBranch(row, { workflow: { triage: triageAttributes({ triage }) } });
  }

  #isBuilt({ createdAtMs, id }: Signal): boolean {
    if (this.#oldest === undefined) return true;
    const difference = createdAtMs - this.#oldest.createdAtMs;
    return difference > 0 || (difference === 0 && id >= this.#oldest.id);
  }

  /** Signals as they are now, and the ids of those that are gone. */
  #apply(changes: readonly (readonly [id: string, signal: Signal | undefined])[]): void {
    const removed = new Set<number>();
    const added: Position[] = [];
    for (const [id, signal] of changes) {
      const row = this.#order.rowOf(id);
      // A row keeps its place; a signal that was deleted and came again has another one.
      const isMoved = row !== undefined && signal?.createdAtMs !== this.#order.createdAtMsOf(row);
      if (isMoved) removed.add(row);
      if (signal !== undefined && (row === undefined || isMoved))
        added.push({ createdAtMs: signal.createdAtMs, id });
    }
    if (removed.size > 0) {
      for (const row of removed) this.#columns.clear(row);
      this.#order.remove(removed);
    }
    if (added.length > 0) this.#order.add(added);
    for (const [id, signal] of changes) {
      const row = this.#order.rowOf(id);
      if (signal !== undefined && row !== undefined) this.#columns.set(row, signalDocument(signal));
    }
  }
}

function newColumns(): DocumentColumns {
  return new DocumentColumns({
    reserved: ['status', 'service', 'env', 'host'],
    own: ['workflow', 'title', 'groupByPaths', 'entities'],
    branch: 'workflow.triage',
    numbers: ['workflow.first_seen', 'workflow.last_seen', 'workflow.events_matched'],
  });
}
