/**
 * Many writers, one commit: what is added in one turn of the event loop shares a transaction and its single
 * sync. Measured need: one row a commit runs at the disk's sync rate, 50 rows a commit at about 50 times that.
 */

import { StoreError } from './store-error.ts';

/** Works that may wait at once. Chosen. */
export const GROUP_QUEUE_MAX = 100_000;
/** Works in one transaction, so that one commit stays short. Chosen. */
export const GROUP_BATCH_MAX = 1_000;

/** What a group needs of its database. */
export interface GroupTarget {
  readonly path: string;
  transaction<T>(work: () => T): T;
}

interface Waiting {
  readonly work: () => unknown;
  readonly settle: (outcome: Outcome) => void;
}

type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown };

/** The works that wait for the next commit. */
export class GroupCommit {
  readonly #target: GroupTarget;
  readonly #queue: Waiting[] = [];
  #isScheduled = false;

  constructor(target: GroupTarget) {
    this.#target = target;
  }

  /** See `Database.write`. */
  add<T>(work: () => T): Promise<T> {
    if (this.#queue.length >= GROUP_QUEUE_MAX) {
      const message = `${GROUP_QUEUE_MAX} writes wait for ${this.#target.path}.`;
      return Promise.reject(new StoreError('busy', 'store/queue-full', this.#target.path, message));
    }
    return new Promise<T>((resolve, reject) => {
      const settle = (outcome: Outcome): void =>
        outcome.ok ? resolve(outcome.value as T) : reject(outcome.error as Error);
      this.#queue.push({ work, settle });
      this.#schedule();
    });
  }

  /** Commits now what waits. */
  flush(): void {
    while (this.#queue.length > 0) this.#commitBatch();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (this.#queue.length === 0) return;
      this.#commitBatch();
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  #commitBatch(): void {
    const batch = this.#queue.splice(0, GROUP_BATCH_MAX);
    let outcomes: readonly Outcome[];
    try {
      outcomes = this.#target.transaction(() => batch.map(({ work }) => this.#runOne(work)));
    } catch (error) {
      // Nothing of this batch is on the disk: all of it failed.
      outcomes = batch.map(() => ({ ok: false, error }));
    }
    batch.forEach(({ settle }, index) => settle(outcomes[index] ?? { ok: false, error: undefined }));
  }

  /** Each work in a transaction of its own inside the shared one. */
  #runOne(work: () => unknown): Outcome {
    try {
      return { ok: true, value: this.#target.transaction(work) };
    } catch (error) {
      // A machine that refuses (a full disk) refuses the whole batch; a work that throws only itself.
      if (error instanceof StoreError) throw error;
      return { ok: false, error };
    }
  }
}
