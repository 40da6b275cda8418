/**
 * Removes what is older than it is kept, while the org runs: a few rows a turn, so that nobody waits for it, and one
 * entry of the audit trail an hour at most, which says how much went. docs/decisions/0384.
 */

import {
  KEPT,
  RETENTION_ACTION,
  appendAudit,
  countRemoved,
  keptMs,
  oldEntriesUpTo,
  readStart,
  removeOldEntries,
  removeOldEvents,
  removeOldJobs,
  removeOldNotices,
  removeOldSignals,
  removeOldSuppressed,
  takeRemoved,
  type CommandContext,
  type Kept,
  type Position,
} from '@signalwright/signals';
import { unreachable, type Retention } from '@signalwright/model';

import type { Log } from '../log.ts';

/** Chosen: rows of one turn. Events come in by thousands a second, and must not come in faster than they go. */
const MAX_REMOVED_EVENTS = 5_000;
const MAX_REMOVED_ROWS = 500;

/** Chosen: how often the org looks for what is too old. */
export const SWEEP_EVERY_MS = 10 * 60_000;
export const TELL_EVERY_MS = 60 * 60_000;

/**
 * Chosen: a clock that goes ahead by more than this may be wrong, and is given time to be put right: what is removed
 * does not come back.
 */
export const MAX_STEP_MS = 24 * 60 * 60_000;
export const REST_MS = 60 * 60_000;

export interface SweeperOptions {
  readonly context: Pick<CommandContext, 'db' | 'nowMs'>;
  readonly retention: Retention;
  /** Removes at most `limit` runs that ended before; 0 where there are no runs. @returns how many */
  readonly removeRuns: (beforeMs: number, limit: number) => Promise<number>;
  readonly log: Log;
}

export class Sweeper {
  readonly #options: SweeperOptions;
  /** What is still to be looked at in this sweep. */
  #left: readonly Kept[] = [];
  #signalPosition: Position | undefined;
  #beganAtMs = 0;
  #toldAtMs = 0;
  #lookedAtMs: number;
  #isFirstLook = true;
  #restsUntilMs = 0;

  constructor(options: SweeperOptions) {
    this.#options = options;
    // An org that starts with a wrong clock is no better than one whose clock goes wrong.
    const newest = options.context.db.get<{ at: number | null }>('SELECT max(at_ms) AS at FROM audit');
    this.#lookedAtMs = newest?.at ?? options.context.nowMs();
  }

  /** Called each second; does nothing most of the time. @returns whether there is more to do at once */
  async turn(): Promise<boolean> {
    const nowMs = this.#options.context.nowMs();
    if (this.#isResting(nowMs)) return false;
    const [what, ...rest] = this.#left;
    if (what === undefined) {
      if (nowMs - this.#beganAtMs < SWEEP_EVERY_MS) return false;
      this.#beganAtMs = nowMs;
      this.#left = KEPT;
      return true;
    }
    const isDone = await this.#remove(what, nowMs);
    if (isDone) this.#left = rest;
    return this.#left.length > 0;
  }

  #isResting(nowMs: number): boolean {
    const aheadMs = nowMs - this.#lookedAtMs;
    this.#lookedAtMs = nowMs;
    if (aheadMs > MAX_STEP_MS) {
      this.#restsUntilMs = nowMs + REST_MS;
      const message = 'The clock went ahead by more than a day: nothing is removed for an hour.';
      // At the start it says no more than that the org stood still.
      this.#options.log({ level: this.#isFirstLook ? 'info' : 'warning', message, aheadMs });
    }
    this.#isFirstLook = false;
    // Put back, it has nothing to wait for.
    if (nowMs < this.#restsUntilMs - REST_MS) this.#restsUntilMs = 0;
    return nowMs < this.#restsUntilMs;
  }

  /** @returns whether nothing of it is left that is too old */
  async #remove(what: Kept, nowMs: number): Promise<boolean> {
    const { context, removeRuns, retention } = this.#options;
    const { db } = context;
    const ms = keptMs(retention, what);
    // Events are bounded by their number besides; and what went of the others is told.
    if (ms === undefined && what !== 'events' && what !== 'audit') return true;
    const beforeMs = ms === undefined ? 0 : nowMs - ms;
    const limit = what === 'events' ? MAX_REMOVED_EVENTS : MAX_REMOVED_ROWS;
    if (what === 'runs') {
      const count = await removeRuns(beforeMs, limit);
      await db.write(() => countRemoved(db, what, count));
      return count < limit;
    }
    return db.write(() => {
      if (what === 'signals') return this.#removeSignals(beforeMs);
      if (what === 'audit') return this.#tellAndTrim(beforeMs, nowMs);
      const count = this.#removeRows(what, beforeMs, limit);
      countRemoved(db, what, count);
      return count < limit;
    });
  }

  #removeRows(what: Exclude<Kept, 'signals' | 'audit' | 'runs'>, beforeMs: number, limit: number): number {
    const { db } = this.#options.context;
    switch (what) {
      case 'events':
        return removeOldEvents(db, beforeMs, limit);
      case 'notices':
        return removeOldNotices(db, beforeMs, limit);
      case 'suppressed':
        return removeOldSuppressed(db, beforeMs, limit);
      case 'jobs':
        return removeOldJobs(db, beforeMs, limit);
      default:
        return unreachable(what);
    }
  }

  #removeSignals(beforeMs: number): boolean {
    const { db } = this.#options.context;
    const { removed, next } = removeOldSignals(db, beforeMs, MAX_REMOVED_ROWS, this.#signalPosition);
    countRemoved(db, 'signals', removed);
    this.#signalPosition = next;
    return next === undefined;
  }

  /** Says what went and which entries are going; those go after that, so that a crash leaves a trail that holds. */
  #tellAndTrim(beforeMs: number, nowMs: number): boolean {
    const { db } = this.#options.context;
    if (nowMs - this.#toldAtMs >= TELL_EVERY_MS) {
      const auditUpTo = oldEntriesUpTo(db, beforeMs);
      const entries = auditUpTo - readStart(db).seq;
      const removed = { ...takeRemoved(db), ...(entries > 0 && { audit: entries }) };
      if (Object.keys(removed).length > 0) {
        this.#toldAtMs = nowMs;
        const actor = { id: 'system', name: 'Signalwright', cause: [] };
        const after = { removed, auditUpTo };
        appendAudit(db, { actor, atMs: nowMs, action: RETENTION_ACTION, subject: 'org', after });
      }
    }
    return removeOldEntries(db, beforeMs, MAX_REMOVED_ROWS) < MAX_REMOVED_ROWS;
  }
}
